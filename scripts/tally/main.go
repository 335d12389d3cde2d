// Command tally reads what `go test -json` prints and shows it: a line for each package, the output of whatever
// failed, the tests that were skipped and why, and the sum as last line. It runs no test itself.
//
// It exits with 1 when something failed or nothing ran, and, with -strict, when a test was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json`, see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // in place of Package where a build is concerned
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

type test struct{ pkg, name string }

type tally struct {
	out    io.Writer
	each   bool // print a line for each test as well
	output map[test]*strings.Builder

	passed, failed, skipped int
	packages                int      // that failed, by their tests or by themselves
	skips                   []string // "name (package): why"
}

func main() {
	strict := flag.Bool("strict", false, "a skipped test is a failure")
	each := flag.Bool("v", false, "show a line for each test")
	flag.Parse()

	t := tally{out: os.Stdout, each: *each, output: map[test]*strings.Builder{}}
	t.read(os.Stdin)
	if !t.sum(*strict) {
		os.Exit(1)
	}
}

// read takes in lines of any length until the end of in.
func (t *tally) read(in io.Reader) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			t.line(line)
		}
		if err != nil {
			return
		}
	}
}

func (t *tally) line(line string) {
	var e event
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &e) != nil {
		fmt.Fprint(t.out, line) // said by the go command or by a script around it
		return
	}
	key := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "output":
		if t.output[key] == nil {
			t.output[key] = &strings.Builder{}
		}
		t.output[key].WriteString(e.Output)
	case "pass", "fail", "skip":
		t.end(key, e)
		delete(t.output, key)
	}
}

// end counts the end of a test, or shows the end of a package.
func (t *tally) end(key test, e event) {
	said := ""
	if b := t.output[key]; b != nil {
		said = b.String()
	}
	switch {
	case key.name == "":
		t.endPackage(key.pkg, e, said)
		return
	case e.Action == "pass":
		t.passed++
	case e.Action == "fail":
		t.failed++
		fmt.Fprint(t.out, said)
		return
	case e.Action == "skip":
		t.skipped++
		t.skips = append(t.skips, fmt.Sprintf("%s (%s): %s", key.name, key.pkg, reason(said)))
	}
	if t.each && !strings.Contains(key.name, "/") {
		fmt.Fprintf(t.out, "--- %s: %s (%.2fs)\n", strings.ToUpper(e.Action), key.name, e.Elapsed)
	}
}

func (t *tally) endPackage(pkg string, e event, said string) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(t.out, "ok  \t%s\t%.1fs\n", pkg, e.Elapsed)
	case "fail":
		t.packages++
		for key, unfinished := range t.output { // of tests that the end of the process cut off
			if key.pkg == pkg && key.name != "" {
				fmt.Fprint(t.out, unfinished)
				delete(t.output, key)
			}
		}
		fmt.Fprint(t.out, said)
		if !strings.Contains(said, "FAIL\t") {
			fmt.Fprintf(t.out, "FAIL\t%s\t%.1fs\n", pkg, e.Elapsed)
		}
	}
}

// sum prints the sum and tells whether all is well.
func (t *tally) sum(strict bool) bool {
	for _, s := range t.skips {
		fmt.Fprintln(t.out, "SKIPPED:", s)
	}
	well := t.failed == 0 && t.packages == 0
	if strict && t.skipped > 0 {
		fmt.Fprintln(t.out, "FAIL: skipped tests count as failed here")
		well = false
	}
	if t.passed == 0 {
		fmt.Fprintln(t.out, "FAIL: no test ran")
		well = false
	}
	fmt.Fprintf(t.out, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped)
	return well
}

// reason returns what a skipped test said last: "file_test.go:12: why".
func reason(said string) string {
	why := "no reason given"
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			why = line
		}
	}
	return why
}

//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/app/cli"
)

// The test binary is also Lanyard, and the bench in its namespaces.
const (
	asLanyard = "as-lanyard"
	asBench   = "as-bench"
)

func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	var err error
	switch role {
	case asLanyard:
		os.Exit(cli.Run(context.Background(), cli.Program{Name: "lanyardd", Version: "test", In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Args[2:]))
	case asBench:
		err = tinyBench(os.Args[2])
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tinyBench measures next to nothing, with what is quick and usually there, and prints the report.
func tinyBench(dir string) error {
	if os.Getenv(inside) == "" {
		return enter(os.Args...)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	report, err := run(context.Background(), settings{
		lanyard: []string{self, asLanyard}, dir: dir, rounds: 1, size: 2 << 20, files: 20, clients: 2,
		only: regexp.MustCompile(""), peers: regexp.MustCompile("^(Lanyard|nginx|rsync|cp)"), log: func(string, ...any) {},
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

func TestEveryWorkIsMeasuredAndNothingStays(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute) // for a PC with much else to do; else it takes seconds
	defer cancel()
	cmd := exec.CommandContext(ctx, self, asBench, dir)
	var said, trouble strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &trouble
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, trouble.String())
	}
	var r report
	if err := json.Unmarshal([]byte(said.String()), &r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Get a file of 2 MiB", "Put a file of 2 MiB", "Get 20 files of 4 KiB", "Put 20 files of 4 KiB", "Get 200 files of 4 KiB",
		"Get the same 200 files again", "Put 200 files of 4 KiB", "List a folder of 200 entries",
		"Get a file of 1 MiB over a link of 1gbit/s", "Put a file of 1 MiB over a link of 1gbit/s", "2 PCs get the same 1 MiB from one",
		"Print a page of text", "Print a PDF of 20 pages", "Print a PDF of 300 pages", "Print a JPEG of 0 MB", "Print a JPEG of 2 MiB",
	} {
		i := slices.IndexFunc(r.Tables, func(t *table) bool { return t.Work == want })
		if i < 0 {
			t.Errorf("nothing was said of: %s", want)
			continue
		}
		of := r.Tables[i]
		if len(of.Rows) == 0 && len(of.Prints) == 0 && len(of.Facts) == 0 {
			t.Errorf("%s: no figures", want)
		}
		for _, row := range of.Prints {
			if row.First <= 0 || row.Device < row.First || row.Done <= 0 || row.Rounds != 1 {
				t.Errorf("%s: %+v", want, row)
			}
		}
		for _, row := range of.Rows {
			if row.Disk <= 0 || row.Said > row.Disk || row.Ratio <= 0 || row.Rounds != 1 || row.Program == lanyardName && row.ServerMem == 0 {
				t.Errorf("%s: %+v", want, row)
			}
		}
	}
	for _, k := range kinds[:2] {
		if missing := have(k.needs...); len(missing) > 0 && !strings.Contains(strings.Join(r.Left, "\n"), k.name) {
			t.Errorf("%s was left out without a word", k.name)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTheMedianIsInTheMiddle(t *testing.T) {
	for want, of := range map[float64][]float64{3: {3}, 2: {9, 1, 2}, 5: {7, 5, 1, 6, 2}} {
		if got := median(of); got != want {
			t.Errorf("median of %v: %v, want %v", of, got, want)
		}
	}
}

func TestTheTableComparesWithLanyard(t *testing.T) {
	var r report
	j := job{work: "Get", files: 1, bytes: 2e9}
	r.table("Get").add(&peer{name: lanyardName, note: "TLS"}, j, []sample{{said: 2, disk: 2, serverCPU: 3}})
	r.table("Get").add(&peer{name: "other"}, j, []sample{{disk: 9}, {disk: 5}, {disk: 1}})
	var b strings.Builder
	if err := r.markdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"### Get\n", "| Lanyard (TLS) | 2.00 s | 1.00 |", "1000 | 1.50 |", "| other () | 5.00 s | 2.50 |"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// Command gosec looks for insecure code with the rules of github.com/securego/gosec. It runs nothing and mends nothing.
//
//	gosec [-tags LIST] PACKAGE...
//
// It differs from the program of that name in that it loads all packages at once, for the platform that GOOS names, and
// holds the project's choice of rules. A finding that is none is waived at its line, with the rule and the reason, else the
// waiver does not count: #nosec G304 -- the owner chose this file
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/securego/gosec/v2"
	"github.com/securego/gosec/v2/analyzers"
	"github.com/securego/gosec/v2/issue"
	"github.com/securego/gosec/v2/rules"
	"golang.org/x/tools/go/packages"
)

// leftOut names the rules that are not used in a file or in a folder with all below it, and why. What is for tests alone is
// not checked.
var leftOut = []struct{ rule, where, why string }{
	{"G104", ".", "what is dropped is the error of closing what has failed already; full disks and dead connections are tested"},
	{"G115", "app/ui", "colours and places on the screen"},
	{"G115", "printing", "IPP's numbers have 32 bits; those read from outside are held to IPP's limits, and decoded by goipp"},
	{"G115", "share/guest/zip.go", "sizes and places have a longer twin for what is too large (zip64), and names a limit"},
	{"G304", "app/node/home", "the files of this PC's own home"},
	{"G404", "discovery", "chance spreads packets in time, and keeps nothing secret"},
}

func main() {
	tags := flag.String("tags", "", "build tags, separated by commas")
	flag.Parse()
	found, err := check(*tags, flag.Args())
	for _, i := range found {
		fmt.Println(line(i))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gosec:", err)
	}
	if err != nil || len(found) > 0 {
		os.Exit(1)
	}
}

// check returns what the rules find in the packages, by file and line.
func check(tags string, patterns []string) ([]*issue.Issue, error) {
	loaded, err := packages.Load(&packages.Config{Mode: gosec.LoadMode, BuildFlags: []string{"-tags=" + tags}}, patterns...)
	if err != nil {
		return nil, err
	}
	if len(loaded) == 0 {
		return nil, errors.New("there is no package to check")
	}
	var said complaints
	a := analyzer(&said)
	for _, p := range loaded {
		for _, e := range p.Errors {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, e)
		}
		if strings.HasSuffix(p.Name, "test") {
			continue
		}
		a.CheckRules(p)
		a.CheckAnalyzers(p)
	}
	found, _, mistakes := a.Report()
	found = slices.DeleteFunc(found, isLeftOut)
	slices.SortFunc(found, func(a, b *issue.Issue) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(lineNumber(a), lineNumber(b)), strings.Compare(a.RuleID, b.RuleID))
	})
	for _, c := range said {
		err = errors.Join(err, errors.New(c))
	}
	for file, all := range mistakes { // as a waiver without a reason
		for _, m := range all {
			err = errors.Join(err, fmt.Errorf("%s:%d: %s", here(file), m.Line, m.Err))
		}
	}
	return found, err
}

func analyzer(said *complaints) *gosec.Analyzer {
	config := gosec.NewConfig()
	config.SetGlobal(gosec.NoSecRequireRules, "true")
	config.SetGlobal(gosec.NoSecRequireJustification, "true")
	a := gosec.NewAnalyzer(config, false, true, false, runtime.GOMAXPROCS(0), log.New(said, "", 0))
	a.LoadRules(rules.Generate(false).RulesInfo())
	a.LoadAnalyzers(analyzers.Generate(false).AnalyzersInfo())
	return a
}

// complaints are what a rule that failed has said; gosec itself would go on without it.
type complaints []string

func (c *complaints) Write(p []byte) (int, error) {
	if s := strings.TrimSpace(string(p)); strings.HasPrefix(s, "Error ") || strings.HasPrefix(s, "Rule error") {
		*c = append(*c, s)
	}
	return len(p), nil
}

func isLeftOut(i *issue.Issue) bool {
	file := filepath.ToSlash(here(i.File))
	for _, l := range leftOut {
		if l.rule == i.RuleID && (l.where == "." || l.where == file || strings.HasPrefix(file, l.where+"/")) {
			return true
		}
	}
	return false
}

// line is a finding as compilers write it. A finding may name several lines, as "12-14".
func line(i *issue.Issue) string {
	return fmt.Sprintf("%s:%s:%s: %s: %s (%s)", here(i.File), i.Line, i.Col, i.RuleID, i.What, strings.ToLower(i.Confidence.String()))
}

func lineNumber(i *issue.Issue) (n int) {
	_, _ = fmt.Sscanf(i.Line, "%d", &n)
	return n
}

// here shortens the name of a file that lies below the working folder.
func here(file string) string {
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return file
}

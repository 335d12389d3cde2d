package main

import (
	"strings"
	"testing"
)

// The lines are what go 1.26 prints, without the times.
func TestTally(t *testing.T) {
	const (
		passes = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}
{"Action":"pass","Package":"p","Elapsed":0.2}
`
		skips = `{"Action":"output","Package":"p","Test":"TestNS","Output":"=== RUN   TestNS\n"}
{"Action":"output","Package":"p","Test":"TestNS","Output":"    ns_test.go:4: needs network namespaces\n"}
{"Action":"output","Package":"p","Test":"TestNS","Output":"--- SKIP: TestNS (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestNS","Elapsed":0}
`
	)
	for _, c := range []struct {
		name, in string
		strict   bool
		well     bool
		says     []string
	}{
		{"all pass", passes, true, true, []string{"ok  \tp\t0.2s", "1 passed, 0 failed, 0 skipped"}},
		{"nothing ran", "", false, false, []string{"no test ran", "0 passed"}},
		{"a test fails and its output is shown", passes + `{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:9: off by one\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p"}
`, false, false, []string{"b_test.go:9: off by one", "FAIL\tp", "1 passed, 1 failed, 0 skipped"}},
		{"a package does not build", passes + `{"ImportPath":"q","Action":"build-output","Output":"q.go:1: undefined: x\n"}
{"ImportPath":"q","Action":"build-fail"}
{"Action":"output","Package":"q","Output":"FAIL\tq [build failed]\n"}
{"Action":"fail","Package":"q"}
`, false, false, []string{"undefined: x", "FAIL\tq [build failed]", "1 passed, 0 failed"}},
		{"the process dies in a test", passes + `{"Action":"output","Package":"q","Test":"TestC","Output":"fatal error: all asleep\n"}
{"Action":"fail","Package":"q"}
`, false, false, []string{"fatal error: all asleep"}},
		{"a skip is named and explained", passes + skips, false, true, []string{"SKIPPED: TestNS (p): ns_test.go:4: needs network namespaces", "1 passed, 0 failed, 1 skipped"}},
		{"a skip is a failure where it must run", passes + skips, true, false, []string{"SKIPPED: TestNS", "count as failed"}},
		{"what is no event passes through", "go: downloading x v1\n" + passes, false, true, []string{"go: downloading x v1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			tally := tally{out: &out, output: map[test]*strings.Builder{}}
			tally.read(strings.NewReader(c.in))
			if well := tally.sum(c.strict); well != c.well {
				t.Errorf("well = %v, want %v", well, c.well)
			}
			for _, s := range c.says {
				if !strings.Contains(out.String(), s) {
					t.Errorf("output lacks %q:\n%s", s, out.String())
				}
			}
		})
	}
}

package cli

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzTable: whatever PCs, files and printers are called, a table has a line for each, and none of them tells the terminal
// anything.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"a.txt", "\u202egpj.exe", "\x1b]0;x\a", "two\nlines\tand a tab", "\xff\xfe", "\u2028\u2029", ""} {
		f.Add(s, "front desk")
	}
	f.Fuzz(func(t *testing.T, name, pc string) {
		var out strings.Builder
		table(&out, "NAME PC", [][]string{{name, pc}, {pc, name}})
		if !utf8.ValidString(out.String()) || strings.Count(out.String(), "\n") != 3 {
			t.Errorf("%q and %q became %q", name, pc, out.String())
		}
		for _, r := range strings.ReplaceAll(out.String(), "\n", "") {
			if unicode.Is(unicode.C, r) {
				t.Fatalf("%q and %q let %U through", name, pc, r)
			}
		}
	})
}

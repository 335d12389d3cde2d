package share

import (
	"strings"
	"testing"
)

func TestT02NamesThatWindowsTakesForSomethingElse(t *testing.T) {
	for _, c := range []struct {
		rule  string
		names []string
		good  bool
	}{
		{"devices, whatever their case and ending", []string{"CON", "CON ", "nul", "NUL.txt", "Aux.txt", "NUL .x", "com1", "COM1 ", "COM1 .txt", "LPT³.x", "CONIN$", "LPT9.tar.gz", "COM¹", "CONOUT$", "lpt0"}, false},
		{"streams and drives", []string{"file:stream", "file::$DATA", "C:x", "c:", "folder::$INDEX_ALLOCATION"}, false},
		{"names that lose their end", []string{"file.", "file ", "file. .", "file..."}, false},
		{"characters with a meaning", []string{"a?", "a*", "a|b", `a"b`, "<a>"}, false},
		{"short names, which hidden files have too", []string{"SECRET~1", "secret~1.txt", "a~12"}, false},
		{"what only looks like those", []string{"CONSOLE", "com10", "COMA", "nul2", "a~b", "~1", "my file~1.document", "long name~1", "aux-cable"}, true},
	} {
		for _, name := range c.names {
			if good := badName(name, "windows") == ""; good != c.good {
				t.Errorf("%s: %q is good: %v", c.rule, name, good)
			}
			if reason := badName(name, "linux"); reason != "" {
				t.Errorf("%q is refused on Linux: %s", name, reason)
			}
			if as, exact := onWindows.disk(name); !exact || badName(as, "windows") != "" || c.good != (as == name) {
				t.Errorf("%s: %q becomes %q", c.rule, name, as)
			}
		}
	}
}

func TestT02PathsThatOnlyWindowsTakesForOne(t *testing.T) {
	for _, name := range []string{`\\?\C:\x`, `\??\C:\x`, `\\host\s\f`, `\\.\COM1`, `\Device\Null`, `C:\x`, `\x`, `..\x`, `a\..\..\x`, `\\?\UNC\host\s\f`, `//?/C:/x`, `//host/s/f`, `/??/C:/x`} {
		if CheckPath(name) == nil {
			t.Errorf("%q passes", name)
		}
	}
}

func TestNumbered(t *testing.T) {
	long := strings.Repeat("ü", 127)
	for _, c := range [][2]string{
		{"report.pdf", "report (2).pdf"},
		{"report", "report (2)"},
		{"two.dots.gz", "two.dots (2).gz"},
		{"A sentence. With a dot and more than an ending has.", "A sentence. With a dot and more than an ending has (2)."},
		{long, strings.Repeat("ü", 125) + " (2)"},
	} {
		if got := numbered(c[0], 2); got != c[1] {
			t.Errorf("numbered(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

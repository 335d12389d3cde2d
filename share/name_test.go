package share

import (
	"path/filepath"
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
		}
	}
}

func TestT02PathsThatOnlyWindowsTakesForOne(t *testing.T) {
	for _, name := range []string{`\\?\C:\x`, `\??\C:\x`, `\\host\s\f`, `\\.\COM1`, `\Device\Null`, `C:\x`, `\x`, `..\x`, `a\..\..\x`, `\\?\UNC\host\s\f`, `//?/C:/x`, `//host/s/f`, `/??/C:/x`} {
		for _, system := range []string{"windows", "linux", anySystem} {
			if checkPath(name, system) == nil {
				t.Errorf("%q passes for %q", name, system)
			}
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

func TestNamesThatDifferInCaseAreBothKept(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{"d/Readme.txt", "d/README.txt", "d/sub/A", "d/SUB/a"} {
		o.write(o.shared, name, name)
	}
	wasFolding := foldsCase
	foldsCase = true // this PC's disk would take them for one
	defer func() { foldsCase = wasFolding }()
	_, err := o.get(o.desk, "d")
	o.check(err)
	found := map[string]int{}
	for name, content := range o.tree(filepath.Join(o.desk, "d")) {
		if content != "/" {
			found[strings.ToLower(name)]++
		}
	}
	if len(found) != 4 {
		t.Errorf("got %v", found)
	}
}

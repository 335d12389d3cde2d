package share

import (
	"io/fs"
	"os"
	"testing"
)

func placesIn(t *testing.T, s spelling, files ...string) *places {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		write(t, dir+"/"+f, "x")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	p := (&places{}).begin(root)
	p.spelling = s
	return p
}

func other(fs.FileInfo) bool { return false }
func same1(fs.FileInfo) bool { return true }

func TestPlacesAreKeptApart(t *testing.T) {
	folding := onLinux
	folding.folds = true
	for _, c := range []struct {
		rule     string
		spelling spelling
		there    []string
		same     func(fs.FileInfo) bool
		come     [][2]string // what comes, and its place
	}{
		{"names as they are", onLinux, []string{"d/x"}, other, [][2]string{{"d/x", "d/x"}, {"d/X", "d/X"}, {"D/x", "D/x"}}},
		{"names of Windows", onWindows, nil, other, [][2]string{{"a:b/c?", "a\uf03ab/c\uf03f"}, {"con/nul.txt", "con\uf000/nul\uf000.txt"}}},
		{"case where it doesn't count", folding, nil, other, [][2]string{{"x.txt", "x.txt"}, {"X.txt", "X (2).txt"}, {"X.TXT", "X (3).TXT"}, {"x.txt", "x.txt"}, {"X.TXT", "X (3).TXT"}}},
		{"what has its number already", folding, []string{"x.txt", "X (2).txt"}, same1, [][2]string{{"x.txt", "x.txt"}, {"X.txt", "X (2).txt"}}},
		{"a number that is another's", folding, []string{"x.txt", "X (2).txt"}, other, [][2]string{{"x.txt", "x.txt"}, {"X.txt", "X (3).txt"}}},
		{"a normal form that is there", onLinux, []string{"Cafe\u0301/e\u0301"}, other, [][2]string{{"Caf\u00e9/\u00e9", "Cafe\u0301/e\u0301"}}},
		{"both normal forms at once", onLinux, []string{"e\u0301"}, other, [][2]string{{"\u00e9", "e\u0301"}, {"e\u0301", "e\u0301 (2)"}}},
		{"both that are there", onLinux, []string{"e\u0301", "\u00e9"}, other, [][2]string{{"\u00e9", "\u00e9"}, {"e\u0301", "e\u0301"}}},
		{"what comes home", onLinux, []string{"a\x1bb/c\\d", "caf\xe9"}, other, [][2]string{{"a\uf01bb/c\uf05cd", "a\x1bb/c\\d"}, {"caf\uf0e9", "caf\xe9"}}},
		{"what is spelled here for the first time", onLinux, nil, other, [][2]string{{"a\uf01bb/c\uf05cd", "a\uf01bb/c\\d"}, {"caf\uf0e9", "caf\uf0e9"}}},
	} {
		p := placesIn(t, c.spelling, c.there...)
		for _, x := range c.come {
			if at := p.file("", x[0], c.same); at != x[1] {
				t.Errorf("%s: the place of %q is %q, want %q", c.rule, x[0], at, x[1])
			}
		}
	}
}

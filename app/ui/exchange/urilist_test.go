package exchange

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseList(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule   string
		list   string
		want   []string
		others int
	}{
		{"a list as file managers drop it", "file:///tmp/a%20b+c.txt\r\nfile:///tmp/%C3%96l\r\n", []string{"/tmp/a b+c.txt", "/tmp/Öl"}, 0},
		{"comments are none", "# two files\r\nfile:///a\r\n", []string{"/a"}, 0},
		{"lines may end in a line feed alone, and the list without one", "file:///a\nfile:///b", []string{"/a", "/b"}, 0},
		{"as it stands on the clipboard", "copy\nfile:///a\nfile:///b", []string{"/a", "/b"}, 0},
		{"what was cut is copied all the same", "cut\nfile:///a\x00", []string{"/a"}, 0},
		{"copy is no file further down", "file:///a\ncopy", []string{"/a"}, 1},
		{"by the name of this PC", "file://localhost/a\r\nfile://" + host + "/b", []string{"/a", "/b"}, 0},
		{"not of another PC", "file://nas.example/a\r\nsmb://nas/b\r\nhttps://example.org/c", nil, 3},
		{"not beside the folder", "file:///home/../etc/passwd", []string{"/etc/passwd"}, 0},
		{"not a relative one", "file:a/b\r\nfile://./x", nil, 2},
		{"not with a zero in it", "file:///a%00.txt", nil, 1},
		{"not with a broken escape", "file:///a%zz", nil, 1},
		{"nothing", "", nil, 0},
	} {
		got, others, err := ParseList([]byte(c.list))
		if err != nil || !slices.Equal(got, c.want) || others != c.others {
			t.Errorf("%s: %q, %d others, %v", c.rule, got, others, err)
		}
	}
}

func TestParseListIsBounded(t *testing.T) {
	if got, _, err := ParseList([]byte(strings.Repeat("file:///a\n", MaxFiles))); err != nil || len(got) != MaxFiles {
		t.Errorf("as many as allowed: %d, %v", len(got), err)
	}
	for rule, list := range map[string]string{"too many": strings.Repeat("file:///a\n", MaxFiles+1), "too long": "#" + strings.Repeat("x", MaxList)} {
		if got, _, err := ParseList([]byte(list)); !errors.Is(err, ErrTooMany) || got != nil {
			t.Errorf("%s: %d, %v", rule, len(got), err)
		}
	}
}

func TestListsAreReadAsTheyAreWritten(t *testing.T) {
	paths := []string{"/tmp/a b.txt", "/tmp/100%.txt", "/tmp/Ölß 北.txt", "/tmp/#1?.txt", "/tmp/semi;colon", "/tmp/line\nfeed", "/tmp/.hidden"}
	for rule, list := range map[string][]byte{"dropped": FormatList(paths), "copied": FormatCopied(paths)} {
		got, others, err := ParseList(list)
		if err != nil || others != 0 || !slices.Equal(got, paths) {
			t.Errorf("%s: %q, %d others, %v", rule, got, others, err)
		}
	}
}

// Whatever another program says, what comes out are at most so many clean paths of this PC.
func FuzzParseList(f *testing.F) {
	for _, s := range []string{"file:///a\r\n", "copy\nfile:///a%20b", "cut\nfile://localhost/x", "#c\nhttp://x/", "file:///%2e%2e/%2fx", "file:///\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		paths, _, err := ParseList(list)
		if err != nil && paths != nil || len(paths) > MaxFiles {
			t.Fatalf("%d paths, %v", len(paths), err)
		}
		for _, p := range paths {
			if !filepath.IsAbs(p) || filepath.Clean(p) != p || strings.ContainsRune(p, 0) {
				t.Fatalf("%q", p)
			}
		}
		if again, others, err := ParseList(FormatList(paths)); err != nil || others != 0 || !slices.Equal(again, paths) {
			t.Fatalf("%q became %q, %d others, %v", paths, again, others, err)
		}
	})
}

package share

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// odd are names that people give and programs stumble over.
var odd = []string{
	"plain.txt", "with space.txt", " leading", "percent%20%2F.txt", "hash#tag", "question?mark", "amp&ersand", "plus+plus", "semi;colon",
	"quote'\"", "ümläut ß.pdf", "日本語.txt", "emoji 🎉.png", "e\u0301 decomposed", "\u00e9 composed", "[brackets]", "{braces}", "a=b", "~tilde", "$dollar",
	"back`tick", "-dash", "--help", "@at", "100%", "tab~1.txt", "x.", "trailing ", "CON", "nul.txt", "a:b", "<angle>", "pipe|", "star*",
	strings.Repeat("n", 255), strings.Repeat("ü", 127), "noext", "two.dots.tar.gz", "%00", "%2e%2e", "..leading two", "...",
}

func TestOddNamesGoThereAndBack(t *testing.T) {
	o := newOffice(t)
	want := map[string]string{}
	for n, name := range odd {
		if hidden(name) {
			continue
		}
		at := "work/" + name
		o.write(o.desk, at, fmt.Sprint("content ", n))
		want[at] = fmt.Sprint("content ", n)
	}
	want["work"] = "/"
	p, err := o.put("", filepath.Join(o.desk, "work"))
	o.check(err)
	o.has(o.shared, want)
	if p.Files() != len(want)-1 || p.Count() != p.Files() || p.Bytes() != p.Total() || p.Failed() != 0 {
		t.Errorf("progress: %d of %d files, %d of %d bytes, %d failed", p.Files(), p.Count(), p.Bytes(), p.Total(), p.Failed())
	}
	back := filepath.Join(o.desk, "back")
	_, err = o.get(back, "work")
	o.check(err)
	for name, content := range want {
		if got := o.tree(back)[strings.TrimPrefix(name, "work/")]; name != "work" && got != content {
			t.Errorf("%q came back as %q", name, got)
		}
	}
	for name := range want {
		if name == "work" {
			continue
		}
		alone := filepath.Join(o.desk, "alone")
		if _, err = o.get(alone, name); err != nil {
			t.Errorf("%q alone: %v", name, err)
		}
		o.check(o.client.Rename(t.Context(), "Team", name, "work/other"))
		o.check(o.client.Rename(t.Context(), "Team", "work/other", name))
		o.check(o.client.Remove(t.Context(), "Team", name))
	}
	o.has(o.shared, map[string]string{"work": "/"})
}

func TestTransfersKeepWhatFilesAre(t *testing.T) {
	o := newOffice(t)
	large := strings.Repeat("0123456789abcdef", 100_000)
	edge := strings.Repeat("e", pieceSize)
	want := map[string]string{
		"d": "/", "d/empty folder": "/", "d/empty file": "", "d/large": large, "d/edge": edge, "d/edge+1": edge + "x", "d/deep": "/", "d/deep/er": "/", "d/deep/er/est": "x",
	}
	for name, content := range want {
		if content != "/" {
			o.write(o.desk, name, content)
		}
	}
	o.check(os.Mkdir(filepath.Join(o.desk, "d/empty folder"), 0o700))
	o.check(os.Chmod(filepath.Join(o.desk, "d/large"), 0o700))
	old := time.Date(2001, 2, 3, 4, 5, 6, 123456789, time.UTC)
	for name := range want {
		if !strings.HasPrefix(name, "d/deep") {
			o.check(os.Chtimes(filepath.Join(o.desk, name), old, old))
		}
	}
	_, err := o.put("in/here", filepath.Join(o.desk, "d"))
	o.check(err)
	_, err = o.get(filepath.Join(o.desk, "back"), "in/here/d")
	o.check(err)
	for name, content := range want {
		for _, at := range []string{filepath.Join(o.shared, "in/here", name), filepath.Join(o.desk, "back", strings.TrimPrefix(name, "d"))} {
			info, err := os.Stat(at)
			o.check(err)
			if !strings.HasPrefix(name, "d/deep") && !info.ModTime().Equal(old) {
				t.Errorf("%s was changed %v, want %v", name, info.ModTime(), old)
			}
			if runs := info.Mode()&0o100 != 0; runs != (name == "d/large") && !info.IsDir() && runtime.GOOS != "windows" {
				t.Errorf("%s can be run: %v", name, runs)
			}
			if got, _ := os.ReadFile(at); !info.IsDir() && string(got) != content {
				t.Errorf("%s has other content", name)
			}
		}
	}
	o.noTemps(o.shared)
	o.noTemps(o.desk)
}

func TestGetChoosesTheName(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "a/file.txt", "text")
	for _, c := range []struct {
		rule, path, dest, want string
	}{
		{"a file into a folder", "a/file.txt", "", "file.txt"},
		{"a file to a new name", "a/file.txt", "new.txt", "new.txt"},
		{"a file to a name that is hidden here", "a/file.txt", ".mine", ".mine"},
		{"a folder into a folder", "a", "", "a/file.txt"},
		{"a folder to a new name", "a", "b", "b/file.txt"},
		{"the whole shared folder", "", "", "Team/a/file.txt"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			dest := t.TempDir()
			_, err := o.get(filepath.Join(dest, c.dest), c.path)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadFile(filepath.Join(dest, c.want)); string(got) != "text" {
				t.Errorf("there is %v, want %s", o.tree(dest), c.want)
			}
		})
	}
}

func TestGetOfWhatIsHereAlreadySendsNothing(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "d/same", strings.Repeat("s", 1<<20))
	o.write(o.shared, "d/newer", "one")
	_, err := o.get(o.desk, "d")
	o.check(err)
	here := filepath.Join(o.desk, "d/same")
	before, err := os.Stat(here)
	o.check(err)
	o.write(o.shared, "d/newer", "two")
	p, err := o.get(o.desk, "d")
	o.check(err)
	after, err := os.Stat(here)
	o.check(err)
	if !os.SameFile(before, after) {
		t.Error("a file of the same size and time was replaced")
	}
	o.has(o.desk, map[string]string{"d": "/", "d/same": strings.Repeat("s", 1<<20), "d/newer": "two"})
	if p.Files() != 2 || p.Bytes() != p.Total() {
		t.Errorf("progress: %d files, %d of %d bytes", p.Files(), p.Bytes(), p.Total())
	}
}

func TestFailuresOfSingleFilesDontStopTheRest(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "good", "g")
	o.write(o.shared, "d/inside", "i")
	o.write(o.desk, "taken/d/inside/x", "") // a folder where the file should be
	p, err := o.get(filepath.Join(o.desk, "taken"), "missing", "good", "d")
	var e *Error
	wantCode(t, err, NotFound)
	if e, _ = err.(*Error); e == nil || e.Files != 2 || e.Path != "missing" || !e.Remote {
		t.Errorf("got %#v", err)
	}
	if p.Failed() != 2 || p.Files() != 1 || len(p.Errors()) != 2 {
		t.Errorf("%d failed, %d done, errors %v", p.Failed(), p.Files(), p.Errors())
	}
	if last := p.Errors()[1]; last.Path != "d/inside" || last.Code != Exists || last.Remote {
		t.Errorf("got %#v", last)
	}
	o.has(filepath.Join(o.desk, "taken"), map[string]string{"good": "g", "d": "/", "d/inside": "/", "d/inside/x": ""})

	o.write(o.shared, "in/wall/x", "")
	o.write(o.desk, "wall", "w")
	o.write(o.desk, "fine", "f")
	p, err = o.put("in", filepath.Join(o.desk, "wall"), filepath.Join(o.desk, "gone"), filepath.Join(o.desk, "fine"))
	if e, _ = err.(*Error); e == nil || e.Files != 2 {
		t.Errorf("got %#v", err)
	}
	if p.Failed() != 2 || p.Files() != 1 {
		t.Errorf("%d failed, %d done, errors %v", p.Failed(), p.Files(), p.Errors())
	}
	for _, e := range p.Errors() {
		if remote := e.Path == "in/wall"; e.Remote != remote || !remote && e.Path != "gone" {
			t.Errorf("got %#v", e)
		}
	}
}

func TestAHiddenFileStaysBehindAndIsCounted(t *testing.T) {
	o := newOffice(t)
	o.write(o.desk, "d/.secret", "s")
	o.write(o.desk, "d/.git/config", "s")
	o.write(o.desk, "d/open", "o")
	o.check(os.Symlink("/etc", filepath.Join(o.desk, "d/out")))
	p, err := o.put("", filepath.Join(o.desk, "d"))
	o.check(err)
	o.has(o.shared, map[string]string{"d": "/", "d/open": "o"})
	if p.Skipped() != 3 {
		t.Errorf("skipped %d, want 3", p.Skipped())
	}
	o.write(o.shared, "d/.hidden", "h")
	p, err = o.get(o.desk+"/back", "d")
	o.check(err)
	o.has(o.desk+"/back", map[string]string{"open": "o"})
	if p.Skipped() != 0 {
		t.Error("the reader was told of hidden files")
	}
}

func TestPutWithoutTheRightToChangeKeepsBoth(t *testing.T) {
	o := newOffice(t)
	file := o.write(o.desk, "report.pdf", "mine")
	o.write(o.shared, "report.pdf", "theirs")
	o.allow(See, Read, Add)
	for range 2 {
		_, err := o.put("", file)
		o.check(err)
	}
	o.has(o.shared, map[string]string{"report.pdf": "theirs", "report (2).pdf": "mine", "report (3).pdf": "mine"})
	o.allow(See, Read, Add, Change)
	_, err := o.put("", file)
	o.check(err)
	if got := o.tree(o.shared)["report.pdf"]; got != "mine" {
		t.Errorf("not replaced: %s", got)
	}
}

func TestADropBoxTellsNothing(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "photos/there", "t")
	o.write(o.shared, "file", "t")
	o.write(o.desk, "photos/mine", "m")
	o.write(o.desk, "photos/deep/mine", "m")
	o.write(o.desk, "file/mine", "m")
	o.allow(See, Add)
	_, err := o.put("", filepath.Join(o.desk, "photos"), filepath.Join(o.desk, "file"))
	o.check(err)
	o.has(o.shared, map[string]string{
		"photos": "/", "photos/there": "t", "file": "t",
		"photos (2)": "/", "photos (2)/mine": "m", "photos (2)/deep": "/", "photos (2)/deep/mine": "m", "file (2)": "/", "file (2)/mine": "m",
	})
	for _, where := range []string{"photos", "missing", "file", "photos/deep"} {
		_, err := o.put(where, filepath.Join(o.desk, "file"))
		wantCode(t, err, NotFound)
	}
	for _, name := range []string{"photos", "missing", "file"} {
		o.check(o.client.Mkdir(t.Context(), "Team", name))
		wantCode(t, o.client.Mkdir(t.Context(), "Team", name+"/x"), NotFound)
	}
	_, err = o.client.List(t.Context(), "Team", "")
	wantCode(t, err, NotFound)
	_, err = o.get(o.desk, "file")
	wantCode(t, err, NotFound)
	wantCode(t, o.client.Remove(t.Context(), "Team", "file"), NotFound)
	wantCode(t, o.client.Rename(t.Context(), "Team", "file", "x"), NotFound)
}

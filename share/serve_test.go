package share

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnsharingBreaksOffWhatRuns(t *testing.T) {
	large := strings.Repeat("x", 64<<20)
	for _, c := range []struct {
		what string
		from func(o *office) string // where the file is
		do   func(o *office, p *Progress) error
	}{
		{
			"a get", func(o *office) string { return o.shared },
			func(o *office, p *Progress) error {
				return o.client.Get(o.t.Context(), "Team", []string{"large"}, o.desk, Moving{}, p)
			},
		},
		{
			"a put", func(o *office) string { return o.desk },
			func(o *office, p *Progress) error {
				return o.client.Put(o.t.Context(), []string{filepath.Join(o.desk, "large")}, "Team", "", Moving{}, p)
			},
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			o := newOffice(t)
			o.write(c.from(o), "large", large)
			release := o.hold(8 << 20)
			p := NewProgress()
			ended := make(chan error, 1)
			go func() { ended <- c.do(o, p) }()
			eventually(t, "bytes have come", func() bool { return p.Bytes() > 1<<20 })
			o.check(o.server.SetFolders(nil))
			release()
			if err := <-ended; err == nil {
				t.Error("it went on")
			}
			o.noTemps(o.shared)
			o.noTemps(o.desk)
		})
	}
}

func TestAFolderThatIsAwayComesBack(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "file", "f")
	away := filepath.Join(o.desk, "away")
	o.check(os.Rename(o.shared, away))
	_, err := o.client.List(t.Context(), "Team", "")
	wantCode(t, err, Gone)
	if err := o.server.FolderErrors()["Team"]; err == nil {
		t.Error("the owner isn't told")
	}
	if strings.Contains(err.Error(), o.shared) {
		t.Errorf("the other PC is told of %v", err)
	}
	o.check(os.Rename(away, o.shared))
	list, err := o.client.List(t.Context(), "Team", "")
	o.check(err)
	if len(list) != 1 || len(o.server.FolderErrors()) != 0 {
		t.Errorf("got %v, %v", list, o.server.FolderErrors())
	}
}

func TestFoldersAreReplacedAsAWhole(t *testing.T) {
	o := newOffice(t)
	for _, bad := range [][]Folder{
		{{Name: "A", Dir: o.desk}, {Name: "A", Dir: o.shared}}, {{Dir: o.desk}}, {{Name: "a/b", Dir: o.desk}}, {{Name: "..", Dir: o.desk}}, {{Name: "A", Dir: "relative"}},
	} {
		if err := o.server.SetFolders(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
		_, err := o.client.List(t.Context(), "Team", "")
		o.check(err)
	}
	o.check(o.server.SetFolders([]Folder{{Name: "Plans & 100%", Dir: o.desk}}))
	_, err := o.client.List(t.Context(), "Team", "")
	wantCode(t, err, NotFound)
	_, err = o.client.List(t.Context(), "Plans & 100%", "")
	o.check(err)
}

func TestStaleTemporariesAreSwept(t *testing.T) {
	o := newOffice(t)
	old := tempPrefix + "t0b2c3-0123456789ab-"
	mine := newTemps(nil)
	defer mine.end()
	o.write(o.shared, old+"1", "half")
	o.write(o.shared, "sub/"+old+"2", "half")
	o.write(o.shared, mine.prefix+"1", "at work")
	o.write(o.shared, tempPrefix+"bin", "not one")
	file := o.write(o.desk, "file", "f")
	_, err := o.put("sub", file)
	o.check(err)
	o.check(o.server.SetFolders([]Folder{{Name: "Team", Dir: o.shared}}))
	o.has(o.shared, map[string]string{"sub": "/", "sub/file": "f", mine.prefix + "1": "at work", tempPrefix + "bin": "not one"})
}

func TestRenameNeverReplaces(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "a", "a")
	o.write(o.shared, "b", "b")
	o.write(o.shared, "dir/c", "c")
	o.write(o.shared, "full/d", "d")
	for _, c := range []struct {
		rule, from, to string
		want           Code
	}{
		{"a file on a file", "a", "b", Exists},
		{"a file on itself", "a", "a", Exists},
		{"a folder on a file", "dir", "a", Exists},
		{"a file on a folder", "a", "dir", Exists},
		{"a folder on a folder", "dir", "full", Exists},
		{"a folder into itself", "dir", "dir/x", Invalid},
		{"into a folder that isn't there", "a", "none/a", NotFound},
		{"what isn't there", "none", "x", NotFound},
		{"the shared folder", "", "x", Invalid},
		{"onto the shared folder", "a", "", Invalid},
		{"to a hidden name", "a", ".a", Invalid},
		{"out of it", "a", "../a", Invalid},
	} {
		t.Run(c.rule, func(t *testing.T) { wantCode(t, o.client.Rename(t.Context(), "Team", c.from, c.to), c.want) })
	}
	o.check(o.client.Rename(t.Context(), "Team", "a", "dir/moved"))
	o.check(o.client.Rename(t.Context(), "Team", "dir", "full/dir"))
	o.has(o.shared, map[string]string{"b": "b", "full": "/", "full/d": "d", "full/dir": "/", "full/dir/c": "c", "full/dir/moved": "a"})
}

// Who is refused while still sending must hear why, not just that the connection broke.
func TestARefusedPutIsToldWhy(t *testing.T) {
	o := newOffice(t)
	large := o.write(o.desk, "large", strings.Repeat("x", 32<<20))
	o.write(o.shared, "file", "f")
	for range 10 {
		_, err := o.put("file", large)
		wantCode(t, err, Exists)
		o.allow(See, Read)
		_, err = o.put("", large)
		wantCode(t, err, NotFound)
		o.allow(See, Read, Add, Change)
	}
	o.has(o.shared, map[string]string{"file": "f"})
}

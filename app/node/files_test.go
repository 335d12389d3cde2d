package node

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"lanyard/app/node/gate"
	"lanyard/app/node/transfers"
	"lanyard/share"
)

// A connection that fails is told of in one line that a person can use, without addresses of programs.
func TestABrokenConnectionIsToldOfInWords(t *testing.T) {
	o := newOffice(t, nil)
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, err := range map[string]error{
		"closed at once":      &url.Error{Op: "Get", URL: "https://lanyard-x.local/v1/list/Plans/", Err: io.EOF},
		"nobody answers":      &url.Error{Op: "Get", URL: "https://lanyard-x.local/", Err: errors.Join(fmt.Errorf("a: %w", refused), refused)},
		"cut off in a stream": fmt.Errorf("read stream: %w", io.ErrUnexpectedEOF),
		"reset":               &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET},
	} {
		got := o.fileProblem(t.Context(), o.member.Peer.ID, Location{Folder: "Plans"}, err)
		if KindOf(got) != Offline || strings.ContainsAny(got.Error(), "\n:") || !errors.Is(got, err) {
			t.Errorf("%s: %s, %v", name, KindOf(got), got)
		}
	}
	o.settings.Avoid = []string{o.member.Peer.ID}
	o.mu.Lock()
	o.applyRulesLocked()
	o.mu.Unlock()
	if got := o.fileProblem(t.Context(), o.member.Peer.ID, Location{}, io.EOF); KindOf(got) != Denied {
		t.Errorf("a PC that is avoided: %v", got)
	}
}

// What this PC is known to have no right to is refused before anything is read or sent, in words that say so.
func TestARightThatIsMissingIsNamed(t *testing.T) {
	o := newOffice(t, nil)
	id := o.member.Peer.ID
	file := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	at := Location{PC: id, Folder: "R", Path: "a"}
	put := func() error { _, err := o.Put(t.Context(), []string{file}, at, Moving{}); return err }
	preview := func() error { _, err := o.PreviewPut(t.Context(), []string{file}, at); return err }
	remove := func() error { return o.Remove(t.Context(), []Location{at}) }
	rename := func() error { return o.Rename(t.Context(), at, Location{PC: id, Folder: "R", Path: "b"}) }
	mkdir := func() error { return o.MakeFolder(t.Context(), at) }
	for _, c := range []struct {
		rule, access string
		do           func() error
		says         string // "": that there is such a right
	}{
		{"put where one may read", "read", put, "may only read R on "},
		{"a preview of it", "read", preview, "may only read R on "},
		{"rm where one may read", "read", remove, "may only read R on "},
		{"mv where one may read", "read", rename, "may only read R on "},
		{"mkdir where one may read", "read", mkdir, "may only read R on "},
		{"put where one may see", "see", put, "may only see R on "},
		{"rm where one may add", "add", remove, "may only add to R on "},
		{"put where one may add", "add", put, ""},
		{"rm where one may change", "change", remove, ""},
		{"put where that PC alone knows", "", put, ""},
		{"put with a right of a later version", "audit", put, ""},
	} {
		p := &peer{online: true, Offers: offers{Folders: []Offer{{Name: "R", Access: c.access}}}}
		o.mu.Lock()
		o.peers[id] = p
		o.mu.Unlock()
		err := c.do()
		switch {
		case c.says == "" && KindOf(err) == Denied:
			t.Errorf("%s: %v", c.rule, err)
		case c.says != "" && (err == nil || KindOf(err) != Denied || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, want %q", c.rule, err, c.says)
		}
	}
}

// What the system of the other PC doesn't allow is not said to be a right that is missing.
func TestWhatTheSystemThereDoesNotAllow(t *testing.T) {
	o := newOffice(t, nil)
	for text, want := range map[string]string{
		"the system does not allow it": ": its system does not allow it", "the disk can only be read": ": the disk can only be read",
	} {
		got := o.fileProblem(t.Context(), o.member.Peer.ID, Location{Folder: "S", Path: "ro/a"}, &share.Error{Code: share.Denied, Text: text, Remote: true})
		if KindOf(got) != Denied || !strings.Contains(got.Error(), ":S/ro/a"+want) || strings.Contains(got.Error(), "for the right") {
			t.Errorf("%v, want %q", got, want)
		}
	}
}

// A folder that is shared again without rights keeps those that it has.
func TestSharingAgainKeepsTheRights(t *testing.T) {
	n, dir := newNode(t), t.TempDir()
	for _, c := range []struct {
		rule        string
		give, holds map[string]string
	}{
		{"a new one can be read", nil, map[string]string{gate.Everyone: "read"}},
		{"rights that are given hold", map[string]string{gate.Everyone: "change", gate.Guests: "add"}, map[string]string{gate.Everyone: "change", gate.Guests: "add"}},
		{"and stay", map[string]string{}, map[string]string{gate.Everyone: "change", gate.Guests: "add"}},
		{"until others are given", map[string]string{gate.Everyone: "see"}, map[string]string{gate.Everyone: "see"}},
	} {
		f, err := n.ShareFolder(t.Context(), Folder{Name: "Plans", Dir: dir, Allow: c.give})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(f.Allow) != fmt.Sprint(c.holds) || fmt.Sprint(n.settings.Folders[0].Allow) != fmt.Sprint(c.holds) {
			t.Errorf("%s: %v, %v", c.rule, f.Allow, n.settings.Folders[0].Allow)
		}
	}
}

// However long a path is, it is told once, and not more of it than a line or two.
func TestALongPathIsToldOnce(t *testing.T) {
	o := newOffice(t, nil)
	long := strings.Repeat("folder/", 700) + "end"
	for rule, c := range map[string]struct {
		err   *share.Error
		path  string
		says  string
		times int
	}{
		"too long, by this PC": {&share.Error{Code: share.Invalid, Text: "the path is too long"}, long, "the path is too long (give it a shorter name", 0},
		"too long, by that PC": {&share.Error{Code: share.Invalid, Text: "the path is too long", Path: long, Remote: true}, long, "a shorter name", 0},
		"another, of a file":   {&share.Error{Code: share.Damaged, Text: "what arrived is not what was sent", Path: "folder/a", Remote: true}, "folder/a", ":S/folder/a: what arrived", 1},
		"the first of several": {&share.Error{Code: share.Damaged, Text: "damaged", Path: "folder/a", Remote: true, Files: 3}, "folder/a", "3 files failed, the first: ", 1},
		"of one in the folder": {&share.Error{Code: share.Damaged, Text: "damaged", Path: "folder/a", Remote: true}, "b", ":S/b: folder/a: damaged", 1},
	} {
		got := o.fileProblem(t.Context(), o.member.Peer.ID, Location{Folder: "S", Path: c.path}, c.err).Error()
		if len(got) > maxShownPath+200 || !strings.Contains(got, c.says) || c.times > 0 && strings.Count(got, "folder/a") != c.times {
			t.Errorf("%s: %s", rule, got)
		}
	}
}

// A file that changed while it was read can be tried again: what is said names the command.
func TestAChangedFileIsTriedAgain(t *testing.T) {
	o := newOffice(t, nil)
	for _, kind := range []string{"put", "get"} {
		move := transfers.Transfer{ID: "t1", Spec: transfers.Spec{Kind: kind, PC: o.member.Peer.ID, Dest: t.TempDir(), Local: t.TempDir(), Folder: "S"}}
		err := o.waitFor(t.Context(), &move, &share.Error{Code: share.Changed, Text: "the file changed while it was read", Path: "a", Remote: kind == "get"}, nil)
		if err == nil || !strings.Contains(err.Error(), "a: the file changed while it was read (`lanyard transfers retry t1`") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// A target that isn't there becomes a folder, and what is put keeps its name in it: the help of the command says so.
func TestPutMakesTheFolderItNames(t *testing.T) {
	o := newOffice(t, map[string]string{gate.Everyone: "change"})
	dir, file := o.settings.Folders[0].Dir, filepath.Join(t.TempDir(), "a.txt")
	if err := errors.Join(os.WriteFile(file, []byte("a"), 0o600), o.files.SetFolders([]share.Folder{{Name: "Plans", Dir: dir}})); err != nil {
		t.Fatal(err)
	}
	if err := o.as(t, o.member).Put(t.Context(), []string{file}, "Plans", "new/b.txt", share.Moving{}, share.NewProgress()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "new", "b.txt", "a.txt")); string(got) != "a" {
		t.Errorf("%q, %v", got, err)
	}
}

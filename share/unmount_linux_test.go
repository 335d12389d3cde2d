package share

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/share/bin"
)

// stick is a disk that can be taken out, and put in again, at one and the same place.
type stick struct {
	t      testing.TB
	image  string // where it is mounted all the time, as a drive has its disk
	mount  string
	within string // of mount, what is shared
}

func newStick(t testing.TB, below string) *stick {
	t.Helper()
	s := &stick{t: t, image: disk(t, "size=16m"), mount: t.TempDir()}
	s.within = filepath.Join(s.mount, below)
	for _, at := range []string{s.image, s.mount} { // the folder can be opened without the disk, too: nothing is in it then
		if err := os.MkdirAll(filepath.Join(at, below), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.in()
	t.Cleanup(func() { _ = unix.Unmount(s.mount, unix.MNT_DETACH) })
	return s
}

func (s *stick) in() {
	s.t.Helper()
	if err := unix.Mount(s.image, s.mount, "", unix.MS_BIND, ""); err != nil {
		s.t.Fatal(err)
	}
}

// comesOut waits until it can be taken out, as a person does who is told that it is in use.
func (s *stick) comesOut() {
	s.t.Helper()
	err := unix.Unmount(s.mount, 0)
	for end := time.Now().Add(restAfter + 5*time.Second); err != nil && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		err = unix.Unmount(s.mount, 0)
	}
	if err != nil {
		s.t.Fatalf("the disk is in use for ever: %v", err)
	}
}

// A disk can be taken out once nobody has used its folder for a moment, and is there again without a word when it is back. The
// bin goes on as if nothing had been.
func TestADiskThatNobodyUsesCanBeTakenOut(t *testing.T) {
	t.Parallel() // it mostly waits
	s := newStick(t, "Team")
	p, ctx, here := newPCIn(t, everything, s.within), within(t, time.Minute), t.TempDir()
	put := func(content string) {
		t.Helper()
		if err := p.Put(ctx, []string{write(t, filepath.Join(here, "x"), content)}, "docs", "", Moving{}, nil); err != nil {
			t.Fatal(err)
		}
	}
	put("first")
	put("second") // the first is in the bin
	open := p.server.folders["docs"].bin
	s.comesOut()
	s.in()
	put("third")
	if p.server.folders["docs"].bin != open {
		t.Error("what the bin knew is forgotten")
	}
	if got := read(t, filepath.Join(s.within, "x")); got != "third" {
		t.Errorf("there is %q", got)
	}
	if kept, err := os.ReadDir(filepath.Join(s.within, bin.Name)); err != nil || len(kept) < 2 {
		t.Errorf("the bin has %v, %v", kept, err)
	}
	s.comesOut()
}

// Who works on is not in the way of itself: a request that takes longer than that keeps its disk.
func TestADiskInUseStays(t *testing.T) {
	t.Parallel() // it mostly waits
	s := newStick(t, "Team")
	p := newPCIn(t, everything, s.within)
	done := p.server.folders["docs"].hold(func() {})
	if _, err := p.List(within(t, time.Minute), "docs", ""); err != nil {
		t.Fatal(err)
	}
	time.Sleep(restAfter + time.Second)
	if err := unix.Unmount(s.mount, 0); err == nil {
		t.Error("the disk went in the midst of a request")
	}
	done()
	s.comesOut()
}

// What somebody without an account drops together stays together, however long it takes.
func TestWhatIsDroppedTogetherStaysTogether(t *testing.T) {
	p, batch := newPC(t, everything), &Batch{}
	write(t, filepath.Join(p.dir, "box", "old"), "old")
	for _, name := range []string{"box/a", "box/b"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/", nil)
		var err error
		verr := p.server.Visit(httptest.NewRecorder(), r, "docs", func(tree *Tree, _ http.ResponseWriter, r *http.Request) {
			err = tree.Drop(r.Context(), batch, name, 1, time.Time{}, strings.NewReader("x"))
		})
		if err := errors.Join(verr, err); err != nil {
			t.Fatal(err)
		}
		p.server.folders["docs"].letGo()
	}
	wantTree(t, p.dir, "box/", "box/old=old", "box (2)/", "box (2)/a=x", "box (2)/b=x")
}

// Where a disk is mounted at one place for good, there is an empty folder while it is out: nothing is put there, and hidden
// by the disk once it is back.
func TestNothingIsPutWhereADiskBelongs(t *testing.T) {
	for name, below := range map[string]string{"all of the disk": "", "a folder of it": "a/Team"} {
		t.Run(name, func(t *testing.T) {
			s := newStick(t, below)
			p, ctx := newPCIn(t, everything, s.within), within(t, 20*time.Second)
			set := []Folder{{Name: "docs", Dir: s.within, Mount: MountOf(s.within)}}
			if set[0].Mount != s.mount {
				t.Fatalf("the disk is mounted at %q, not at %q", s.mount, set[0].Mount)
			}
			share := func() {
				t.Helper()
				if err := p.server.SetFolders(set); err != nil {
					t.Fatal(err)
				}
			}
			share()
			from := write(t, filepath.Join(t.TempDir(), "x"), "x")
			works := func() {
				t.Helper()
				if err := p.Put(ctx, []string{from}, "docs", "", Moving{}, nil); err != nil {
					t.Error(err)
				}
				if len(p.server.FolderErrors()) != 0 {
					t.Errorf("trouble %v", p.server.FolderErrors())
				}
			}
			refused := func() {
				t.Helper()
				verr := p.server.Visit(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), "docs",
					func(*Tree, http.ResponseWriter, *http.Request) { t.Error("another door opens it") })
				_, lerr := p.List(ctx, "docs", "")
				for door, err := range map[string]error{
					"put": p.Put(ctx, []string{from}, "docs", "", Moving{}, nil), "list": lerr, "mkdir": p.Mkdir(ctx, "docs", "d"), "another": verr,
					"get": p.Get(ctx, "docs", []string{"x"}, t.TempDir(), Moving{}, nil),
				} {
					if code(err) != Gone || strings.Contains(err.Error(), s.mount) {
						t.Errorf("%s: %v, want %q", door, err, Gone)
					}
				}
				if err := p.server.FolderErrors()["docs"]; err == nil || !strings.Contains(err.Error(), s.mount) {
					t.Errorf("the owner is told %v", err)
				}
				if list, err := os.ReadDir(s.within); err != nil || len(list) != 0 {
					t.Errorf("where the disk belongs there is %v, %v", list, err)
				}
			}
			works()
			if err := unix.Unmount(s.mount, unix.MNT_DETACH); err != nil {
				t.Fatal(err)
			}
			refused()
			if err := p.server.SetFolders(nil); err != nil { // the program ends, and starts without the disk
				t.Fatal(err)
			}
			share()
			refused()
			s.in()
			works()
		})
	}
}

// What isn't on a disk of its own needs none.
func TestTheDiskOfTheSystemIsAlwaysThere(t *testing.T) {
	for _, dir := range []string{"/", "/no/such/folder"} {
		if at := MountOf(dir); at != "" {
			t.Errorf("%s is on a disk at %q", dir, at)
		}
	}
}

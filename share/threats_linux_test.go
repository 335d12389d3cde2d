package share

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// T03: a link that leads out is not there, for reading, writing, listing, renaming or removing, and nothing is done beyond it.
func TestT03LinksLeadNowhere(t *testing.T) {
	base := memory(t)
	dir, out := filepath.Join(base, "share"), filepath.Join(base, "out")
	write(t, filepath.Join(dir, "in", "x"), "shared")
	write(t, filepath.Join(out, "x"), "SECRET")
	write(t, filepath.Join(out, "sub", "y"), "SECRET")
	for link, to := range map[string]string{
		"relative": "../out", "absolute": out, "file": "../out/x", "etc": "/etc", "passwd": "/etc/passwd", "proc": "/proc/self/cwd", "fd": "/proc/self/fd",
		"dangling": "../out/new", "through": "relative", "self": "self", "in/up": "../../out", "root": "/", "parent": "..", "dots": "in/../../out",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	p, ctx, dest := newPCIn(t, everything, dir), within(t, 20*time.Second), t.TempDir()
	before := tree(t, dir)
	file, folder := write(t, filepath.Join(t.TempDir(), "x"), "BAD"), filepath.Join(t.TempDir(), "sub")
	write(t, filepath.Join(folder, "y"), "BAD")
	for _, link := range []string{"relative", "absolute", "file", "etc", "passwd", "proc", "fd", "dangling", "through", "self", "in/up", "root", "parent", "dots"} {
		for _, at := range []string{link, link + "/x", link + "/sub/y"} {
			if list, err := p.List(ctx, "docs", at); err == nil {
				t.Errorf("list of %s: %v", at, list)
			}
			if err := p.Get(ctx, "docs", []string{at}, dest, Moving{}, nil); err == nil {
				t.Errorf("%s can be fetched", at)
			}
			if said := answered(t, p.server, httptest.NewRequest(http.MethodGet, "/v1/files/docs/"+at, nil)); !strings.Contains(said, "404 Not Found") {
				t.Errorf("content of %s: %s", at, said)
			}
			for what, err := range map[string]error{
				"mkdir": p.Mkdir(ctx, "docs", at), "rename": p.Rename(ctx, "docs", at, "mine"), "rename to": p.Rename(ctx, "docs", "in/x", at),
				"remove": p.Remove(ctx, "docs", at), "put": p.Put(ctx, []string{file, folder}, "docs", at, Moving{}, nil),
			} {
				if err == nil {
					t.Errorf("%s of %s is done", what, at)
				}
			}
		}
	}
	if err := p.Get(ctx, "docs", []string{""}, dest, Moving{}, nil); err != nil { // all of it, links left out
		t.Error(err)
	}
	wantTree(t, dest, "docs/", "docs/in/", "docs/in/x=shared")
	wantTree(t, out, "sub/", "sub/y=SECRET", "x=SECRET")
	if after := tree(t, dir); strings.Join(after, " ") != strings.Join(before, " ") {
		t.Errorf("it has become %v", after)
	}
	if err := p.Remove(ctx, "docs", "in"); err != nil { // with a link in it that leads out
		t.Error(err)
	}
	wantTree(t, out, "sub/", "sub/y=SECRET", "x=SECRET")
}

// T03: the second name of a file that is not shared (only its owner can have made it) is a file like others, but what is put
// under it is a new file: the other name keeps the old one.
func TestT03APutThroughAHardLinkStaysHere(t *testing.T) {
	base := memory(t)
	victim := write(t, filepath.Join(base, "victim"), "SECRET")
	p := newPCIn(t, everything, filepath.Dir(write(t, filepath.Join(base, "share", "own"), "own")))
	for _, size := range []int{10, 3 * pieceSize} {
		_ = os.Remove(filepath.Join(p.dir, "x"))
		if err := os.Link(victim, filepath.Join(p.dir, "x")); err != nil {
			t.Fatal(err)
		}
		content := strings.Repeat("n", size)
		answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(streamOf(stored{path: "x", content: content})))))
		if read(t, filepath.Join(p.dir, "x")) != content || read(t, victim) != "SECRET" {
			t.Errorf("the other name has %.20q, this one %.20q", read(t, victim), read(t, filepath.Join(p.dir, "x")))
		}
	}
}

// raceTries and raceTime are how many files, and for how long at the most, are put while their folder changes.
const (
	raceTries = 100_000
	raceTime  = 3 * time.Second
)

// T03: while a folder is swapped for a link that leads out, a put into it ends up in the one folder or nowhere.
func TestT03AFolderBecomesALinkDuringAPut(t *testing.T) {
	base := memory(t)
	dir, out := filepath.Join(base, "share"), filepath.Join(base, "out")
	write(t, filepath.Join(dir, "d", "x"), "shared")
	write(t, filepath.Join(out, "x"), "SECRET")
	if err := os.Symlink("../out", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	s := NewServer(Options{Allow: everything})
	defer s.Close()
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*raceTime)
	defer cancel()
	var wg sync.WaitGroup
	swaps, tries, landed := 0, 0, 0
	wg.Go(func() {
		for ; ctx.Err() == nil; swaps++ {
			_ = unix.Renameat2(unix.AT_FDCWD, filepath.Join(dir, "d"), unix.AT_FDCWD, filepath.Join(dir, "link"), unix.RENAME_EXCHANGE)
		}
	})
	var list []stored
	for n := range 50 {
		list = append(list, stored{path: fmt.Sprint("d/x", n), content: "put"}, stored{path: fmt.Sprintf("d/below%d/y", n), content: "put"})
	}
	for stream, begun := streamOf(list...), time.Now(); ctx.Err() == nil && tries < raceTries && (time.Since(begun) < raceTime || landed == 0); tries += len(list) {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(stream)))
		complete, err := completeIn(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		landed += complete
	}
	cancel()
	wg.Wait()
	t.Logf("%d puts, of which %d landed, during %d swaps", tries, landed, swaps)
	wantTree(t, out, "x=SECRET")
	if swaps < 1000 || tries < 1000 || landed == 0 || landed == tries {
		t.Errorf("%d of %d puts landed during %d swaps: that is no race", landed, tries, swaps)
	}
}

// T35: others can fill a disk up to a reserve, and no further; what they had put is kept, what is half is not.
func TestT35ADiskKeepsItsReserve(t *testing.T) {
	for name, c := range map[string]struct{ files, size, most int }{
		"many files": {500, 100 << 10, 3 << 20}, "large files": {50, 1 << 20, 4 << 20}, "one that is too large from the start": {1, 50 << 20, 40 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			dir, content := disk(t, "size=40m"), strings.Repeat("x", c.size)
			p := newPCIn(t, everything, dir)
			list := make([]stored, c.files)
			for n := range list {
				list[n] = stored{path: numbered("f", n), content: content}
			}
			said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(streamOf(list...))))
			if !strings.Contains(said, `"code":"full"`) || !strings.Contains(said, "507") {
				t.Errorf("the answer is %.300s", said)
			}
			reserve := reserveOf(40 << 20)
			if free, err := Free(dir); err != nil || free < reserve-writers*pieceSize || free > int64(c.most) { // which look all at once
				t.Errorf("%d bytes are left of %d, %v", free, reserve, err)
			}
			noTemporaries(t, dir)
		})
	}
}

// T35: the disk of somebody else's transfer is filled by a third: what runs stops at the reserve too.
func TestT35APutStopsAtTheReserve(t *testing.T) {
	o := newOfficeIn(t, disk(t, "size=300m"))
	from := filepath.Join(t.TempDir(), "large")
	fill(t, from, 200<<20)
	release := o.hold(20 << 20)
	p, ended := NewProgress(), make(chan error, 1)
	go func() { ended <- o.client.Put(t.Context(), []string{from}, "Team", "", Moving{}, p) }()
	eventually(t, "bytes have come", func() bool { return p.Bytes() > 10<<20 })
	if err := os.WriteFile(filepath.Join(o.desk, "other"), make([]byte, 200<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	release()
	wantCode(t, <-ended, Full)
	o.has(o.shared, map[string]string{})
	if free, err := Free(o.shared); err != nil || free < 15<<20 {
		t.Errorf("%d MiB are left, %v", free>>20, err)
	}
}

// T35: a disk has only so many files to give, however small they are.
func TestT35ADiskKeepsSomeFilesToGive(t *testing.T) {
	dir := disk(t, "size=100m,nr_inodes=1000")
	p := newPCIn(t, everything, dir)
	var list []stored
	for n := range 1500 {
		list = append(list, stored{path: numbered("f", n)})
	}
	said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(streamOf(list...)))))
	if !strings.Contains(said, `"code":"full"`) {
		t.Errorf("the answer is %.300s", said)
	}
	if n := len(tree(t, dir)); n < 900 || n > 990 {
		t.Errorf("%d files of 1000", n)
	}
	noTemporaries(t, dir)
}

// T35: folders alone fill no disk either.
func TestT35FoldersKeepTheReserveToo(t *testing.T) {
	dir := disk(t, "size=100m,nr_inodes=1000")
	p := newPCIn(t, everything, dir)
	var list []stored
	for n := range 1500 {
		list = append(list, stored{path: numbered("d", n), folder: true})
	}
	said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(streamOf(list...))))
	if n := things(t, dir); !strings.Contains(said, `"code":"full"`) || n < 900 || n > 995 {
		t.Errorf("%d folders of 1000: %.300s", n, said)
	}
	for n := range 100 {
		answered(t, p.server, httptest.NewRequest(http.MethodPost, fmt.Sprint("/v1/mkdir/docs/more", n), nil))
	}
	if n := things(t, dir); n > 995 {
		t.Errorf("%d folders of 1000", n)
	}
}

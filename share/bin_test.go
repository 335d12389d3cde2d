package share

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/share/bin"
)

// shop is a PC whose folder many may change; each says who it is, and "owner" is believed to be that.
type shop struct {
	*pc
	t       testing.TB
	mu      sync.Mutex
	stopped []bin.Stop // mu guards it
}

func newShop(t testing.TB, b Bin) *shop {
	t.Helper()
	s := &shop{t: t}
	server := NewServer(Options{
		Allow:  everything,
		Who:    func(r *http.Request) string { return r.Header.Get("Test-Who") },
		Owner:  func(r *http.Request) bool { return r.Header.Get("Test-Who") == "owner" },
		Bin:    b,
		Braked: func(b bin.Stop) { s.mu.Lock(); defer s.mu.Unlock(); s.stopped = append(s.stopped, b) },
	})
	dir := t.TempDir()
	if err := server.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	h := httptest.NewUnstartedServer(server)
	h.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	h.StartTLS()
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
		server.Close()
	})
	s.pc = &pc{Client: &Client{HTTP: h.Client(), Base: h.URL}, dir: dir, server: server, http: h}
	return s
}

// named says with each request who makes it.
type named struct {
	who  string
	next http.RoundTripper
}

func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Test-Who", n.who)
	return n.next.RoundTrip(r)
}

func (s *shop) as(who string) *Client {
	return &Client{HTTP: &http.Client{Transport: named{who, s.http.Client().Transport}}, Base: s.Base}
}

func (s *shop) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) bin(who string) []BinItem {
	s.t.Helper()
	list, err := s.as(who).Bin(within(s.t, time.Minute), "docs")
	s.check(err)
	return list
}

func (s *shop) restore(who string, q RestoreRequest) Restored {
	s.t.Helper()
	r, err := s.as(who).RestoreBin(within(s.t, time.Minute), "docs", q)
	s.check(err)
	return r
}

// picture is all that a folder has: content and time by path.
func picture(t testing.TB, dir string) (list []string) {
	t.Helper()
	for _, line := range tree(t, dir) {
		p, _, file := strings.Cut(line, "=")
		if file {
			info, err := os.Stat(filepath.Join(dir, p))
			if err != nil {
				t.Fatal(err)
			}
			line += fmt.Sprint(" ", info.ModTime().UnixNano(), info.Mode())
		}
		list = append(list, line)
	}
	return list
}

// papers writes documents with times of their own: text, and some of a type that is known.
func (s *shop) papers(n int) {
	s.t.Helper()
	for i := range n {
		text, name := strings.Repeat(fmt.Sprintf("Minutes of meeting %d. ", i), 50), fmt.Sprintf("year %d/paper %d.txt", i%10, i)
		if i%3 == 0 {
			text, name = "%PDF-1.7\n"+text, fmt.Sprintf("year %d/paper %d.pdf", i%10, i)
		}
		at := write(s.t, filepath.Join(s.dir, name), text)
		s.check(os.Chtimes(at, time.Time{}, time.Unix(1e9+int64(i), int64(i)*100)))
	}
}

// T40: who removes a thousand files has them back in one step, with all that they had.
func TestT40AMassDeleteComesBackInOneStep(t *testing.T) {
	s, ctx := newShop(t, Bin{Brake: -1}), within(t, 2*time.Minute)
	s.papers(1000)
	before := picture(t, s.dir)
	for n := range 10 {
		if n%2 == 0 {
			s.check(s.as("a").Remove(ctx, "docs", fmt.Sprintf("year %d", n)))
			continue
		}
		list, err := s.List(ctx, "docs", fmt.Sprintf("year %d", n))
		s.check(err)
		for _, e := range list {
			s.check(s.as("a").Remove(ctx, "docs", fmt.Sprintf("year %d/%s", n, e.Name)))
		}
	}
	list := s.bin("a")
	if len(list) != 505 || list[0].Action != list[504].Action {
		t.Fatalf("%d items in the bin, the first %+v", len(list), list[0])
	}
	if r := s.restore("a", RestoreRequest{IDs: []string{list[0].Action}}); r.Items != 505 || r.Files != 1000 || r.Failed != 0 || len(r.Renamed) != 0 {
		t.Errorf("%+v", r)
	}
	if after := picture(t, s.dir); !slices.Equal(after, before) {
		t.Errorf("it is not as it was: %d things of %d", len(after), len(before))
	}
	if list := s.bin("owner"); len(list) != 0 {
		t.Errorf("and in the bin is still %+v", list[0])
	}
}

// T40: what was replaced by a put comes back, and what it was replaced by in its turn.
func TestT40AReplacedFileComesBack(t *testing.T) {
	s, ctx := newShop(t, Bin{}), within(t, time.Minute)
	write(t, filepath.Join(s.dir, "d", "small"), "old")
	fill(t, filepath.Join(s.dir, "d", "large"), 3*pieceSize)
	before := picture(t, s.dir)
	box := filepath.Join(t.TempDir(), "d")
	write(t, filepath.Join(box, "small"), "new")
	write(t, filepath.Join(box, "large"), strings.Repeat("new", pieceSize))
	s.check(s.as("a").Put(ctx, []string{box}, "docs", "", Moving{}, nil))
	if list := s.bin("a"); len(list) != 2 || list[0].How != bin.Replaced {
		t.Fatalf("in the bin is %+v", list)
	}
	s.restore("a", RestoreRequest{All: true})
	if after := picture(t, s.dir); !slices.Equal(after, before) {
		t.Error("it is not as it was")
	}
	s.restore("a", RestoreRequest{All: true})
	if read(t, filepath.Join(s.dir, "d", "small")) != "new" {
		t.Error("the undoing can't be undone")
	}
}

// T40: of what others did there is nothing to be seen or had, whatever one asks for; all of it is the owner's.
func TestT40OthersSeeNothingOfABin(t *testing.T) {
	s, ctx := newShop(t, Bin{}), within(t, time.Minute)
	write(t, filepath.Join(s.dir, "private"), "x")
	s.check(s.as("a").Remove(ctx, "docs", "private"))
	of := s.bin("a")[0]
	for _, who := range []string{"b", "", "A", "?"} {
		if list := s.bin(who); len(list) != 0 {
			t.Errorf("%q sees %+v", who, list)
		}
		for _, q := range []RestoreRequest{{All: true}, {IDs: []string{of.ID, of.Action}}} {
			if r := s.restore(who, q); r.Items+r.Failed != 0 {
				t.Errorf("%q restores: %+v", who, r)
			}
		}
		if err := s.as(who).EmptyBin(ctx, "docs", RestoreRequest{All: true}); code(err) != Denied {
			t.Errorf("%q empties: %v", who, err)
		}
	}
	for _, p := range []string{bin.Name, bin.Name + "/journal", bin.Name + "/" + of.Action + "/0"} {
		if _, err := s.as("a").List(ctx, "docs", p); err == nil {
			t.Errorf("%s is listed", p)
		}
		if err := s.as("a").Remove(ctx, "docs", p); err == nil {
			t.Errorf("%s is removed", p)
		}
		if err := s.as("a").Get(ctx, "docs", []string{p}, t.TempDir(), Moving{}, nil); err == nil {
			t.Errorf("%s is fetched", p)
		}
	}
	if err := s.as("a").EmptyBin(ctx, "docs", RestoreRequest{All: true}); code(err) != Denied {
		t.Errorf("who did it empties: %v", err)
	}
	if list := s.bin("owner"); len(list) != 1 || list[0].Who != "a" {
		t.Errorf("the owner sees %+v", list)
	}
	s.check(s.as("owner").EmptyBin(ctx, "docs", RestoreRequest{All: true}))
	if list := s.bin("owner"); len(list) != 0 {
		t.Errorf("emptied, and there is %+v", list)
	}
}

// virus does one way of what such programs do, with one file.
var virus = map[string]func(ctx context.Context, c *Client, dir, p string, noise []byte) error{
	"overwrites": func(ctx context.Context, c *Client, dir, p string, noise []byte) error {
		at := filepath.Join(dir, filepath.Base(p))
		if err := os.WriteFile(at, noise, 0o600); err != nil {
			return err
		}
		return c.Put(ctx, []string{at}, "docs", filepath.Dir(p), Moving{}, nil)
	},
	"renames": func(ctx context.Context, c *Client, _, p string, _ []byte) error {
		return c.Rename(ctx, "docs", p, p+".locked")
	},
	"overwrites and renames": func(ctx context.Context, c *Client, dir, p string, noise []byte) error {
		at := filepath.Join(dir, filepath.Base(p))
		if err := os.WriteFile(at, noise, 0o600); err != nil {
			return err
		}
		if err := c.Put(ctx, []string{at}, "docs", filepath.Dir(p), Moving{}, nil); err != nil {
			return err
		}
		return c.Rename(ctx, "docs", p, p+".locked")
	},
	"writes new ones and removes the old": func(ctx context.Context, c *Client, dir, p string, noise []byte) error {
		at := filepath.Join(dir, filepath.Base(p)+".locked")
		if err := os.WriteFile(at, noise, 0o600); err != nil {
			return err
		}
		if err := c.Put(ctx, []string{at}, "docs", filepath.Dir(p), Moving{}, nil); err != nil {
			return err
		}
		return c.Remove(ctx, "docs", p)
	},
}

// T40: a virus on another PC that makes files unreadable is stopped before it has twenty, the owner is told, and a roll-back
// brings every byte back. Nobody else is stopped.
func TestT40AVirusIsStoppedAndUndone(t *testing.T) {
	for name, act := range virus {
		t.Run(name, func(t *testing.T) {
			s, ctx := newShop(t, Bin{}), within(t, time.Minute)
			s.papers(200)
			before, began, dir := picture(t, s.dir), time.Now(), t.TempDir()
			done, stopped := 0, false
			for _, line := range tree(t, s.dir) {
				p, _, file := strings.Cut(line, "=")
				if !file || stopped {
					continue
				}
				noise := make([]byte, len(line))
				_, _ = rand.Read(noise)
				err := act(ctx, s.as("virus"), dir, p, noise)
				if stopped = code(err) == Braked; !stopped {
					s.check(err)
					done++
				}
			}
			if !stopped || done >= 20 || len(s.stopped) != 1 || s.stopped[0].Who != "virus" {
				t.Errorf("stopped %v after %d files; the owner is told %v", stopped, done, s.stopped)
			}
			for what, err := range map[string]error{
				"removes": s.as("virus").Remove(ctx, "docs", "year 9"),
				"renames": s.as("virus").Rename(ctx, "docs", "year 9", "year X"),
			} {
				if code(err) != Braked {
					t.Errorf("it still %s: %v", what, err)
				}
			}
			s.check(s.as("friend").Rename(ctx, "docs", "year 8", "year VIII"))
			s.check(s.as("friend").Rename(ctx, "docs", "year VIII", "year 8"))
			r, err := s.server.RollBack(ctx, "virus", began)
			if err != nil || r.Failed != 0 || r.Items < done {
				t.Errorf("rolled back: %+v, %v", r, err)
			}
			if after := picture(t, s.dir); !slices.Equal(after, before) {
				t.Errorf("after it there is\n%.2000s", strings.Join(after, "\n"))
			}
			s.server.Release("virus")
			s.check(s.as("virus").Remove(ctx, "docs", "year 9"))
		})
	}
}

// T40: a put that goes too far ends as a whole, and says why; what it adds and what others restore is not braked.
func TestT40ATransferIsBraked(t *testing.T) {
	s, ctx := newShop(t, Bin{Brake: 50}), within(t, time.Minute)
	from := filepath.Join(t.TempDir(), "year 0")
	for n := range 200 {
		write(t, filepath.Join(s.dir, "year 0", fmt.Sprint("f", n)), "old")
		write(t, filepath.Join(from, fmt.Sprint("f", n)), "new one")
	}
	p := NewProgress()
	if err := s.as("a").Put(ctx, []string{from}, "docs", "", Moving{}, p); code(err) != Braked {
		t.Errorf("error %v, want %q", err, Braked)
	}
	if n := strings.Count(strings.Join(tree(t, s.dir), "\n"), "=new one"); n != 50 || p.Files() != 50 {
		t.Errorf("%d files are replaced, said %d", n, p.Files())
	}
	noTemporaries(t, s.dir)
	added := filepath.Join(t.TempDir(), "added")
	for n := range 200 {
		write(t, filepath.Join(added, fmt.Sprint("f", n)), "new")
	}
	s.check(s.as("a").Put(ctx, []string{added}, "docs", "", Moving{}, nil))
	if r := s.restore("a", RestoreRequest{All: true}); r.Items != 50 {
		t.Errorf("restored %+v", r)
	}
	s.server.SetStopped(s.server.Stopped()) // as after a restart
	if err := s.as("a").Remove(ctx, "docs", "added"); code(err) != Braked {
		t.Errorf("error %v, want %q", err, Braked)
	}
}

// T40: who makes files empty before filling them, as some programs do over WebDAV, replaces nothing by that. Who empties
// files does.
func TestT40FillingAnEmptyFileIsNotBraked(t *testing.T) {
	s, ctx := newShop(t, Bin{Brake: 50}), within(t, time.Minute)
	empty, filled := t.TempDir(), t.TempDir()
	for n := range 100 {
		write(t, filepath.Join(empty, "box", fmt.Sprint("f", n)), "")
		write(t, filepath.Join(filled, "box", fmt.Sprint("f", n)), "full")
	}
	for _, from := range []string{empty, filled} {
		s.check(s.as("a").Put(ctx, []string{filepath.Join(from, "box")}, "docs", "", Moving{}, nil))
	}
	if err := s.as("a").Put(ctx, []string{filepath.Join(empty, "box")}, "docs", "", Moving{}, nil); code(err) != Braked {
		t.Errorf("error %v, want %q", err, Braked)
	}
	if err := s.as("a").Put(ctx, []string{filepath.Join(filled, "box")}, "docs", "", Moving{}, nil); code(err) != Braked {
		t.Errorf("who is stopped goes on: error %v, want %q", err, Braked)
	}
}

// T40: one folder may always be removed, as long as it is only one; and the owner may do all.
func TestT40WhatIsMeantIsNotBraked(t *testing.T) {
	s, ctx := newShop(t, Bin{}), within(t, time.Minute)
	s.papers(1500)
	before := picture(t, s.dir)
	for n := range 3 {
		s.check(s.as("a").Remove(ctx, "docs", fmt.Sprint("year ", n)))
	}
	for n := range 7 {
		s.check(s.as("owner").Remove(ctx, "docs", fmt.Sprint("year ", n+3)))
	}
	wantTree(t, s.dir)
	if r := s.restore("owner", RestoreRequest{All: true}); r.Files != 1500 {
		t.Errorf("%+v", r)
	}
	if !slices.Equal(picture(t, s.dir), before) {
		t.Error("it is not as it was")
	}
}

func TestNoBin(t *testing.T) {
	s, ctx := newShop(t, Bin{Age: -1}), within(t, time.Minute)
	write(t, filepath.Join(s.dir, "a"), "old")
	write(t, filepath.Join(s.dir, "b"), "old")
	s.check(s.as("x").Remove(ctx, "docs", "a"))
	s.check(s.as("x").Put(ctx, []string{write(t, filepath.Join(t.TempDir(), "b"), "new one")}, "docs", "", Moving{}, nil))
	s.check(s.as("x").Rename(ctx, "docs", "b", "c"))
	if _, err := os.Stat(filepath.Join(s.dir, bin.Name)); err == nil {
		t.Error("there is a bin")
	}
	wantTree(t, s.dir, "c=new one")
	s.server.SetBin(Bin{})
	s.check(s.as("x").Remove(ctx, "docs", "c"))
	if list := s.bin("x"); len(list) != 1 {
		t.Errorf("in the bin is %+v", list)
	}
}

func FuzzBin(f *testing.F) {
	f.Add([]byte(`{"id":"a-1","action":"a","path":"x","how":"removed","size":-1}` + "\n{}\n"))
	f.Add([]byte(`{"id":"a-1","path":"../x","how":"moved","to":"/etc"}` + "\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := readBin(bytes.NewReader(text))
		for _, i := range list {
			if err == nil && (CheckPath(i.Path) != nil || CheckPath(i.To) != nil || min(i.Size, int64(i.Files)) < 0) {
				t.Errorf("kept %+v", i)
			}
		}
	})
}

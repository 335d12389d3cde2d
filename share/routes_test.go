package share

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestList(t *testing.T) {
	p, ctx := newPC(t, everything), within(t, 10*time.Second)
	write(t, filepath.Join(p.dir, "b.txt"), "four")
	write(t, filepath.Join(p.dir, "A.txt"), "")
	write(t, filepath.Join(p.dir, "z", "inner"), "x")
	write(t, filepath.Join(p.dir, ".hidden"), "x")
	at := time.Unix(1_600_000_000, 123_456_789)
	if err := os.Chtimes(filepath.Join(p.dir, "b.txt"), at, at); err != nil {
		t.Fatal(err)
	}
	list, err := p.List(ctx, "docs", "")
	var got []string
	for _, e := range list {
		got = append(got, fmt.Sprint(e.Name, e.Folder, e.Size))
	}
	if want := []string{"ztrue 0", "A.txtfalse 0", "b.txtfalse 4"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	if err == nil && !list[2].Modified.Equal(at) {
		t.Errorf("modified %v, want %v", list[2].Modified, at)
	}
	for path, want := range map[string]Code{"none": NotFound, "b.txt": Invalid, "b.txt/x": NotFound, "../x": Invalid, "z": ""} {
		if _, err := p.List(ctx, "docs", path); code(err) != want {
			t.Errorf("list of %q: %v, want %q", path, err, want)
		}
	}
	if _, err := p.List(ctx, "other", ""); code(err) != NotFound {
		t.Errorf("list of a folder that isn't: %v", err)
	}
}

// A change is one request that changes what is in the shared folder.
type change struct {
	name string
	do   func(context.Context, *pc) error
	code Code
	want []string // what is there afterwards; nil: no change
}

func mkdir(path string) func(context.Context, *pc) error {
	return func(ctx context.Context, p *pc) error { return p.Mkdir(ctx, "docs", path) }
}

func rename(from, to string) func(context.Context, *pc) error {
	return func(ctx context.Context, p *pc) error { return p.Rename(ctx, "docs", from, to) }
}

func remove(path string) func(context.Context, *pc) error {
	return func(ctx context.Context, p *pc) error { return p.Remove(ctx, "docs", path) }
}

func TestChanges(t *testing.T) {
	before := []string{"box/", "box/inner/", "box/inner/x=x", "file=f", "other=o"}
	for _, c := range []change{
		{"mkdir", mkdir("new"), "", []string{"box/", "box/inner/", "box/inner/x=x", "file=f", "new/", "other=o"}},
		{"mkdir below", mkdir("box/new"), "", []string{"box/", "box/inner/", "box/inner/x=x", "box/new/", "file=f", "other=o"}},
		{"mkdir where there is a folder", mkdir("box"), Exists, nil},
		{"mkdir where there is a file", mkdir("file"), Exists, nil},
		{"mkdir below nothing", mkdir("none/new"), NotFound, nil},
		{"mkdir below a file", mkdir("file/new"), NotFound, nil},
		{"mkdir of the whole", mkdir(""), Exists, nil},
		{"mkdir of something hidden", mkdir("box/.x"), Invalid, nil},
		{"mkdir outside", mkdir("../new"), Invalid, nil},

		{"rename a file", rename("file", "g"), "", []string{"box/", "box/inner/", "box/inner/x=x", "g=f", "other=o"}},
		{"rename a folder", rename("box/inner", "box/new"), "", []string{"box/", "box/new/", "box/new/x=x", "file=f", "other=o"}},
		{"move a folder up", rename("box/inner", "inner"), "", []string{"box/", "file=f", "inner/", "inner/x=x", "other=o"}},
		{"move a file down", rename("file", "box/inner/file"), "", []string{"box/", "box/inner/", "box/inner/file=f", "box/inner/x=x", "other=o"}},
		{"change the case", rename("file", "FILE"), "", []string{"FILE=f", "box/", "box/inner/", "box/inner/x=x", "other=o"}},
		{"rename to a file", rename("file", "other"), Exists, nil},
		{"rename to a folder", rename("file", "box"), Exists, nil},
		{"rename a folder to a file", rename("box", "file"), Exists, nil},
		{"move to nowhere", rename("file", "none/file"), NotFound, nil},
		{"move below a file", rename("box", "file/box"), NotFound, nil},
		{"move nothing", rename("none", "new"), NotFound, nil},
		{"move into itself", rename("box", "box/inner/box"), Invalid, nil},
		{"move the whole", rename("", "x"), Invalid, nil},
		{"move to the whole", rename("file", ""), Invalid, nil},
		{"hide", rename("file", ".file"), Invalid, nil},
		{"move outside", rename("file", "../file"), Invalid, nil},

		{"remove a file", remove("file"), "", []string{"box/", "box/inner/", "box/inner/x=x", "other=o"}},
		{"remove a folder", remove("box"), "", []string{"file=f", "other=o"}},
		{"remove below", remove("box/inner/x"), "", []string{"box/", "box/inner/", "file=f", "other=o"}},
		{"remove nothing", remove("none"), NotFound, nil},
		{"remove below a file", remove("file/x"), NotFound, nil},
		{"remove the whole", remove(""), Invalid, nil},
		{"remove outside", remove("../x"), Invalid, nil},
		{"remove something hidden", remove(".x"), Invalid, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPC(t, everything)
			write(t, filepath.Join(p.dir, "box", "inner", "x"), "x")
			write(t, filepath.Join(p.dir, "file"), "f")
			write(t, filepath.Join(p.dir, "other"), "o")
			if err := c.do(within(t, 10*time.Second), p); code(err) != c.code {
				t.Errorf("%v, want %q", err, c.code)
			}
			if c.want == nil {
				c.want = before
			}
			wantTree(t, p.dir, c.want...)
		})
	}
}

// Two that move different files to one name: one of them is told, and neither file is lost.
func TestMovesAtOnce(t *testing.T) {
	p, ctx := newPC(t, everything), within(t, time.Minute)
	for n := range 200 {
		a, b, c := fmt.Sprint("a", n), fmt.Sprint("b", n), fmt.Sprint("c", n)
		write(t, filepath.Join(p.dir, a), "a")
		write(t, filepath.Join(p.dir, b), "b")
		done := make(chan error)
		for _, from := range []string{a, b} {
			go func() { done <- p.Rename(ctx, "docs", from, c) }()
		}
		if x, y := code(<-done), code(<-done); !(x == "" && y == Exists || x == Exists && y == "") {
			t.Errorf("%q and %q", x, y)
		}
	}
	if n := len(tree(t, p.dir)); n != 400 {
		t.Errorf("%d files are left of 400", n)
	}
}

func TestFileWithRanges(t *testing.T) {
	p := newPC(t, everything)
	write(t, filepath.Join(p.dir, `<b>"x".html`), "0123456789")
	for _, c := range []struct {
		header, want string
		status       int
	}{
		{"", "0123456789", http.StatusOK},
		{"bytes=2-4", "234", http.StatusPartialContent},
		{"bytes=-1", "9", http.StatusPartialContent},
		{"bytes=20-", "", http.StatusRequestedRangeNotSatisfiable},
	} {
		r, _ := http.NewRequest(http.MethodGet, p.Base+"/v1/files/docs/%3Cb%3E%22x%22.html", nil)
		if c.header != "" {
			r.Header.Set("Range", c.header)
		}
		answer, err := p.HTTP.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != c.status || c.want != "" && string(body) != c.want {
			t.Errorf("%q: %s %q, %v", c.header, answer.Status, body, err)
		}
		if c.status == http.StatusOK && (answer.Header.Get("Content-Type") != "application/octet-stream" ||
			answer.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(answer.Header.Get("Content-Disposition"), "attachment")) {
			t.Errorf("a browser might run it: %v", answer.Header)
		}
	}
}

// asked makes a request of each route, with what it needs to do something at path.
func asked(route Route, folder, path string) *http.Request {
	target := strings.NewReplacer("{folder}", folder, "{path...}", path).Replace(route.Pattern)
	body := ""
	switch {
	case strings.Contains(route.Pattern, "/get/"):
		body = `{"paths":["` + path + `"]}`
	case strings.Contains(route.Pattern, "/move/"):
		body = `{"from":"` + path + `","to":"moved"}`
	case strings.Contains(route.Pattern, "/put/"):
		body = string(streamOf(stored{path: "put", content: "x"}))
	}
	r := httptest.NewRequest(route.Method, target, strings.NewReader(body))
	return r
}

// answered is all that the other side sees of an answer.
func answered(t testing.TB, s *Server, r *http.Request) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	dump, err := httputil.DumpResponse(w.Result(), true)
	if err != nil {
		t.Fatal(err)
	}
	return string(dump)
}

func TestNothingIsAllowedAtFirst(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x"), "x")
	s := NewServer(Options{})
	defer s.Close()
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	for _, route := range Routes() {
		if got := answered(t, s, asked(route, "docs", "x")); !strings.Contains(got, "404 Not Found") {
			t.Errorf("%s %s: %s", route.Method, route.Pattern, got)
		}
	}
	wantTree(t, dir, "x=x")
}

// Each route needs the verb that it names, and no other will do; who lacks it can't tell a folder from one that isn't.
func TestT07NoAccessLooksLikeNoFolder(t *testing.T) {
	for _, route := range Routes() {
		t.Run(route.Method+route.Pattern, func(t *testing.T) {
			if route.Verb <= See {
				t.Fatalf("needs only %d", route.Verb)
			}
			dir := t.TempDir()
			write(t, filepath.Join(dir, "x"), "x")
			var others []Verb
			for v := None; v <= Change; v++ {
				if v != route.Verb {
					others = append(others, v)
				}
			}
			s := NewServer(Options{Allow: allow(others...)})
			defer s.Close()
			if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
				t.Fatal(err)
			}
			open := NewServer(Options{Allow: everything})
			defer open.Close()
			for _, path := range []string{"x", "none", ""} {
				there, not := answered(t, s, asked(route, "docs", path)), answered(t, s, asked(route, "none", path))
				never := answered(t, open, asked(route, "docs", path))
				if there != not || there != never {
					t.Errorf("%q tells a folder that is there:\n%s\nfrom one that isn't:\n%s\n%s", path, there, not, never)
				}
			}
			wantTree(t, dir, "x=x")
		})
	}
}

// A drop box: who may only add sees nothing, changes nothing, and can't find out what is there.
func TestDropBox(t *testing.T) {
	fill := func(dir string) {
		write(t, filepath.Join(dir, "x"), "old")
		write(t, filepath.Join(dir, "box", "y"), "old")
	}
	for _, route := range Routes() {
		for _, c := range []struct{ name, there, not string }{
			{"a file", "x", "QQ"},
			{"a folder", "box", "QQ"},
			{"below a folder", "box/y", "QQ/y"},
			{"below a file", "x/y", "QQ/y"},
			{"a new one below a folder", "box/new", "QQ/new"},
		} {
			t.Run(route.Method+route.Pattern+" "+c.name, func(t *testing.T) {
				p := newPC(t, addOnly)
				fill(p.dir)
				there, not := answered(t, p.server, asked(route, "docs", c.there)), answered(t, p.server, asked(route, "docs", c.not))
				if there != strings.ReplaceAll(not, c.not, c.there) {
					t.Errorf("what is there is told from what is not:\n%s\n%s", there, not)
				}
				if read(t, filepath.Join(p.dir, "x")) != "old" || read(t, filepath.Join(p.dir, "box", "y")) != "old" {
					t.Error("a file has changed")
				}
			})
		}
	}
	t.Run("into what is there", func(t *testing.T) {
		for _, pair := range [][2][]stored{
			{{{path: "x", content: "new"}}, {{path: "n", content: "new"}}},
			{{{path: "x", folder: true}, {path: "x/y", content: "new"}}, {{path: "n", folder: true}, {path: "n/y", content: "new"}}},
			{{{path: "box", content: "new"}}, {{path: "n", content: "new"}}},
			{{{path: "box", folder: true}, {path: "box/y", content: "new"}}, {{path: "n", folder: true}, {path: "n/y", content: "new"}}},
			{{{path: "box/y/z", content: "new"}}, {{path: "n/y/z", content: "new"}}},
		} {
			p := newPC(t, addOnly)
			fill(p.dir)
			var said [2]string
			for k, list := range pair {
				said[k] = answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(streamOf(list...)))))
			}
			if said[0] != said[1] {
				t.Errorf("%v tells that it is there:\n%s\n%s", pair[0], said[0], said[1])
			}
			if n := strings.Count(strings.Join(tree(t, p.dir), "\n"), "=new"); n != 2 {
				t.Errorf("of two files that were put %d are there: %v", n, tree(t, p.dir))
			}
			if read(t, filepath.Join(p.dir, "x")) != "old" || read(t, filepath.Join(p.dir, "box", "y")) != "old" {
				t.Error("a file has changed")
			}
		}
	})
}

func TestSetFolders(t *testing.T) {
	s, dir := NewServer(Options{Allow: everything}), t.TempDir()
	defer s.Close()
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}, {Name: "gone", Dir: filepath.Join(dir, "gone")}}); err != nil {
		t.Fatal(err)
	}
	faults := s.FolderErrors()
	if len(faults) != 1 || faults["gone"] == nil {
		t.Errorf("faults %v", faults)
	}
	for name, set := range map[string][]Folder{
		"no name": {{Dir: dir}}, "a slash": {{Name: "a/b", Dir: dir}}, "not absolute": {{Name: "a", Dir: "b"}},
		"twice": {{Name: "a", Dir: dir}, {Name: "a", Dir: dir}}, "relative": {{Name: "..", Dir: dir}},
	} {
		if err := s.SetFolders(set); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	list := func() string {
		return answered(t, s, httptest.NewRequest(http.MethodGet, "/v1/list/docs/", nil))
	}
	if !strings.Contains(list(), "200 OK") {
		t.Errorf("a set that is refused has changed something: %s", list())
	}
	if err := s.SetFolders(nil); err != nil || !strings.Contains(list(), "404 Not Found") {
		t.Errorf("what is no longer shared is still there: %v, %s", err, list())
	}
}

// A folder that is no longer shared is not served to those who came before either.
func TestNoLongerShared(t *testing.T) {
	p := newPC(t, everything)
	fill(t, filepath.Join(p.dir, "large"), 32<<20)
	fill(t, filepath.Join(p.dir, "next"), 1<<20)
	slow := p.through(t, fate{read: 1 << 20, then: func() bool { return p.server.SetFolders(nil) == nil }})
	dest := t.TempDir()
	err := slow.Get(within(t, 20*time.Second), "docs", []string{"large", "next"}, dest, Moving{}, NewProgress())
	if err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(filepath.Join(dest, "next")); err == nil {
		t.Error("a file was sent after that")
	}
}

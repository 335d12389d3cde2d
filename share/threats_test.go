package share

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// T04: what is broken off, refused or left over is cleaned up, and that leads nowhere either.
func TestT04CleaningUpLeadsNowhere(t *testing.T) {
	s := newScene(t)
	dest := filepath.Join(s.dir, "a", "got")
	if err := os.Mkdir(dest, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(attacks(), `C:\victim`, `..\..\victim`, `\\.\C:\victim`, "victim::$DATA", "AUX", "..\u2215victim") {
		for _, size := range []int{100, 1 << 30} {
			begun := []byte(magic)
			head := jsonOf(map[string]any{"path": name, "size": size})
			begun = append(binary.BigEndian.AppendUint32(append(begun, 'F'), uint32(len(head))), head...)
			begun = append(begun, "C\x00\x00\x00\x03new"...)
			broken := append(slices.Clone(begun), "X\x00\x00\x00\x12"+`{"code":"changed"}`+"Z\x00\x00\x00\x00"...)
			for _, stream := range [][]byte{begun, broken} {
				answered(t, s.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(stream)))
				answered(t, s.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/a?existing=keep", bytes.NewReader(stream)))
				_ = answering(stream).Get(within(t, 10*time.Second), "docs", []string{"a", "docs/up"}, dest, Moving{}, NewProgress())
			}
			ctx, cancel := context.WithCancel(t.Context()) // cancelled within the file
			body := io.MultiReader(bytes.NewReader(begun), readerFunc(func([]byte) (int, error) { cancel(); return 0, ctx.Err() }))
			r := httptest.NewRequest(http.MethodPost, "/v1/put/docs/", body).WithContext(ctx)
			s.server.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	s.check(t, "cleaning up")
	noTemporaries(t, s.dir)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// T04: a leftover that is a link, or the second name of a file, is not what it points to.
func TestT04SweepingLeadsNowhere(t *testing.T) {
	base := memory(t)
	dir, victim := filepath.Join(base, "share"), write(t, filepath.Join(base, "victim"), "SECRET")
	write(t, filepath.Join(base, "out", "x"), "SECRET")
	old := tempPrefix + "t0b2c3-0123456789ab-"
	for _, d := range []string{dir, filepath.Join(dir, "sub")} {
		write(t, filepath.Join(d, old+"1"), "half")
		for n, err := range []error{
			os.Symlink(victim, filepath.Join(d, old+"2")), os.Symlink("../out", filepath.Join(d, old+"3")), os.Link(victim, filepath.Join(d, old+"4")),
			os.Mkdir(filepath.Join(d, old+"5"), 0o777),
		} {
			if err != nil {
				t.Fatal(n, err)
			}
		}
	}
	p := newPCIn(t, everything, dir)
	answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/sub", bytes.NewReader(streamOf(stored{path: "x", content: "x"}))))
	for _, d := range []string{dir, filepath.Join(dir, "sub")} {
		if _, err := os.Lstat(filepath.Join(d, old+"1")); err == nil {
			t.Error("a leftover is left")
		}
	}
	if read(t, victim) != "SECRET" || read(t, filepath.Join(base, "out", "x")) != "SECRET" {
		t.Error("what is not shared has changed")
	}
}

// neighbours are shared folders of which others may use "pub" alone.
func neighbours(t *testing.T) *scene {
	t.Helper()
	base := memory(t)
	var set []Folder
	for _, name := range []string{"pub", "public-secret", "pubx", "Pub", "pub ", "pub.", "café", "PUBLIC~1"} {
		write(t, filepath.Join(base, "in", name, "file"), "SECRET")
		set = append(set, Folder{Name: name, Dir: filepath.Join(base, "in", name)})
	}
	write(t, filepath.Join(base, "in", "pub", "file"), "open")
	write(t, filepath.Join(base, "in", "pub", "deep", "file"), "open")
	write(t, filepath.Join(base, "in", "pub", ".hidden"), "SECRET")
	write(t, filepath.Join(base, "in", "pub", "deep", ".hidden", "file"), "SECRET")
	s := NewServer(Options{Allow: func(_ *http.Request, folder string, _ Verb) bool { return folder == "pub" }})
	if err := s.SetFolders(set); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &scene{pc: &pc{dir: filepath.Join(base, "in", "pub"), server: s}, base: base}
}

// T05: a right to a folder is none to another whose name or path begins the same.
func TestT05ANameThatBeginsTheSame(t *testing.T) {
	s := neighbours(t)
	for _, route := range Routes() {
		for _, to := range []string{
			"public-secret/file", "pubx/file", "public-secret/", "pubx", "pub/../pubx/file", "pub/../public-secret/file", "pub%2F..%2Fpubx/file", "pub/%2e%2e/pubx/file",
			"pub/..%2fpubx%2ffile", "pub%2f../pubx/file", "pub-secret/file", "pu/file", "pub%00x/file", "pub*/file", "p?b/file", "%70ubx/file", "pub\\..\\pubx/file", "pub;x/../pubx/file",
		} {
			folder, rest, _ := strings.Cut(to, "/")
			target := strings.NewReplacer("{folder}", folder, "{path...}", rest).Replace(route.Pattern)
			s.raw(t, route, target, `{"paths":["../pubx/file"],"from":"../pubx/file","to":"mine"}`, 3)
		}
	}
	for _, name := range []string{"public-secret", "pubx", "Pub", "café"} {
		if read(t, filepath.Join(s.base, "in", name, "file")) != "SECRET" {
			t.Errorf("%s has changed", name)
		}
	}
}

// T06: another way to write a path is decided as the path itself is, or there is nothing there.
func TestT06OtherWaysToWriteAPath(t *testing.T) {
	s := neighbours(t)
	say := func(target string) (int, string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return http.StatusBadRequest, "" // net/http lets nothing of that through
		}
		for range 3 {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.URL, r.RequestURI = u, target
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, r)
			to := w.Header().Get("Location")
			if to == "" {
				return w.Code, w.Body.String()
			}
			if u, err = u.Parse(to); err != nil {
				t.Fatal(err)
			}
		}
		t.Fatalf("%s goes in circles", target)
		return 0, ""
	}
	for _, c := range []struct {
		rule  string
		paths []string
		same  bool // as the canonical path, else refused
	}{
		{"the path itself, or what becomes it", []string{"pub/file", "%70ub/file", "pub/fil%65", "pub//file", "pub/./file", "./pub/file", "/pub/file", "pub/deep/../file", "pub/file/", "pub%2Ffile", "pub//./file", "café/../pub/file"}, true},
		{"other folders", []string{"Pub/file", "PUB/file", "pub%20/file", "pub./file", "pub%2e/file", "pub;x/file", "pub;/file", "pub%3b/file", "caf%C3%A9/file", "cafe%CC%81/file", "PUBLIC~1/file", "public-secret/file", "pub%00/file", "pub%2F/file", "pub%252F/file"}, false},
		{"a slash that is none", []string{"%2Fpub/file", "pub%5Cfile", "pub/%5cfile", "pub/deep%5Cfile"}, false},
		{"names that other systems take for that one", []string{"pub/FILE", "pub/File", "pub/file.", "pub/file%20", "pub/file%20.", "pub/file;x", "pub/file%3Bx", "pub/file::$DATA", "pub/file:x", "pub/FILE~1", "pub/ﬁle", "pub/fi%E2%80%8Dle", "pub/file%00", "pub/file%0a", "pub/fil%C0%A5", "pub/file%EF%BB%BF"}, false},
		{"what is hidden", []string{"pub/.hidden", "pub/.HIDDEN", "pub/%2ehidden", "pub/./.hidden", "pub//.hidden", "pub/deep/../.hidden", "pub/%E2%80%8B.hidden", "pub/HIDDEN~1", "pub/.hidden/", "pub/.hidden.", "pub/deep/.hidden/file", "pub/deep/.hidden%2Ffile", "pub/deep%2F.hidden/file", "pub/deep%2F%2Ehidden%2Ffile", "pub/.hidden::$DATA", "pub/.hidden;x", "pub/．hidden", "pub/\u2024hidden"}, false},
		{"beyond it", []string{"pub/../pubx/file", "pub/..%2Fpubx%2Ffile", "pub/%2e%2e%2Fpubx/file", "pub/.%2e/pubx/file", "pub/....//pubx/file", "pub/..;/pubx/file"}, false},
	} {
		for _, p := range c.paths {
			code, body := say("/v1/files/" + p)
			if c.same && (code != http.StatusOK || body != "open") {
				t.Errorf("%s: %s is %d %q", c.rule, p, code, body)
			}
			if !c.same && code != http.StatusNotFound && code != http.StatusBadRequest || strings.Contains(body, "SECRET") {
				t.Errorf("%s: %s is %d %q", c.rule, p, code, body)
			}
		}
	}
	if code, body := say("/v1/files/pub/deep%2Ffile"); code != http.StatusOK || body != "open" { // one path, one decision
		t.Errorf("an escaped slash within the path is %d %q", code, body)
	}
}

// T07: every route, for everybody there is.
func TestT07EveryRouteForEverybody(t *testing.T) {
	who := map[string][]Verb{
		"no right": nil, "see": {See}, "read": {See, Read}, "add": {See, Add}, "read and add": {See, Read, Add}, "change": {See, Read, Add, Change},
		"change without add": {See, Read, Change}, "add and change, blind": {See, Add, Change},
	}
	paths := map[string]string{"POST /v1/mkdir/{folder}/{path...}": "new", "POST /v1/put/{folder}/{path...}": "", "GET /v1/list/{folder}/{path...}": ""}
	for _, route := range Routes() {
		for name, verbs := range who {
			dir := memory(t)
			write(t, filepath.Join(dir, "x"), "SECRET")
			s := NewServer(Options{Allow: allow(verbs...)})
			if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
				t.Fatal(err)
			}
			key := route.Method + " " + route.Pattern
			p, own := paths[key]
			if !own {
				p = "x"
			}
			said := answered(t, s, asked(route, "docs", p))
			s.Close()
			may := slices.Contains(verbs, route.Verb)
			if refused := strings.Contains(said, "404 Not Found"); refused == may {
				t.Errorf("%s for %s: %s", key, name, said)
			}
			if !may && (strings.Contains(said, "SECRET") || strings.Join(tree(t, dir), " ") != "x=SECRET") {
				t.Errorf("%s for %s does something: %s, %v", key, name, said, tree(t, dir))
			}
		}
	}
}

// T35: a request for thousands of pieces of a file is one for the file.
func TestT35ManyRanges(t *testing.T) {
	p := newPC(t, everything)
	content := strings.Repeat("0123456789abcdef", 1<<16)
	write(t, filepath.Join(p.dir, "x"), content)
	pieces := func(n int) string {
		list := make([]string, n)
		for k := range list {
			list[k] = fmt.Sprintf("%d-%d", 2*k, 2*k)
		}
		return "bytes=" + strings.Join(list, ",")
	}
	for _, c := range []struct {
		name, ranges string
		status, most int
	}{
		{"as many as there may be", pieces(maxRanges), http.StatusPartialContent, 200 * maxRanges},
		{"one more", pieces(maxRanges + 1), http.StatusOK, len(content)},
		{"20,000", pieces(20_000), http.StatusOK, len(content)},
		{"20,000 times the same", "bytes=" + strings.Repeat("0-,", 20_000) + "0-", http.StatusOK, len(content)},
		{"a few times the same", "bytes=0-,0-,0-,0-", http.StatusOK, len(content)},
		{"commas", "bytes=" + strings.Repeat(",", 100_000), http.StatusOK, len(content)},
		{"beyond numbers", "bytes=99999999999999999999-", http.StatusRequestedRangeNotSatisfiable, 200},
		{"backwards", "bytes=5-2", http.StatusRequestedRangeNotSatisfiable, 200},
	} {
		r := httptest.NewRequest(http.MethodGet, "/v1/files/docs/x", nil)
		r.Header.Set("Range", c.ranges)
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, r)
		if w.Code != c.status || w.Body.Len() > c.most {
			t.Errorf("%s: %d with %d bytes, want %d", c.name, w.Code, w.Body.Len(), c.status)
		}
		if r.Header.Get("Range") != c.ranges {
			t.Errorf("%s: the request was changed, while others may read it", c.name)
		}
	}
}

// T35: who reads or writes slowly, or not at all, keeps nobody else waiting and costs little.
func TestT35SlowOnesShutNobodyOut(t *testing.T) {
	o := newOffice(t)
	o.check(os.Truncate(o.write(o.shared, "large", "x"), 1<<30))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	const slow = 50
	grown := heapGrowth(t, func() {
		for n := range slow {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.web.URL+"/v1/get/Team", strings.NewReader(`{"paths":["large"]}`))
			if n%2 == 0 { // half of them write
				body := io.MultiReader(bytes.NewReader(streamOf(stored{path: "x", content: strings.Repeat("x", 1<<20)})[:1<<18]), readerFunc(func([]byte) (int, error) { <-ctx.Done(); return 0, ctx.Err() }))
				r, err = http.NewRequestWithContext(ctx, http.MethodPost, o.web.URL+"/v1/put/Team/", body)
			}
			o.check(err)
			go func() {
				answer, err := o.client.HTTP.Do(r)
				if err == nil {
					<-ctx.Done()
					answer.Body.Close()
				}
				ended <- err
			}()
		}
		time.Sleep(100 * time.Millisecond) // let them fill what they can
		for try := 1; ; try++ {            // the machine may be busy with what the slow ones have left it to do
			began := time.Now()
			_, err := o.client.List(t.Context(), "Team", "")
			took := time.Since(began)
			if err == nil && took < 2*time.Second {
				break
			}
			if try == 3 {
				t.Errorf("a list took %v, %v", took, err)
				break
			}
		}
	})
	if grown > slow*3<<20 {
		t.Errorf("%d of them took %d MiB", slow, grown>>20)
	}
	cancel()
	for range slow {
		<-ended
	}
	eventually(t, "nothing is left of them", func() bool {
		left, err := filepath.Glob(filepath.Join(o.shared, tempPrefix+"*"))
		return err == nil && len(left) == 0
	})
}

// T38: what others name can't paint on a terminal, break a line of a log, or turn its letters round in an error.
func TestT38ErrorsAndLogsAreClean(t *testing.T) {
	var log bytes.Buffer
	for _, handler := range []slog.Handler{
		slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}), slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}),
	} {
		s, dir := NewServer(Options{Allow: everything, Logger: slog.New(handler)}), memory(t)
		defer s.Close()
		if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
			t.Fatal(err)
		}
		p := &pc{Client: &Client{HTTP: &http.Client{Transport: direct{s}}, Base: "https://pc"}, dir: dir, server: s}
		for _, evil := range []string{"\x1b[2Jx", "a\nlevel=ERROR msg=forged", "photo\u202egpj.exe", "\u2066x\u2069", "x\u2028y", "\x9b2J", "\x00", "\xff", "bell\a", strings.Repeat("long", 5000)} {
			var errs []error
			_, err := p.List(t.Context(), "docs", evil)
			errs = append(errs, err)
			_, err = p.List(t.Context(), evil, "")
			errs = append(errs, err, p.Mkdir(t.Context(), "docs", "none/"+evil), p.Rename(t.Context(), "docs", evil, "y"), p.Remove(t.Context(), "docs", evil),
				p.Get(t.Context(), "docs", []string{evil}, t.TempDir(), Moving{}, nil), answering(streamOf(stored{path: "x/" + evil, content: "x", sum: "wrong"})).Get(t.Context(), "docs", []string{"x"}, t.TempDir(), Moving{}, nil))
			for n, err := range errs {
				if n < 3 && err == nil || err != nil && (strings.ContainsFunc(err.Error(), untidy) || len(err.Error()) > 6000) {
					t.Errorf("%d: an error for %.40q is %.200q", n, evil, err)
				}
			}
			answered(t, s, asked(Routes()[2], url.PathEscape(evil), "x"))
			answered(t, s, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(streamOf(stored{path: evil, content: "x"}))))
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(log.String()), "\n") {
		if strings.ContainsFunc(line, untidy) || len(line) > 8000 || strings.HasPrefix(line, "level=ERROR") {
			t.Errorf("a line of the log is %.300q", line)
		}
	}
	if log.Len() == 0 {
		t.Error("nothing was logged")
	}
}

// untidy tells what no line of text for people has.
func untidy(r rune) bool {
	return unicode.IsControl(r) || reorders(r) || r == 0x2028 || r == 0x2029
}

// direct hands requests to a server in this process.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

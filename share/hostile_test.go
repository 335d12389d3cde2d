package share

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zeebo/blake3"
)

// stored is a file or folder of a stream that a test makes up.
type stored struct {
	path, content string
	folder        bool
	sum           string // "" is the right one
}

// streamOf makes a stream, without any of the care that a sender takes.
func streamOf(list ...stored) []byte {
	b := []byte(magic)
	frame := func(t byte, payload []byte) {
		b = append(binary.BigEndian.AppendUint32(append(b, t), uint32(len(payload))), payload...)
	}
	for _, s := range list {
		h := header{Path: s.path, Size: int64(len(s.content)), Modified: time.Unix(1e9, 0)}.append(nil)
		if s.folder {
			frame('D', h)
			continue
		}
		frame('F', h)
		for c := s.content; c != ""; c = c[min(len(c), pieceSize):] {
			frame('C', []byte(c[:min(len(c), pieceSize)]))
		}
		sum := blake3.Sum256([]byte(s.content))
		if s.sum != "" {
			copy(sum[:], s.sum)
		}
		frame('E', sum[:])
	}
	frame('Z', nil)
	return b
}

// attacks are names that would lead out of a folder, or to what is hidden in it, where they are taken at their word.
func attacks() []string {
	list := []string{
		"..", "../", "../victim", "../../victim", "a/../../victim", "a/../..", "./../victim", "/etc/passwd", "//etc/passwd", "/", "//", ".", "./", "./x",
		"a//b", "a/", "a/.", "a/./b", "a/..", "a/b/../../../victim", "...", ".../x", "....//victim",
		`..\victim`, `a\..\..\victim`, `\victim`, `C:\victim`, `\\host\share\victim`, `\\?\C:\victim`, `..\/victim`, `a\b`,
		"x\x00", "\x00", "../victim\x00.txt", "a\x00/../../victim", "x\n", "x\r\ny", "x\x1b[2J", "x\x7f", "\t",
		"\xff\xfe", "\xc0\xae\xc0\xae/victim", "\xc0\xaf", "\xe0\x80\xae", "\xed\xa0\x80",
		".hidden", ".git/config", "a/.hidden", ".lanyard-x", "a/.lanyard-0123-1", ".ssh/authorized_keys", ".config/autostart/x.desktop",
		"a/.git/x", ".hidden/", "\u200b.hidden", "\u202e.hidden", "\ufeff.hidden", "a/\u200b.hidden",
		strings.Repeat("n", 256), strings.Repeat("ü", 128), strings.Repeat("../", 500) + "victim", strings.Repeat("a/", 200) + "x",
		strings.Repeat("a/", 5000), strings.Repeat("x", 1<<16), "", " /../../victim", "a/ ../../victim", "~/../../victim",
		"share/../../victim", "share-secret/x", "../share-secret/x", "../share/../victim", "docs/../../victim", "out/victim", "out", "out/new",
		"outfile", "loop", "loop/x", "abs/victim", "abs", "hop/victim", "hop/../victim", "inner/victim",
	}
	for _, e := range []string{"%2e%2e", "%2e.", ".%2e", "%252e%252e", "%252e%252e%252f", "%c0%ae%c0%ae", "%uff0e%uff0e", "..;", "..;x", "..%00", "..%0a", "..%20", "..%5c", "..%2f", "..%255c", "..%252f", "%2f", "%2f%2fetc", "%5c..", "%00"} {
		list = append(list, e, e+"/victim", "a/"+e+"/"+e+"/victim", e+"victim", "%2e%67it/config", "%2ehidden", "a/%2ehidden")
	}
	return list
}

// scene is a shared folder among things that are not shared.
type scene struct {
	*pc
	base   string
	before []string
}

func newScene(t testing.TB) *scene {
	t.Helper()
	base := memory(t)
	dir := filepath.Join(base, "share")
	write(t, filepath.Join(dir, "a", "x"), "shared")
	write(t, filepath.Join(dir, ".hidden"), "SECRET")
	write(t, filepath.Join(dir, ".git", "config"), "SECRET")
	write(t, filepath.Join(dir, "a", ".hidden"), "SECRET")
	write(t, filepath.Join(base, "victim"), "SECRET")
	write(t, filepath.Join(base, "out", "victim"), "SECRET")
	write(t, filepath.Join(base, "share-secret", "x"), "SECRET")
	for link, to := range map[string]string{
		"out": "../out", "outfile": "../victim", "loop": "loop", "abs": filepath.Join(base, "out"), "hop": "out", "inner": "a/../../out", "up": "..",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	s := &scene{pc: newPCIn(t, everything, dir), base: base}
	s.before = s.kept(t)
	return s
}

// kept is what no request may change: what is outside, and what is hidden inside.
func (s *scene) kept(t testing.TB) (list []string) {
	t.Helper()
	for _, line := range tree(t, s.base) {
		inside, shared := strings.CutPrefix(line, "share/")
		if !shared || strings.HasPrefix(inside, ".") || strings.Contains(inside, "/.") {
			list = append(list, line)
		}
	}
	return list
}

func (s *scene) check(t testing.TB, what string) {
	t.Helper()
	if got, want := fmt.Sprint(s.kept(t)), fmt.Sprint(s.before); got != want {
		t.Fatalf("%s changed what is not shared:\n%s\nwant\n%s", what, got, want)
	}
}

func TestT01PathsLeadNowhere(t *testing.T) {
	s := newScene(t)
	for _, route := range Routes() {
		if !strings.Contains(route.Pattern, "{path...}") {
			continue
		}
		for _, name := range attacks() {
			for _, raw := range []string{name, url.PathEscape(name), strings.ReplaceAll(url.PathEscape(name), "%2F", "/"), url.PathEscape(url.PathEscape(name))} {
				s.raw(t, route, strings.NewReplacer("{folder}", "docs", "{path...}", raw).Replace(route.Pattern), "", 3)
			}
		}
		if route.Method == http.MethodDelete { // "a/" is a, with all that is in it
			s.before = slices.DeleteFunc(s.before, func(line string) bool { return line == "share/a/.hidden=SECRET" })
		}
		s.check(t, route.Pattern)
		s = newScene(t)
	}
}

// raw makes a request whose path nothing has cleaned, and goes where it is sent on to.
func (s *scene) raw(t *testing.T, route Route, target, body string, hops int) {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return // net/http lets nothing of that through
	}
	if strings.Contains(route.Pattern, "/put/") {
		body = string(streamOf(stored{path: "new", content: "new"}, stored{path: "victim", content: "new"}))
	}
	r := httptest.NewRequest(route.Method, "/", strings.NewReader(body))
	r.URL, r.RequestURI = u, target
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "SECRET") {
		t.Errorf("%s %s gave away what is not shared", route.Method, target)
	}
	if strings.Contains(w.Body.String(), s.base) || strings.Contains(w.Header().Get("Location"), s.base) && !strings.Contains(target, s.base) {
		t.Errorf("%s %s tells of this PC's paths: %s", route.Method, target, w.Body)
	}
	if to := w.Header().Get("Location"); to != "" && hops > 0 && strings.HasPrefix(to, "/v1/") {
		s.raw(t, route, to, body, hops-1)
	}
	if w.Code == http.StatusInternalServerError {
		t.Errorf("%s %q: %s", route.Method, target, w.Body)
	}
}

func TestT01BodiesLeadNowhere(t *testing.T) {
	s := newScene(t)
	for _, name := range attacks() {
		for body, target := range map[string]string{
			jsonOf(map[string]any{"paths": []string{name}}):           "/v1/get/docs",
			jsonOf(map[string]any{"paths": []string{"a", name}}):      "/v1/get/docs",
			jsonOf(map[string]string{"from": name, "to": "stolen"}):   "/v1/move/docs",
			jsonOf(map[string]string{"from": "a/x", "to": name}):      "/v1/move/docs",
			jsonOf(map[string]string{"from": "a", "to": "a/" + name}): "/v1/move/docs",
		} {
			r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, r)
			if strings.Contains(w.Body.String(), "SECRET") {
				t.Errorf("%s with %q gave away what is not shared", target, body)
			}
			if w.Code == http.StatusInternalServerError {
				t.Errorf("%s with %q: %s", target, body, w.Body)
			}
		}
		write(t, filepath.Join(s.dir, "a", "x"), "shared") // where it was moved away
	}
	s.check(t, "a body")
}

func jsonOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// rawJSON is a header whose path has bytes that encoding/json would mend.
func rawJSON(name string) []byte {
	q := fmt.Sprintf("%q", name)
	if !strings.Contains(q, `\x`) {
		return []byte(`{"path":` + q + `,"size":3}`)
	}
	return []byte(`{"path":"` + name + `","size":3}`)
}

func TestT01StreamsLeadNowhere(t *testing.T) {
	s := newScene(t)
	dest := filepath.Join(s.dir, "a", "got")
	if err := os.Mkdir(dest, 0o777); err != nil {
		t.Fatal(err)
	}
	large := 2 * pieceSize
	if raceDetector {
		large = 2 // it is slow, and looks for something else
	}
	for _, name := range attacks() {
		for _, stream := range [][]byte{
			streamOf(stored{path: name, content: "new"}),
			streamOf(stored{path: name, content: strings.Repeat("n", large)}),
			streamOf(stored{path: name, folder: true}, stored{path: name + "/x", content: "new"}),
			streamOf(stored{path: "a/" + name, content: "new"}),
			rawStream(rawJSON(name)),
		} {
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(stream))))
			if w.Code == http.StatusInternalServerError {
				t.Errorf("%q: %s", name, w.Body)
			}
			_ = answering(stream).Get(within(t, 10*time.Second), "docs", []string{"a", "docs/up"}, dest, Moving{}, NewProgress())
		}
	}
	s.check(t, "a stream")
}

func rawStream(head []byte) []byte {
	b := []byte(magic)
	b = append(binary.BigEndian.AppendUint32(append(b, 'F'), uint32(len(head))), head...)
	b = append(binary.BigEndian.AppendUint32(append(b, 'C'), 3), "new"...)
	sum := blake3.Sum256([]byte("new"))
	b = append(binary.BigEndian.AppendUint32(append(b, 'E'), 32), sum[:]...)
	return append(b, 'Z', 0, 0, 0, 0)
}

// always is another PC that answers the same to everything.
type always struct{ body io.Reader }

func (a always) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body.Close()
	}
	return &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Body: io.NopCloser(a.body), Request: r, Header: http.Header{}}, nil
}

func answering(body []byte) *Client {
	return &Client{HTTP: &http.Client{Transport: always{strings.NewReader(string(body))}}, Base: "https://pc"}
}

// A PC that sends what nobody asked for gets none of it written.
func TestT11WhatNobodyAskedFor(t *testing.T) {
	dest := t.TempDir()
	write(t, filepath.Join(dest, "mine"), "old")
	for _, stream := range [][]byte{
		streamOf(stored{path: "asked", content: "new"}, stored{path: "mine", content: "BAD"}),
		streamOf(stored{path: "asked", content: "new"}, stored{path: "more", content: "BAD"}),
		streamOf(stored{path: "asked", content: "new"}, stored{path: "more", folder: true}),
	} {
		if err := answering(stream).Get(within(t, 10*time.Second), "docs", []string{"box/asked"}, dest, Moving{}, NewProgress()); err == nil {
			t.Error("no error")
		}
	}
	for _, line := range tree(t, dest) {
		if line != "mine=old" && line != "asked=new" {
			t.Errorf("there is %s", line)
		}
	}
}

// Many folders with long names take no more memory than few.
func TestT09ManyLongFolders(t *testing.T) {
	p, long := newPC(t, everything), strings.Repeat(strings.Repeat("n", 250)+"/", 15)
	many := 10_000
	if raceDetector {
		many /= 10
	}
	list := make([]stored, many)
	for n := range list {
		list[n] = stored{path: long + fmt.Sprint(n), folder: true}
	}
	body := strings.NewReader(string(streamOf(list...)))
	grown := heapGrowth(t, func() {
		if said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", body)); !strings.Contains(said, "200 OK") {
			t.Errorf("the answer is %s", said)
		}
	})
	if grown > 48<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

// To announce large files and break each off costs no memory for each.
func TestT09ManyBrokenOff(t *testing.T) {
	p, stream := newPC(t, everything), []byte(magic)
	for n := range 1000 {
		stream = frame(stream, 'F', fmt.Sprintf(`{"path":"%d","size":999999}`, n))
		stream = frame(stream, 'X', `{"code":"changed"}`)
	}
	stream = append(stream, 'Z', 0, 0, 0, 0)
	before := allocated()
	said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(stream)))
	if took := allocated() - before; took > 64<<20 && !raceDetector { // which keeps less in its pools
		t.Errorf("%d bytes took %d MiB", len(stream), took>>20)
	}
	if !strings.Contains(said, "200 OK") {
		t.Errorf("the answer is %s", said)
	}
	wantTree(t, p.dir)
}

// A list that never ends, in any way, ends here.
func TestT09EndlessLists(t *testing.T) {
	enough := int64(64 << 20) // more than there may be of short lines, and a lot of memory
	if raceDetector {
		enough >>= 4
	}
	for name, body := range map[string]io.Reader{
		"one name":    io.MultiReader(strings.NewReader(`{"name":"`), endless("x")),
		"spaces":      endless(" "),
		"lines":       endless("\n"),
		"hidden ones": endless(`{"name":".x"}` + "\n"),
		"deep":        endless(`[`),
	} {
		t.Run(name, func(t *testing.T) {
			c := &Client{HTTP: &http.Client{Transport: always{io.LimitReader(body, enough)}}, Base: "https://pc"}
			var err error
			grown := heapGrowth(t, func() { _, err = c.List(within(t, 20*time.Second), "docs", "") })
			if err == nil || grown > 48<<20 {
				t.Errorf("%v with %d MiB", err, grown>>20)
			}
		})
	}
}

type repeated struct {
	text string
	at   int
}

func endless(text string) io.Reader { return &repeated{text: strings.Repeat(text, 4096)} }

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		k := copy(p[n:], r.text[r.at:])
		n, r.at = n+k, (r.at+k)%len(r.text)
	}
	return n, nil
}

func TestT38ListOfHostileNames(t *testing.T) {
	body := `{"name":"../x"}
{"name":".hidden"}
{"name":"a/b"}
{"name":"a\\b"}
{"name":"fine","size":3}
{"name":"\u0000"}
{"name":"x\u001b[2J"}
{"name":"negative","size":-5}
{}
`
	list, err := answering([]byte(body)).List(within(t, 10*time.Second), "docs", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Name != "fine" && e.Name != "negative" || e.Size < 0 {
			t.Errorf("it lists %+v", e)
		}
	}
}

// What another PC says of its errors is kept short.
func TestT38LongWordsOfOthers(t *testing.T) {
	long := `{"code":"` + strings.Repeat("c", 1000) + `","error":"` + strings.Repeat("e", 100_000) + "\\u001b[2J\",\"path\":\"" + strings.Repeat("p", 10_000) + `"}`
	b := []byte(magic)
	b = append(binary.BigEndian.AppendUint32(append(b, 'X'), uint32(len(long))), long...)
	b = append(b, 'Z', 0, 0, 0, 0)
	g := NewProgress()
	err := answering(b).Get(within(t, 10*time.Second), "docs", []string{"x"}, t.TempDir(), Moving{}, g)
	if err == nil || len(err.Error()) > 6000 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("error of %d bytes", len(fmt.Sprint(err)))
	}
}

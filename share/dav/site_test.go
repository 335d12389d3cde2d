package dav

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/share"
)

// site is a shared folder, Plans, served over WebDAV.
type site struct {
	t     *testing.T
	dir   string
	url   string // of the folder, without a slash at the end
	h     *Handler
	serve http.Handler // what url is answered by
	may   func(share.Verb) bool
	props *Properties
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), may: func(share.Verb) bool { return true }}
	var err error
	if s.props, err = OpenProperties(filepath.Join(t.TempDir(), "properties.json")); err != nil {
		t.Fatal(err)
	}
	files := share.NewServer(share.Options{Allow: func(_ *http.Request, _ string, v share.Verb) bool { return s.may(v) }})
	t.Cleanup(func() { files.Close() })
	beside := t.TempDir()
	if err := files.SetFolders([]share.Folder{{Name: "Plans", Dir: s.dir}, {Name: "Plans2", Dir: beside}}); err != nil {
		t.Fatal(err)
	}
	s.h = New(Options{Properties: s.props})
	s.serve = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/dav/"), "/")
		err := files.Visit(w, r, name, func(t *share.Tree, w http.ResponseWriter, r *http.Request) {
			s.h.Serve(w, r, Site{FS: Folder(t), Base: "/dav/" + name, Who: r.Header.Get("Test-Who")})
		})
		if err != nil {
			http.NotFound(w, r)
		}
	})
	server := httptest.NewServer(s.serve)
	t.Cleanup(server.Close)
	s.url = server.URL + "/dav/Plans"
	return s
}

// ask makes a request; header is "name: value" lines.
func (s *site) ask(method, path, body string, header ...string) (code int, h http.Header, text string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer w.Body.Close()
	raw, err := io.ReadAll(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return w.StatusCode, w.Header, string(raw)
}

// want makes a request that is to be answered with a status.
func (s *site) want(code int, method, path, body string, header ...string) (h http.Header, text string) {
	s.t.Helper()
	got, h, text := s.ask(method, path, body, header...)
	if got != code {
		s.t.Errorf("%s %s %q: %d, want %d: %.300s", method, path, header, got, code, text)
	}
	return h, text
}

func (s *site) write(name, content string) {
	s.t.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// has wants a file of a content; "" stands for none.
func (s *site) has(name, content string) {
	s.t.Helper()
	got, err := os.ReadFile(filepath.Join(s.dir, name))
	if content == "" && err == nil || content != "" && string(got) != content {
		s.t.Errorf("%s is %.100q, %v; want %.100q", name, got, err, content)
	}
}

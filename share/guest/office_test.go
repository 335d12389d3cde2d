package guest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/share"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a PC that shares a folder "Plans" with guests, over TLS and in the clear.
type office struct {
	*Server
	t       testing.TB
	dir     string // the folder
	files   *share.Server
	secure  *httptest.Server
	plain   *httptest.Server
	changed atomic.Int64
	allow   func(folder string, v share.Verb) bool
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, dir: memory(t)}
	o.allow = func(string, share.Verb) bool { return true }
	o.files = share.NewServer(share.Options{})
	if err := o.files.SetFolders([]share.Folder{{Name: "Plans", Dir: o.dir}}); err != nil {
		t.Fatal(err)
	}
	o.Server = New(Options{
		Files:   o.files,
		Allow:   func(_ *http.Request, folder string, v share.Verb) bool { return o.allow(folder, v) },
		Secure:  func(r *http.Request) bool { return r.TLS != nil },
		Changed: func() { o.changed.Add(1) },
		PC:      func() string { return "front desk" },
	})
	quiet := log.New(io.Discard, "", 0)
	o.secure, o.plain = httptest.NewUnstartedServer(o), httptest.NewUnstartedServer(o)
	o.secure.Config.ErrorLog, o.plain.Config.ErrorLog = quiet, quiet
	o.secure.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	o.secure.StartTLS()
	o.plain.Start()
	t.Cleanup(func() {
		for _, s := range []*httptest.Server{o.secure, o.plain} {
			s.CloseClientConnections()
			s.Close()
		}
		o.files.Close()
	})
	return o
}

// memory makes a folder that no disk slows down, where the system has such.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lanyard-test")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// link gives a link of a wish, for an hour.
func (o *office) link(wish Link, pin bool) Link {
	wish.Folder = "Plans"
	if wish.Expires.IsZero() {
		wish.Expires = time.Now().Add(time.Hour)
	}
	l := NewLink(wish, pin, time.Now())
	o.SetLinks(append(o.Links(), l))
	return l
}

// write puts a file into the folder.
func (o *office) write(name, content string) {
	o.t.Helper()
	name = filepath.Join(o.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		o.t.Fatal(err)
	}
}

// has lists what is in the folder, hidden or not, folders with a slash.
func (o *office) has() []string {
	o.t.Helper()
	var names []string
	err := filepath.WalkDir(o.dir, func(p string, d os.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && p != o.dir {
			return nil // it has just gone
		}
		if err != nil || p == o.dir {
			return err
		}
		rel, err := filepath.Rel(o.dir, p)
		if d.IsDir() {
			rel += "/"
		}
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return names
}

func (o *office) read(name string) string {
	o.t.Helper()
	b, err := os.ReadFile(filepath.Join(o.dir, filepath.FromSlash(name)))
	if err != nil {
		o.t.Fatal(err)
	}
	return string(b)
}

func logTo(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// browser is a visitor's: it keeps cookies, and shows where it was sent.
type browser struct {
	t    testing.TB
	base string
	http *http.Client
}

func (o *office) browser() *browser      { return newBrowser(o.t, o.secure) }
func (o *office) plainBrowser() *browser { return newBrowser(o.t, o.plain) }

func newBrowser(t testing.TB, s *httptest.Server) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Transport: s.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &browser{t, s.URL, c}
}

// answer is what came back, read to its end.
type answer struct {
	code   int
	header http.Header
	body   string
	err    error // of reading the body
}

// do sends a request, with headers as pairs.
func (b *browser) do(method, path string, body io.Reader, headers ...string) answer {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for k := 0; k < len(headers); k += 2 {
		r.Header.Add(headers[k], headers[k+1])
	}
	resp, err := b.http.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(content), err}
}

func (b *browser) get(path string, headers ...string) answer {
	b.t.Helper()
	return b.do("GET", path, nil, headers...)
}

// post sends a form from a page of the server itself.
func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	return b.do("POST", path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded", "Origin", b.base)
}

// put sends a file as the page's script does.
func (b *browser) put(l Link, name, content string, headers ...string) answer {
	b.t.Helper()
	at := l.below("drop", name) + "?batch=one"
	return b.do("PUT", at, strings.NewReader(content), append([]string{"Origin", b.base, scriptHeader, "1"}, headers...)...)
}

// open opens a link and fails the test if that is not possible.
func (b *browser) open(l Link) {
	b.t.Helper()
	var a answer
	if l.PIN == "" && l.Uses == 0 {
		a = b.get(l.Path())
	} else {
		a = b.post(l.Path(), url.Values{"pin": {l.PIN}, "page": {secret(tokenBytes)}})
	}
	if a.code != http.StatusSeeOther || a.header.Get("Location") != l.home() {
		b.t.Fatalf("open link: %d, to %q", a.code, a.header.Get("Location"))
	}
}

package share

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/share/bin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a PC that shares a folder, "Team", and another that uses it, over TLS 1.3 on loopback.
type office struct {
	t      testing.TB
	shared string // the folder of the first PC
	desk   string // a folder of the second PC
	server *Server
	web    *httptest.Server
	client *Client
	may    atomic.Int64 // bits of the verbs that the second PC may
}

func newOffice(t testing.TB) *office {
	t.Helper()
	return newOfficeIn(t, t.TempDir())
}

func newOfficeIn(t testing.TB, dir string) *office {
	t.Helper()
	o := &office{t: t, shared: filepath.Join(dir, "shared"), desk: filepath.Join(dir, "desk")}
	for _, d := range []string{o.shared, o.desk} {
		o.check(os.Mkdir(d, 0o700))
	}
	o.allow(See, Read, Add, Change)
	o.server = NewServer(Options{Logger: slog.New(slog.DiscardHandler), Allow: func(_ *http.Request, _ string, v Verb) bool {
		return o.may.Load()&(1<<v) != 0
	}})
	o.check(o.server.SetFolders([]Folder{{Name: "Team", Dir: o.shared}}))
	o.web = httptest.NewUnstartedServer(o.server)
	o.web.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	o.web.StartTLS()
	o.client = &Client{HTTP: o.web.Client(), Base: o.web.URL}
	t.Cleanup(func() {
		o.web.CloseClientConnections()
		o.web.Close()
		o.check(o.server.Close())
	})
	return o
}

// allow says what the second PC may do.
func (o *office) allow(verbs ...Verb) {
	bits := int64(0)
	for _, v := range verbs {
		bits |= 1 << v
	}
	o.may.Store(bits)
}

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// write makes a file of a folder, and the folders it is in.
func (o *office) write(dir, name, content string) string {
	o.t.Helper()
	at := filepath.Join(dir, filepath.FromSlash(name))
	o.check(os.MkdirAll(filepath.Dir(at), 0o700))
	o.check(os.WriteFile(at, []byte(content), 0o600))
	return at
}

// tree is what is in a folder, but for its bin: content by path, and "/" for a folder.
func (o *office) tree(dir string) map[string]string {
	o.t.Helper()
	tree := map[string]string{}
	o.check(filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil || at == dir {
			return err
		}
		name, _ := filepath.Rel(dir, at)
		if d.IsDir() && name == bin.Name {
			return filepath.SkipDir
		}
		if d.IsDir() {
			tree[filepath.ToSlash(name)] = "/"
			return nil
		}
		content, err := os.ReadFile(at)
		tree[filepath.ToSlash(name)] = string(content)
		return err
	}))
	return tree
}

// has checks what is in a folder.
func (o *office) has(dir string, want map[string]string) {
	o.t.Helper()
	if got := o.tree(dir); !maps.Equal(got, want) {
		o.t.Errorf("in %s:\n got %v\nwant %v", filepath.Base(dir), brief(got), brief(want))
	}
}

func brief(tree map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		content := tree[name]
		list = append(list, name+"="+content[:min(len(content), 20)])
	}
	return list
}

// noTemps checks that nothing half-written is left in a folder.
func (o *office) noTemps(dir string) {
	o.t.Helper()
	for name := range o.tree(dir) {
		if strings.Contains(name, tempPrefix) {
			o.t.Errorf("%s is left", name)
		}
	}
}

// content is that of one file, as it is served.
func (o *office) content(name string) []byte {
	o.t.Helper()
	to, err := target("files", "Team", name)
	o.check(err)
	answer, err := o.client.do(within(o.t, 10*time.Second), http.MethodGet, to, nil)
	o.check(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	o.check(err)
	return b
}

func (o *office) put(path string, files ...string) (*Progress, error) {
	p := NewProgress()
	return p, o.client.Put(o.t.Context(), files, "Team", path, Moving{}, p)
}

func (o *office) get(dest string, paths ...string) (*Progress, error) {
	p := NewProgress()
	return p, o.client.Get(o.t.Context(), "Team", paths, dest, Moving{}, p)
}

// wantCode checks the code of an error.
func wantCode(t testing.TB, err error, code Code) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("got error %v, want code %q", err, code)
	} else if e.Code != code {
		t.Errorf("got code %q (%v), want %q", e.Code, err, code)
	}
}

// eventually waits for something that another goroutine does.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

// held is a connection that lets only so many bytes through until it is released.
type held struct {
	net.Conn
	left     *atomic.Int64
	released chan struct{}
}

func (h held) pass(n int) {
	if h.left.Add(-int64(n)) < 0 {
		<-h.released
	}
}

func (h held) Write(b []byte) (int, error) {
	h.pass(len(b))
	return h.Conn.Write(b)
}

func (h held) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	h.pass(n)
	return n, err
}

// hold makes the second PC's connection hold after some bytes, until release.
func (o *office) hold(bytes int64) (release func()) {
	left, released := &atomic.Int64{}, make(chan struct{})
	left.Store(bytes)
	t := o.web.Client().Transport.(*http.Transport).Clone()
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return held{c, left, released}, nil
	}
	o.client = &Client{HTTP: &http.Client{Transport: t}, Base: o.web.URL}
	o.t.Cleanup(t.CloseIdleConnections)
	return sync.OnceFunc(func() { close(released) })
}

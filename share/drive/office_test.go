package drive

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"lanyard/share"
)

// office is a workgroup of two PCs, anna and ben, and the drive of a third.
type office struct {
	t    *testing.T
	dirs map[string]string // of the shared folders, by PC/folder
	url  string            // of the drive, without a slash at the end
	d    *Drive
	s    *Server
	room map[string]*httptest.Server

	lists atomic.Int64 // whole folders that the PCs were asked for

	mu  sync.Mutex
	pcs []PC
}

func (o *office) PCs() []PC {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]PC(nil), o.pcs...)
}

// set changes what is known of a PC.
func (o *office) set(name string, change func(*PC)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.pcs {
		if o.pcs[i].Name == name {
			change(&o.pcs[i])
		}
	}
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, dirs: map[string]string{}, room: map[string]*httptest.Server{}}
	for _, name := range []string{"anna", "ben"} {
		files := share.NewServer(share.Options{Allow: func(*http.Request, string, share.Verb) bool { return true }})
		t.Cleanup(func() { files.Close() })
		pc := PC{Name: name, ID: name + "id", Online: true}
		var set []share.Folder
		for _, f := range []string{"Plans", "Photos"} {
			dir := t.TempDir()
			o.dirs[name+"/"+f] = dir
			set = append(set, share.Folder{Name: f, Dir: dir})
			pc.Folders = append(pc.Folders, Folder{Name: f, Access: "change", Free: 1 << 30})
		}
		if err := files.SetFolders(set); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/v1/list/") && !r.URL.Query().Has("only") {
				o.lists.Add(1)
			}
			files.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		o.room[name] = server
		pc.Client = &share.Client{HTTP: server.Client(), Base: server.URL}
		o.pcs = append(o.pcs, pc)
	}
	o.d = New(Options{Office: o, Dir: t.TempDir()})
	var err error
	if o.s, err = Listen(ServerOptions{Drive: o.d, Secret: NewSecret()}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- o.s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	o.url = strings.TrimSuffix(o.s.URL(), "/")
	return o
}

// ask makes a request; header is "name: value" lines.
func (o *office) ask(method, path, body string, header ...string) (code int, text string) {
	o.t.Helper()
	r, err := http.NewRequestWithContext(o.t.Context(), method, o.url+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	w, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer w.Body.Close()
	raw, err := io.ReadAll(w.Body)
	if err != nil {
		return w.StatusCode, err.Error()
	}
	return w.StatusCode, string(raw)
}

func (o *office) want(code int, method, path, body string, header ...string) string {
	o.t.Helper()
	got, text := o.ask(method, path, body, header...)
	if got != code {
		o.t.Errorf("%s %s %q: %d, want %d: %.300s", method, path, header, got, code, text)
	}
	return text
}

// has wants a file at PC/folder to have a content; "" stands for none.
func (o *office) has(folder, name, content string) {
	o.t.Helper()
	got, err := os.ReadFile(filepath.Join(o.dirs[folder], name))
	if content == "" && err == nil || content != "" && string(got) != content {
		o.t.Errorf("%s/%s is %.100q, %v; want %.100q", folder, name, got, err, content)
	}
}

func noise(t *testing.T, n int) string {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

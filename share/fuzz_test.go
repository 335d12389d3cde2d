package share

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"
)

// allocated is how much memory was asked for since the program began, in bytes.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// FuzzStream has both ends take any bytes for a stream: nothing outside is touched, nothing is left half-written, and memory
// is not a matter of what the stream claims.
func FuzzStream(f *testing.F) {
	f.Add(streamOf(), false)
	f.Add(streamOf(stored{path: "asked", folder: true}, stored{path: "asked/x", content: "new"}), true)
	f.Add(streamOf(stored{path: "x", content: "new"}, stored{path: "x", content: "again"}), false)
	f.Add([]byte(magic+"F\x00\x00\x00\x20"+`{"path":"asked/x","size":999999}`+"C\x00\x00\x00\x03newX\x00\x00\x00\x12"+`{"code":"changed"}`+"Z\x00\x00\x00\x00"), true)
	f.Add(streamOf(stored{path: "x", content: "new", sum: "wrong"}), false)
	f.Add([]byte(magic+"P\x00\x00\x00\x17"+`{"files":1,"bytes":-1 }`[:23]+"X\x00\x00\x00\x10"+`{"code":"full" }`), true)
	f.Add([]byte(magic+"F\x00\x00\x00\x24"+`{"path":"x","size":9999999999999999}`+"C\x00\x00\x00\x03new"), false)
	f.Add([]byte(magic+"S\x00\x00\x00\x18"+`{"path":"asked","size":3}`[:24]), true)
	for _, name := range []string{"../x", "a/../../x", ".hidden", "x\x00", "asked/.hidden", "link/x"} {
		f.Add(rawStream(rawJSON(name)), false)
	}
	f.Fuzz(func(t *testing.T, stream []byte, get bool) {
		base := memory(t)
		dir := filepath.Join(base, "share")
		write(t, filepath.Join(dir, "old"), "old")
		write(t, filepath.Join(base, "out", "victim"), "SECRET")
		if err := os.Symlink("../out", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		before := allocated()
		if get {
			_ = answering(stream).Get(within(t, 20*time.Second), "docs", []string{"asked"}, dir, Moving{}, NewProgress())
			if read(t, filepath.Join(dir, "old")) != "old" {
				t.Error("a file has changed that nobody asked for")
			}
		} else {
			s := NewServer(Options{Allow: everything})
			defer s.Close()
			if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
				t.Fatal(err)
			}
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(stream))))
		}
		if took := allocated() - before; took > 32<<20+100*uint64(len(stream)) {
			t.Errorf("a stream of %d bytes took %d MiB", len(stream), took>>20)
		}
		wantTree(t, filepath.Join(base, "out"), "victim=SECRET")
		for _, line := range tree(t, dir) {
			name, _, _ := strings.Cut(line, "=")
			if strings.HasPrefix(path.Base(name), ".") || strings.Contains(name, "/.") {
				t.Errorf("there is %q", line)
			}
		}
		if n := len(tree(t, base)) - len(tree(t, dir)); n != 3 {
			t.Errorf("there are %d things outside", n-3)
		}
	})
}

// FuzzPath checks that a path that passes names something below a folder, in a URL as on the disk.
func FuzzPath(f *testing.F) {
	for _, name := range append(attacks(), "fine", "a/b", "%41", "a b/c+d", "ü/日本語") {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if CheckPath(p) != nil {
			return
		}
		if p == "" {
			return
		}
		if path.Clean(p) != p || !filepath.IsLocal(p) || strings.Contains(p, "/.") || strings.HasPrefix(p, ".") || strings.ContainsAny(p, "\x00\\") {
			t.Errorf("%q passes", p)
		}
		to, err := target("list", "docs", p)
		if err != nil {
			t.Fatalf("%q passes and has no URL: %v", p, err)
		}
		u, err := url.ParseRequestURI(to)
		if err != nil {
			t.Fatalf("%q becomes %q: %v", p, to, err)
		}
		got := "none"
		mux := http.NewServeMux()
		mux.HandleFunc("GET /v1/list/{folder}/{path...}", func(_ http.ResponseWriter, r *http.Request) { got = r.PathValue("path") })
		mux.ServeHTTP(httptest.NewRecorder(), &http.Request{Method: http.MethodGet, URL: u, RequestURI: to})
		if got != p {
			t.Errorf("%q arrives as %q", p, got)
		}
		if n := numbered(path.Base(p), 2); badName(n, anySystem) != "" || n == path.Base(p) {
			t.Errorf("beside %q there would be %q", p, n)
		}
	})
}

// FuzzRequest has a server answer anything: it doesn't panic, and nothing that is not shared is told or changed.
func FuzzRequest(f *testing.F) {
	methods := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "MOVE", "OPTIONS"}
	for _, route := range Routes() {
		for _, name := range []string{"a", "a/x", "../victim", "%2e%2e/victim", "link/victim", ".hidden", ""} {
			r := asked(route, "docs", "PATH")
			body := strings.Replace(jsonOf(map[string]any{"paths": []string{name}, "from": name, "to": "b", "have": map[string]any{"a/x": map[string]any{"size": 6}}}), "PATH", name, 1)
			if strings.Contains(route.Pattern, "put") {
				body = string(streamOf(stored{path: name, content: "new"}))
			}
			f.Add(slices.Index(methods, route.Method), strings.Replace(r.URL.Path, "PATH", name, 1), "", body)
		}
	}
	f.Add(0, "/v1/files/docs/a/x", "bytes=0-1,3-,-2", "")
	f.Fuzz(func(t *testing.T, method int, target, header, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") {
			return
		}
		base := memory(t)
		dir := filepath.Join(base, "share")
		write(t, filepath.Join(dir, "a", "x"), "shared")
		write(t, filepath.Join(dir, ".hidden"), "SECRET")
		write(t, filepath.Join(base, "victim"), "SECRET")
		if err := os.Symlink("..", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		s := NewServer(Options{Allow: everything})
		defer s.Close()
		if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(methods[uint(method)%uint(len(methods))], "/", strings.NewReader(body))
		r.URL, r.RequestURI = u, target
		r.Header.Set("Range", header)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if said := fmt.Sprint(w.Header(), w.Body); strings.Contains(said, "SECRET") || strings.Contains(said, base) && !strings.Contains(target+body, base) {
			t.Errorf("it says %q", said)
		}
		if read(t, filepath.Join(base, "victim")) != "SECRET" || read(t, filepath.Join(dir, ".hidden")) != "SECRET" || len(tree(t, base))-len(tree(t, dir)) != 2 {
			t.Errorf("there is %q", tree(t, base))
		}
	})
}

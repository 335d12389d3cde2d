package share

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fate is what happens to a connection once so many bytes went through it.
type fate struct {
	read, written int64       // 0: any
	then          func() bool // false breaks it
}

type cutConn struct {
	net.Conn
	fate
	done          atomic.Bool
	nread, nwrite atomic.Int64
}

func (c *cutConn) count(limit, n int64) {
	if limit > 0 && n >= limit && !c.done.Swap(true) && (c.then == nil || !c.then()) {
		c.Conn.Close()
	}
}

func (c *cutConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.count(c.fate.read, c.nread.Add(int64(n)))
	return n, err
}

func (c *cutConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.count(c.written, c.nwrite.Add(int64(n)))
	return n, err
}

// through is a client whose connection meets a fate.
func (p *pc) through(t testing.TB, c fate) *Client {
	t.Helper()
	transport := p.HTTP.Transport.(*http.Transport).Clone()
	transport.DialTLSContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		d := net.Dialer{}
		conn, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		config := transport.TLSClientConfig.Clone()
		config.ServerName = "127.0.0.1"
		return tls.Client(&cutConn{Conn: conn, fate: c}, config), nil
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{HTTP: &http.Client{Transport: transport}, Base: p.Base}
}

// ended waits until the server has nothing to do any more.
func (p *pc) ended(t testing.TB) {
	t.Helper()
	p.http.CloseClientConnections()
	p.http.Close() // returns when the last request has ended
}

// someFiles makes small files and a large one, in the order of their names.
func someFiles(t testing.TB, dir string) {
	t.Helper()
	for n := range 100 {
		fill(t, filepath.Join(dir, fmt.Sprint("a", n)), 10_000)
	}
	fill(t, filepath.Join(dir, "large"), 24<<20)
}

// checkHalf checks what a broken transfer has left: each file is complete, or as it was, and nothing else is there.
func checkHalf(t testing.TB, got, want string) {
	t.Helper()
	noTemporaries(t, got)
	for _, name := range []string{"a1", "a50", "large"} {
		now, full := read(t, filepath.Join(got, name)), read(t, filepath.Join(want, name))
		if now != "old" && now != full {
			t.Errorf("%s is broken: %d bytes", name, len(now))
		}
	}
	if read(t, filepath.Join(got, "large")) != "old" {
		t.Error("the file that was cut has replaced the old one")
	}
}

func oldOnes(t testing.TB, dir string) {
	for _, name := range []string{"a1", "a50", "large"} {
		write(t, filepath.Join(dir, name), "old")
	}
}

func TestGetIsCut(t *testing.T) {
	for _, at := range []int64{1, 3000, 20_000, 400_000, 10 << 20} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			p, dest := newPC(t, everything), t.TempDir()
			someFiles(t, filepath.Join(p.dir, "box"))
			oldOnes(t, filepath.Join(dest, "box"))
			err := p.through(t, fate{read: at}).Get(within(t, 20*time.Second), "docs", []string{"box"}, dest, Moving{}, NewProgress())
			if err == nil {
				t.Error("no error")
			}
			p.ended(t)
			checkHalf(t, filepath.Join(dest, "box"), filepath.Join(p.dir, "box"))
		})
	}
}

func TestPutIsCut(t *testing.T) {
	for _, at := range []int64{1, 3000, 20_000, 400_000, 10 << 20} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			p, from := newPC(t, everything), filepath.Join(t.TempDir(), "box")
			someFiles(t, from)
			oldOnes(t, filepath.Join(p.dir, "box"))
			err := p.through(t, fate{written: at}).Put(within(t, 20*time.Second), []string{from}, "docs", "", Moving{}, NewProgress())
			if err == nil {
				t.Error("no error")
			}
			p.ended(t)
			checkHalf(t, filepath.Join(p.dir, "box"), from)
		})
	}
}

func TestCancelled(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		t.Run(way, func(t *testing.T) {
			p, here := newPC(t, everything), t.TempDir()
			from, to := filepath.Join(p.dir, "box"), filepath.Join(here, "box")
			ctx, cancel := context.WithCancel(within(t, 20*time.Second))
			c := fate{read: 4 << 20, then: func() bool { cancel(); return true }}
			move := func(c *Client) error { return c.Get(ctx, "docs", []string{"box"}, here, Moving{}, NewProgress()) }
			if way == "put" {
				from, to = to, from
				c.read, c.written = 0, 4<<20
				move = func(c *Client) error { return c.Put(ctx, []string{from}, "docs", "", Moving{}, NewProgress()) }
			}
			someFiles(t, from)
			oldOnes(t, to)
			began := time.Now()
			if err := move(p.through(t, c)); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			p.ended(t)
			checkHalf(t, to, from)
		})
	}
}

// A file that changes while it is sent is sent again as it is then. One that never rests is told of, is not taken, and does
// not stop the others.
func TestFileChangesWhileItIsSent(t *testing.T) {
	patch := func(f string) error {
		w, err := os.OpenFile(f, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = w.WriteAt([]byte("changed"), 30<<20)
		return errors.Join(err, w.Close())
	}
	for name, change := range map[string]func(string) error{
		"shorter": func(f string) error { return os.Truncate(f, 1<<20) },
		"empty":   func(f string) error { return os.Truncate(f, 0) },
		"longer":  func(f string) error { return os.Truncate(f, 50<<20) },
		"written": patch,
		"never at rest": func(f string) error {
			for range 1000 {
				if err := patch(f); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, dest := newPC(t, everything), t.TempDir()
			file, rests := filepath.Join(p.dir, "large"), name != "never at rest"
			fill(t, file, 32<<20)
			write(t, filepath.Join(p.dir, "next"), "next")
			write(t, filepath.Join(dest, "large"), "old")
			ctx, stop := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			c := p.through(t, fate{read: 1 << 20, then: func() bool {
				if rests {
					return change(file) == nil
				}
				wg.Go(func() {
					for ctx.Err() == nil && change(file) == nil {
						continue
					}
				})
				return true
			}})
			err := c.Get(within(t, 20*time.Second), "docs", []string{"large", "next"}, dest, Moving{}, NewProgress())
			stop()
			wg.Wait()
			if rests && err != nil || !rests && code(err) != Changed {
				t.Errorf("error %v", err)
			}
			want := "old"
			if rests {
				want = read(t, file)
			}
			if got := read(t, filepath.Join(dest, "large")); got != want {
				t.Errorf("%d bytes, want %d", len(got), len(want))
			}
			if read(t, filepath.Join(dest, "next")) != "next" {
				t.Error("the next one is not there")
			}
			noTemporaries(t, dest)
		})
	}
}

func TestWrongHash(t *testing.T) {
	for name, content := range map[string]string{"small": "new", "empty": "", "large": strings.Repeat("new", pieceSize)} {
		t.Run(name, func(t *testing.T) {
			p := newPC(t, everything)
			write(t, filepath.Join(p.dir, "x"), "old")
			stream := streamOf(stored{path: "x", content: content, sum: "wrong"}, stored{path: "y", content: "fine"})
			said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(stream))))
			if !strings.Contains(said, `"code":"damaged"`) {
				t.Errorf("the answer is %s", said)
			}
			wantTree(t, p.dir, "x=old", "y=fine")
		})
	}
}

// Streams that break the rules are refused, and leave nothing behind.
func TestT11BrokenStreams(t *testing.T) {
	whole := streamOf(stored{path: "x", content: "new"}, stored{path: "l", content: strings.Repeat("n", 2*pieceSize)})
	cases := map[string]string{
		"empty": "", "another magic": "lanyard stream 2\n", "no frame": magic, "unknown frame": magic + "Q\x00\x00\x00\x00",
		"frame too large":         magic + "F\x7f\xff\xff\xff",
		"frame of 4 GiB":          magic + "F\xff\xff\xff\xff",
		"content without a file":  magic + "C\x00\x00\x00\x01x",
		"end without a file":      magic + "E\x00\x00\x00\x20" + strings.Repeat("x", 32),
		"header that isn't":       magic + "F\x00\x00\x00\x01x",
		"error that isn't":        magic + "X\x00\x00\x00\x01x",
		"negative size":           magic + "F\x00\x00\x00\x18" + `{"path":"x", "size": -1 }`[:24],
		"more than announced":     magic + "F\x00\x00\x00\x17" + `{"path":"x","size":2   }`[:23] + "C\x00\x00\x00\x03new",
		"less than announced":     magic + "F\x00\x00\x00\x17" + `{"path":"x","size":9   }`[:23] + "C\x00\x00\x00\x03newE\x00\x00\x00\x20" + strings.Repeat("x", 32),
		"a file in a file":        magic + "F\x00\x00\x00\x17" + `{"path":"x","size":9   }`[:23] + "F\x00\x00\x00\x17" + `{"path":"y","size":9   }`[:23],
		"empty content":           magic + "F\x00\x00\x00\x17" + `{"path":"x","size":9   }`[:23] + "C\x00\x00\x00\x00",
		"the end within the file": magic + "F\x00\x00\x00\x17" + `{"path":"x","size":9   }`[:23] + "Z\x00\x00\x00\x00",
	}
	for n := 17; n < len(whole)-1; n += 1 + n/3 {
		cases[fmt.Sprint("cut at ", n)] = string(whole[:n])
	}
	for name, stream := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPC(t, everything)
			said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(stream)))
			if strings.Contains(said, "200 OK") || !strings.HasPrefix(name, "cut") && !strings.Contains(said, "400 Bad Request") {
				t.Errorf("the answer is %s", said)
			}
			for _, line := range tree(t, p.dir) {
				if line != "x=new" {
					t.Errorf("there is %.100s", line)
				}
			}
		})
	}
}

func TestSharedFolderGoesAndComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "share")
	write(t, filepath.Join(dir, "x"), "first")
	p, ctx := newPCIn(t, everything, dir), within(t, 20*time.Second)
	if err := os.Rename(dir, dir+" away"); err != nil {
		t.Fatal(err)
	}
	from := write(t, filepath.Join(t.TempDir(), "y"), "y")
	_, listErr := p.List(ctx, "docs", "")
	for name, err := range map[string]error{
		"list": listErr, "mkdir": p.Mkdir(ctx, "docs", "d"), "rename": p.Rename(ctx, "docs", "x", "z"), "remove": p.Remove(ctx, "docs", "x"),
		"get": p.Get(ctx, "docs", []string{"x"}, t.TempDir(), Moving{}, NewProgress()), "put": p.Put(ctx, []string{from}, "docs", "", Moving{}, NewProgress()),
	} {
		if code(err) != Gone {
			t.Errorf("%s: %v, want %q", name, err, Gone)
		}
	}
	wantTree(t, dir+" away", "x=first")
	if len(p.server.FolderErrors()) != 1 {
		t.Errorf("trouble %v", p.server.FolderErrors())
	}
	write(t, filepath.Join(dir, "x"), "second")
	dest := t.TempDir()
	if err := p.Get(ctx, "docs", []string{"x"}, dest, Moving{}, NewProgress()); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dest, "x=second")
	if len(p.server.FolderErrors()) != 0 {
		t.Errorf("trouble %v", p.server.FolderErrors())
	}
}

// Who is refused while sending much is told why, rather than that a connection broke.
func TestRefusedWhileSending(t *testing.T) {
	p, from := newPC(t, everything), filepath.Join(t.TempDir(), "large")
	if err := os.Truncate(write(t, from, "x"), 256<<20); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		folder, path string
		code         Code
	}{"no such folder": {"none", "", NotFound}, "a file": {"docs", "file", Exists}} {
		write(t, filepath.Join(p.dir, "file"), "x")
		for range 5 {
			if err := p.Put(within(t, 20*time.Second), []string{from}, c.folder, c.path, Moving{}, NewProgress()); code(err) != c.code {
				t.Errorf("%s: %v, want %q", name, err, c.code)
			}
		}
	}
}

// Several put into one folder at once: none takes the unfinished files of another for leftovers.
func TestPutsAtOnce(t *testing.T) {
	p, ctx := newPC(t, everything), within(t, time.Minute)
	done := make(chan error)
	for k := range 4 {
		from := filepath.Join(t.TempDir(), "box")
		for n := range 100 {
			file := write(t, filepath.Join(from, fmt.Sprintf("%d of %d", n, k)), "x")
			if err := os.Chtimes(file, time.Unix(1e9, 0), time.Unix(1e9, 0)); err != nil {
				t.Fatal(err)
			}
		}
		go func() { done <- p.Put(ctx, []string{from}, "docs", "", Moving{}, NewProgress()) }()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(tree(t, p.dir)); n != 401 {
		t.Errorf("%d files and folders, want 401", n)
	}
}

func TestPutsOfTheSameName(t *testing.T) {
	p, from := newPC(t, everything), t.TempDir()
	a, b := write(t, filepath.Join(from, "1", "x"), "first"), write(t, filepath.Join(from, "2", "x"), "second")
	if err := p.Put(within(t, 10*time.Second), []string{a, b}, "docs", "", Moving{}, NewProgress()); code(err) != Invalid {
		t.Errorf("error %v, want %q: one of two files of the same name would be lost", err, Invalid)
	}
}

func TestProgressMayBeNil(t *testing.T) {
	p := newPC(t, everything)
	if err := p.Put(within(t, 10*time.Second), []string{write(t, filepath.Join(t.TempDir(), "x"), "x")}, "docs", "", Moving{}, nil); err != nil {
		t.Error(err)
	}
	if err := p.Get(within(t, 10*time.Second), "docs", []string{"x"}, t.TempDir(), Moving{}, nil); err != nil {
		t.Error(err)
	}
}

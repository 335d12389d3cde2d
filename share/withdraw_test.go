package share

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// atOnce is how long a request may go on once its right is gone. A busy machine gets a few tries.
const atOnce, busyTries = time.Second, 3

// ward is a PC whose owner takes a right away from one who is at work.
type ward struct {
	*pc
	may   atomic.Bool
	end   atomic.Pointer[context.CancelFunc] // of the request that runs
	ended chan time.Time
}

func newWard(t *testing.T, dir string) *ward {
	t.Helper()
	w := &ward{ended: make(chan time.Time, 1)}
	w.may.Store(true)
	s := NewServer(Options{Logger: slog.New(slog.DiscardHandler), Allow: func(*http.Request, string, Verb) bool { return w.may.Load() }})
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	h := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer func() { w.ended <- time.Now() }()
		defer cancel()
		w.end.Store(&cancel)
		s.ServeHTTP(rw, r.WithContext(ctx))
	}))
	h.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	h.StartTLS()
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
		s.Close()
	})
	w.pc = &pc{Client: &Client{HTTP: h.Client(), Base: h.URL}, dir: dir, server: s, http: h}
	return w
}

// withdraw takes the right away, and returns how long the request went on.
func (w *ward) withdraw(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	w.may.Store(false)
	(*w.end.Load())()
	select {
	case at := <-w.ended:
		return at.Sub(began)
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
		return 0
	}
}

// connect sends the head of a request, and what there is of its body.
func (w *ward) connect(t *testing.T, request string, body []byte) net.Conn {
	t.Helper()
	c, err := tls.Dial("tcp", w.http.Listener.Addr().String(), w.http.Client().Transport.(*http.Transport).TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err = fmt.Fprintf(c, request, w.http.Listener.Addr()); err == nil {
		_, err = c.Write(body)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A right that is withdrawn ends what runs on it at once, though the other side neither reads nor writes, or slowly, and
// nothing that was not there before is there afterwards.
func TestARightThatIsWithdrawnEndsWhatRuns(t *testing.T) {
	asks := func(name string) (string, []byte) {
		body, err := asking(query{Paths: []string{name}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("POST /v1/get/docs HTTP/1.1\r\nHost: %%s\r\nContent-Length: %d\r\n\r\n", len(body)), body
	}
	getLarge, large := asks("large")
	getMany, many := asks("many")
	const post = "POST %s HTTP/1.1\r\nHost: %%s\r\nContent-Length: 99999999\r\n\r\n"
	small := []stored{}
	for n := range 200 {
		small = append(small, stored{path: fmt.Sprint("f", n), content: "new"})
	}
	dir := memory(t)
	fill(t, filepath.Join(dir, "large"), 32<<20)
	for n := range 20_000 { // whose list alone is more than any connection holds
		write(t, filepath.Join(dir, "many", fmt.Sprintf("file %d %s", n, strings.Repeat("x", 200))), "")
	}
	write(t, filepath.Join(dir, "many", "file 1"), "old")
	before := things(t, dir)
	for name, c := range map[string]struct {
		request string
		body    []byte
		reads   bool
	}{
		"a get that is not read":              {getLarge, large, false},
		"a get that is read slowly":           {getLarge, large, true},
		"a get of many":                       {getMany, many, false},
		"a file that is not read":             {"GET /v1/files/docs/large HTTP/1.1\r\nHost: %s\r\n\r\n", nil, false},
		"a list that is not read":             {"GET /v1/list/docs/many HTTP/1.1\r\nHost: %s\r\n\r\n", nil, false},
		"a put that has not begun":            {fmt.Sprintf(post, "/v1/put/docs/"), nil, false},
		"a put within its first bytes":        {fmt.Sprintf(post, "/v1/put/docs/"), []byte(magic[:5]), false},
		"a put within a large file":           {fmt.Sprintf(post, "/v1/put/docs/"), streamOf(stored{path: "x", content: strings.Repeat("x", 4<<20)})[:3<<20], false},
		"a put within a small file":           {fmt.Sprintf(post, "/v1/put/docs/"), streamOf(stored{path: "x", content: "new"})[:60], false},
		"a put of many that are whole":        {fmt.Sprintf(post, "/v1/put/docs/"), bytes.TrimSuffix(streamOf(small...), []byte("Z\x00\x00\x00\x00")), false},
		"a move that is never said":           {fmt.Sprintf(post, "/v1/move/docs"), []byte(`{"from":"lar`), false},
		"a get that is never said":            {fmt.Sprintf(post, "/v1/get/docs"), []byte(`{"paths":["lar`), false},
		"a put of a folder and what is there": {fmt.Sprintf(post, "/v1/put/docs/many"), bytes.TrimSuffix(streamOf(stored{path: "file 1", content: "BAD"}), []byte("Z\x00\x00\x00\x00")), false},
	} {
		t.Run(name, func(t *testing.T) {
			var took time.Duration
			for range busyTries {
				if took = stopped(t, dir, c.request, c.body, c.reads); took < atOnce {
					break
				}
			}
			if took >= atOnce {
				t.Errorf("it went on for %v", took)
			}
			if after := things(t, dir); after != before {
				t.Errorf("there were %d files, now there are %d", before, after)
			}
			if read(t, filepath.Join(dir, "many", "file 1")) != "old" {
				t.Error("a file has changed")
			}
		})
	}
}

// stopped begins a request, has its right withdrawn, and returns how long it went on.
func stopped(t *testing.T, dir, request string, body []byte, reads bool) time.Duration {
	t.Helper()
	w := newWard(t, dir)
	conn := w.connect(t, request, body)
	defer conn.Close()
	if reads {
		go func() { // ends with the connection
			for r := bufio.NewReader(conn); ; time.Sleep(time.Millisecond) {
				if _, err := r.ReadByte(); err != nil {
					return
				}
			}
		}()
	}
	eventually(t, "it has begun", func() bool { return w.end.Load() != nil })
	time.Sleep(50 * time.Millisecond) // until it waits for the other side
	took := w.withdraw(t)
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.Copy(io.Discard, conn); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Error("the connection is still there")
	}
	return took
}

// things counts what is in a folder, temporaries too.
func things(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(string, fs.DirEntry, error) error { n++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A request that is ended while it puts off a deadline doesn't get the time that it was about to have.
func TestADeadlineIsNotPutOffByWhatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var last time.Time
	d := deadline{}
	d.set = func(at time.Time) error {
		if last = at; ctx.Err() == nil {
			cancel()
			last = ended // as the end does from elsewhere
			last = at    // which comes first
		}
		return nil
	}
	if err := d.renew(ctx); err == nil || last != ended {
		t.Errorf("%v, until %v", err, last)
	}
}

// deaf is an answer whose connection forgets deadlines, as one of crypto/tls does that is being closed.
type deaf struct {
	*httptest.ResponseRecorder
	told chan time.Time
}

func (d deaf) SetReadDeadline(time.Time) error { return nil }

func (d deaf) SetWriteDeadline(at time.Time) error {
	d.told <- at
	return nil
}

func TestWhatIsEndedIsToldSoUntilItHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := deaf{httptest.NewRecorder(), make(chan time.Time)}
	_, _, rest := patient(ctx, w, httptest.NewRequest(http.MethodGet, "/", nil))
	cancel()
	for n := range 3 {
		select {
		case at := <-w.told:
			if at != ended {
				t.Errorf("until %v", at)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("told %d times", n)
		}
	}
	rest() // and goleak sees that it rests
}

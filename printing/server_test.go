package printing_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/printing"
)

func TestMain(m *testing.M) {
	if os.Getenv(childSpool) != "" {
		runChild()
		return
	}
	goleak.VerifyTestMain(m)
}

// pc is a PC with a Server that runs, and an HTTP door to it. Who knocks is told by the header X-Caller.
type pc struct {
	*printing.Server
	t    *testing.T
	http *httptest.Server
	opt  printing.Options
	stop func()
}

var owner = printing.Caller{ID: "owner", Name: "this PC", Owner: true}

func newPC(t *testing.T, set []printing.Shared, change ...func(*printing.Options)) *pc {
	t.Helper()
	opt := printing.Options{
		Spool: filepath.Join(t.TempDir(), "spool"), UUID: "test", Logger: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
		Caller: func(r *http.Request) printing.Caller {
			id := r.Header.Get("X-Caller")
			return printing.Caller{ID: id, Name: strings.ToUpper(id), Owner: id == "owner"}
		},
		Allow: func(r *http.Request, _ string, _ printing.Verb) bool { return r.Header.Get("X-Caller") != "stranger" },
	}
	for _, c := range change {
		c(&opt)
	}
	p := &pc{t: t, opt: opt}
	p.start(set)
	t.Cleanup(func() { p.stop() })
	return p
}

func (p *pc) start(set []printing.Shared) {
	p.t.Helper()
	server, err := printing.NewServer(p.opt)
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := server.Share(ctx, set); err != nil {
		p.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()
	p.Server, p.http = server, httptest.NewServer(server)
	p.stop = func() {
		p.http.Close()
		cancel()
		if err := <-done; err != nil {
			p.t.Error(err)
		}
		p.stop = func() {}
	}
}

// as is a Client of somebody at another PC.
func (p *pc) as(id string) *printing.Client {
	c, err := printing.NewClient(callerTransport{id, p.http.Client().Transport}, p.http.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

type callerTransport struct {
	id   string
	base http.RoundTripper
}

func (c callerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Caller", c.id)
	return c.base.RoundTrip(r)
}

// await waits until a job is as wanted.
func (p *pc) await(id int, within time.Duration, what string, want func(printing.Job) bool) printing.Job {
	p.t.Helper()
	var last printing.Job
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		for _, j := range p.Jobs(owner) {
			if j.ID == id {
				if last = j; want(j) {
					return j
				}
			}
		}
	}
	p.t.Fatalf("job %d is not %s after %v: %+v", id, what, within, last)
	return last
}

// awaitPrinter waits until the first shared printer is as wanted: at most the 3 seconds that a change may take, and some air.
func (p *pc) awaitPrinter(what string, want func(printing.Printer) bool) {
	p.t.Helper()
	var last printing.Printer
	for end := time.Now().Add(3*time.Second + air); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if last = p.Printers()[0]; want(last) {
			return
		}
	}
	p.t.Errorf("the printer is not %s in time: %+v", what, last)
}

func state(want printing.JobState) func(printing.Job) bool {
	return func(j printing.Job) bool { return j.State == want }
}

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func document(name string) printing.Document {
	return printing.Document{Name: name, Reader: strings.NewReader(pdf), Size: int64(len(pdf))}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func deflated(s string) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func zlibbed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

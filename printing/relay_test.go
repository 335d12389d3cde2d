package printing_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// cable is the way from a Relay to another PC.
type cable struct {
	as string // X-Caller

	mu   sync.Mutex // guards the below
	away string
	news chan struct{}
	drop int // answers that get lost, each with the connection
}

func (c *cable) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Caller", c.as)
	answer, err := http.DefaultTransport.RoundTrip(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && c.drop > 0 && r.ContentLength == -1 { // a document's
		c.drop--
		_ = answer.Body.Close()
		return nil, errors.New("the connection was lost")
	}
	return answer, err
}

func (c *cable) set(away string, drop int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away, c.drop = away, drop
	close(c.news)
	c.news = make(chan struct{})
}

// newRelay runs a Relay that offers a printer at url, which is called Far here.
func newRelay(t *testing.T, url, dir string) (*printing.Relay, *cable) {
	t.Helper()
	c := &cable{as: "ann", news: make(chan struct{})}
	r, err := printing.ListenRelay(printing.RelayOptions{
		Dir:   dir,
		Allow: func(name string, verb printing.Verb) bool { return name == "Far" && verb != printing.Manage },
		Away: func(string) string {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.away
		},
		Changed: func() <-chan struct{} {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.news
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Offer([]printing.FarPrinter{{Name: "Far", URL: url, Transport: c}}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return r, c
}

// program asks the Relay as a program does.
func program(t *testing.T, r *printing.Relay, op goipp.Op, document string, attrs ...goipp.Attribute) *goipp.Message {
	t.Helper()
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), op, 1)
	m.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	m.Operation.Add(goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")))
	m.Operation.Add(goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String(r.URI("Far"))))
	m.Operation = append(m.Operation, attrs...)
	b, err := m.EncodeBytes()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(strings.Replace(r.URI("Far"), "ipp:", "http:", 1), goipp.ContentType, io.MultiReader(bytes.NewReader(b), strings.NewReader(document)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%v: %s", op, answer.Status)
	}
	got, err := ipp.Read(bufio.NewReader(answer.Body))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// What is asked of the Relay is done at the other PC, by whom that knows; a document whose answer got lost is there once.
func TestRelayBringsEachDocumentOnce(t *testing.T) {
	out := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: out}})
	relay, cable := newRelay(t, desk.http.URL+printing.Root+"Folder", t.TempDir())
	cable.set("", 1)
	for _, lost := range []bool{true, false} {
		if m := program(t, relay, goipp.OpPrintJob, pages(1), goipp.MakeAttr("job-name", goipp.TagName, goipp.String("one"))); goipp.Status(m.Code) != goipp.StatusOk {
			t.Errorf("the answer lost: %v: %v", lost, goipp.Status(m.Code))
		} else if id, _ := ipp.Attrs(m.Job).Int("job-id"); id == 0 || !strings.HasPrefix(ipp.Attrs(m.Job).String("job-uri"), relay.URI("Far")+"/") {
			t.Errorf("the job is %v", m.Job)
		}
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if !slices.ContainsFunc(desk.Jobs(owner), func(j printing.Job) bool { return !j.State.Ended() }) {
			break
		}
	}
	files, _ := os.ReadDir(out)
	jobs := desk.Jobs(owner)
	if len(files) != 2 || len(jobs) != 2 || jobs[0].Owner != "ann" || jobs[0].State != printing.JobCompleted {
		t.Errorf("%d files of jobs %+v", len(files), jobs)
	}
}

// While the other PC is away the Relay says what the printer can do, that it takes nothing, and why; also after a restart.
func TestRelayAnswersForAPrinterThatIsAway(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	dir := t.TempDir()
	relay, _ := newRelay(t, desk.http.URL+printing.Root+"Folder", dir)
	if changed, err := relay.Learn(t.Context(), "Far"); err != nil || !changed {
		t.Fatalf("learned: %v, %v", changed, err)
	}
	if changed, err := relay.Learn(t.Context(), "Far"); err != nil || changed {
		t.Errorf("learned anew: %v, %v", changed, err)
	}
	relay, cable := newRelay(t, desk.http.URL+printing.Root+"Folder", dir)
	cable.set("front is off", 0)
	a := ipp.Attrs(program(t, relay, goipp.OpGetPrinterAttributes, "").Printer)
	if n, _ := a.Int("printer-state"); n != 5 || a.Bool("printer-is-accepting-jobs") || a.String("printer-state-message") != "front is off" {
		t.Errorf("it says %v", a)
	}
	if !slices.Contains(a.Strings("document-format-supported"), "application/pdf") || a.String("printer-uri-supported") != relay.URI("Far") {
		t.Errorf("it can do %v", a)
	}
	m := program(t, relay, goipp.OpSendDocument, "x", goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(1)))
	if goipp.Status(m.Code) != goipp.StatusErrorServiceUnavailable || ipp.Attrs(m.Operation).String("status-message") != "front is off" {
		t.Errorf("a document gets %v, %v", goipp.Status(m.Code), m.Operation)
	}
	waiting := make(chan goipp.Status)
	go func() { waiting <- goipp.Status(program(t, relay, goipp.OpPrintJob, pages(1)).Code) }()
	time.AfterFunc(50*time.Millisecond, func() { cable.set("", 0) })
	if status := <-waiting; status != goipp.StatusOk {
		t.Errorf("a job that was waiting gets %v when the PC is back", status)
	}
}

// T24, T25: pages in a browser don't print, by whatever name they reach the address, and who asks for another printer or to
// manage this one gets nothing.
func TestT24RelayIsForPrograms(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	relay, _ := newRelay(t, desk.http.URL+printing.Root+"Folder", t.TempDir())
	at := strings.Replace(relay.URI("Far"), "ipp:", "http:", 1)
	for _, tt := range []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"a program", func(*http.Request) {}, http.StatusOK},
		{"another host's name", func(r *http.Request) { r.Host = "evil.example:" + r.URL.Port() }, http.StatusMisdirectedRequest},
		{"no port", func(r *http.Request) { r.Host = "localhost" }, http.StatusMisdirectedRequest},
		{"a page of another site", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		{"a page without a site", func(r *http.Request) { r.Header.Set("Origin", "null") }, http.StatusForbidden},
		{"a fetch of a browser", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }, http.StatusForbidden},
		{"a form", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, http.StatusUnsupportedMediaType},
		{"a link", func(r *http.Request) { r.Method = http.MethodGet }, http.StatusMethodNotAllowed},
		{"another path", func(r *http.Request) { r.URL.Path = "/v1/link" }, http.StatusNotFound},
	} {
		m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpGetPrinterAttributes, 1)
		m.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
		b, _ := m.EncodeBytes()
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, at, bytes.NewReader(b))
		r.Header.Set("Content-Type", goipp.ContentType)
		tt.change(r)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, answer.StatusCode, tt.want)
		}
	}
	if m := program(t, relay, goipp.OpCupsGetPrinters, ""); goipp.Status(m.Code) != goipp.StatusErrorOperationNotSupported {
		t.Errorf("another operation gets %v", goipp.Status(m.Code))
	}
}

// T29: what another PC says of its printer, and of jobs, can do nothing in the print system here: CUPS makes a driver of it.
func TestT29RelayTamesWhatAnotherPCSays(t *testing.T) {
	far := printingtest.NewPrinter(t)
	relay, _ := newRelay(t, far.URL+printing.Root+"Far", t.TempDir())
	for i, v := range evilValues() {
		far.Answer(func(op goipp.Op, request, answer *goipp.Message) {
			turnEvil(v, i%2 == 0)(op, request, answer)
			for name, uri := range map[string]string{"job-uri": "ipp://evil.example/ipp/print/Far/7", "printer-strings-uri": "file:///etc/passwd", "printer-icons": "http://evil.example/a\"b/icon.png?`id`"} {
				answer.Printer.Add(goipp.MakeAttr(name+"-2", goipp.TagURI, goipp.String(uri)))
			}
			answer.Printer.Add(goipp.MakeAttr("x\n*FoomaticRIPCommandLine", goipp.TagText, goipp.String("id")))
		})
		said := program(t, relay, goipp.OpGetPrinterAttributes, "").Printer
		if len(said) < 4 {
			t.Fatalf("value %d: it says only %v", i, said)
		}
		for _, attr := range append(said, program(t, relay, goipp.OpGetJobs, "").Job...) {
			if !ipp.Keyword(attr.Name) {
				t.Errorf("an attribute is called %q", attr.Name)
			}
			for _, v := range attr.Values {
				s, ok := ipp.Text(v.V)
				if ok && (ipp.Clean(s, 1023) != s || strings.ContainsAny(s, "\"`$\\<>|")) || v.T == goipp.TagKeyword && !ipp.Keyword(s) || v.T == goipp.TagURI && !strings.HasPrefix(s, "urn:uuid:") && !strings.Contains(s, "://127.0.0.1:") {
					t.Errorf("%s is %q", attr.Name, s)
				}
			}
		}
		if uri := ipp.Attrs(said).String("job-uri-2"); uri != relay.URI("Far")+"/7" {
			t.Errorf("a job is at %q", uri)
		}
	}
}

// A print system that lets only its administrators change its printers says so, and nothing is left behind.
func TestInstallWhereItIsForbidden(t *testing.T) {
	t.Parallel()
	cups := printing.NewCUPS(printingtest.NewCUPS(t, printingtest.Guarded).Socket)
	q := printing.LocalQueue{Name: "Far", Info: "Far", URI: "ipp://127.0.0.1:4721/ipp/print/Far"}
	if _, err := cups.Install(t.Context(), q, ""); !errors.Is(err, printing.ErrForbidden) {
		t.Errorf("install: %v", err)
	}
	if name, err := cups.Installed(t.Context(), q.URI); name != "" || err != nil {
		t.Errorf("installed: %q, %v", name, err)
	}
	if _, err := printing.NewCUPS(filepath.Join(t.TempDir(), "none")).Install(t.Context(), q, ""); !errors.Is(err, printing.ErrNotRunning) {
		t.Errorf("install with no print system: %v", err)
	}
}

package printing_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// hostileAnswers are answers that nobody means well with.
var hostileAnswers = map[string]func(w http.ResponseWriter, r *http.Request){
	"an error page": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusUnauthorized) },
	"a redirect to a file": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	},
	"nothing":                   func(http.ResponseWriter, *http.Request) {},
	"10,000 nested collections": says(message(0, nested(10_000))),
	"a million groups":          says(message(0, "\x01", strings.Repeat("\x02", 1_000_000), "\x03")),
	"a million empty values":    says(message(0, "\x01", value(goipp.TagKeyword, "a", "b"), strings.Repeat(value(goipp.TagKeyword, "", ""), 200_000), "\x03")),
	"no end":                    says(message(0, "\x01", value(goipp.TagCharset, "attributes-charset", "utf-8"))),
	"lengths of 32 KiB":         says(message(0, "\x04\x44\x80\x00\x80\x00")),
	"a length of 65535":         says(message(0, "\x04\x44\xff\xff", strings.Repeat("x", 70_000))),
	"a length that never comes": says(message(0, "\x04\x44\x7f\xff", "x")),
	"a body of a petabyte":      func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "1000000000000000") },
	"success without a job":     says(message(0, "\x01\x03")),
	"a job without a number":    says(message(0, "\x01\x02\x03")),
	"a number that is a text":   says(message(0, "\x01\x02", value(goipp.TagText, "job-id", "7"), "\x03")),
	"a number below 0":          says(message(0, "\x01\x02", value(goipp.TagInteger, "job-id", "\xff\xff\xff\xff"), "\x03")),
	"a packed answer that is a bomb": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, gzipped(message(0, "\x01")+strings.Repeat("\x02", 8<<20)))
	},
	"a broken connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
}

func says(answer string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }
}

// TestT30HostileAnswers: no answer of a printer breaks us, or passes for success.
func TestT30HostileAnswers(t *testing.T) {
	fake := printingtest.NewPrinter(t)
	client, err := printing.NewClient(&http.Transport{DisableKeepAlives: true}, fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range hostileAnswers {
		fake.Raw(func(w http.ResponseWriter, r *http.Request) bool { raw(w, r); return true })
		harmless := name == "success without a job" || strings.Contains(name, "number")
		if _, err := client.Print(t.Context(), "fake", document("letter"), nil, 0); err == nil {
			t.Errorf("%s: printing succeeded", name)
		}
		if _, err := client.Jobs(t.Context(), "fake"); err == nil && !harmless {
			t.Errorf("%s: jobs were listed", name)
		}
		if _, err := client.Capabilities(t.Context(), "fake"); err == nil && !harmless {
			t.Errorf("%s: it can print", name)
		}
	}
	fake.Raw(func(_ http.ResponseWriter, r *http.Request) bool {
		_, _ = io.Copy(io.Discard, r.Body) // only then is a broken connection noticed
		<-r.Context().Done()
		return true
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Capabilities(ctx, "fake"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a printer that doesn't answer: %v", err)
	}
}

// rawPrinter answers every connection with the same bytes.
func rawPrinter(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(2 * time.Second))
			if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String()
}

// chunkLies are bodies in pieces that are not what they say.
var chunkLies = map[string]string{
	"a piece larger than numbers go": "FFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n", "a piece of less than nothing": "-1\r\nx\r\n0\r\n\r\n", "a piece that is shorter than it says": "100\r\nx\r\n0\r\n\r\n",
	"a piece that is longer than it says": "1\r\nxxxxxxx\r\n0\r\n\r\n", "no end": "2\r\n\x02\x00\r\n", "a piece with a megabyte of remarks": "1;" + strings.Repeat("x", 1<<20) + "\r\nx\r\n", "no pieces": "0\r\n\r\n",
	"a size that is no number": "zz\r\nx\r\n",
}

// TestT30ChunksThatLie in both directions.
func TestT30ChunksThatLie(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for name, body := range chunkLies {
		client, err := printing.NewClient(&http.Transport{DisableKeepAlives: true}, rawPrinter(t, "HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nTransfer-Encoding: chunked\r\n\r\n"+body))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Capabilities(t.Context(), "fake"); err == nil {
			t.Errorf("%s: taken for an answer", name)
		}
		for _, both := range []string{"", "Content-Length: 5\r\n"} {
			conn, err := net.Dial("tcp", desk.http.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
			_, _ = io.WriteString(conn, "POST "+printing.Root+"Folder HTTP/1.1\r\nHost: x\r\nX-Caller: ann\r\nContent-Type: application/ipp\r\n"+both+"Transfer-Encoding: chunked\r\n\r\n"+body)
			_ = conn.(*net.TCPConn).CloseWrite()
			got, err := io.ReadAll(conn)
			_ = conn.Close()
			if err != nil && len(got) == 0 { // closed in our face is an answer too
				continue
			}
			if s := string(got); !strings.HasPrefix(s, "HTTP/1.1 4") && !strings.Contains(s, "application/ipp") || strings.Contains(s, "\x00\x00\x00\x00\x00\x01\x01G") {
				t.Errorf("%s: answer %.200q", name, s)
			}
		}
	}
	if jobs := desk.Jobs(owner); len(jobs) != 0 {
		t.Errorf("jobs are %+v", jobs)
	}
}

// heapDuring returns how many bytes the heap grew at most while do ran, garbage that is collected at 20% aside.
func heapDuring(do func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := int64(m.HeapAlloc)
	most := before
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	for {
		select {
		case <-done:
			return most - before
		case <-time.After(3 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, int64(m.HeapAlloc))
		}
	}
}

// endless gives the same bytes again and again, up to size of them, without holding them.
type endless struct {
	piece string
	left  int
	at    int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), e.left)], e.piece[e.at:])
	e.at = (e.at + n) % len(e.piece)
	e.left -= n
	return n, nil
}

// TestT30MemoryIsBounded: 33 MB of whatever cost a few, as request and as answer, from one or from many at once.
func TestT30MemoryIsBounded(t *testing.T) {
	const size, most, callers = 33 << 20, 64 << 20, 24
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	fake := printingtest.NewPrinter(t)
	client, err := printing.NewClient(&http.Transport{DisableKeepAlives: true}, fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]func() io.Reader{}
	for name, parts := range map[string][2]string{
		"groups":             {"", "\x02"},
		"attributes":         {"\x02", value(goipp.TagInteger, "a", "\x00\x00\x00\x01")},
		"values":             {"\x02" + value(goipp.TagKeyword, "a", ""), value(goipp.TagKeyword, "", "")},
		"large values":       {"\x02", value(goipp.TagText, "a", strings.Repeat("x", 32_000))},
		"collections":        {"\x02", value(goipp.TagBeginCollection, "c", "") + value(goipp.TagEndCollection, "", "")},
		"nested collections": {"\x02" + value(goipp.TagBeginCollection, "c", ""), value(goipp.TagMemberName, "", "m") + value(goipp.TagBeginCollection, "", "")},
	} {
		head, piece := message(goipp.OpPrintJob, opening, parts[0]), strings.Repeat(parts[1], 1+100_000/len(parts[1]))
		bodies[name] = func() io.Reader { return io.MultiReader(strings.NewReader(head), &endless{piece: piece, left: size}) }
	}
	asServer := heapDuring(func() {
		var asked sync.WaitGroup
		for _, body := range bodies {
			for i := range callers / len(bodies) {
				asked.Go(func() { knock(t, desk, fmt.Sprint("pc", i), body()) })
			}
		}
		asked.Wait()
	})
	t.Logf("%d requests at once: %d KiB", callers, asServer>>10)
	if asServer > most {
		t.Errorf("%d MiB for %d requests", asServer>>20, callers)
	}
	for name, body := range bodies {
		fake.Raw(func(w http.ResponseWriter, _ *http.Request) bool { _, _ = io.Copy(w, body()); return true })
		asClient := heapDuring(func() {
			if _, err := client.Capabilities(t.Context(), "fake"); err == nil {
				t.Errorf("%s: taken for an answer", name)
			}
		})
		if t.Logf("an answer of %s: %d KiB", name, asClient>>10); asClient > most {
			t.Errorf("%s: %d MiB", name, asClient>>20)
		}
	}
	// The worst that is just taken.
	one := value(goipp.TagBeginCollection, "", "") + value(goipp.TagMemberName, "", "m") + value(goipp.TagInteger, "", "\x00\x00\x00\x01") + value(goipp.TagEndCollection, "", "")
	largest := message(0, "\x01\x04", value(goipp.TagInteger, "a", "\x00\x00\x00\x01"), strings.Repeat(one, 9_990), "\x02", "\x03")
	fake.Raw(func(w http.ResponseWriter, _ *http.Request) bool { _, _ = io.WriteString(w, largest); return true })
	if grown := heapDuring(func() { _, err = client.Capabilities(t.Context(), "fake") }); err != nil || grown > most {
		t.Errorf("the largest answer: %d MiB, %v", grown>>20, err)
	} else {
		t.Logf("the largest answer that is taken: %d KiB", grown>>10)
	}
}

// knock sends a body that may be refused before all of it is sent.
func knock(t *testing.T, desk *pc, caller string, body io.Reader) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, desk.http.URL+printing.Root+"Folder", body)
	if err != nil {
		t.Error(err)
		return
	}
	r.Header.Set("Content-Type", goipp.ContentType)
	r.Header.Set("X-Caller", caller)
	if resp, err := desk.http.Client().Do(r); err == nil { // else it was closed in our face, which is an answer
		_ = resp.Body.Close()
	}
}

// TestAPrinterThatTakesAndSaysNothing: who has sent a document doesn't wait for ever to be told that it is there.
func TestAPrinterThatTakesAndSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := &ipp.Conn{Base: &url.URL{Scheme: "http", Host: "printer"}, Transport: silent{}, Path: func(string) string { return "/" }}
		began := time.Now()
		_, err := conn.Print(t.Context(), ipp.Request{Op: goipp.OpPrintJob, Printer: "fake", Document: strings.NewReader(pdf), Size: int64(len(pdf))}, "x", "application/pdf")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 10*time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

// silent takes requests and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// FuzzAnswer is FuzzRequest's other direction: what a printer answers.
func FuzzAnswer(f *testing.F) {
	for i, v := range evilValues() {
		m := goipp.NewResponse(goipp.MakeVersion(2, 0), goipp.StatusOk, 1)
		m.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
		m.Printer, m.Job = printingtest.Attrs(), goipp.Attributes{jobNumber(7), goipp.MakeAttr("job-state", goipp.TagEnum, goipp.Integer(9)), text(goipp.TagKeyword, "job-state-reasons", "none")}
		turnEvil(v, i%2 == 0)(0, nil, m)
		b, err := m.EncodeBytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, tt := range hostile {
		if len(tt.body) < 100_000 {
			f.Add([]byte(tt.body))
		}
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		client, err := printing.NewClient(canned(answer), "http://printer")
		if err != nil {
			t.Fatal(err)
		}
		caps, _ := client.Capabilities(t.Context(), "fake")
		checkTexts(t, "capabilities", caps)
		job, _ := client.Print(t.Context(), "fake", document("letter"), map[string]string{"copies": "1"}, 0)
		checkTexts(t, "job", job)
		jobs, _ := client.Jobs(t.Context(), "fake")
		checkTexts(t, "jobs", jobs)
	})
}

// canned is a printer that says the same to everything.
type canned []byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(c))), Request: r}, nil
}

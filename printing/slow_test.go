package printing_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
)

// pipes is a listener inside this process, whose time can be a test's.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// inside runs a Server in a bubble of synthetic time, with an HTTP door of pipes.
func inside(t *testing.T, limits printing.Limits, story func(t *testing.T, server *printing.Server, door *pipes, dir string)) {
	spool, dir := filepath.Join(t.TempDir(), "spool"), filepath.Join(t.TempDir(), "missing")
	synctest.Test(t, func(t *testing.T) {
		server, err := printing.NewServer(printing.Options{Spool: spool, Limits: limits,
			Caller: func(r *http.Request) printing.Caller { return printing.Caller{ID: r.Header.Get("X-Caller")} },
			Allow:  func(*http.Request, string, printing.Verb) bool { return true }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if err := server.Share(ctx, []printing.Shared{{Name: "Folder", Dir: dir}}); err != nil {
			t.Fatal(err)
		}
		door := &pipes{make(chan net.Conn), make(chan struct{})}
		web := &http.Server{Handler: server}
		ended := make(chan error, 2)
		go func() { ended <- server.Run(ctx) }()
		go func() { ended <- web.Serve(door) }()
		story(t, server, door, dir)
		cancel()
		close(door.done)
		_ = web.Close()
		<-ended
		<-ended
	})
}

// post is the beginning of an HTTP request.
func post(caller string, size int) string {
	return fmt.Sprintf("POST %sFolder HTTP/1.1\r\nHost: x\r\nX-Caller: %s\r\nContent-Type: application/ipp\r\nContent-Length: %d\r\n\r\n", printing.Root, caller, size)
}

// drip writes s to c, piece by piece, until nobody reads any more.
func drip(c net.Conn, s string, piece int, every time.Duration) {
	for at := 0; at < len(s); at += piece {
		if _, err := io.WriteString(c, s[at:min(len(s), at+piece)]); err != nil {
			return
		}
		time.Sleep(every)
	}
}

var printIt = message(goipp.OpPrintJob, opening, "\x03")

// TestSlowSenders: a slow sender gets its time, one that only holds the connection doesn't.
func TestSlowSenders(t *testing.T) {
	for _, tt := range []struct {
		name     string
		at       string // that is sent at once
		then     string // and then in pieces
		missing  int    // bytes that never come
		piece    int
		every    time.Duration
		from, to time.Duration // when the answer comes
		status   goipp.Status
	}{
		{"a byte a second", printIt, pdf + strings.Repeat("x", 400), 0, 1, time.Second, 9 * time.Minute, 11 * time.Minute, goipp.StatusOk},
		{"50 KB a second", printIt, pdf + strings.Repeat("x", 120<<20), 0, 1 << 20, 20 * time.Second, 38 * time.Minute, 42 * time.Minute, goipp.StatusOk},
		{"a byte every 50 seconds", printIt, pdf + strings.Repeat("x", 1000), 0, 1, 50 * time.Second, 9 * time.Minute, 12 * time.Minute, goipp.StatusErrorTimeout},
		{"a document that stops", printIt, pdf, 100, len(pdf), 0, 55 * time.Second, 2 * time.Minute, goipp.StatusErrorTimeout},
		{"attributes a byte every two seconds", "", printIt, 1, 1, 2 * time.Second, 15 * time.Second, time.Minute, goipp.StatusErrorBadRequest},
		{"attributes that stop", "", printIt[:20], 100, 20, 0, 15 * time.Second, time.Minute, goipp.StatusErrorBadRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inside(t, printing.Limits{}, func(t *testing.T, _ *printing.Server, door *pipes, _ string) {
				began := time.Now()
				c := door.dial()
				defer c.Close()
				answer := make(chan *goipp.Message, 1)
				go func() {
					defer close(answer)
					if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
						b, _ := io.ReadAll(resp.Body)
						m := &goipp.Message{}
						if m.DecodeBytes(b) == nil {
							answer <- m
						}
					}
				}()
				_, _ = io.WriteString(c, post("ann", len(tt.at)+len(tt.then)+tt.missing)+tt.at)
				drip(c, tt.then, tt.piece, tt.every)
				m := <-answer
				took := time.Since(began)
				if m == nil || goipp.Status(m.Code) != tt.status || took < tt.from || took > tt.to {
					t.Errorf("after %v: %v", took, m)
				}
			})
		})
	}
}

// TestWhoDoesntListen holds an answer for a minute and no longer.
func TestWhoDoesntListen(t *testing.T) {
	inside(t, printing.Limits{}, func(t *testing.T, server *printing.Server, door *pipes, _ string) {
		c := door.dial()
		defer c.Close()
		ask := message(goipp.OpGetPrinterAttributes, opening, "\x03")
		_, _ = io.WriteString(c, post("ann", len(ask))+ask)
		time.Sleep(2 * time.Minute)
		if b, err := io.ReadAll(c); err != nil || bytes.Contains(b, []byte("printer-state")) {
			t.Errorf("%d bytes were kept for two minutes, %v", len(b), err)
		}
	})
}

// TestManyRequestsOfOne: one caller holds so many requests at once; the others are served meanwhile.
func TestManyRequestsOfOne(t *testing.T) {
	inside(t, printing.Limits{Requests: 5}, func(t *testing.T, _ *printing.Server, door *pipes, _ string) {
		status := func(caller string) string {
			c := door.dial()
			t.Cleanup(func() { _ = c.Close() })
			_, _ = io.WriteString(c, post(caller, len(printIt)+1)+printIt[:30])
			answer := make(chan string, 1)
			go func() {
				line, _ := bufio.NewReader(c).ReadString('\n')
				answer <- line
			}()
			select {
			case line := <-answer:
				return strings.TrimSpace(line)
			case <-time.After(time.Second):
				return "held"
			}
		}
		var got []string
		for _, caller := range []string{"ann", "ann", "ann", "ann", "ann", "ann", "bob"} {
			got = append(got, status(caller))
		}
		busy := "HTTP/1.1 503 Service Unavailable"
		if want := []string{"held", "held", "held", "held", "held", busy, "held"}; !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		time.Sleep(time.Minute) // they are thrown out
		if got := status("ann"); got != "held" {
			t.Errorf("afterwards ann gets %q", got)
		}
		time.Sleep(time.Minute)
	})
}

// TestJobsGrowOld: a job without a document, one that nobody prints and one that has ended go away by themselves.
func TestJobsGrowOld(t *testing.T) {
	limits := printing.Limits{Wait: time.Hour, Keep: 24 * time.Hour}
	inside(t, limits, func(t *testing.T, server *printing.Server, door *pipes, dir string) {
		ask := func(body string) {
			c := door.dial()
			defer c.Close()
			_, _ = io.WriteString(c, post("ann", len(body))+body)
			if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
				t.Fatal(err)
			}
		}
		at := func(id int, want string) {
			t.Helper()
			synctest.Wait()
			got := "gone"
			for _, j := range server.Jobs(owner) {
				if j.ID == id {
					got = strings.TrimSpace(j.State.String() + " " + strings.Join(j.Reasons, " "))
				}
			}
			if got != want {
				t.Errorf("job %d is %s, want %s", id, got, want)
			}
		}
		ask(message(goipp.OpCreateJob, opening, "\x03"))
		ask(printIt + pdf)
		ask(printIt + pdf)
		time.Sleep(119 * time.Second)
		at(1, "pending-held job-incoming")
		time.Sleep(2 * time.Second)
		at(1, "aborted aborted-by-system")
		at(2, "processing-stopped printer-stopped")
		time.Sleep(57 * time.Minute)
		at(2, "processing-stopped printer-stopped")
		at(3, "pending")
		time.Sleep(2 * time.Minute)
		at(2, "canceled job-canceled-after-timeout")
		at(3, "canceled job-canceled-after-timeout")
		if j := server.Jobs(owner)[0]; j.Message != "the job waited too long to be printed" {
			t.Errorf("its sender is told %q", j.Message)
		}
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		ask(printIt + pdf)
		time.Sleep(10 * time.Second)
		at(4, "completed job-completed-successfully")
		time.Sleep(25 * time.Hour)
		for id := range 4 {
			at(id+1, "gone")
		}
		ask(printIt + pdf)
		time.Sleep(10 * time.Second)
		at(5, "completed job-completed-successfully")
	})
}

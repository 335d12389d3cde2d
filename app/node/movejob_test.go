package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/printing"
)

// printPC is a PC with a printer that keeps documents as files, as a mover sees it.
type printPC struct {
	*printing.Server
	dir, url string
}

var everybody = printing.Caller{ID: "ann", Owner: true}

func newPrintPC(t *testing.T) *printPC {
	t.Helper()
	p := &printPC{dir: t.TempDir()}
	var err error
	p.Server, err = printing.NewServer(printing.Options{
		Spool: t.TempDir(), UUID: p.dir, Caller: func(*http.Request) printing.Caller { return everybody },
		Allow: func(*http.Request, string, printing.Verb) bool { return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Share(t.Context(), []printing.Shared{{Name: "Folder", Dir: p.dir}}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- p.Run(ctx) }()
	door := httptest.NewServer(p)
	t.Cleanup(func() {
		door.Close()
		stop()
		<-done
	})
	p.url = door.URL
	return p
}

// over is the printer, reached over a connection.
func (p *printPC) over(t *testing.T, wire http.RoundTripper) stand {
	t.Helper()
	c, err := printing.NewClient(wire, p.url)
	if err != nil {
		t.Fatal(err)
	}
	return stand{pc: p.url, printer: "Folder", client: c}
}

// brokenWire is the connection to some PCs. One of the requests on it fails: it doesn't arrive, or its answer doesn't.
type brokenWire struct {
	mu       sync.Mutex // guards the below
	requests int
	breaks   int  // the request that fails, from 1; 0: none
	arrives  bool // it does, and its answer doesn't
	forGood  bool // so do all after it
	before   func()
}

var errCut = errors.New("the cable is cut")

func (w *brokenWire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.requests++
	fails := w.requests == w.breaks || w.forGood && w.breaks > 0 && w.requests > w.breaks
	arrives := w.arrives && w.requests == w.breaks
	w.mu.Unlock()
	if w.before != nil {
		w.before()
	}
	if fails && !arrives {
		return nil, errCut
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !fails {
		return answer, err
	}
	b, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || len(b)%2 == 0 { // lost as a whole, or in the middle
		return nil, errCut
	}
	answer.Body = io.NopCloser(io.MultiReader(strings.NewReader(string(b[:len(b)/2])), cutReader{}))
	return answer, nil
}

type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, errCut }

// alive are the jobs of a PC that have not ended, and those of them that are held.
func (p *printPC) alive() (jobs, held []printing.Job) {
	for _, j := range p.Jobs(everybody) {
		if !j.State.Ended() {
			jobs = append(jobs, j)
			if j.State == printing.JobHeld {
				held = append(held, j)
			}
		}
	}
	return jobs, held
}

func (p *printPC) printed(t *testing.T) (documents []string) {
	t.Helper()
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(p.dir + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(b))
	}
	return documents
}

// settled waits until nothing is on its way at a PC: what is there has ended or is held.
func (p *printPC) settled(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		jobs, held := p.alive()
		if len(jobs) == len(held) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("jobs are still there: %+v", jobs)
		}
	}
}

// waiting prints a document of some size on a printer that its owner has paused.
func (p *printPC) waiting(t *testing.T, pin string) (id int) {
	t.Helper()
	if err := p.SetRule("Folder", printing.Rule{Paused: true}); err != nil {
		t.Fatal(err)
	}
	content := "%PDF-1.4\n" + strings.Repeat("a page\n", 20_000)
	doc := printing.Document{Name: "report", Reader: strings.NewReader(content), Size: int64(len(content)), PIN: pin}
	job, err := p.over(t, http.DefaultTransport).client.Print(t.Context(), "Folder", doc, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	return job.ID
}

// carried moves a job to another PC.
func carried(t *testing.T, n *Node, from, to stand, id int) error {
	m := &moving{n: n, from: from, to: to}
	err := m.look(t.Context(), id)
	if err == nil {
		_, err = m.carry(t.Context())
	}
	return err
}

// A job that moves to another PC comes out once, wherever the move is broken off; or it is held, and comes out once when it
// is released. What breaks is each of its requests in turn, before or after it was done, for once or for good.
func TestAMoveThatIsBrokenOffLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	move := func(t *testing.T, wire *brokenWire) (a, b *printPC, err error) {
		a, b = newPrintPC(t), newPrintPC(t)
		id := a.waiting(t, "")
		return a, b, carried(t, n, a.over(t, wire), b.over(t, wire), id)
	}
	whole := &brokenWire{}
	if _, b, err := move(t, whole); err != nil {
		t.Fatal(err)
	} else if b.settled(t); len(b.printed(t)) != 1 {
		t.Fatalf("a move that nothing disturbs: %d documents came out", len(b.printed(t)))
	}
	if whole.requests < 10 {
		t.Fatalf("a move is %d requests", whole.requests)
	}
	for breaks := 1; breaks <= whole.requests; breaks++ {
		for _, kind := range []struct {
			name             string
			arrives, forGood bool
		}{{"isn't made", false, false}, {"isn't answered", true, false}, {"isn't made, nor one after it", false, true}, {"isn't answered, nor one after it", true, true}} {
			t.Run(fmt.Sprintf("request %d %s", breaks, kind.name), func(t *testing.T) {
				t.Parallel()
				a, b, err := move(t, &brokenWire{breaks: breaks, arrives: kind.arrives, forGood: kind.forGood})
				if perr := a.SetRule("Folder", printing.Rule{}); perr != nil { // whatever stopped the first printer is over
					t.Fatal(perr)
				}
				a.settled(t)
				b.settled(t)
				documents := append(a.printed(t), b.printed(t)...)
				_, heldA := a.alive()
				_, heldB := b.alive()
				switch {
				case len(documents) > 1:
					t.Fatalf("it came out %d times (%v)", len(documents), err)
				case len(documents) == 1 && len(heldA) > 0:
					t.Errorf("it came out, and is held still where it was (%v)", err)
				case len(documents) == 0 && len(heldA)+len(heldB) == 0:
					t.Fatalf("it is lost (%v)", err)
				case len(documents) == 0 && err == nil:
					t.Error("it is held, and nobody was told")
				case len(documents) == 0 && !strings.Contains(err.Error(), "held"):
					t.Errorf("it is held, and the error is %v", err)
				}
				if len(documents) > 0 {
					return
				}
				at := a // whom the person asks first
				if len(heldA) == 0 {
					at, heldA = b, heldB
				}
				if err := at.Release(t.Context(), "Folder", heldA[0].ID, "", everybody); err != nil {
					t.Fatal(err)
				}
				at.settled(t)
				if got := at.printed(t); len(got) != 1 || !strings.HasSuffix(got[0], "a page\n") {
					t.Errorf("released, it came out %d times", len(got))
				}
			})
		}
	}
}

package printing_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// killer is a System that has the print system killed at a chosen moment, once.
type killer struct {
	printing.System
	kill func()

	mu sync.Mutex
	at string
}

func (k *killer) next(at string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at = at
}

func (k *killer) here(at string) {
	k.mu.Lock()
	due := k.at == at
	if due {
		k.at = ""
	}
	k.mu.Unlock()
	if due {
		k.kill()
	}
}

func (k *killer) Submit(ctx context.Context, job printing.SystemJob, document io.Reader, accept func(string) error) error {
	k.here("before it knows of the job")
	middle := io.MultiReader(io.LimitReader(document, 100), readerFunc(func([]byte) (int, error) { k.here("in the middle of the document"); return 0, io.EOF }), document)
	err := k.System.Submit(ctx, job, middle, func(ref string) error {
		k.here("before its number is kept")
		err := accept(ref)
		k.here("before the document leaves")
		return err
	})
	k.here("when it has the document")
	return err
}

// outcome waits for what becomes of a job whose print system was killed, and fails where it is lost, or came out more
// than once without a word.
func outcome(t *testing.T, desk *pc, cups *printingtest.CUPS, id, before int) printing.Job {
	t.Helper()
	j := desk.await(id, 20*time.Second, "completed or held", func(j printing.Job) bool { return j.State.Ended() || j.State == printing.JobHeld })
	came := len(cups.Printed()) - before
	t.Logf("%v, %d came out: %s", j.State, came, j.Message)
	switch {
	case j.State == printing.JobHeld && strings.Contains(j.Message, "look at the printer"):
	case j.State != printing.JobCompleted:
		t.Errorf("the job is lost: %v %q", j.State, j.Message)
	case came == 0:
		t.Error("the job is completed and nothing came out")
	case came > 1 && !strings.Contains(j.Message, "twice"):
		t.Errorf("it came out %d times and nobody is told: %q", came, j.Message)
	}
	return j
}

// TestPrintSystemKilledAtEveryStep of handing it a job over: the job is printed once, or held where nobody can know, and
// then printed when somebody says so.
func TestPrintSystemKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	for _, durable := range []bool{true, false} {
		name, opts := "jobs not yet on its disk", []printingtest.Option{}
		if durable {
			name, opts = "jobs on its disk", []printingtest.Option{printingtest.Durable}
		}
		t.Run(name, func(t *testing.T) {
			cups := printingtest.NewCUPS(t, opts...)
			cups.AddUSBQueue("laser", printingtest.Direct)
			cups.Stop() // in order: it writes down which printers it has
			cups.Start()
			system := &killer{System: printing.NewCUPS(cups.Socket), kill: func() { cups.Kill(); cups.Start() }}
			desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}}, func(o *printing.Options) { o.System = system })
			for _, at := range []string{"before it knows of the job", "before its number is kept", "before the document leaves", "in the middle of the document", "when it has the document"} {
				t.Run(at, func(t *testing.T) {
					in, before := cups.In(t), len(cups.Printed())
					desk.t = t
					system.next(at)
					content := pages(20) + strings.Repeat(" ", 4<<20) // more than lies between two programs
					job, err := desk.as("ann").Print(t.Context(), "Laser", printing.Document{Name: at, Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 1)
					if err != nil {
						t.Fatal(err)
					}
					if j := outcome(t, desk, in, job.ID, before); j.State == printing.JobHeld {
						if at != "when it has the document" {
							t.Error("it is held, although it is known that it was not printed")
						}
						if err := desk.Release(t.Context(), "Laser", job.ID, "", owner); err != nil {
							t.Error(err)
						}
						desk.await(job.ID, 10*time.Second, "completed", state(printing.JobCompleted))
					}
				})
			}
		})
	}
}

// TestPrintSystemKilledWhilePrinting: when cupsd dies, what drives the printer lives on; and when it is back it begins
// again what it hadn't seen the end of.
func TestPrintSystemKilledWhilePrinting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		opts    []printingtest.Option
		trouble bool // the printer stood still when it happened: nothing has come out
		want    printing.JobState
	}{
		{"job on its disk", []printingtest.Option{printingtest.Durable}, false, printing.JobHeld},
		{"job not on its disk", nil, false, printing.JobHeld},
		{"out of paper", []printingtest.Option{printingtest.Durable}, true, printing.JobCompleted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cups := printingtest.NewCUPS(t, tt.opts...)
			cups.AddUSBQueue("laser", printingtest.Direct)
			cups.Stop() // in order: it writes down which printers it has
			cups.Start()
			desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}}, func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
			cups.SetSlow(3 * time.Second)
			wait := state(printing.JobProcessing)
			if tt.trouble {
				cups.SetReasons("media-empty-error")
				wait = state(printing.JobStopped)
			}
			job, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), nil, 1)
			if err != nil {
				t.Fatal(err)
			}
			desk.await(job.ID, 15*time.Second, "printing", wait)
			time.Sleep(1200 * time.Millisecond)
			cups.Kill()
			time.Sleep(300 * time.Millisecond)
			cups.Start()
			if tt.trouble {
				time.Sleep(time.Second)
				cups.SetSlow(0)
				cups.SetReasons()
			}
			if j := outcome(t, desk, cups, job.ID, 0); j.State != tt.want {
				t.Errorf("the job is %v: %q", j.State, j.Message)
			}
		})
	}
}

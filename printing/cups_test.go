package printing_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// laserPC is a PC with a USB printer behind a real CUPS.
func laserPC(t *testing.T, model string) (*pc, *printingtest.CUPS) {
	t.Helper()
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", model)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}}, func(o *printing.Options) {
		o.System = printing.NewCUPS(cups.Socket)
	})
	return desk, cups
}

func TestPrintOnANeighboursPrinter(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	began := time.Now()
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("report.pdf"), map[string]string{
		"sides": "two-sided-long-edge", "media": "letter", "media-source": "tray-2", "print-color-mode": "monochrome", "page-ranges": "1-3,5",
	}, 2)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 10*time.Second, "completed", state(printing.JobCompleted))
	t.Logf("submit to completed: %v", time.Since(began))
	p := cups.WaitPrinted(1, time.Second)[0]
	if p.Copies != 2 || p.Title != "report.pdf" {
		t.Errorf("printed %+v", p)
	}
	for name, want := range map[string]string{"sides": "two-sided-long-edge", "Duplex": "DuplexNoTumble", "PageSize": "Letter",
		"InputSlot": "Tray2", "print-color-mode": "monochrome", "page-ranges": "1-3,5"} {
		if got := p.Options[name]; got != want {
			t.Errorf("printed with %s=%q, want %q", name, got, want)
		}
	}
}

func TestPaperOutReachesTheSender(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	ann := desk.as("ann")
	job, err := ann.Print(t.Context(), "Laser", document("report.pdf"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	stuck := desk.await(job.ID, 15*time.Second, "stopped", state(printing.JobStopped))
	if !slices.Contains(stuck.Reasons, "media-empty-error") || stuck.Message != "the printer is out of paper" {
		t.Errorf("stuck job says %+v", stuck)
	}
	if seen, err := ann.Job(t.Context(), "Laser", job.ID); err != nil || seen.State != printing.JobStopped || seen.Message != stuck.Message {
		t.Errorf("the sender sees %+v, %v", seen, err)
	}
	desk.awaitPrinter("out of paper", func(p printing.Printer) bool {
		return slices.Contains(p.Reasons, "media-empty-error") && p.Message == "the printer is out of paper"
	})
	cups.SetReasons()
	desk.await(job.ID, 15*time.Second, "completed", state(printing.JobCompleted))
	if n := len(cups.Printed()); n != 1 {
		t.Errorf("%d documents came out", n)
	}
}

// TestSomethingElseEndsTheJob: what the owner of the PC or the driver does to a job reaches its sender as it is, and
// the jobs behind it go on.
func TestSomethingElseEndsTheJob(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.PostScript)
	ann := desk.as("ann")
	send := func(content string) int {
		job, err := ann.Print(t.Context(), "Laser", printing.Document{Name: "letter", Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	damaged := send("%PDF-1.4\nthis is none\n%%EOF\n")
	failed := desk.await(damaged, 15*time.Second, "held or aborted", func(j printing.Job) bool {
		return j.State == printing.JobHeld || j.State == printing.JobAborted
	})
	if failed.Message == "" {
		t.Errorf("the sender isn't told what failed: %+v", failed)
	}
	before := len(cups.Printed())

	cups.SetReasons("media-jam-error")
	stuck := send(pages(1))
	desk.await(stuck, 15*time.Second, "stopped", state(printing.JobStopped))
	cups.Run("/usr/bin/cancel", "-a", "laser")
	if j := desk.await(stuck, 5*time.Second, "canceled", state(printing.JobCanceled)); slices.Contains(j.Reasons, "processing-to-stop-point") {
		t.Errorf("a canceled job says %q", j.Reasons)
	}

	forgotten := send(pages(1))
	desk.await(forgotten, 15*time.Second, "stopped", state(printing.JobStopped))
	cups.Forget()
	desk.await(forgotten, 8*time.Second, "held", state(printing.JobHeld))
	cups.SetReasons()
	if err := desk.Release(t.Context(), "Laser", forgotten, "", printing.Caller{ID: "bob"}); !errors.Is(err, printing.ErrNotFound) {
		t.Errorf("bob releases ann's job: %v", err)
	}
	if a := desk.send("ann", printing.Root+"Laser", goipp.OpReleaseJob, "", jobNumber(forgotten)); a.Code != 0 {
		t.Errorf("ann releases her job: %v", goipp.Status(a.Code))
	}
	desk.await(forgotten, 15*time.Second, "completed", state(printing.JobCompleted))
	if n := len(cups.Printed()) - before; n != 1 {
		t.Errorf("%d documents came out", n)
	}
}

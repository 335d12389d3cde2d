package printing_test

import (
	"slices"
	"testing"
	"time"

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
	desk, cups := laserPC(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	ann := desk.as("ann")
	job, err := ann.Print(t.Context(), "Laser", document("report.pdf"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	stuck := desk.await(job.ID, 3*time.Second, "stopped", state(printing.JobStopped))
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
	desk.await(job.ID, 3*time.Second, "completed", state(printing.JobCompleted))
	if n := len(cups.Printed()); n != 1 {
		t.Errorf("%d documents came out", n)
	}
}

package printing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// TestMovedToAnotherPrinter: a job that is stuck at one printer comes out of another, once, and whoever asks for it
// where it was finds it.
func TestMovedToAnotherPrinter(t *testing.T) {
	t.Parallel()
	device := printingtest.NewDevice(t)
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	cups.AddRemoteQueue("net", device.URI)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "Net", Queue: "net"}, {Name: "Folder", Dir: t.TempDir()}},
		func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
	ann := desk.as("ann")
	cups.SetReasons("media-jam-error")
	send := func(asked map[string]string) int {
		content := pages(2)
		job, err := ann.Print(t.Context(), "Laser", printing.Document{Name: "report", Reader: strings.NewReader(content), Size: int64(len(content))}, asked, 1)
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	stuck, behind := send(nil), send(map[string]string{"sides": "two-sided-long-edge"})
	held := send(map[string]string{"job-hold-until": "indefinite"})
	desk.await(stuck, 15*time.Second, "stopped", state(printing.JobStopped))
	asAnn, asBob := printing.Caller{ID: "ann"}, printing.Caller{ID: "bob"}
	var option *printing.OptionError
	for _, tt := range []struct {
		name string
		id   int
		to   string
		by   printing.Caller
		want func(error) bool
	}{
		{"by somebody else", stuck, "Net", asBob, func(err error) bool { return errors.Is(err, printing.ErrNotFound) }},
		{"to nowhere", stuck, "Copier", asAnn, func(err error) bool { return errors.Is(err, printing.ErrNotFound) }},
		{"to where it is", stuck, "Laser", asAnn, func(err error) bool { return errors.Is(err, printing.ErrSamePrinter) }},
		{"to one that can't do that", behind, "Folder", asAnn, func(err error) bool { return errors.As(err, &option) && option.Name == "sides" }},
	} {
		if err := desk.Move(t.Context(), "Laser", tt.id, tt.to, tt.by); !tt.want(err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for _, id := range []int{stuck, behind, held} {
		if err := desk.Move(t.Context(), "Laser", id, "Net", asAnn); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []int{stuck, behind} {
		desk.await(id, 15*time.Second, "completed", state(printing.JobCompleted))
		if j, err := ann.Job(t.Context(), "Laser", id); err != nil || j.State != printing.JobCompleted {
			t.Errorf("where it was the sender is told %v, %v", j.State, err)
		}
	}
	if j := desk.await(held, time.Second, "held", state(printing.JobHeld)); j.Printer != "Net" {
		t.Errorf("a held job is at %s", j.Printer)
	}
	cups.SetReasons()
	last := send(nil)
	desk.await(last, 5*time.Second, "completed", state(printing.JobCompleted))
	if n, m := len(device.Jobs()), len(cups.Printed()); n != 2 || m != 1 {
		t.Errorf("%d documents came out of the other printer, %d of the first", n, m)
	}
	if err := desk.Move(t.Context(), "Net", stuck, "Laser", asAnn); !errors.Is(err, printing.ErrEnded) {
		t.Errorf("a job that has ended: %v", err)
	}
}

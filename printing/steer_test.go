package printing_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// TestTakenBackFromThePrinter: a job that is stuck there is held, its sender fetches the document, and what waits behind it
// comes out; when it is released it comes out once. Others do nothing of that.
func TestTakenBackFromThePrinter(t *testing.T) {
	t.Parallel()
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	cups.AddUSBQueue("second", printingtest.Direct)
	set := []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "Second", Queue: "second"}, {Name: "Folder", Dir: t.TempDir()}, {Name: "Private", Queue: "second"}}
	desk := newPC(t, set, func(o *printing.Options) {
		o.System = printing.NewCUPS(cups.Socket)
		o.Allow = func(r *http.Request, printer string, _ printing.Verb) bool {
			return printer != "Private" || r.Header.Get("X-Caller") == "owner"
		}
	})
	ann, bob := desk.as("ann"), desk.as("bob")
	cups.SetReasons("media-jam-error")
	content := pages(2)
	send := func(name string) int {
		t.Helper()
		job, err := ann.Print(t.Context(), "Laser", printing.Document{Name: name, Reader: strings.NewReader(content), Size: int64(len(content))},
			map[string]string{"sides": "two-sided-long-edge"}, 2)
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	stuck, moves, dropped := send("stuck"), send("moves"), send("dropped")
	desk.await(stuck, 15*time.Second, "stopped", state(printing.JobStopped))
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	var option *printing.OptionError
	for _, tt := range []struct {
		name string
		err  error
		want func(error) bool
	}{
		{"a plain hold at the printer", ann.Hold(t.Context(), "Laser", stuck, false), is(printing.ErrPrinting)},
		{"another takes it back", bob.Hold(t.Context(), "Laser", stuck, true), is(printing.ErrNotFound)},
		{"another fetches it", bob.Fetch(t.Context(), "Laser", stuck, new(bytes.Buffer), 1<<20), is(printing.ErrNotFound)},
		{"another moves it", bob.Move(t.Context(), "Laser", stuck, "Second"), is(printing.ErrNotFound)},
		{"another releases it", bob.Release(t.Context(), "Laser", stuck, ""), is(printing.ErrNotFound)},
		{"another withdraws it", bob.Withdraw(t.Context(), "Laser", stuck, "x"), is(printing.ErrNotFound)},
		{"released though nobody holds it", ann.Release(t.Context(), "Laser", stuck, ""), is(printing.ErrNotHeld)},
		{"printed again before it has ended", second(ann.Restart(t.Context(), "Laser", stuck)), is(printing.ErrNoDocument)},
		{"to where it is", ann.Move(t.Context(), "Laser", moves, "Laser"), is(printing.ErrSamePrinter)},
		{"to nowhere", ann.Move(t.Context(), "Laser", moves, "Copier"), is(printing.ErrNotFound)},
		{"to where its sender may not print", ann.Move(t.Context(), "Laser", moves, "Private"), is(printing.ErrNotFound)},
		{"to no name", ann.Move(t.Context(), "Laser", moves, "../Second"), is(printing.ErrNotFound)},
		{"to one that can't do that", ann.Move(t.Context(), "Laser", moves, "Folder"), func(err error) bool { return strings.Contains(err.Error(), "sides") }},
	} {
		if !tt.want(tt.err) {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	template, err := ann.Template(t.Context(), "Laser", moves)
	if err != nil {
		t.Fatal(err)
	}
	if err := ann.Takes(t.Context(), "Folder", "application/pdf", template); !errors.As(err, &option) || option.Name != "sides" || option.Value != "two-sided-long-edge" {
		t.Errorf("what the folder can't do: %v", err)
	}
	if err := desk.SetRule("Second", printing.Rule{Closed: true}); err != nil {
		t.Fatal(err)
	}
	if err := ann.Move(t.Context(), "Laser", moves, "Second"); !errors.Is(err, printing.ErrClosed) {
		t.Errorf("to a closed printer: %v", err)
	}
	if err := desk.SetRule("Second", printing.Rule{}); err != nil {
		t.Fatal(err)
	}
	if err := desk.SetRule("Second", printing.Rule{Paused: true}); err != nil {
		t.Fatal(err)
	}
	if err := ann.Move(t.Context(), "Laser", moves, "Second"); err != nil {
		t.Error(err)
	}

	if err := ann.Hold(t.Context(), "Laser", stuck, true); err != nil {
		t.Fatal(err)
	}
	desk.stop() // in the middle of it
	desk.start(set)
	ann = desk.as("ann")
	desk.await(stuck, 5*time.Second, "held", state(printing.JobHeld))
	desk.await(dropped, 5*time.Second, "at the printer", state(printing.JobStopped))
	if err := errors.Join(ann.Hold(t.Context(), "Laser", dropped, true), ann.Release(t.Context(), "Laser", dropped, "")); err != nil {
		t.Errorf("taken back, and let go before it is: %v", err)
	}
	desk.await(dropped, 5*time.Second, "at the printer again", func(j printing.Job) bool {
		return j.State == printing.JobStopped && !slices.Contains(j.Reasons, "processing-to-stop-point")
	})
	if err := ann.Hold(t.Context(), "Laser", dropped, true); err != nil {
		t.Fatal(err)
	}
	if err := ann.Cancel(t.Context(), "Laser", dropped); err != nil {
		t.Fatal(err)
	}
	desk.await(dropped, 5*time.Second, "canceled, whatever else was wanted of it before", state(printing.JobCanceled))
	var got bytes.Buffer
	if err := ann.Fetch(t.Context(), "Laser", stuck, &got, int64(len(content))); err != nil || got.String() != content {
		t.Errorf("fetched %d bytes of %d, %v", got.Len(), len(content), err)
	}
	if err := ann.Fetch(t.Context(), "Laser", stuck, new(bytes.Buffer), int64(len(content))-1); err == nil {
		t.Error("more was taken than there should be")
	}
	if err := ann.Fetch(t.Context(), "Laser", dropped, new(bytes.Buffer), 1<<20); !errors.Is(err, printing.ErrNoDocument) {
		t.Errorf("the document of a canceled job: %v", err)
	}
	cups.SetReasons()
	last := send("last")
	desk.await(last, 5*time.Second, "completed", state(printing.JobCompleted))
	if err := ann.Release(t.Context(), "Laser", stuck, ""); err != nil {
		t.Fatal(err)
	}
	desk.await(stuck, 5*time.Second, "completed", state(printing.JobCompleted))
	if err := ann.Withdraw(t.Context(), "Second", moves, "printed at home\n\x1b[2J"); err != nil {
		t.Fatal(err)
	}
	if j := desk.await(moves, time.Second, "canceled", state(printing.JobCanceled)); j.Message != "printed at home [2J" {
		t.Errorf("the reason is %q", j.Message)
	}
	printed := cups.Printed()
	if len(printed) != 2 || printed[0].Title != "last" || printed[1].Title != "stuck" || printed[1].Copies != 2 {
		t.Errorf("came out: %+v", printed)
	}
}

func second(_ printing.Job, err error) error { return err }

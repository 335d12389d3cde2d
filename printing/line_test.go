package printing_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// TestTheOwnerOrdersTheLine of a printer, over a restart; each job is told its place, and they come out so.
func TestTheOwnerOrdersTheLine(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	set := []printing.Shared{desk.Printers()[0].Shared}
	ann := desk.as("ann")
	send := func(name string) int {
		t.Helper()
		job, err := ann.Print(t.Context(), "Laser", document(name), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	cups.SetReasons("media-empty-error")
	first := send("first")
	desk.await(first, 15*time.Second, "stopped", state(printing.JobStopped))
	ids := map[string]int{}
	for _, name := range strings.Split("abcdef", "") {
		ids[name] = send(name)
	}
	line := func() (names string) {
		jobs := desk.Jobs(owner)
		slices.SortFunc(jobs, func(a, b printing.Job) int { return a.Place - b.Place })
		for i, j := range jobs {
			if j.Place != i+1 {
				t.Errorf("places are not 1 to %d: %+v", len(jobs), j)
			}
			if j.ID != first {
				names += j.Name
			}
		}
		return names
	}
	order := func(what, before, want string) {
		t.Helper()
		if err := desk.Order(t.Context(), "Laser", ids[what], ids[before], owner); err != nil {
			t.Fatal(err)
		}
		if got := line(); got != want {
			t.Fatalf("%s before %s: the line is %s, want %s", what, before, got, want)
		}
	}
	order("e", "a", "eabcdf")
	order("b", "", "eacdfb")
	order("a", "e", "aecdfb")
	order("c", "c", "aecdfb")
	for range 60 { // more often than a number can be halved between two others
		order("d", "e", "adecfb")
		order("c", "d", "acdefb")
		order("d", "c", "adcefb")
		order("e", "c", "adecfb")
	}
	for _, tt := range []struct {
		name       string
		id, before int
		by         printing.Caller
		want       error
	}{
		{"by its sender", ids["a"], ids["f"], printing.Caller{ID: "ann"}, printing.ErrNotFound},
		{"by nobody", ids["a"], ids["f"], printing.Caller{}, printing.ErrNotFound},
		{"one that is being printed", first, ids["a"], owner, printing.ErrPrinting},
		{"before one that is being printed", ids["a"], first, owner, printing.ErrPrinting},
		{"before one that isn't there", ids["a"], 99, owner, printing.ErrNotFound},
		{"one that isn't there", 99, 0, owner, printing.ErrNotFound},
	} {
		if err := desk.Order(t.Context(), "Laser", tt.id, tt.before, tt.by); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if err := desk.Hold(t.Context(), "Laser", ids["d"], owner); err != nil {
		t.Fatal(err)
	}
	if got := line(); got != "aecfbd" {
		t.Errorf("with one that is held the line is %s", got)
	}
	order("b", "d", "abecfd")
	order("b", "", "aecfbd")
	if err := desk.Release(t.Context(), "Laser", ids["d"], "", owner); err != nil {
		t.Fatal(err)
	}
	late := send("g")
	if j, err := ann.Job(t.Context(), "Laser", late); err != nil || j.Place != 8 {
		t.Errorf("the last is told that its place is %d, %v", j.Place, err)
	}
	desk.stop()
	cups.SetReasons()
	desk.start(set)
	desk.await(late, 30*time.Second, "completed", state(printing.JobCompleted))
	got := ""
	for _, p := range cups.Printed() {
		got += p.Title
	}
	if want := "firstadecfbg"; got != want {
		t.Errorf("came out in the order %s, want %s", got, want)
	}
}

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

// TestNeverSharedOn: a queue that stands for another PC's printer is not offered, or two PCs would print in circles.
func TestNeverSharedOn(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	remote := strings.Replace(desk.http.URL, "http:", "ipp:", 1)
	for name, uri := range map[string]string{
		"neighbour": remote + printing.Root + "Laser", "othercups": "ipp://10.0.0.9:631/printers/laser", "class": "ipps://10.0.0.9:631/classes/all",
		"own": "ipp://10.0.0.9:631/ipp/print", "announced": "dnssd://Laser._ipps._tcp.local/?uuid=" + strings.TrimPrefix(desk.Printers()[0].UUID, "urn:uuid:"),
		"network": "dnssd://Canon._ipps._tcp.local/?uuid=00000000-0000-1000-8000-001122334455",
	} {
		model := "drv:///sample.drv/generic.ppd"
		cups.Run("/usr/sbin/lpadmin", "-p", name, "-v", uri, "-m", model, "-E")
	}
	queues, err := desk.Queues(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range queues {
		names = append(names, q.Name)
	}
	slices.Sort(names)
	if want := []string{"laser", "network", "own"}; !slices.Equal(names, want) {
		t.Errorf("offered are %q, want %q", names, want)
	}
	if err := desk.Share(t.Context(), []printing.Shared{{Name: "Circle", Queue: "neighbour"}}); err != nil {
		t.Fatal(err)
	}
	if p := desk.Printers()[0]; p.Accepting || p.State != printing.StateStopped {
		t.Errorf("a printer in a circle takes jobs: %+v", p)
	}
}

// TestPrinterStateIsMirrored without any job: the owner pauses the printer, refuses jobs, deletes it.
func TestPrinterStateIsMirrored(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	desk.awaitPrinter("idle", func(p printing.Printer) bool {
		return p.State == printing.StateIdle && p.Duplex && p.Color && p.Accepting
	})
	cups.Run("/usr/sbin/cupsdisable", "laser")
	desk.awaitPrinter("stopped", func(p printing.Printer) bool {
		return p.State == printing.StateStopped && slices.Contains(p.Reasons, "paused")
	})
	cups.Run("/usr/sbin/cupsenable", "laser")
	desk.awaitPrinter("idle", func(p printing.Printer) bool { return p.State == printing.StateIdle && len(p.Reasons) == 0 })
	cups.Run("/usr/sbin/cupsreject", "laser")
	desk.awaitPrinter("refusing", func(p printing.Printer) bool { return !p.Accepting })
	if _, err := desk.as("ann").Print(t.Context(), "Laser", document("x"), nil, 1); err == nil {
		t.Error("a printer that takes no jobs took one")
	}
	cups.Run("/usr/sbin/lpadmin", "-x", "laser")
	desk.awaitPrinter("gone", func(p printing.Printer) bool { return strings.Contains(p.Message, "no longer has") })
}

// TestShareChangesNothingOnError: the set of printers is replaced as a whole or not at all.
func TestShareChangesNothingOnError(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for what, set := range map[string][]printing.Shared{
		"a name with a slash": {{Name: "a/b", Dir: "/x"}}, "no name": {{Dir: "/x"}}, "dots": {{Name: "..", Dir: "/x"}},
		"one name twice":      {{Name: "a", Dir: "/x"}, {Name: "a", Dir: "/y"}},
		"a queue or a folder": {{Name: "a", Queue: "q", Dir: "/y"}}, "neither": {{Name: "a"}},
	} {
		if err := desk.Share(t.Context(), set); err == nil {
			t.Errorf("%s: shared", what)
		}
	}
	if p := desk.Printers(); len(p) != 1 || p[0].Name != "Folder" {
		t.Errorf("printers are %+v", p)
	}
}

func TestNoPrintSystem(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}, {Name: "Laser", Queue: "laser"}})
	if _, err := desk.Queues(t.Context()); !errors.Is(err, printing.ErrNoSystem) {
		t.Errorf("queues: %v", err)
	}
	if _, err := printing.NewCUPS("/nowhere/cups.sock").Queues(t.Context()); !errors.Is(err, printing.ErrNotRunning) {
		t.Errorf("CUPS that isn't there: %v", err)
	}
	local := desk.Local(owner)
	job, err := local.Print(t.Context(), "Folder", document("letter"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if seen, err := local.Job(t.Context(), "Folder", job.ID); err != nil || seen.Name != "letter" || seen.State != printing.JobCompleted {
		t.Errorf("job %+v, %v", seen, err)
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"Laser": "Laser", "HP LaserJet 4/5 (Büro)": "HP-LaserJet-4-5-Büro", "": "printer", "...": "printer", "a  b": "a-b",
		"../x": "x", strings.Repeat("x", 300): strings.Repeat("x", 127)} {
		if got := printing.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

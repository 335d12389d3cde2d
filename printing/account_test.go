package printing_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// counted is what was printed this month, without the month.
func (p *pc) counted() []printing.Count {
	month := time.Now().Format("2006-01")
	all := p.Counts(month)
	for i := range all {
		if all[i].Month != month {
			p.t.Errorf("a count of %s among those of %s", all[i].Month, month)
		}
		all[i].Month = ""
	}
	return all
}

// TestEachJobIsCountedOnce: by who sent it, whatever becomes of it and of this PC; also when it is printed again, and when
// a crash comes between any two steps of forgetting it.
func TestEachJobIsCountedOnce(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	set := []printing.Shared{desk.Printers()[0].Shared}
	send := func(caller string) int {
		a := desk.send(caller, printing.Root+"Laser", goipp.OpPrintJob, pdf, text(goipp.TagName, "job-name", caller))
		if a.Code != 0 {
			t.Fatalf("a job of %q: %v", caller, goipp.Status(a.Code))
		}
		return idOf(a)
	}
	again, err := desk.as("ann").Print(t.Context(), "Laser", document("x"), map[string]string{"job-retain-until-interval": "600"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, caller := range []string{"ann", "bob", "", "owner", ""} {
		desk.await(send(caller), 5*time.Second, "completed", state(printing.JobCompleted))
	}
	if err := desk.Restart(t.Context(), "Laser", again.ID, owner); err != nil {
		t.Fatal(err)
	}
	desk.await(again.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	cups.SetReasons("media-empty-error")
	first, second := send("bob"), send("bob")
	desk.await(first, 5*time.Second, "stopped", state(printing.JobStopped))
	for _, id := range []int{second, first} { // the one never came to the printer, the other printed nothing
		if err := desk.as("bob").Cancel(t.Context(), "Laser", id); err != nil {
			t.Fatal(err)
		}
		desk.await(id, 5*time.Second, "canceled", state(printing.JobCanceled))
	}
	want := []printing.Count{
		{Printer: "Laser", Jobs: 2, Pages: 2, Sheets: 2}, {Owner: "ann", Printer: "Laser", Jobs: 3, Pages: 3, Sheets: 3},
		{Owner: "bob", Printer: "Laser", Jobs: 2, Pages: 1, Sheets: 1}, {Owner: "owner", Printer: "Laser", Jobs: 1, Pages: 1, Sheets: 1},
	}
	check := func(when string) {
		t.Helper()
		if got := desk.counted(); !slices.Equal(got, want) {
			t.Errorf("%s: %+v\nwant %+v", when, got, want)
		}
	}
	check("all printed")
	if used := desk.Used("ann"); used["Laser"] != 3 {
		t.Errorf("ann has used %v", used)
	}
	desk.stop()
	before := map[string]string{}
	for _, f := range files(t, desk.opt.Spool) {
		before[f] = slurp(t, filepath.Join(desk.opt.Spool, f))
	}
	desk.start(set)
	check("after a restart")
	if a := desk.send("owner", printing.Root+"Laser", goipp.OpPurgeJobs, ""); a.Code != 0 || len(desk.Jobs(owner)) != 0 {
		t.Fatalf("purged: %v, %d jobs", goipp.Status(a.Code), len(desk.Jobs(owner)))
	}
	check("forgotten")
	desk.stop()
	counts := slurp(t, filepath.Join(desk.opt.Spool, "counts.state"))
	for name, content := range before { // as if it had died when the counts were written, and the records not yet removed
		write(t, filepath.Join(desk.opt.Spool, name), content)
	}
	desk.start(set)
	check("forgotten twice")
	if n := len(desk.Jobs(owner)); n != 0 {
		t.Errorf("%d jobs are back", n)
	}
	desk.await(send("ann"), 5*time.Second, "at the printer", state(printing.JobStopped))
	cups.SetReasons()
	want[1] = printing.Count{Owner: "ann", Printer: "Laser", Jobs: 4, Pages: 4, Sheets: 4}
	desk.await(desk.Jobs(owner)[0].ID, 5*time.Second, "completed", state(printing.JobCompleted))
	check("one more")
	desk.stop()

	write(t, filepath.Join(desk.opt.Spool, "counts.state"), counts[:len(counts)/2])
	desk.start(set)
	want = []printing.Count{{Owner: "ann", Printer: "Laser", Jobs: 1, Pages: 1, Sheets: 1}} // of the job that is still known
	check("with a damaged file")
	if kept := slurp(t, filepath.Join(desk.opt.Spool, "counts.state.bak")); kept != counts[:len(counts)/2] {
		t.Errorf("kept of it is %q", kept)
	}
}

// TestMonthsAreCountedForTwoYears, whatever the clock says in between; and jobs of which the printer said nothing are said
// to be such.
func TestMonthsAreCountedForTwoYears(t *testing.T) {
	inside(t, printing.Limits{}, func(t *testing.T, server *printing.Server, door *pipes, dir string) {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		ann := server.Local(printing.Caller{ID: "ann"})
		var months []string
		for range 27 {
			if _, err := ann.Print(t.Context(), "Folder", document("x"), nil, 1); err != nil {
				t.Fatal(err)
			}
			months = append(months, time.Now().Format("2006-01"))
			time.Sleep(31 * 24 * time.Hour)
		}
		// The last two were forgotten only now, or are not yet.
		for i, month := range months {
			counts := server.Counts(month)
			switch {
			case i < 2 && len(counts) != 0:
				t.Errorf("month %d of 27 is still counted: %+v", i+1, counts)
			case i >= 3 && (len(counts) != 1 || counts[0] != printing.Count{Month: month, Owner: "ann", Printer: "Folder", Jobs: 1, Unsure: 1}):
				t.Errorf("month %d of 27: %+v", i+1, counts)
			}
		}
	})
}

// TestPagesOfAMonth: who has printed all it may is told so, and until when; what waits meanwhile goes on when the owner lets
// it. The owner has no limit.
func TestPagesOfAMonth(t *testing.T) {
	t.Parallel()
	desk, _ := laserPC(t, printingtest.Direct)
	rule := func(r printing.Rule) {
		t.Helper()
		if err := desk.SetRule("Laser", r); err != nil {
			t.Fatal(err)
		}
	}
	if err := desk.SetRule("Laser", printing.Rule{Pages: -1}); err == nil {
		t.Error("less than no pages")
	}
	rule(printing.Rule{Paused: true, Pages: 2})
	ann := desk.as("ann")
	var ids []int
	for range 3 {
		job, err := ann.Print(t.Context(), "Laser", document("x"), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, job.ID)
	}
	rule(printing.Rule{Pages: 2})
	desk.await(ids[1], 5*time.Second, "completed", state(printing.JobCompleted))
	waits := desk.await(ids[2], 5*time.Second, "held", state(printing.JobHeld))
	if !slices.Contains(waits.Reasons, "account-limit-reached") || !strings.Contains(waits.Message, "2 pages a month") {
		t.Errorf("over the limit: %+v", waits)
	}
	var denied *printing.Denial
	if _, err := ann.Print(t.Context(), "Laser", document("x"), nil, 1); !errors.As(err, &denied) || !strings.Contains(denied.Words, "used up") {
		t.Errorf("one more: %v", err)
	}
	for _, op := range []goipp.Op{goipp.OpPrintJob, goipp.OpCreateJob, goipp.OpValidateJob} {
		if a := desk.send("ann", printing.Root+"Laser", op, pdf); goipp.Status(a.Code) != goipp.StatusErrorAccountLimitReached {
			t.Errorf("%v: %v", op, goipp.Status(a.Code))
		}
	}
	if _, err := desk.as("bob").Print(t.Context(), "Laser", document("x"), nil, 3); !errors.As(err, &denied) || !strings.Contains(denied.Words, "it has 3 pages") {
		t.Errorf("three copies: %v", err)
	}
	for caller, id := range map[string]int{"bob": 0, "owner": 0} {
		job, err := desk.as(caller).Print(t.Context(), "Laser", document("x"), nil, 1)
		if id = job.ID; err != nil {
			t.Fatalf("%s: %v", caller, err)
		}
		desk.await(id, 5*time.Second, "completed", state(printing.JobCompleted))
	}
	desk.await(ids[2], time.Second, "still held", state(printing.JobHeld))
	rule(printing.Rule{Pages: 3})
	desk.await(ids[2], 5*time.Second, "completed", state(printing.JobCompleted))
}

// TestT32AJobHasAnEnd: one with more pages than any may have is ended by the PC with the printer, when it gets there, and
// what came out by then is counted.
func TestT32AJobHasAnEnd(t *testing.T) {
	t.Parallel()
	cups, device := printingtest.NewCUPS(t), printingtest.NewDevice(t)
	device.SetPace(1000, 30*time.Millisecond)
	cups.AddRemoteQueue("network", device.URI)
	desk := newPC(t, []printing.Shared{{Name: "Network", Queue: "network"}}, func(o *printing.Options) {
		o.System, o.Limits.Impressions = printing.NewCUPS(cups.Socket), 10
	})
	if _, err := desk.as("ann").Print(t.Context(), "Network", document("copies"), nil, 11); err == nil || !strings.Contains(err.Error(), "more than a job may have") {
		t.Errorf("11 copies: %v", err)
	}
	job, err := desk.as("ann").Print(t.Context(), "Network", printing.Document{Name: "endless", Reader: strings.NewReader(pages(1)), Size: -1}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	ended := desk.await(job.ID, 15*time.Second, "ended", func(j printing.Job) bool { return j.State.Ended() })
	if ended.State != printing.JobCanceled || !slices.Contains(ended.Reasons, "aborted-by-system") || !strings.Contains(ended.Message, "more pages") {
		t.Errorf("it ended as %+v", ended)
	}
	if done := device.Jobs()[0].Done; done < 10 || done == 1000 {
		t.Errorf("%d pages came out", done)
	}
	if got := desk.counted(); len(got) != 1 || got[0].Pages < 10 || got[0].Jobs != 1 {
		t.Errorf("counted: %+v", got)
	}
}

// TestCountsThatCantBeWritten: nothing is forgotten that isn't counted.
func TestCountsThatCantBeWritten(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("x"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if err := os.Mkdir(filepath.Join(desk.opt.Spool, "counts.state.new"), 0o700); err != nil { // nothing can be written there
		t.Fatal(err)
	}
	if a := desk.send("owner", printing.Root+"Folder", goipp.OpPurgeJobs, ""); goipp.Status(a.Code) != goipp.StatusErrorTemporary || len(desk.Jobs(owner)) != 1 {
		t.Errorf("purged: %v, %d jobs", goipp.Status(a.Code), len(desk.Jobs(owner)))
	}
	if got := desk.counted(); len(got) != 1 || got[0].Jobs != 1 {
		t.Errorf("counted: %+v", got)
	}
}

package printing_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// TestPausedByItsOwner: jobs are taken and wait, over a restart, and say why; nobody but the owner pauses or resumes.
func TestPausedByItsOwner(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	set := []printing.Shared{desk.Printers()[0].Shared}
	ask := func(caller string, op goipp.Op) goipp.Status {
		return goipp.Status(desk.send(caller, printing.Root+"Laser", op, "").Code)
	}
	for _, op := range []goipp.Op{goipp.OpPausePrinter, goipp.OpResumePrinter, goipp.OpDisablePrinter, goipp.OpEnablePrinter, goipp.OpPurgeJobs, goipp.OpSetPrinterAttributes} {
		for caller, want := range map[string]goipp.Status{"ann": goipp.StatusErrorNotAuthorized, "": goipp.StatusErrorNotAuthorized, "stranger": goipp.StatusErrorNotFound} {
			if got := ask(caller, op); got != want {
				t.Errorf("%q asks for %v: %v, want %v", caller, op, got, want)
			}
		}
	}
	if p := desk.Printers()[0]; p.State != printing.StateIdle || !p.Accepting {
		t.Fatalf("the printer is %+v", p)
	}
	if got := ask("owner", goipp.OpPausePrinter); got != goipp.StatusOk {
		t.Fatalf("the owner pauses: %v", got)
	}
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.stop()
	desk.start(set)
	time.Sleep(300 * time.Millisecond)
	seen, err := desk.as("ann").Job(t.Context(), "Laser", job.ID)
	if err != nil || seen.State != printing.JobPending || !slices.Contains(seen.Reasons, "printer-stopped") || seen.Message == "" {
		t.Errorf("a job at a paused printer: %+v, %v", seen, err)
	}
	if p := desk.Printers()[0]; p.State != printing.StateStopped || !p.Rule.Paused || !slices.Contains(p.Reasons, "paused") || p.Message == "" {
		t.Errorf("a paused printer is %+v", p)
	}
	if n := len(cups.Printed()); n != 0 {
		t.Errorf("a paused printer printed %d documents", n)
	}
	if got := ask("owner", goipp.OpResumePrinter); got != goipp.StatusOk {
		t.Fatal(got)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if got := ask("owner", goipp.OpDisablePrinter); got != goipp.StatusOk {
		t.Fatal(got)
	}
	if _, err := desk.as("ann").Print(t.Context(), "Laser", document("x"), nil, 1); err == nil || !strings.Contains(err.Error(), "takes no jobs") {
		t.Errorf("a printer that takes no jobs: %v", err)
	}
	if err := desk.SetRule("Laser", printing.Rule{}); err != nil {
		t.Fatal(err)
	}
	if got := files(t, desk.opt.Spool); slices.Contains(got, "printers.state") {
		t.Errorf("the spool keeps %q", got)
	}
}

// TestHeldUntilReleased: by its sender at once or later, and not once it is at the printer.
func TestHeldUntilReleased(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	send := func(caller string, op goipp.Op, id int, attrs ...goipp.Attribute) goipp.Status {
		return goipp.Status(desk.send(caller, printing.Root+"Laser", op, "", append([]goipp.Attribute{jobNumber(id)}, attrs...)...).Code)
	}
	ann := desk.as("ann")
	now, err := ann.Print(t.Context(), "Laser", document("held at once"), map[string]string{"job-hold-until": "indefinite"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if j := desk.await(now.ID, time.Second, "held", state(printing.JobHeld)); !slices.Contains(j.Reasons, "job-hold-until-specified") || j.Message == "" {
		t.Errorf("held: %+v", j)
	}
	cups.SetReasons("media-empty-error")
	first, _ := ann.Print(t.Context(), "Laser", document("at the printer"), nil, 1)
	later, _ := ann.Print(t.Context(), "Laser", document("held later"), nil, 1)
	desk.await(first.ID, 15*time.Second, "stopped", state(printing.JobStopped))
	if got := send("ann", goipp.OpHoldJob, first.ID); got != goipp.StatusErrorNotPossible {
		t.Errorf("a job at the printer is held: %v", got)
	}
	if got := send("bob", goipp.OpHoldJob, later.ID); got != goipp.StatusErrorNotFound {
		t.Errorf("bob holds ann's job: %v", got)
	}
	if got := send("ann", goipp.OpHoldJob, later.ID); got != goipp.StatusOk {
		t.Errorf("ann holds her job: %v", got)
	}
	incoming := idOf(desk.send("ann", printing.Root+"Laser", goipp.OpCreateJob, ""))
	if got := send("ann", goipp.OpHoldJob, incoming); got != goipp.StatusOk {
		t.Errorf("a job without its document is held: %v", got)
	}
	if a := desk.send("ann", printing.Root+"Laser", goipp.OpSendDocument, pdf, jobNumber(incoming), lastDocument); a.Code != 0 {
		t.Errorf("its document: %v", goipp.Status(a.Code))
	}
	cups.SetReasons()
	desk.await(first.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	time.Sleep(200 * time.Millisecond)
	for _, id := range []int{now.ID, later.ID, incoming} {
		desk.await(id, time.Second, "held", state(printing.JobHeld))
		if got := send("ann", goipp.OpReleaseJob, id); got != goipp.StatusOk {
			t.Errorf("ann releases her job: %v", got)
		}
		desk.await(id, 5*time.Second, "completed", state(printing.JobCompleted))
	}
	if n := len(cups.Printed()); n != 4 {
		t.Errorf("%d documents came out", n)
	}
	if got := send("ann", goipp.OpReleaseJob, now.ID); got != goipp.StatusErrorNotPossible {
		t.Errorf("a job that has ended is released: %v", got)
	}
}

// TestPrintedAgain: a job whose sender wanted its document kept is printed again, as it was or with other options; of
// no other job a document is there.
func TestPrintedAgain(t *testing.T) {
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}})
	ann := desk.as("ann")
	ask := func(caller string, op goipp.Op, id int, attrs ...goipp.Attribute) *goipp.Message {
		return desk.send(caller, printing.Root+"Folder", op, "", append([]goipp.Attribute{jobNumber(id)}, attrs...)...)
	}
	plain, err := ann.Print(t.Context(), "Folder", document("plain"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := ann.Print(t.Context(), "Folder", document("kept"), map[string]string{"job-retain-until-interval": "600"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(plain.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if j := desk.await(kept.ID, 5*time.Second, "completed", state(printing.JobCompleted)); !j.Kept {
		t.Errorf("a job with its document is %+v", j)
	}
	if err := desk.Restart(t.Context(), "Folder", plain.ID, owner); !errors.Is(err, printing.ErrNoDocument) {
		t.Errorf("a job without a document: %v", err)
	}
	for _, op := range []goipp.Op{goipp.OpRestartJob, goipp.OpResubmitJob} {
		if a := ask("bob", op, kept.ID); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
			t.Errorf("bob, %v of ann's job: %v", op, goipp.Status(a.Code))
		}
	}
	again := ask("ann", goipp.OpResubmitJob, kept.ID)
	if again.Code != 0 || idOf(again) <= kept.ID {
		t.Fatalf("resubmit: %v, job %d", goipp.Status(again.Code), idOf(again))
	}
	desk.await(idOf(again), 5*time.Second, "completed", state(printing.JobCompleted))
	if a := ask("ann", goipp.OpRestartJob, kept.ID); a.Code != 0 {
		t.Errorf("restart: %v", goipp.Status(a.Code))
	}
	desk.await(kept.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	want := []string{"kept (2).pdf", "kept (3).pdf", "kept (4).pdf", "kept (5).pdf", "kept (6).pdf", "kept.pdf", "plain.pdf"}
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("files are %q", got)
	}
	if a := ask("owner", goipp.OpPurgeJobs, 1); a.Code != 0 || len(desk.Jobs(owner)) != 0 {
		t.Errorf("purged: %v, %d jobs", goipp.Status(a.Code), len(desk.Jobs(owner)))
	}
	if got := files(t, desk.opt.Spool); !slices.Equal(got, []string{"3.last", "counts.state"}) {
		t.Errorf("the spool keeps %q", got)
	}
}

// TestKeptForAWhile and no longer: then there is nothing of the document.
func TestKeptForAWhile(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("kept"), map[string]string{"job-retain-until-interval": "1"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if got := files(t, desk.opt.Spool); !slices.Contains(got, "1.doc") {
		t.Errorf("the spool has %q", got)
	}
	desk.await(job.ID, 5*time.Second, "let go", func(j printing.Job) bool { return !j.Kept })
	if got := files(t, desk.opt.Spool); slices.Contains(got, "1.doc") {
		t.Errorf("the spool keeps %q", got)
	}
	if err := desk.Restart(t.Context(), "Folder", job.ID, owner); !errors.Is(err, printing.ErrNoDocument) {
		t.Errorf("restart: %v", err)
	}
}

// TestAJobThatWaitedLongIsRemembered when it has ended, also where hundreds have come and gone meanwhile.
func TestAJobThatWaitedLongIsRemembered(t *testing.T) {
	t.Parallel()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	printed := func(options map[string]string) int {
		job, err := desk.as("ann").Print(t.Context(), "Folder", document("minutes"), options, 1)
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	long := printed(map[string]string{"job-hold-until": "indefinite"})
	desk.await(long, time.Second, "held", state(printing.JobHeld))
	for range 210 {
		desk.await(printed(nil), 5*time.Second, "completed", state(printing.JobCompleted))
	}
	if err := desk.Release(t.Context(), "Folder", long, "", owner); err != nil {
		t.Fatal(err)
	}
	desk.await(long, 5*time.Second, "completed", state(printing.JobCompleted))
	if n := len(desk.Jobs(owner)); n != 200 {
		t.Errorf("%d jobs are remembered", n)
	}
}

// TestOtherOptions for a job that waits: all or none, and not those that it has no say in.
func TestOtherOptions(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("minutes"), map[string]string{"job-hold-until": "indefinite"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	set := func(caller string, attrs ...goipp.Attribute) goipp.Status {
		m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpSetJobAttributes, 1)
		m.Operation = goipp.Attributes{goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
			goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
			text(goipp.TagURI, "printer-uri", "ipp://x/ipp/print/Folder"), jobNumber(job.ID)}
		m.Job = attrs
		b, err := m.EncodeBytes()
		if err != nil {
			t.Fatal(err)
		}
		return goipp.Status(desk.post(caller, printing.Root+"Folder", bytes.NewReader(b)).Code)
	}
	copies := func(n int) goipp.Attribute {
		return goipp.MakeAttr("copies", goipp.TagInteger, goipp.Integer(n))
	}
	for _, tt := range []struct {
		name, caller string
		want         goipp.Status
		attrs        []goipp.Attribute
	}{
		{"another's", "bob", goipp.StatusErrorNotFound, []goipp.Attribute{copies(3)}},
		{"what is not for anybody to say", "ann", goipp.StatusErrorAttributesNotSettable, []goipp.Attribute{copies(3), text(goipp.TagName, "job-originating-user-name", "bob")}},
		{"what the printer can't", "ann", goipp.StatusErrorAttributesOrValues, []goipp.Attribute{copies(3), text(goipp.TagKeyword, "sides", "two-sided-long-edge")}},
		{"nothing", "ann", goipp.StatusErrorBadRequest, nil},
		{"a name and copies", "ann", goipp.StatusOk, []goipp.Attribute{copies(2), text(goipp.TagName, "job-name", "notes")}},
		{"to be printed now", "ann", goipp.StatusOk, []goipp.Attribute{text(goipp.TagKeyword, "job-hold-until", "no-hold")}},
	} {
		if got := set(tt.caller, tt.attrs...); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if got := files(t, desk.Printers()[0].Dir); !slices.Equal(got, []string{"notes (2).pdf", "notes.pdf"}) {
		t.Errorf("files are %q", got)
	}
	if got := set("ann", copies(3)); got != goipp.StatusErrorNotPossible {
		t.Errorf("after it was printed: %v", got)
	}
	a := desk.send("ann", printing.Root+"Folder", goipp.OpGetJobAttributes, "", jobNumber(job.ID))
	if n, _ := ipp.Attrs(a.Job).Int("copies"); n != 2 {
		t.Errorf("the job says %d copies", n)
	}
}

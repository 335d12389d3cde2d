package printing_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// TestT23NothingSaidLaterIsExecuted: names and options that a job is given after it was sent are words like the first.
func TestT23NothingSaidLaterIsExecuted(t *testing.T) {
	marks, texts := tripwires(t)
	desk, cups := laserPC(t, printingtest.Direct)
	for _, text := range texts {
		job, err := desk.as("ann").Print(t.Context(), "Laser", document("x"), map[string]string{"job-hold-until": "indefinite"}, 1)
		if err != nil {
			t.Fatal(err)
		}
		m := injected(goipp.OpSetJobAttributes, text)
		m.Operation.Add(jobNumber(job.ID))
		for _, attrs := range []goipp.Attributes{m.Job, {goipp.MakeAttr("job-name", goipp.TagName, goipp.String(text))}} {
			m.Job = attrs
			b, err := m.EncodeBytes()
			if err != nil {
				t.Fatal(err)
			}
			if a := desk.post("ann", printing.Root+"Laser", bytes.NewReader(b)); (a.Code == 0) != (len(attrs) == 1) {
				t.Errorf("%q: %v", text, goipp.Status(a.Code))
			}
		}
		if err := desk.Release(t.Context(), "Laser", job.ID, "", owner); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range cups.WaitPrinted(len(texts), 25*time.Second) {
		if strings.ContainsAny(p.Title, "`$\\\"'|&;<>(){}[]*?!%\n\r") || strings.HasPrefix(p.Title, "-") {
			t.Errorf("filters got the title %q", p.Title)
		}
		for name, value := range p.Options {
			if !harmless.MatchString(name) || !harmless.MatchString(value) || strings.Contains(value, "touch") {
				t.Errorf("filters got the option %q=%q", name, value)
			}
		}
	}
	if got := files(t, marks); len(got) != 0 {
		t.Errorf("executed: %q", got)
	}
}

// TestT32HeldAndKeptIsBounded: what is held counts like what waits, what is kept like what is in the spool; and a guest
// holds nothing for longer than it is known.
func TestT32HeldAndKeptIsBounded(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}}, func(o *printing.Options) { o.Limits = printing.Limits{PerOwner: 3, Spool: 3000} })
	send := func(option, value string) error {
		content := pdf + strings.Repeat("x", 1000-len(pdf))
		_, err := desk.as("ann").Print(t.Context(), "Folder", printing.Document{Name: "x", Reader: strings.NewReader(content), Size: 1000}, map[string]string{option: value}, 1)
		return err
	}
	for i := range 4 {
		if err := send("job-retain-until-interval", "3600"); (err == nil) != (i < 3) {
			t.Errorf("kept document %d: %v", i, err)
		} else if i < 3 {
			desk.await(i+1, 5*time.Second, "completed", state(printing.JobCompleted))
		}
	}
	if a := desk.send("owner", printing.Root+"Folder", goipp.OpPurgeJobs, ""); a.Code != 0 {
		t.Fatal(goipp.Status(a.Code))
	}
	for i := range 4 {
		if err := send("job-hold-until", "indefinite"); (err == nil) != (i < 3) {
			t.Errorf("held job %d: %v", i, err)
		}
	}
	inside(t, printing.Limits{}, func(t *testing.T, server *printing.Server, _ *pipes, _ string) {
		desk := &pc{Server: server, t: t}
		id := idOf(desk.guest("10.0.0.1", goipp.OpCreateJob, ""))
		if a := desk.guest("10.0.0.1", goipp.OpHoldJob, "", jobNumber(id)); a.Code != 0 {
			t.Fatal(goipp.Status(a.Code))
		}
		desk.guest("10.0.0.1", goipp.OpSendDocument, pdf, jobNumber(id), lastDocument)
		time.Sleep(59 * time.Minute)
		if got := server.Jobs(owner)[0].State; got != printing.JobHeld {
			t.Errorf("after 59 minutes a guest's held job is %v", got)
		}
		time.Sleep(2 * time.Minute)
		if got := server.Jobs(owner)[0].State; got != printing.JobCanceled {
			t.Errorf("after an hour a guest's held job is %v", got)
		}
	})
}

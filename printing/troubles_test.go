package printing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// air is what all may take longer here than the three seconds that are promised: two PCs, their print systems and the filters
// share two processors, with other tests.
const air = 3 * time.Second

// seen waits until the sender, asking over the wire, sees a job as wanted: within the three seconds that it may take.
func seen(t *testing.T, client *printing.Client, id int, what string, want func(printing.Job) bool) printing.Job {
	t.Helper()
	began := time.Now()
	var last printing.Job
	for time.Since(began) < 3*time.Second+air {
		j, err := client.Job(t.Context(), "Laser", id)
		if err != nil {
			t.Fatal(err)
		}
		if last = j; want(j) {
			t.Logf("%s after %v", what, time.Since(began).Round(10*time.Millisecond))
			return j
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the sender doesn't see in time that the job is %s: %v %q %q", what, last.State, last.Reasons, last.Message)
	return last
}

// TestEveryTroubleReachesTheSender within three seconds, in words; and when it is over the job goes on by itself and
// comes out once.
func TestEveryTroubleReachesTheSender(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	ann := desk.as("ann")
	reasons := func(all ...string) func() { return func() { cups.SetReasons(all...) } }
	none := reasons()
	for _, tt := range []struct {
		name, reason, message string
		happens, clears       func()
	}{
		{"paper out", "media-empty-error", "out of paper", reasons("media-empty-error"), none},
		{"paper wanted", "media-needed-error", "out of paper", reasons("media-needed-error"), none},
		{"jam", "media-jam-error", "jammed", reasons("media-jam-error"), none},
		{"door", "door-open-error", "door", reasons("door-open-error"), none},
		{"cover", "cover-open-error", "cover", reasons("cover-open-error"), none},
		{"interlock", "interlock-open-error", "door", reasons("interlock-open-error"), none},
		{"toner", "toner-empty-error", "toner", reasons("toner-empty-error"), none},
		{"ink", "marker-supply-empty-error", "ink or toner", reasons("marker-supply-empty-error"), none},
		{"waste", "marker-waste-full-error", "waste", reasons("marker-waste-full-error"), none},
		{"tray", "input-tray-missing-error", "tray is missing", reasons("input-tray-missing-error"), none},
		{"output", "output-area-full-error", "output tray is full", reasons("output-area-full-error"), none},
		{"offline", "offline-report", "switched off", reasons("offline-report"), none},
		{"switched off", "shutdown", "switched off", reasons("shutdown"), none},
		{"timed out", "timed-out", "doesn't answer", reasons("timed-out"), none},
		{"something else", "other-error", "reports an error", reasons("other-error"), none},
		{"its maker's own", "com.example-flux-error", "com.example-flux-error", reasons("com.example-flux-error"), none},
		{"two at once", "media-jam-error", "jammed", reasons("media-jam-error", "toner-low-warning"), none},
		{"paused in the print system", "paused", "paused", func() { cups.Run("/usr/sbin/cupsdisable", "laser") }, func() { cups.Run("/usr/sbin/cupsenable", "laser") }},
		{"unplugged", "printer-stopped", "can't be reached", func() { cups.SetBroken(true) }, func() { cups.SetBroken(false) }},
		{"the print system away", "printer-stopped", "print system", cups.Stop, cups.Start},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := len(cups.Printed())
			tt.happens()
			job, err := ann.Print(t.Context(), "Laser", document(tt.name), nil, 1)
			if err != nil {
				t.Fatal(err)
			}
			j := seen(t, ann, job.ID, "stopped", state(printing.JobStopped))
			if !slices.Contains(j.Reasons, tt.reason) || !strings.Contains(j.Message, tt.message) {
				t.Errorf("the sender is told %q %q", j.Reasons, j.Message)
			}
			tt.clears()
			desk.await(job.ID, 8*time.Second, "completed", state(printing.JobCompleted))
			if n := len(cups.Printed()) - before; n != 1 {
				t.Errorf("%d documents came out", n)
			}
		})
	}
	cups.SetReasons()
	for _, harmless := range []string{"media-low-warning", "toner-low-report", "marker-supply-low-warning", "connecting-to-device"} {
		if job, err := ann.Print(t.Context(), "Laser", document(harmless), nil, 1); err != nil {
			t.Error(err)
		} else if j := seen(t, ann, job.ID, "completed", state(printing.JobCompleted)); !slices.Contains(j.Reasons, "queued-in-device") || !strings.Contains(j.Message, "can't confirm") {
			t.Errorf("a job that nobody can confirm says %q %q", j.Reasons, j.Message)
		}
	}
}

// TestNetworkPrintersSayItThemselves: while its job is there a printer is asked, whose print system would hear of it up
// to eight seconds later; and that it came out is its own word.
func TestNetworkPrintersSayItThemselves(t *testing.T) {
	t.Parallel()
	device := printingtest.NewDevice(t)
	cups := printingtest.NewCUPS(t)
	cups.AddRemoteQueue("net", device.URI)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "net"}}, func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
	ann := desk.as("ann")
	device.SetPace(200, 400*time.Millisecond)
	report := func(asked map[string]string) printing.Job {
		content := pages(3)
		job, err := ann.Print(t.Context(), "Laser", printing.Document{Name: "report", Reader: strings.NewReader(content), Size: int64(len(content))}, asked, 1)
		if err != nil {
			t.Fatal(err)
		}
		return job
	}
	nothing := report(map[string]string{"page-ranges": "7-9"})
	if j := seen(t, ann, nothing.ID, "aborted", state(printing.JobAborted)); !strings.Contains(j.Message, "nothing reached the printer") || !j.Kept {
		t.Errorf("a job of which nothing came out: %+v", j)
	}
	job := report(nil)
	seen(t, ann, job.ID, "printing page by page", func(j printing.Job) bool { return j.State == printing.JobProcessing && j.Pages > 1 && j.Pages < 200 })
	for _, tt := range []struct {
		name, reason, message string
		happens, clears       func()
	}{
		{"jam", "media-jam-error", "jammed", func() { device.SetReasons("media-jam-error") }, func() { device.SetReasons() }},
		{"door", "door-open-error", "door", func() { device.SetReasons("door-open-error", "toner-low-warning") }, func() { device.SetReasons("toner-low-warning") }},
		{"stopped by hand", "paused", "paused", func() { device.SetReasons("paused") }, func() { device.SetReasons() }},
		{"unplugged", "offline-report", "not connected", device.Unplug, device.Plug},
	} {
		tt.happens()
		j := seen(t, ann, job.ID, tt.name, state(printing.JobStopped))
		if !slices.Contains(j.Reasons, tt.reason) || !strings.Contains(j.Message, tt.message) {
			t.Errorf("%s: the sender is told %q %q", tt.name, j.Reasons, j.Message)
		}
		desk.awaitPrinter(tt.name, func(p printing.Printer) bool { return slices.Contains(p.Reasons, tt.reason) && p.Message == j.Message })
		tt.clears()
		seen(t, ann, job.ID, "going on", state(printing.JobProcessing))
	}
	device.SetPace(200, 0)
	j := seen(t, ann, job.ID, "completed", state(printing.JobCompleted))
	if j.Pages != 200 || j.Message != "" || !slices.Contains(j.Reasons, "job-completed-successfully") {
		t.Errorf("a job that the printer says came out: %+v", j)
	}
	if n := len(device.Jobs()); n != 1 {
		t.Errorf("the printer got %d jobs", n)
	}
	device.SetPace(20, 400*time.Millisecond)
	unwanted := report(nil)
	// CUPS lets the next one through when it has seen the end of the one before.
	desk.await(unwanted.ID, 15*time.Second, "printing", func(j printing.Job) bool { return j.Pages > 0 })
	device.SetFate(printingtest.Canceled)
	seen(t, ann, unwanted.ID, "canceled at the printer", state(printing.JobCanceled))
}

package printing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// usbSystem is what drives the printers of a PC: a CUPS, which may not be there, and ipp-usb with this folder.
func usbSystem(state, cups string) printing.System {
	return printing.Systems(printing.Part{System: printing.NewCUPS(cups)}, printing.Part{Mark: "@usb", System: printing.NewIPPUSB(state)})
}

// doomedSystem is CUPS, or a printer behind ipp-usb where its folder is given.
func doomedSystem() printing.System {
	if state := os.Getenv(childUSB); state != "" {
		return usbSystem(state, os.Getenv(childCUPS))
	}
	return printing.NewCUPS(os.Getenv(childCUPS))
}

// usbQueue is what the printer of the lab is called there.
const usbQueue, noCUPS = "Lab-Colour-600-0600@usb", "/nowhere/cups.sock"

// usbLab is a PC with a printer on USB behind the real ipp-usb, where no print system runs.
type usbLab struct {
	*pc
	usb    *printingtest.IPPUSB
	device *printingtest.Device
	ann    *printing.Client
}

func newUSBLab(t *testing.T, port int, system func(printing.System) printing.System) *usbLab {
	t.Helper()
	l := &usbLab{device: printingtest.NewDevice(t)}
	l.usb = printingtest.StartIPPUSB(t, l.device, port, nil)
	l.usb.Plug()
	l.pc = newPC(t, []printing.Shared{{Name: "Laser", Queue: usbQueue}}, func(o *printing.Options) { o.System = system(usbSystem(l.usb.State, noCUPS)) })
	l.ann = l.as("ann")
	l.awaitPrinter("found", func(p printing.Printer) bool {
		return p.State == printing.StateIdle && p.Accepting && p.Duplex && p.Color
	})
	return l
}

func (l *usbLab) print(t *testing.T, name string) printing.Job {
	t.Helper()
	job, err := l.ann.Print(t.Context(), "Laser", document(name), map[string]string{"sides": "two-sided-long-edge", "media": "letter"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// TestPrinterOnUSBWithoutAPrintSystem: it is found, shared and printed on, tells its troubles, and may be pulled out and
// plugged in at any time.
func TestPrinterOnUSBWithoutAPrintSystem(t *testing.T) {
	t.Parallel()
	same := func(s printing.System) printing.System { return s }
	lab := newUSBLab(t, 61100, same)
	device := lab.device
	queues, err := lab.Queues(t.Context())
	if err != nil || len(queues) != 1 || queues[0].Name != usbQueue || queues[0].Info != "Lab Colour 600" {
		t.Fatalf("the printers of this PC are %+v, %v", queues, err)
	}
	caps, err := lab.ann.Capabilities(t.Context(), "Laser")
	if err != nil || !slices.Equal(caps.Formats, []string{"application/pdf", "image/jpeg", "image/pwg-raster", "image/urf"}) {
		t.Errorf("offered are %q, %v", caps.Formats, err)
	}
	text := printing.Document{Name: "note", Reader: strings.NewReader("what it doesn't take isn't taken"), Size: -1}
	if job, err := lab.ann.Print(t.Context(), "Laser", text, nil, 1); err == nil {
		t.Errorf("it took a text: %+v", job)
	}

	job := lab.print(t, "letter")
	j := seen(t, lab.ann, job.ID, "completed", state(printing.JobCompleted))
	if !slices.Contains(j.Reasons, "job-completed-successfully") || j.Message != "" {
		t.Errorf("the sender is told %q %q", j.Reasons, j.Message)
	}
	got := device.Jobs()[0]
	if string(got.Document) != pdf || got.Name != "letter" || got.Option("copies") != "2" || got.Option("sides") != "two-sided-long-edge" ||
		got.Option("media") != "na_letter_8.5x11in" {
		t.Errorf("the printer got %+v", got)
	}

	device.SetPace(200, 200*time.Millisecond)
	job = lab.print(t, "report")
	seen(t, lab.ann, job.ID, "printing page by page", func(j printing.Job) bool { return j.State == printing.JobProcessing && j.Pages > 1 && j.Pages < 200 })
	for _, tt := range []struct {
		name, reason, message string
		happens, clears       func()
	}{
		{"out of paper", "media-empty-error", "out of paper", func() { device.SetReasons("media-empty-error") }, func() { device.SetReasons() }},
		{"pulled out", "offline-report", "not connected", lab.usb.Unplug, lab.usb.Plug},
	} {
		tt.happens()
		j := seen(t, lab.ann, job.ID, tt.name, state(printing.JobStopped))
		if !slices.Contains(j.Reasons, tt.reason) || !strings.Contains(j.Message, tt.message) {
			t.Errorf("%s: the sender is told %q %q", tt.name, j.Reasons, j.Message)
		}
		lab.awaitPrinter(tt.name, func(p printing.Printer) bool { return slices.Contains(p.Reasons, tt.reason) && p.Message == j.Message })
		tt.clears()
		seen(t, lab.ann, job.ID, "going on", state(printing.JobProcessing))
	}
	device.SetPace(200, 0)
	if j := seen(t, lab.ann, job.ID, "completed", state(printing.JobCompleted)); j.Pages != 200 {
		t.Errorf("%d pages of 200 came out", j.Pages)
	}
	lab.absent(t)
	if n := len(device.Jobs()); n != 4 {
		t.Errorf("the printer got %d jobs", n)
	}
}

// absent tells what becomes of jobs while the printer is away.
func (l *usbLab) absent(t *testing.T) {
	l.usb.Unplug()
	l.awaitPrinter("gone", func(p printing.Printer) bool {
		return p.State == printing.StateStopped && slices.Contains(p.Reasons, "offline-report")
	})
	if queues := l.Available(); len(queues) != 0 {
		t.Errorf("a printer that is not there is offered: %+v", queues)
	}
	job := l.print(t, "while it is away")
	if j := seen(t, l.ann, job.ID, "waiting", state(printing.JobStopped)); !strings.Contains(j.Message, "not connected") {
		t.Errorf("the sender is told %q", j.Message)
	}
	l.device.SetPace(200, 100*time.Millisecond)
	l.usb.Plug()
	l.await(job.ID, 6*time.Second, "begun", func(j printing.Job) bool { return j.Pages > 0 })

	l.usb.Unplug()
	l.device.Forget() // as it was switched off
	seen(t, l.ann, job.ID, "stopped", state(printing.JobStopped))
	l.usb.Plug()
	if j := l.await(job.ID, 6*time.Second, "held", state(printing.JobHeld)); !strings.Contains(j.Message, "look at the printer") {
		t.Errorf("of a job that the printer has lost the sender is told %q", j.Message)
	}
	if err := l.Release(t.Context(), "Laser", job.ID, "", owner); err != nil {
		t.Fatal(err)
	}
	seen(t, l.ann, job.ID, "begun anew", func(j printing.Job) bool {
		jobs := l.device.Jobs()
		done := jobs[len(jobs)-1].Done
		return j.State == printing.JobProcessing && done >= 1 && done < 200
	})
	l.usb.Unplug()
	seen(t, l.ann, job.ID, "stopped", state(printing.JobStopped))
	if err := l.ann.Cancel(t.Context(), "Laser", job.ID); err != nil {
		t.Fatal(err)
	}
	seen(t, l.ann, job.ID, "canceled", state(printing.JobCanceled))
	l.usb.Plug()
	l.awaitPrinter("back", func(p printing.Printer) bool { return len(p.Reasons) == 0 })
	if jobs := l.device.Jobs(); jobs[3].State != printingtest.Canceled {
		t.Errorf("a job that was canceled while the printer was away is printed on when it is back: %+v", jobs[3])
	}
}

// TestPulledOutAtEveryStep of giving a printer a job: it is printed once, or held where nobody can know.
func TestPulledOutAtEveryStep(t *testing.T) {
	t.Parallel()
	pull := &killer{}
	lab := newUSBLab(t, 61110, func(s printing.System) printing.System { pull.System = s; return pull })
	pull.kill = lab.usb.Unplug
	content := pages(20) + strings.Repeat(" ", 4<<20) // more than lies between two programs
	for _, tt := range []struct {
		at     string
		forget bool // the printer was off meanwhile
		held   bool // nobody can know
	}{
		{"before it knows of the job", false, false}, {"before its number is kept", false, false}, {"before the document leaves", false, false},
		{"in the middle of the document", false, false}, {"in the middle of the document", true, true}, {"when it has the document", false, false},
	} {
		t.Run(fmt.Sprint(tt.at, ", forgotten ", tt.forget), func(t *testing.T) {
			lab.t = t
			before := came(lab.device)
			pull.next(tt.at)
			job, err := lab.ann.Print(t.Context(), "Laser", printing.Document{Name: tt.at, Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 1)
			if err != nil {
				t.Fatal(err)
			}
			seen(t, lab.ann, job.ID, "stopped", func(j printing.Job) bool {
				return j.State == printing.JobStopped && strings.Contains(j.Message, "not connected")
			})
			if tt.forget {
				lab.device.Forget()
			}
			lab.usb.Plug()
			j := lab.await(job.ID, 10*time.Second, "completed or held", func(j printing.Job) bool { return j.State.Ended() || j.State == printing.JobHeld })
			if held := j.State == printing.JobHeld; held != tt.held || held && !strings.Contains(j.Message, "look at the printer") {
				t.Errorf("the job is %v: %q", j.State, j.Message)
			}
			if n := came(lab.device) - before; !tt.held && n != 1 {
				t.Errorf("it came out %d times", n)
			}
		})
	}
}

// came counts the documents that came out of a printer.
func came(d *printingtest.Device) (n int) {
	for _, j := range d.Jobs() {
		if j.State == printingtest.Completed {
			n++
		}
	}
	return n
}

// TestKilledWhilePrintingOnUSB kills the PC at each step of a job's way to a printer on USB. Afterwards every job that was
// taken has been printed once, or is held where nobody can know.
func TestKilledWhilePrintingOnUSB(t *testing.T) {
	t.Parallel()
	device := printingtest.NewDevice(t)
	usb := printingtest.StartIPPUSB(t, device, 61120, nil)
	usb.Plug()
	for at, want := range map[string]printing.JobState{
		"before it is its turn": printing.JobCompleted, "before the print system knows": printing.JobCompleted,
		"before its number is kept": printing.JobCompleted, "before the document leaves": printing.JobCompleted,
		"in the middle of the document": printing.JobCompleted, "before the answer is kept": printing.JobHeld,
		"while it is followed": printing.JobHeld, "before its end is kept": printing.JobHeld,
	} {
		t.Run(at, func(t *testing.T) {
			before := came(device)
			last := survived(t, filepath.Join(t.TempDir(), "spool"), noCUPS, at, childUSB+"="+usb.State, childQueue+"="+usbQueue)
			if last.State != want || want == printing.JobHeld && !strings.Contains(last.Message, "look at the printer") {
				t.Errorf("the job is %v: %s", last.State, last.Message)
			}
			if n := came(device) - before; n != 1 {
				t.Errorf("it came out %d times", n)
			}
		})
	}
}

// TestPrinterThatCUPSHasToo is listed once, as CUPS' own, and can be printed on either way.
func TestPrinterThatCUPSHasToo(t *testing.T) {
	t.Parallel()
	lab := newUSBLab(t, 61130, func(s printing.System) printing.System { return s })
	cups := printingtest.NewCUPS(t)
	cups.AddRemoteQueue("laser", fmt.Sprintf("ipp://localhost:%d/ipp/print", lab.usb.Port))
	cups.AddUSBQueue("other", printingtest.Direct)
	both := usbSystem(lab.usb.State, cups.Socket)
	queues, err := both.Queues(t.Context())
	if err != nil || len(queues) != 2 || queues[0].Name != "laser" || queues[1].Name != "other" {
		t.Errorf("listed are %+v, %v", queues, err)
	}
	for i, queue := range []string{"laser", usbQueue} {
		var ref string
		content := pages(1)
		job := printing.SystemJob{Queue: queue, Name: queue, Format: "application/pdf", Size: int64(len(content))}
		if err := both.Submit(t.Context(), job, strings.NewReader(content), func(r string) error { ref = r; return nil }); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			st, err := both.Find(t.Context(), ref)
			if err != nil || time.Now().After(end) {
				t.Fatalf("%s: %+v, %v", queue, st, err)
			}
			if st.State == printing.JobCompleted {
				break
			}
		}
		if n := came(lab.device); n != i+1 {
			t.Errorf("%d came out after %s", n, queue)
		}
	}
	list := func() string {
		queues, err := both.Queues(t.Context())
		if err != nil {
			t.Error(err)
		}
		var names []string
		for _, q := range queues {
			names = append(names, q.Name)
		}
		return strings.Join(names, " ")
	}
	for uri, want := range map[string]string{
		fmt.Sprintf("ipp://127.0.0.1:%d/ipp/print", lab.usb.Port): "laser other", "ipp://Lab%20Colour%20600._ipp._tcp.local/": "laser other",
		"dnssd://Attic._ipp._tcp.local/?uuid=3D1ED2C8-04B2-4BD1-8B1D-000000000600": "laser other", "usb://Lab/Colour%20600?serial=LAB600": "laser other",
		"usb://Lab/Colour%20600?serial=LAB601": "laser other " + usbQueue, "ipp://10.0.0.9/ipp/print": "laser other " + usbQueue,
		"ipp://Lab%20Colour%20601._ipp._tcp.local/": "laser other " + usbQueue,
	} {
		if cups.Run("/usr/sbin/lpadmin", "-p", "laser", "-v", uri); list() != want {
			t.Errorf("with a queue at %s, listed are %s", uri, list())
		}
	}
	cups.Stop()
	if queues, err := both.Queues(t.Context()); err != nil || len(queues) != 1 || queues[0].Name != usbQueue {
		t.Errorf("while CUPS is stopped, listed are %+v, %v", queues, err)
	}
}

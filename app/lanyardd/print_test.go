//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
	"lanyard/printing/printingtest"
)

// printOffice is two PCs, the first with a printer on its CUPS, shared.
func printOffice(t *testing.T, model string, share ...string) (front, back *officetest.Desk, cups *printingtest.CUPS) {
	cups = printingtest.NewCUPS(t)
	cups.AddUSBQueue("Laser", model)
	t.Setenv("CUPS_SERVER", cups.Socket)
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back = two[0], two[1]
	front.Must(append([]string{"printer", "share", "Laser"}, share...)...)
	back.Until(10*time.Second, "has the printer", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool { return p.Name == "Laser" && p.PC != s.Self.ID && p.State == "idle" })
	})
	return front, back, cups
}

func document(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(pdf), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// job waits until the newest job is as wanted, and returns how long that took.
func job(d *officetest.Desk, within time.Duration, what string, is func(node.Job) bool) time.Duration {
	d.T.Helper()
	return d.Until(within, what, func(s *node.State) bool { return len(s.Jobs) > 0 && is(s.Jobs[0]) })
}

func completed(j node.Job) bool { return j.State == "completed" }

func TestPrintOnTheNeighboursPrinter(t *testing.T) {
	front, back, cups := printOffice(t, printingtest.Direct)
	back.Must("print", "-P", "front/Laser", "-n", "2", "-o", "sides=two-sided-long-edge", document(t, "report.pdf"))
	got := cups.WaitPrinted(1, 10*time.Second)[0]
	if got.Copies != 2 || got.Options["sides"] != "two-sided-long-edge" {
		t.Errorf("the printer was told of %d copies and %v", got.Copies, got.Options)
	}
	if officetest.Content(t, got.File) != pdf {
		t.Error("the printer did not get the document")
	}
	job(back, 5*time.Second, "is told that it is printed", completed)

	cups.SetReasons("media-empty-error")
	back.Must("print", "-P", "front/Laser", document(t, "more.pdf"))
	took := job(back, 3*time.Second+air, "is told why it is stuck", func(j node.Job) bool {
		return !completed(j) && slices.ContainsFunc(j.Reasons, func(r string) bool { return strings.HasPrefix(r, "media-empty") })
	})
	t.Logf("the sender knew of the empty tray after %v", took.Round(time.Millisecond))
	cups.SetReasons()
	cups.WaitPrinted(2, 15*time.Second)
	job(back, 5*time.Second, "goes on by itself", completed)

	cups.SetSlow(30 * time.Second)
	back.Must("print", "-P", "front/Laser", document(t, "long.pdf"))
	job(back, 5*time.Second, "prints", func(j node.Job) bool { return j.State == "processing" })
	s, _ := back.Snapshot(t.Context())
	back.Must("jobs", "cancel", "front/Laser/"+strconv.Itoa(s.Jobs[0].ID))
	job(back, 5*time.Second, "is cancelled", func(j node.Job) bool { return j.State == "canceled" })
	if n := len(cups.Printed()); n != 2 {
		t.Errorf("%d documents came out, want 2", n)
	}
	front.Must("printer", "unshare", "Laser")
	back.Until(5*time.Second, "has lost the printer", func(s *node.State) bool {
		return !slices.ContainsFunc(s.Printers, func(p node.Printer) bool { return p.Name == "Laser" && p.PC != s.Self.ID })
	})
}

// The printer of the front desk is on USB and speaks IPP itself; no print system runs there.
func TestPrintOnTheNeighboursPrinterWithNoPrintSystemThere(t *testing.T) {
	t.Setenv("CUPS_SERVER", "/nowhere/cups.sock")
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	device := printingtest.NewDevice(t)
	usb := printingtest.StartIPPUSB(t, device, 60000, inside(front))
	usb.Plug()
	took := front.Until(3*time.Second+air, "finds its printer", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool {
			return p.Name == "Lab-Colour-600-0600@usb" && p.State == "idle" && !p.Shared
		})
	})
	t.Logf("the printer was found after %v", took.Round(time.Millisecond))
	front.Must("printer", "share", "Lab-Colour-600-0600@usb")
	const name = "Lab-Colour-600-0600-usb"
	back.Until(10*time.Second, "has the printer", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool { return p.Name == name && p.PC != s.Self.ID && p.State == "idle" })
	})
	device.SetReasons("media-empty-error")
	back.Must("print", "-P", "front/"+name, "-n", "2", "-o", "sides=two-sided-long-edge", document(t, "report.pdf"))
	took = job(back, 3*time.Second+air, "is told why it is stuck", func(j node.Job) bool { return slices.Contains(j.Reasons, "media-empty-error") })
	t.Logf("the sender knew of the empty tray after %v", took.Round(time.Millisecond))
	device.SetReasons()
	job(back, 5*time.Second, "is told that it is printed", completed)
	got := device.Jobs()
	if len(got) != 1 || got[0].Option("copies") != "2" || got[0].Option("sides") != "two-sided-long-edge" || string(got[0].Document) != pdf {
		t.Errorf("the printer got %+v", got)
	}
}

// inside prepares a command in the network of a desk.
func inside(d *officetest.Desk) func(name string, args ...string) *exec.Cmd {
	return func(name string, args ...string) *exec.Cmd {
		return exec.Command("nsenter", append([]string{"-t", strconv.Itoa(d.Cmd.Process.Pid), "-n", "--", name}, args...)...)
	}
}

func TestBothOptionsReachARealFilterOnce(t *testing.T) {
	_, back, cups := printOffice(t, printingtest.PostScript)
	back.Must("print", "-P", "front/Laser", "-n", "2", "-o", "sides=two-sided-long-edge", document(t, "report.pdf"))
	got := cups.WaitPrinted(1, 20*time.Second)[0]
	ps := officetest.Content(t, got.File)
	if n := strings.Count(ps, "%%Page:"); n*got.Copies > 4 { // one page, at most with a blank back, twice
		t.Errorf("%d pages, %d copies of them", n, got.Copies)
	}
	if !strings.Contains(ps, "/Duplex true") {
		t.Error("nothing in the PostScript says that it is two-sided")
	}
}

func TestAJobOutlivesThePCItWasSentTo(t *testing.T) {
	front, back, cups := printOffice(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	back.Must("print", "-P", "front/Laser", document(t, "report.pdf"))
	job(back, 5*time.Second, "is spooled", func(j node.Job) bool { return j.State != "completed" })
	front.Cmd.Kill()
	back.Misses(8*time.Second, front)
	front.Cmd.Wait()
	front.Start()
	cups.SetReasons()
	cups.WaitPrinted(1, 20*time.Second)
	job(back, 10*time.Second, "is told that it is printed", completed)
	if n := len(cups.Printed()); n != 1 {
		t.Errorf("it came out %d times", n)
	}
}

func TestThePrintersPCIsGone(t *testing.T) {
	front, back, cups := printOffice(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	back.Must("print", "-P", "front/Laser", document(t, "begun.pdf"))
	if jobs := listed(back); len(jobs) != 1 || jobs[0].Name != "begun.pdf" || jobs[0].Created.IsZero() {
		t.Errorf("right after it was sent there are the jobs %+v", jobs)
	}
	front.Cmd.Kill()
	back.Misses(8*time.Second, front)
	if jobs := listed(back); len(jobs) != 1 || jobs[0].State == "processing" || !strings.Contains(jobs[0].Message, "front is off") {
		t.Errorf("of a job at a PC that is off it is said: %+v", jobs)
	}
	back.Until(5*time.Second, "shows the printer as off", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool { return p.Name == "Laser" && p.PC != s.Self.ID && p.State == "off" })
	})
	back.Fails("off or can't be reached", "print", "-P", "front/Laser", document(t, "report.pdf"))
}

// A PC without Lanyard prints through its own CUPS, where the owner lets guests print.
func TestASecondCUPSAndIPPToolPrint(t *testing.T) {
	front, _, cups := printOffice(t, printingtest.Direct, "--guests")
	there := inside(front)
	uri := "ipp://127.0.0.1:4720/ipp/print/Laser"
	out, err := there("ipptool", "-tf", document(t, "tool.pdf"), uri, "/usr/share/cups/ipptool/print-job.test").CombinedOutput()
	if err != nil {
		t.Errorf("ipptool: %v\n%s", err, out)
	}
	cups.WaitPrinted(1, 10*time.Second)

	other := printingtest.NewCUPS(t, printingtest.Command(there))
	other.AddRemoteQueue("neighbour", "ipps://127.0.0.1:4720/ipp/print/Laser")
	other.Run("lp", "-d", "neighbour", "-n", "2", "-o", "sides=two-sided-long-edge", document(t, "lp.pdf"))
	got := cups.WaitPrinted(2, 20*time.Second)[1]
	if got.Copies != 2 || got.Options["sides"] != "two-sided-long-edge" {
		t.Errorf("the printer was told of %d copies and %v", got.Copies, got.Options)
	}
	front.Must("printer", "share", "Laser") // guests no more
	if out, err := there("ipptool", "-tf", document(t, "tool.pdf"), uri, "/usr/share/cups/ipptool/print-job.test").CombinedOutput(); err == nil {
		t.Errorf("a guest still prints:\n%s", out)
	}
}

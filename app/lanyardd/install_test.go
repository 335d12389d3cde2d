//go:build linux

package main

import (
	"os/exec"
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

// twoOffices is two PCs with a print system each. The first has a printer, which the second has installed.
type twoOffices struct {
	t           *testing.T
	front, back *officetest.Desk
	near, far   *printingtest.CUPS // of front, of back
	inside      func(name string, args ...string) *exec.Cmd // runs a program on back
	queue       string             // on back
}

func newTwoOffices(t *testing.T, model string) *twoOffices {
	o := &twoOffices{t: t, near: printingtest.NewCUPS(t)}
	o.near.AddUSBQueue("Laser", model)
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("back")
	holder := pc.Command(t.Context(), "sleep", "infinity") // of the network of back, whatever ends there
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	o.inside = func(name string, args ...string) *exec.Cmd {
		return exec.Command("nsenter", append([]string{"-t", strconv.Itoa(holder.Process.Pid), "-n", "--", name}, args...)...)
	}
	o.far = printingtest.NewCUPS(t, printingtest.Command(o.inside), printingtest.Durable)
	o.front = officetest.New(t, lan.Join("front"), "CUPS_SERVER="+o.near.Socket)
	o.back = officetest.New(t, pc, "CUPS_SERVER="+o.far.Socket)
	if err := o.front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	o.front.Lets(o.back)
	o.front.Must("printer", "share", "Laser")
	o.back.Until(10*time.Second, "has the printer", func(s *node.State) bool { p := o.laser(s); return p != nil && p.State == "idle" })
	o.back.Must("printer", "install", "front/Laser")
	o.queue = o.laser(state(o.back)).Local
	return o
}

// laser is the printer of front as back knows it.
func (o *twoOffices) laser(s *node.State) *node.Printer {
	for i, p := range s.Printers {
		if p.Name == "Laser" && p.PC != s.Self.ID {
			return &s.Printers[i]
		}
	}
	return nil
}

// says waits until a program of CUPS on back says something.
func (o *twoOffices) says(within time.Duration, words string, name string, args ...string) {
	o.t.Helper()
	var out string
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if out, _ = o.far.Try(name, args...); strings.Contains(out, words) {
			return
		}
	}
	o.t.Fatalf("%s %q doesn't say %q within %v, but\n%s\n%s", name, args, words, within, out, o.far.Log())
}

// The printer of another PC is one of this PC's own for every program here: found in the list, printed on with all options,
// shown as off while it is away; what is sent meanwhile waits and comes out once.
func TestEveryProgramPrintsOnTheNeighboursPrinter(t *testing.T) {
	o := newTwoOffices(t, printingtest.Direct)
	if o.queue != "Laser-at-front" {
		t.Errorf("it is called %q", o.queue)
	}
	file := document(t, "report.pdf")
	began := time.Now()
	o.far.Run("lp", "-d", o.queue, "-n", "2", "-o", "sides=two-sided-long-edge", "-o", "media=iso_a5_148x210mm", "-o", "page-ranges=1", file)
	got := o.near.WaitPrinted(1, 20*time.Second)[0]
	t.Logf("lp to the printer's backend: %v", time.Since(began).Round(time.Millisecond))
	if got.Copies != 2 || got.Options["sides"] != "two-sided-long-edge" || got.Options["page-ranges"] != "1" {
		t.Errorf("the printer was told of %d copies and %v", got.Copies, got.Options)
	}
	if officetest.Content(t, got.File) != pdf {
		t.Error("the printer did not get the document")
	}
	t.Logf("options: %v", got.Options)
	if slices.ContainsFunc(state(o.back).Printers, func(p node.Printer) bool { return p.PC == state(o.back).Self.ID && p.Name == o.queue }) {
		t.Error("the neighbour's printer is listed as this PC's own")
	}
}

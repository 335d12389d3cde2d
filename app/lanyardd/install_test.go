//go:build linux

package main

import (
	"fmt"
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

// twoOffices is two PCs with a print system each. The first has a printer, which the second has installed.
type twoOffices struct {
	t           *testing.T
	front, back *officetest.Desk
	near, far   *printingtest.CUPS                          // of front, of back
	inside      func(name string, args ...string) *exec.Cmd // runs a program on back
	queue       string                                      // on back
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
	file := sheets(t, 4)
	began := time.Now()
	o.far.Run("lp", "-d", o.queue, "-n", "2", "-o", "sides=two-sided-long-edge", "-o", "media=iso_a5_148x210mm", "-o", "page-ranges=2-3", file)
	got := o.near.WaitPrinted(1, 20*time.Second)[0]
	t.Logf("lp to the printer's backend: %v", time.Since(began).Round(time.Millisecond))
	if got.Copies != 2 || got.Options["sides"] != "two-sided-long-edge" || got.Options["media"] != "A5" {
		t.Errorf("the printer was told of %d copies and %v", got.Copies, got.Options)
	}
	if text := words(t, got.File); text != "page 2 page 3" {
		t.Errorf("the printer got %q", text)
	}
	job(o.back, 10*time.Second, "is told that it is printed", completed)
	o.prints(15*time.Second, 0)
	if slices.ContainsFunc(state(o.back).Printers, func(p node.Printer) bool { return p.PC == state(o.back).Self.ID && p.Name == o.queue }) {
		t.Error("the neighbour's printer is listed as this PC's own")
	}

	o.front.Cmd.Kill()
	o.back.Until(10*time.Second, "shows it as off", func(s *node.State) bool {
		p := o.laser(s)
		return p.State == "off" && p.Local == o.queue && p.LocalURI != ""
	})
	o.says(5*time.Second, "front is off", "lpstat", "-p", o.queue)
	o.far.Run("lp", "-d", o.queue, file)
	o.far.Run("lp", "-d", o.queue, file)
	o.says(10*time.Second, "front is off", "lpstat", "-l", "-o", o.queue)
	o.front.Start()
	o.back.Sees(o.front)
	back := time.Now()
	o.near.WaitPrinted(3, 30*time.Second)
	t.Log("printed", time.Since(back))
	o.prints(15*time.Second, 0)
	t.Log("done", time.Since(back))
	if n := len(o.near.Printed()); n != 3 {
		t.Errorf("%d", n)
	}
	t.Log(o.far.Try("lpstat", "-l", "-p", "-o"))
}

// prints waits until so many jobs are in the queue on back.
func (o *twoOffices) prints(within time.Duration, n int) {
	o.t.Helper()
	var out string
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if out, _ = o.far.Try("lpstat", "-o", o.queue); strings.Count(out, "\n") == n {
			return
		}
	}
	o.t.Fatalf("not within %v: %d jobs in the queue: %s\n%s", within, n, out, o.far.Log())
}

// sheets makes a PDF of n pages that say "page 1" and so on.
func sheets(t *testing.T, n int) string {
	t.Helper()
	printingtest.Need(t, "/usr/bin/gs")
	path := filepath.Join(t.TempDir(), "sheets.pdf")
	program := fmt.Sprintf("/Helvetica findfont 48 scalefont setfont 1 1 %d {100 500 moveto (page ) show 5 string cvs show showpage} for", n)
	if out, err := exec.Command("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite", "-sOutputFile="+path, "-c", program).CombinedOutput(); err != nil {
		t.Fatalf("gs: %v\n%s", err, out)
	}
	return path
}

// words are what can be read in a document.
func words(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=txtwrite", "-sOutputFile=-", file).Output()
	if err != nil {
		t.Fatalf("gs: %v", err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

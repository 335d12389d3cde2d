//go:build linux

package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"image"
	"image/jpeg"
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
	t.Cleanup(func() { b, _ := os.ReadFile(o.far.Dir + "/error_log"); os.WriteFile("/tmp/far.log", b, 0o644) })
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

// A word processor, which knows nothing of Lanyard, prints a letter on the neighbour's printer.
func TestAWordProcessorPrintsOnTheNeighboursPrinter(t *testing.T) {
	printingtest.Need(t, "/usr/bin/soffice")
	o := newTwoOffices(t, printingtest.Direct)
	letter := filepath.Join(t.TempDir(), "letter.fodt")
	os.WriteFile(letter, []byte(`<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:h text:outline-level="1">Dear neighbour</text:h><text:p>Your printer is mine, too. Größe: 5 m².</text:p></office:text></office:body></office:document>`), 0o644)
	cmd := o.inside("soffice", "--headless", "-env:UserInstallation=file://"+t.TempDir(), "--pt", o.queue, letter)
	cmd.Env = append(os.Environ(), "CUPS_SERVER="+o.far.Socket, "HOME="+t.TempDir())
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	t.Log(time.Since(began), string(out))
	t.Log(o.far.Try("lpstat", "-t"))
	got := o.near.WaitPrinted(1, 30*time.Second)[0]
	if text := words(t, got.File); text != "Dear neighbour Your printer is mine, too. Größe: 5 m²." {
		t.Errorf("the printer got %q", text)
	}
	b, _ := os.ReadFile(got.File)
	os.WriteFile("/tmp/letter.out", b, 0o644)
	t.Log(got.Options, got.Copies, got.Title)
}

// A document on its way is not lost, and doesn't come out twice, whatever breaks in the middle of it.
func TestADocumentOnItsWayToTheNeighbourSurvives(t *testing.T) {
	o := newTwoOffices(t, printingtest.Direct)
	o.back.PC.Limit(400 << 10)
	for i, breaks := range []struct {
		name string
		off  func()
		on   func()
	}{
		{"the cable is pulled", o.back.PC.Unplug, o.back.PC.Plug},
		{"the PC with the printer loses its power", func() { o.front.Cmd.Kill(); o.front.Cmd.Wait() }, func() { o.front.Start() }},
		{"Lanyard ends on the PC that prints", func() { o.back.Cmd.Kill(); o.back.Cmd.Wait() }, func() { o.back.Start() }},
	} {
		t.Run(breaks.name, func(t *testing.T) {
			o.far.Run("lp", "-d", o.queue, "-t", breaks.name, noise(t))
			o.receives(20 * time.Second)
			breaks.off()
			if breaks.name[0] != 'L' {
				o.says(20*time.Second, "front is off", "lpstat", "-p", o.queue)
				o.gaveUp(20 * time.Second)
			}
			began := time.Now()
			breaks.on()
			o.back.Sees(o.front)
			t.Log("seen again", time.Since(began))
			o.near.WaitPrinted(i+1, 40*time.Second)
			t.Log("printed", time.Since(began))
			o.prints(20*time.Second, 0)
			if n := len(o.near.Printed()); n != i+1 {
				t.Errorf("%d documents came out of %d", n, i+1)
			}
			t.Log(o.far.Try("lpstat", "-p"))
			for _, j := range state(o.front).Jobs {
				t.Log(j.ID, j.State, j.Reasons, j.Message)
			}
		})
	}
}

// receives waits until a document is on its way to front.
func (o *twoOffices) receives(within time.Duration) {
	o.t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if parts, _ := filepath.Glob(filepath.Join(o.front.Home, "spool", "*.part")); len(parts) > 0 {
			return
		}
	}
	o.t.Fatalf("front receives nothing within %v: %s", within, o.far.Log())
}

// gaveUp waits until no document is on its way to front.
func (o *twoOffices) gaveUp(within time.Duration) {
	o.t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if parts, _ := filepath.Glob(filepath.Join(o.front.Home, "spool", "*.part")); o.front.Cmd.ProcessState != nil || len(parts) == 0 {
			return
		}
	}
	o.t.Fatalf("front still receives after %v", within)
}

// noise is a picture that takes its time on a slow cable.
func noise(t *testing.T) string {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 1200, 1200))
	_, _ = rand.Read(picture.Pix) // never fails
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "noise.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

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

// Of a LibreOffice without a window no part prints.
var wordProcessor = []string{"/usr/bin/soffice", "/usr/lib/libreoffice/program/libvclplug_genlo.so"}

// The printer of another PC is one of this PC's own for every program here: it is in the list, prints with all options, and
// shows as off while it is away; what is sent meanwhile waits and comes out once, whatever was restarted in between.
func TestEveryProgramPrintsOnTheNeighboursPrinter(t *testing.T) {
	t.Parallel()
	printingtest.Need(t, wordProcessor...)
	o := newTwoOffices(t)
	if p := o.laser(state(o.back)); o.queue != "Laser-at-front" || !strings.HasPrefix(p.LocalURI, "ipp://127.0.0.1:") || !strings.HasSuffix(p.LocalURI, "/ipp/print/Laser-at-front") {
		t.Errorf("it is called %q, its address is %q", o.queue, p.LocalURI)
	}
	o.says(0, "Description: Laser at front", "lpstat", "-l", "-p", o.queue)
	if out := o.back.Must("printers"); strings.Count(out, o.queue) != 1 {
		t.Errorf("printers lists\n%s", out)
	}
	o.back.Fails("no printer", "printer", "share", o.queue) // or two PCs would share each other's for ever

	letter := o.writeLetter()
	o.far.Run("lp", "-d", o.queue, "-n", "2", "-o", "sides=two-sided-long-edge", "-o", "media=iso_a5_148x210mm", "-o", "page-ranges=2-3", sheets(t, 4))
	if err := letter(); err != nil {
		t.Errorf("the word processor: %v", err)
	}
	for _, p := range o.near.WaitPrinted(2, 30*time.Second) {
		switch text := words(t, p.File); text {
		case "page 2 page 3":
			if p.Copies != 2 || p.Options["sides"] != "two-sided-long-edge" || p.Options["media"] != "A5" {
				t.Errorf("the printer was told of %d copies and %v", p.Copies, p.Options)
			}
		case letterText:
		default:
			t.Errorf("the printer got %q", text)
		}
	}
	o.empty(15 * time.Second)

	o.front.Cmd.Kill()
	off := func(s *node.State) bool { p := o.laser(s); return p.State == "off" && p.Local == o.queue }
	o.back.Until(10*time.Second, "shows it as off", off)
	o.says(5*time.Second, "front is off", "lpstat", "-p", o.queue)
	one := sheets(t, 1)
	o.far.Run("lp", "-d", o.queue, one)
	o.far.Run("lp", "-d", o.queue, one)
	o.says(10*time.Second, "front is off", "lpstat", "-l", "-o", o.queue)
	if err := o.back.Cmd.Stop(); err != nil {
		t.Error(err)
	}
	o.far.Stop()
	o.far.Start()
	o.back.Start()
	o.back.Until(5*time.Second, "still shows it as off", off)
	o.says(15*time.Second, "front is off", "lpstat", "-p", o.queue) // where CUPS may have said that the printer is in use
	o.front.Cmd.Wait()
	o.front.Start()
	o.back.Sees(o.front)
	o.near.WaitPrinted(4, 20*time.Second)
	o.empty(15 * time.Second)

	o.front.Must("printer", "unshare", "Laser")
	o.says(5*time.Second, "no longer shares", "lpstat", "-p", o.queue)
	o.far.Run("lp", "-d", o.queue, one)
	o.says(10*time.Second, "no longer shares", "lpstat", "-l", "-o", o.queue)
	o.front.Must("printer", "share", "Laser")
	o.near.WaitPrinted(5, 20*time.Second)
	o.empty(15 * time.Second)
	if n := len(o.near.Printed()); n != 5 {
		t.Errorf("%d documents came out of 5", n)
	}

	o.back.Must("printer", "uninstall", "front/Laser")
	if out, err := o.far.Try("lpstat", "-p", o.queue); err == nil {
		t.Errorf("the queue is still there: %s", out)
	}
	o.back.Must("printer", "install", "front/Laser")
	o.front.Must("workgroup", "remove", "back")
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if out, err := o.far.Try("lpstat", "-p", o.queue); err != nil {
			break
		} else if time.Now().After(end) {
			t.Fatalf("the queue outlives the workgroup: %s", out)
		}
	}
}

// A document on its way is not lost, and doesn't come out twice, whatever breaks in the middle of it.
func TestADocumentOnItsWayToTheNeighbourSurvives(t *testing.T) {
	t.Parallel()
	o := newTwoOffices(t)
	o.back.PC.Limit(400 << 10)
	for i, breaks := range []struct {
		name string
		off  func()
		on   func()
	}{
		{"the cable is pulled", o.back.PC.Unplug, o.back.PC.Plug},
		{"the PC with the printer loses its power", func() { o.front.Cmd.Kill(); o.front.Cmd.Wait() }, func() { o.front.Start() }},
		// CUPS takes the document for brought then, and waits for a job that never had it.
		{"Lanyard ends on the PC that prints", func() { o.back.Cmd.Kill(); o.back.Cmd.Wait() }, func() { o.back.Start() }},
	} {
		o.far.Run("lp", "-d", o.queue, noise(t))
		o.await(20*time.Second, "front receives a document", func() bool { return o.receives() })
		breaks.off()
		if i < 2 {
			o.says(20*time.Second, "front is off", "lpstat", "-p", o.queue)
			o.await(20*time.Second, "front gives it up", func() bool { return i == 1 || !o.receives() })
		}
		breaks.on()
		o.back.Sees(o.front)
		o.near.WaitPrinted(i+1, 40*time.Second)
		o.empty(20 * time.Second)
		if n := len(o.near.Printed()); n != i+1 {
			t.Fatalf("%s: %d documents came out of %d", breaks.name, n, i+1)
		}
	}
}

// twoOffices is two PCs with a print system each. The first has a printer, which the second has installed.
type twoOffices struct {
	t           *testing.T
	front, back *officetest.Desk
	near, far   *printingtest.CUPS                          // of front, of back
	inside      func(name string, args ...string) *exec.Cmd // runs a program on back
	queue       string                                      // on back
}

func newTwoOffices(t *testing.T) *twoOffices {
	o := &twoOffices{t: t, near: printingtest.NewCUPS(t)}
	o.near.AddUSBQueue("Laser", printingtest.Direct)
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
	i := slices.IndexFunc(s.Printers, func(p node.Printer) bool { return p.Name == "Laser" && p.PC != s.Self.ID })
	if i < 0 {
		return nil
	}
	return &s.Printers[i]
}

func (o *twoOffices) await(within time.Duration, what string, is func() bool) {
	o.t.Helper()
	for end := time.Now().Add(within); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("not within %v: %s\n%s", within, what, o.far.Log())
		}
	}
}

// says waits until a program of CUPS on back says something.
func (o *twoOffices) says(within time.Duration, words string, name string, args ...string) {
	o.t.Helper()
	o.await(within, fmt.Sprintf("%s %q says %q", name, args, words), func() bool {
		out, _ := o.far.Try(name, args...)
		return strings.Contains(out, words)
	})
}

// empty waits until no job is in the queue on back.
func (o *twoOffices) empty(within time.Duration) {
	o.t.Helper()
	o.await(within, "the queue is empty", func() bool { return o.far.Run("lpstat", "-o", o.queue) == "" })
}

// receives tells whether a document is on its way to front.
func (o *twoOffices) receives() bool {
	parts, _ := filepath.Glob(filepath.Join(o.front.Home, "spool", "*.part"))
	return len(parts) > 0
}

const letterText = "Dear neighbour Your printer is mine, too. Größe: 5 m²."

// writeLetter starts to print a letter with a word processor on back; what it returns waits for that.
func (o *twoOffices) writeLetter() (wait func() error) {
	o.t.Helper()
	letter := filepath.Join(o.t.TempDir(), "letter.fodt")
	os.WriteFile(letter, []byte(`<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:h text:outline-level="1">Dear neighbour</text:h><text:p>Your printer is mine, too. Größe: 5 m².</text:p></office:text></office:body></office:document>`), 0o644)
	cmd := o.inside("soffice", "--headless", "-env:UserInstallation=file://"+o.t.TempDir(), "--pt", o.queue, letter)
	cmd.Env = append(os.Environ(), "CUPS_SERVER="+o.far.Socket, "HOME="+o.t.TempDir())
	if err := cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	return cmd.Wait
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

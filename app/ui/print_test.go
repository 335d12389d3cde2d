package ui

import (
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/preview"
	"lanyard/app/ui/uitest"
)

// laser is what a printer in an office can do.
func laser() node.PrinterOptions {
	a4 := node.Medium{Name: "iso_a4_210x297mm", Width: 21_000, Height: 29_700, Top: 420, Bottom: 420, Left: 420, Right: 420, Ready: true, Source: "tray-1"}
	letter := node.Medium{Name: "na_letter_8.5x11in", Width: 21_590, Height: 27_940, Top: 420, Bottom: 420, Left: 420, Right: 420}
	a5 := node.Medium{Name: "iso_a5_148x210mm", Width: 14_800, Height: 21_000, Top: 420, Bottom: 420, Left: 420, Right: 420, Ready: true, Source: "tray-2"}
	return node.PrinterOptions{
		Formats: []string{"application/pdf", "image/jpeg", "image/png"}, Copies: 99, PIN: true, Media: []node.Medium{a4, letter, a5},
		Values: map[string][]string{
			"media": {"na_letter_8.5x11in", "iso_a4_210x297mm", "iso_a5_148x210mm", "custom_min_76x127mm", "custom_max_216x356mm"}, "media-source": {"auto", "tray-1", "tray-2", "by-pass-tray"},
			"sides": {"one-sided", "two-sided-long-edge", "two-sided-short-edge"}, "print-color-mode": {"monochrome", "color"}, "print-quality": {"normal"},
			"number-up": {"1-16"}, "page-ranges": {"1-5,8,11-"}, "orientation-requested": {"portrait", "landscape"},
			"multiple-document-handling": {"separate-documents-uncollated-copies", "separate-documents-collated-copies"},
		},
		Defaults: map[string]string{"media": "iso_a4_210x297mm", "media-source": "auto", "sides": "one-sided", "print-color-mode": "color", "number-up": "1"},
	}
}

// compiled makes the viewer for PDF once, which takes seconds on a busy machine.
var compiled = sync.OnceFunc(func() {
	v := preview.New(viewerDir)
	defer v.Unload(context.Background())
	path := filepath.Join(viewerDir, "first.pdf")
	if err := os.WriteFile(path, uitest.Offer(1), 0o600); err != nil {
		panic(err)
	}
	if _, err := v.Open(context.Background(), path, preview.PDF); err != nil {
		panic(err)
	}
})

// papers writes documents to print into a folder.
func papers(t *testing.T, names ...string) (paths []string) {
	t.Helper()
	compiled()
	dir := t.TempDir()
	for _, name := range names {
		data := uitest.Offer(5)
		switch filepath.Ext(name) {
		case ".png":
			var b strings.Builder
			if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
				t.Fatal(err)
			}
			data = []byte(b.String())
		case ".txt":
			data = []byte("Opening hours\n\nMonday to Friday, 8 to 17\n")
		case ".docx":
			data = []byte("PK\x03\x04\x00\x00\x00")
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// printing opens the print dialog for the laser printer at the front desk, and waits until it shows the first document.
func (d *desk) printing(files ...string) *printSheet {
	d.t.Helper()
	d.svc.SetOptions(laser())
	s := d.askPrint(uitest.Front, "Laser", files)
	d.until("the printer has answered and the document is shown", func() bool {
		return s.form != nil && s.docs.shown.looked && (s.preview.paper.shows() || s.preview.faces() == 0)
	})
	return s
}

// set chooses a value of an option by its text.
func (d *desk) set(s *printSheet, option, text string) {
	d.t.Helper()
	for _, f := range s.form.fields {
		if f.name == option {
			if f.choice.SetSelected(text); f.choice.Selected != text {
				d.t.Fatalf("%s can't be %q, only %q", option, text, f.choice.Options)
			}
			return
		}
	}
	d.t.Fatalf("there is no option %q", option)
}

func TestPrint(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.picked = papers(t, "report.pdf")
	d.visit(place{kind: atPC, pc: uitest.Front})
	d.svc.SetOptions(laser())
	d.svc.Fail("PrinterOptions", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached"})
	d.tap("Print…")
	d.until("it says why not", func() bool { return d.sheet != nil && d.sheet.problem.text() == "Front desk can't be reached" })
	d.svc.Fail("PrinterOptions", nil)
	d.tap("Try again")
	d.reads("Copies")
	d.reads("2 jobs are before yours")
	if d.says("Quality") {
		t.Error("an option with one value is offered")
	}
	d.reads("5 pages on 5 sheets of paper")
	d.closeSheet()

	s := d.printing(d.picked...)
	more, _ := find(s.sheet.pop, isButton("+"))
	for range 2 {
		more.OnTapped()
	}
	d.set(s, "sides", "Both sides, as a book")
	d.reads("3 copies × 3 sheets = 9 sheets of paper")
	d.reads("Sheet 1 of 3, front   ·   page 1 of 5")
	d.until("the page is drawn", func() bool { return s.preview.paper.shows() && s.preview.drawing.idle() })
	d.shoot("print")
	for range 200 {
		more.OnTapped()
	}
	d.press()
	d.called("Print " + uitest.Front + " Laser " + d.picked[0] + " 99 sides=two-sided-long-edge")
	d.told("Sent to Laser at Front desk")
	d.frame.notice.shown.do()
	d.reads(d.picked[0])

	s = d.printing(d.picked...)
	if s.form.copies() != 1 || s.form.chosen()["sides"] != "two-sided-long-edge" {
		t.Errorf("the next time: %d copies, %v", s.form.copies(), s.form.chosen())
	}
}

// The whole way by keyboard: what is typed is checked beside the field, pages are turned from everywhere, Enter prints and
// Escape leaves.
func TestPrintByKeyboard(t *testing.T) {
	d := newDesk(t, uitest.Office())
	files := papers(t, "report.pdf")
	s := d.printing(files...)
	type turn struct {
		key  fyne.KeyName
		want string
	}
	turns := []turn{
		{fyne.KeyPageDown, "page 2 of 5"}, {fyne.KeyPageDown, "page 3 of 5"}, {fyne.KeyPageUp, "page 2 of 5"},
	}
	for _, turn := range turns { // from the main button, which has the focus
		if d.hit(turn.key); !strings.Contains(s.preview.label.Text(), turn.want) {
			t.Errorf("after %s: %q", turn.key, s.preview.label.Text())
		}
	}
	d.window.Canvas().Focus(s.preview.paper)
	turns = append(turns[:0], turn{fyne.KeyHome, "page 1 of 5"}, turn{fyne.KeyEnd, "page 5 of 5"})
	for _, turn := range turns {
		if d.hit(turn.key); !strings.Contains(s.preview.label.Text(), turn.want) {
			t.Errorf("after %s: %q", turn.key, s.preview.label.Text())
		}
	}
	d.hit(fyne.KeyRight)
	if !s.preview.on.Disabled() || s.preview.back.Disabled() {
		t.Error("at the end one can go on, or not back")
	}
	for typed, wrong := range map[string]string{"1-": "", "0": "Not pages. Write 1-3, 5", "9": "It has 5 pages only"} {
		d.window.Canvas().Focus(s.form.pages)
		s.form.pages.SetText(typed)
		if got := s.form.wrong[s.form.pages].Text(); got != wrong || s.sheet.main.Disabled() != (wrong != "") {
			t.Errorf("%q: it says %q; the main button is off: %v", typed, got, s.sheet.main.Disabled())
		}
		if wrong != "" {
			d.hit(fyne.KeyReturn)
		}
	}
	d.notCalled("Print " + uitest.Front)
	s.form.pages.SetText("1-2, 5")
	d.reads("3 pages on 3 sheets of paper")
	d.set(s, "number-up", "2 pages")
	d.reads("Sheet 2 of 2   ·   page 5 of 5")
	d.set(s, "print-color-mode", "Black and white")
	d.window.Canvas().Focus(s.form.fields[0].choice)
	d.hit(fyne.KeyReturn)
	d.called("Print " + uitest.Front + " Laser " + files[0] + " 1 number-up=2,page-ranges=1-2,5,print-color-mode=monochrome")
	d.closed()
	d.printing(files...)
	d.hit(fyne.KeyEscape)
	d.closed()
}

// Of several documents those that the printer doesn't take are named; of the others none is lost and none printed twice
// when one fails.
func TestPrintSeveral(t *testing.T) {
	d := newDesk(t, uitest.Office())
	files := papers(t, "a.pdf", "letter.docx", "logo.png", "hours.txt", "b.pdf")
	s := d.printing(append(files, filepath.Join(t.TempDir(), "gone.pdf"))...)
	d.reads("It is no PDF, picture or text.")
	d.reads("This printer doesn't take plain text.")
	d.reads("It is no longer there.")
	d.reads("11 pages on 11 sheets of paper")
	d.shoot("print-several")
	d.until("each document is looked at", func() bool { return s.sheet.main.Text == "Print the other 3" })
	s.choose(s.docs.list[2])
	d.reads("page 1 of 1")
	s.choose(s.docs.list[1])
	d.until("the preview says why", func() bool { return strings.Contains(s.preview.paper.words.Text(), "no PDF, picture or text") })
	s.remove(s.docs.list[3])
	if len(s.docs.list) != 5 {
		t.Fatalf("%d documents are left", len(s.docs.list))
	}
	d.svc.FailAfter("Print", 1, &node.Error{Kind: node.Offline, Text: "Front desk was lost"})
	d.press()
	d.until("it says what went wrong", func() bool {
		return strings.Contains(s.sheet.problem.text(), "Front desk was lost\nOne document was sent before that.")
	})
	d.svc.Fail("Print", nil)
	d.press()
	d.closed()
	var printed []string
	for _, c := range d.svc.Calls() {
		if f := strings.Fields(c); f[0] == "Print" {
			printed = append(printed, filepath.Base(f[3]))
		}
	}
	if got := strings.Join(printed, " "); got != "a.pdf logo.png logo.png b.pdf" { // the first try of the logo failed
		t.Errorf("sent: %s", got)
	}
}

func TestPrintSettingsUnderAName(t *testing.T) {
	d := newDesk(t, uitest.Office())
	files := papers(t, "logo.png")
	s := d.printing(files...)
	d.set(s, "media", "A5 (148 × 210 mm)   ·   loaded")
	d.set(s, "media-source", "Tray 2")
	s.presets.startNaming()
	s.presets.name.SetText("  Drafts  ")
	d.hit(fyne.KeyReturn)
	if s.presets.choice.Selected != "Drafts" {
		t.Errorf("chosen is %q", s.presets.choice.Selected)
	}
	s.presets.choice.SetSelected("As the printer is set")
	if got := s.form.chosen(); len(got) != 0 {
		t.Errorf("as the printer is set: %v", got)
	}
	d.closeSheet()
	d.prefs.flush()
	d.prefs = loadPrefs(d.opt.DataDir, d.opt.Log) // as after a new start
	s = d.printing(files...)
	s.presets.choice.SetSelected("Drafts")
	if got := s.form.chosen(); got["media"] != "iso_a5_148x210mm" || got["media-source"] != "tray-2" {
		t.Errorf("the settings are %v", got)
	}
	s.presets.forget(0)
	if len(s.presets.choice.Options) != 2 || len(d.prefs.memo(s.presets.printer).Presets) != 0 {
		t.Errorf("left are %q", s.presets.choice.Options)
	}
	// What a printer no longer has is left out.
	s.form.apply(map[string]string{"media": "iso_a0_841x1189mm", "sides": "two-sided-short-edge", "nonsense": "x"})
	if got := s.form.chosen(); len(got) != 1 || got["sides"] != "two-sided-short-edge" {
		t.Errorf("settings of another time became %v", got)
	}
}

func TestPrintWithAPIN(t *testing.T) {
	state := uitest.Office()
	state.Printers[1].Rule = node.PrinterRule{Release: true, Pages: 100}
	state.Printers[1].Used = 40
	d := newDesk(t, state)
	s := d.printing(papers(t, "logo.png")...)
	d.reads("40 of your 100 pages this month are used")
	if !s.form.hold.Checked || !s.form.hold.Disabled() || s.sheet.main.Disabled() {
		t.Error("it needn't wait, though the owner wants it held, or can't without a PIN")
	}
	for _, pin := range []string{"12", "123456789", "12a4", "１２３４"} {
		if s.form.pin.SetText(pin); !s.sheet.main.Disabled() {
			t.Errorf("%q is taken for a PIN", pin)
		}
	}
	s.form.pin.SetText("4711")
	d.shoot("print-pin")
	d.press()
	d.closed()
	d.called("Print " + uitest.Front + " Laser " + s.docs.list[0].path + " 1  4711")
}

// Documents that can't be shown say why, and the dialog goes on working.
func TestPrintWhatCantBeShown(t *testing.T) {
	compiled()
	d := newDesk(t, uitest.Office())
	bad := filepath.Join(t.TempDir(), "bad.pdf")
	if err := os.WriteFile(bad, []byte("%PDF-1.7\nnothing at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.svc.SetOptions(laser())
	s := d.printing(bad)
	d.reads("This document is damaged. The printer may refuse it.")
	if s.sum.Text() != "" || s.sheet.main.Disabled() {
		t.Errorf("it says %q, and can't be printed: %v", s.sum.Text(), s.sheet.main.Disabled())
	}
	d.shoot("print-damaged")
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	d.shoot("print-small")
	test.Tap(s.sheet.main)
	d.closed()
}

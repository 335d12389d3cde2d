package ui

import (
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

// atPrintersPage opens the page of printers of a PC whose own printer, Office, has a queue.
func atPrintersPage(t *testing.T) (*desk, *printersView) {
	t.Helper()
	state := uitest.Office()
	state.Printers[0] = node.Printer{Name: "Office", PC: uitest.This, Info: "Brother HL-L2350DW", State: "processing", Accepting: true, Shared: true, Queued: 5, Duplex: true,
		Supplies: []node.Supply{{Name: "Toner", Color: "#000000", Level: 34, Low: 10}}}
	state.Jobs = uitest.Jobs()
	d := newDesk(t, state)
	d.visit(place{kind: atPrinters})
	return d, d.frame.view.(*printersView)
}

// job returns the line of a job by its document.
func (v *printersView) job(t *testing.T, name string) *jobRow {
	t.Helper()
	for _, list := range []*rows[node.Job]{v.jobs, v.ended} {
		for _, k := range list.keys {
			if r := list.have[k].(*jobRow); r.job.Name == name {
				return r
			}
		}
	}
	t.Fatalf("no job %q", name)
	return nil
}

func (v *printersView) card(t *testing.T, name string) *printerCard {
	t.Helper()
	for _, k := range v.printers.keys {
		if c := v.printers.have[k].(*printerCard); c.printer.Name == name {
			return c
		}
	}
	t.Fatalf("no printer %q", name)
	return nil
}

func texts(items []*fyne.MenuItem) string {
	var all []string
	for _, i := range items {
		if !i.IsSeparator {
			all = append(all, i.Label)
		}
	}
	return strings.Join(all, " | ")
}

// pickItem does what an item of a menu does.
func (d *desk) pickItem(items []*fyne.MenuItem, label string) {
	d.t.Helper()
	i := slices.IndexFunc(items, func(i *fyne.MenuItem) bool { return i.Label == label })
	if i < 0 {
		d.t.Fatalf("no %q among %s", label, texts(items))
	}
	items[i].Action()
}

func TestJobsSayHowTheyAre(t *testing.T) {
	d, v := atPrintersPage(t)
	for _, c := range []struct{ name, state, why, menu string }{
		{"offer-2026-118.pdf", "Printing   ·   3 of 12 pages", "", "Cancel"},
		{"cutting list.pdf", "Waiting, number 2 in the queue", "", "Hold | Move to another printer… | Move down | Cancel"},
		{"letter to the bank.pdf", "Waiting, number 3 in the queue", "", "Hold | Move to another printer… | Move up | Move down | Cancel"},
		{"payroll.pdf", "Waits for its PIN", "Release it at the PC with the printer, or here.", "Release | Move up | Move down | Cancel"},
		{"brochure.pdf", "Held", "It is held until it is released", "Release | Move to another printer… | Move up | Cancel"},
		{"gearbox-v7.pdf", "Stopped   ·   1 of 2 pages", "The printer is out of paper", "Hold | Move to another printer… | Cancel"},
		{"minutes.pdf", "Printed   ·   4 pages", "", "Print again"},
		{"floor plan.pdf", "Handed over", "Handed to the printer, which can't confirm that it came out", "Print again"},
		{"boarding pass.pdf", "Cancelled", "", ""},
		{"scan.pdf", "Failed", "The printer couldn't make sense of the document", "Print again"},
	} {
		r := v.job(t, c.name)
		if r.state.Text() != c.state || r.why.Text() != c.why || texts(r.menuItems()) != c.menu {
			t.Errorf("%s: %q, %q, %s", c.name, r.state.Text(), r.why.Text(), texts(r.menuItems()))
		}
	}
	d.reads("From a guest")
	d.shoot("printers-jobs")
	d.window.Resize(fyne.NewSize(leastWidth, 600))
	d.shoot("printers-small")
	// Of a job of another PC at another PC's printer nothing can be changed; such a job is never shown, but might be.
	r := newJobRow(d.UI)
	if r.set(node.Job{PC: uitest.Front, Owner: uitest.Workshop, State: "pending"}); len(r.menuItems()) > 0 || r.cancel.Visible() {
		t.Errorf("a stranger's job: %s", texts(r.menuItems()))
	}
}

// Every job by keyboard alone: P holds and releases, R prints again, M moves, Delete cancels, Ctrl+Up and Ctrl+Down change
// the order, the arrows go from one to the next.
func TestJobsByKeyboard(t *testing.T) {
	d, v := atPrintersPage(t)
	at := func(name string) { d.window.Canvas().Focus(v.job(t, name).Button) }
	at("cutting list.pdf")
	d.hit(fyne.KeyP)
	d.called("HoldJob " + uitest.This + " Office 28")
	d.until("it is held", func() bool { return v.job(t, "cutting list.pdf").state.Text() == "Held" })
	d.hit(fyne.KeyP)
	d.called("ReleaseJob " + uitest.This + " Office 28")
	d.shortcut(fyne.KeyDown, fyne.KeyModifierShortcutDefault)
	d.called("OrderJob Office 28 30")
	d.hit(fyne.KeyDown)
	if f := d.window.Canvas().Focused(); f != fyne.Focusable(v.job(t, "letter to the bank.pdf").Button) {
		t.Fatalf("%T has the focus", f)
	}
	d.shortcut(fyne.KeyUp, fyne.KeyModifierShortcutDefault)
	d.called("OrderJob Office 29 28")
	at("payroll.pdf")
	d.shortcut(fyne.KeyDown, fyne.KeyModifierShortcutDefault)
	d.called("OrderJob Office 30 0")
	at("brochure.pdf")
	d.hit(fyne.KeyDelete)
	d.called("CancelJob " + uitest.This + " Office 31")
	at("minutes.pdf")
	d.hit(fyne.KeyR)
	d.called("RestartJob " + uitest.This + " Office 22")
	d.told("“minutes.pdf” is printed again.")
	at("gearbox-v7.pdf")
	d.hit(fyne.KeyM)
	d.reads("Office at This PC   ·   Printing")
	d.hit(fyne.KeyReturn)
	d.called("MoveJob " + uitest.Workshop + " Plotter 9 " + uitest.This + " Office")
	d.told("“gearbox-v7.pdf” was moved to Office at This PC.")
}

func TestReleaseWithAPIN(t *testing.T) {
	d, v := atPrintersPage(t)
	d.svc.Fail("ReleaseJob", &node.Error{Kind: node.Denied, Text: "this isn't the PIN of the job"})
	v.job(t, "payroll.pdf").release.OnTapped()
	d.reads("Type the PIN that it was given.")
	pin := d.window.Canvas().Focused().(*input)
	for _, typed := range []string{"", "123", "abcd"} {
		if pin.SetText(typed); !d.sheet.main.Disabled() {
			t.Errorf("%q is taken for a PIN", typed)
		}
	}
	pin.SetText("4711")
	d.hit(fyne.KeyReturn)
	d.until("it says that the PIN is wrong", func() bool { return d.sheet.problem.text() == "This isn't the PIN of the job" })
	d.svc.Fail("ReleaseJob", nil)
	d.shoot("release")
	d.press()
	d.closed()
	d.called("ReleaseJob " + uitest.This + " Office 30 4711")
	// A job of one's own needs none.
	d.releaseJob(node.Job{ID: 5, PC: uitest.Front, Printer: "Laser", Owner: uitest.This, Mine: true, PIN: true})
	d.called("ReleaseJob " + uitest.Front + " Laser 5")
}

func TestPrintersByTheirOwner(t *testing.T) {
	d, v := atPrintersPage(t)
	own, other := v.card(t, "Office"), v.card(t, "Laser")
	if got := texts(own.menuItems()); got != "Print a test page | Pause: jobs wait | Take no jobs | PIN and monthly limit… | Who printed how much…" {
		t.Errorf("one's own: %s", got)
	}
	if got := texts(other.menuItems()); got != "Print a test page" {
		t.Errorf("another PC's: %s", got)
	}
	d.pickItem(other.menuItems(), "Print a test page")
	d.called("Print " + uitest.Front + " Laser  1  test page")
	d.told("A test page was sent to Laser at Front desk.")
	d.pickItem(own.menuItems(), "Pause: jobs wait")
	d.called("SetPrinterRule Office {true false false 0}")
	d.until("it says so", func() bool { return own.state.Text() == "Paused: jobs wait" })
	d.pickItem(own.menuItems(), "Take no jobs")
	d.called("SetPrinterRule Office {true true false 0}")
	d.until("both can be undone", func() bool { return strings.Contains(texts(own.menuItems()), "Go on printing | Take jobs again") })

	d.pickItem(own.menuItems(), "PIN and monthly limit…")
	release, _ := find(d.sheet.pop, func(*check) bool { return true })
	release.SetChecked(true)
	limit, _ := find(d.sheet.pop, func(*input) bool { return true })
	for _, wrong := range []string{"-1", "0", "many", "99999999999999999999"} {
		if limit.SetText(wrong); !d.sheet.main.Disabled() {
			t.Errorf("%q is taken for a limit", wrong)
		}
	}
	limit.SetText("200")
	d.shoot("printer-rule")
	d.press()
	d.called("SetPrinterRule Office {true true true 200}")
	d.reads("Jobs wait for a PIN   ·   at most 200 pages a PC and month")
}

func TestUseAPrinterInEveryProgram(t *testing.T) {
	d, v := atPrintersPage(t)
	card := v.card(t, "Laser")
	d.svc.Fail("InstallPrinter", &node.Error{Kind: node.Failed, Text: "the print system doesn't answer"})
	card.install.SetChecked(true)
	d.told("The print system doesn't answer")
	if card.install.Checked {
		t.Error("the box says that it worked")
	}
	d.svc.Fail("InstallPrinter", nil)
	card.install.SetChecked(true)
	d.called("InstallPrinter " + uitest.Front + " Laser")
	d.told("Every program of this PC can print on “Laser” now.")
	d.until("the box is ticked", func() bool { return card.install.Checked })
	d.shoot("printer-installed")
	card.install.SetChecked(false)
	d.called("UninstallPrinter " + uitest.Front + " Laser")
	d.told("no longer in the print dialogs")
}

func TestWhoPrintedHowMuch(t *testing.T) {
	d, v := atPrintersPage(t)
	d.svc.SetCounts([]node.PrintCount{
		{Printer: "Office", PC: uitest.Front, Jobs: 12, Pages: 140, Sheets: 75}, {Printer: "Office", PC: uitest.This, Jobs: 31, Pages: 1412, Sheets: 760, Unsure: 2},
		{Printer: "Office", Jobs: 1, Pages: 2, Sheets: 2}, {Printer: "Other", PC: uitest.Front, Jobs: 1, Pages: 9999},
	})
	d.pickItem(v.card(t, "Office").menuItems(), "Who printed how much…")
	d.called("PrintCounts 2026-11")
	for _, text := range []string{"November 2026", "1\u202f412", "Guests", "1\u202f554", "Of 2 jobs the printer didn't say"} {
		d.reads(text)
	}
	if d.says("9\u202f999") {
		t.Error("another printer's pages are counted")
	}
	d.shoot("printer-counts")
	d.svc.SetCounts(nil)
	d.hit(fyne.KeyLeft)
	d.called("PrintCounts 2026-10")
	d.reads("Nothing was printed in this month.")
	d.hit(fyne.KeyRight)
	d.hit(fyne.KeyRight)
	d.reads("November 2026")
	d.hit(fyne.KeyEscape)
	d.closed()
}

// A job of one's own that needs somebody says so once, on every page, until it goes on.
func TestJobsInTroubleAreTold(t *testing.T) {
	d, _ := atPrintersPage(t)
	d.visit(place{kind: atTransfers})
	if text := d.frame.notice.text(); text != "" {
		t.Errorf("at the start: %q", text)
	}
	change := func(name string, to func(*node.Job)) {
		d.svc.Change(func(s *node.State) {
			for i := range s.Jobs {
				if s.Jobs[i].Name == name {
					to(&s.Jobs[i])
				}
			}
		})
	}
	stop := func(j *node.Job) { j.State, j.Message = "processing-stopped", "paper is jammed in the printer" }
	change("letter to the bank.pdf", stop)
	d.told("“letter to the bank.pdf” waits at Office and goes on by itself.")
	if d.frame.notice.shown.hint != "Paper is jammed in the printer" {
		t.Errorf("why: %q", d.frame.notice.shown.hint)
	}
	d.frame.notice.close()
	change("letter to the bank.pdf", func(j *node.Job) { j.Pages = 1 })
	d.until("the change is shown", func() bool { return d.UI.state.Jobs[2].Pages == 1 })
	if text := d.frame.notice.text(); text != "" {
		t.Errorf("told twice: %q", text)
	}
	change("brochure.pdf", func(j *node.Job) { j.State, j.Message = "processing-stopped", "" })
	d.told("“brochure.pdf” waits at Office")
	change("brochure.pdf", func(j *node.Job) { j.State = "processing" })
	d.until("the notice goes when the job goes on", func() bool { return d.frame.notice.text() == "" })
	change("brochure.pdf", func(j *node.Job) { j.State, j.Message = "aborted", "the document is damaged" })
	d.told("“brochure.pdf” was not printed on Office.")
	change("cutting list.pdf", stop) // another PC's
	change("offer-2026-118.pdf", func(j *node.Job) { j.State = "aborted" })
	d.until("the change is shown", func() bool { return d.UI.state.Jobs[0].State == "aborted" })
	d.told("“brochure.pdf” was not printed on Office.")
	change("letter to the bank.pdf", func(j *node.Job) { j.State, j.Reasons = "pending-held", []string{reviewReason} })
	d.told("Nobody knows whether “letter to the bank.pdf” came out of Office.")
}

func TestSupplies(t *testing.T) {
	newDesk(t, uitest.Office()) // for its theme
	for _, c := range []struct {
		supply node.Supply
		text   string
	}{
		{node.Supply{Name: "Cyan", Level: 71, Low: 10}, "Cyan 71 %"},
		{node.Supply{Name: "Cyan", Level: 10, Low: 10}, "Low: Cyan 10 %"},
		{node.Supply{Name: "Cyan", Level: 0, Low: 10}, "Empty: Cyan 0 %"},
		{node.Supply{Name: "Cyan", Level: -1, Low: 10}, "Cyan"},
		{node.Supply{Level: 400}, "Ink or toner 100 %"},
		{node.Supply{Name: "Waste", Level: 12, Low: 10, Waste: true}, "Waste 12 %"},
		{node.Supply{Name: "Waste", Level: 95, Low: 10, Waste: true}, "Almost full: Waste 95 %"},
		{node.Supply{Name: "Waste", Level: 100, Low: 10, Waste: true}, "Full: Waste 100 %"},
		{node.Supply{Name: "Waste", Level: 0, Waste: true}, "Waste 0 %"},
	} {
		r := newSupplyRow().(*supplyRow)
		r.set(c.supply)
		if r.text.Text() != c.text {
			t.Errorf("%+v reads %q, want %q", c.supply, r.text.Text(), c.text)
		}
		if warns := strings.Contains(c.text, ":"); warns == (r.text.Color == look.ColorQuiet) {
			t.Errorf("%q has the colour %s", c.text, r.text.Color)
		}
	}
	for text, want := range map[string]color.Color{"#00B7EB": color.NRGBA{0, 0xb7, 0xeb, 0xff}, "": nil, "#00B7E": nil, "red": nil, "#00B7EB00": nil, "00B7EB#": nil, "#+0B7EB": nil} {
		if got := inkColour(text); got != want {
			t.Errorf("%q is %v", text, got)
		}
	}
}

package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

func TestEveryPageOpens(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetSettings(uitest.Settings())
	for _, c := range []struct {
		name  string
		place place
		reads []string
	}{
		{"workgroup", place{kind: atWorkgroup}, []string{"Anna's laptop", "Front desk", "Last seen yesterday, 18:30", "3 folders and 1 printer", "MacBook of Jo", "Sharing 2 folders"}},
		{"this-pc", place{kind: atThisPC}, []string{"Invoices", "/home/anna/Pictures", "Front desk: open, add and change", "Print to folder"}},
		{"pc", place{kind: atPC, pc: uitest.Front}, []string{"Online", "192.168.1.20:4720", "Customers", "Add files only", "412 GB free", "Laser", "2 jobs", "Transfers with this PC", "Customers and 3 more"}},
		{"pc-off", place{kind: atPC, pc: uitest.Archive}, []string{"Last seen", "2019–2025"}},
		{"stranger", place{kind: atPC, pc: uitest.Visitor}, []string{"MacBook of Jo isn't in this workgroup"}},
		{"gone", place{kind: atPC, pc: "nobody"}, []string{"no longer in sight"}},
		{"printers", place{kind: atPrinters}, []string{"Plotter", "Out of paper", "Printing   ·   3 pages", "Printed   ·   2 pages"}},
		{"transfers", place{kind: atTransfers}, []string{"Customers and 3 more", "734 MB of 1.90 GB", "212 of 640 files", "96.0 MB/s", "12 s left", "Archive went away while files were moving"}},
		{"settings", place{kind: atSettings}, []string{"Name of this PC", "Announce the names", "Appearance", "Guests", "Only where the workgroup is", "Max upload", "The most that others may send"}},
	} {
		d.visit(c.place)
		for _, text := range c.reads {
			d.reads(text)
		}
		d.shoot(c.name)
	}
	d.list()
	d.shoot("folder")
}

func TestANewPCIsShownTheWayIn(t *testing.T) {
	state := uitest.Office()
	state.Self.Workgroup, state.Folders, state.Transfers, state.Jobs, state.Printers = "", nil, nil, nil, nil
	for i := range state.Peers {
		state.Peers[i].Member = false
	}
	d := newDesk(t, state)
	d.reads("This PC and you") // the setup comes up by itself
	d.visit(place{kind: atWorkgroup})
	d.reads("Join a workgroup")
	d.reads("PCs in sight")
	d.shoot("welcome")
	for _, p := range []place{{kind: atPrinters}, {kind: atTransfers}, {kind: atThisPC}} {
		d.visit(p)
	}
	d.reads("Drop a folder here to share it")
	d.visit(place{kind: atPrinters})
	d.reads("No printer in reach")
	d.shoot("no-printers")
	d.visit(place{kind: atTransfers})
	d.reads("Nothing is moving")
	d.visit(place{kind: atPC, pc: uitest.Front})
	d.reads("Join the workgroup “Miller & Sons”")
	d.tap("Join with a code…")
	d.reads("The code is the one that Front desk shows.")
}

// One page of each kind must hold what is not there, without a state and with an empty one.
func TestPagesOfNothing(t *testing.T) {
	d := newDesk(t, node.State{})
	for kind := atWorkgroup; kind <= atSettings; kind++ {
		d.visit(place{kind: kind, pc: "x", folder: "y"})
		d.frame.show(nil)
	}
}

func TestWayThere(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Customers", Path: "Zhang"}, []node.Entry{{Name: "deep", Folder: true}})
	d.choose(v, "Zhang")
	d.hit(fyne.KeyReturn)
	v = d.frame.view.(*folderView)
	d.until("the folder below is listed", func() bool { return v.loaded && v.files.Len() == 1 })
	if got := crumbTexts(d); got != "Front desk/Customers/Zhang" {
		t.Errorf("the way here reads %s", got)
	}
	steps := []struct {
		keys fyne.KeyName
		want place
	}{
		{fyne.KeyUp, place{kind: atFolder, pc: uitest.Front, folder: "Customers"}},
		{fyne.KeyUp, place{kind: atPC, pc: uitest.Front}},
		{fyne.KeyUp, place{kind: atWorkgroup}},
		{fyne.KeyUp, place{kind: atWorkgroup}},
		{fyne.KeyLeft, place{kind: atPC, pc: uitest.Front}},
		{fyne.KeyLeft, place{kind: atFolder, pc: uitest.Front, folder: "Customers"}},
		{fyne.KeyRight, place{kind: atPC, pc: uitest.Front}},
	}
	for i, s := range steps {
		d.shortcut(s.keys, fyne.KeyModifierAlt)
		if d.nav.place != s.want {
			t.Fatalf("step %d, Alt+%s: at %+v, want %+v", i, s.keys, d.nav.place, s.want)
		}
	}
	d.visit(place{kind: atPC, pc: uitest.This})
	if d.nav.place.kind != atThisPC {
		t.Error("this PC is shown as another one")
	}
}

func crumbTexts(d *desk) string {
	var texts []string
	for _, c := range crumbsOf(d.UI.state, d.nav.place) {
		texts = append(texts, c.text)
	}
	return strings.Join(texts, "/")
}

// shortcut presses a key with others held down.
func (d *desk) shortcut(key fyne.KeyName, held fyne.KeyModifier) {
	d.window.Canvas().(interface{ TypedShortcut(fyne.Shortcut) }).TypedShortcut(shortcut(key, held))
}

// hit presses a key where the focus is.
func (d *desk) hit(key fyne.KeyName) {
	if f := d.window.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: key})
		return
	}
	d.typed(key)
}

func TestTheNodeGoesAway(t *testing.T) {
	app := uitest.NewApp(t)
	svc := uitest.New(uitest.Office())
	svc.Fail("Watch", &node.Error{Kind: node.Offline, Text: "Lanyard is not running", Hint: "start it with: lanyard serve"})
	u := Open(app, Options{DataDir: t.TempDir(), Tray: func(context.Context) bool { return false }}).Fill(svc)
	stop := u.start(t.Context())
	defer stop()
	app.Until("the window says so", func() bool { return strings.Contains(u.frame.notice.text(), "Lanyard is not running") })
	svc.Fail("Watch", nil)
	u.frame.notice.shown.do()
	app.Until("the state comes", func() bool { return u.state != nil })
}

func TestClose(t *testing.T) {
	quiet := uitest.Office()
	quiet.Transfers = nil
	for _, c := range []struct {
		rule     string
		tray     bool
		pref     string
		state    node.State
		answer   func(d *desk)
		hidden   bool
		quit     bool
		remember string
	}{
		{rule: "the first time it asks, and keeps sharing", tray: true, state: quiet, answer: func(d *desk) { d.press() }, hidden: true, remember: closeHide},
		{rule: "the first time it asks, and quits", tray: true, state: quiet, answer: func(d *desk) { d.tap("Quit Lanyard") }, quit: true, remember: closeQuit},
		{rule: "asked and thought better of it", tray: true, state: quiet, answer: func(d *desk) { d.tap("Cancel") }},
		{rule: "it remembers to hide", tray: true, pref: closeHide, state: quiet, hidden: true, remember: closeHide},
		{rule: "it remembers to quit", tray: true, pref: closeQuit, state: quiet, quit: true, remember: closeQuit},
		{rule: "with no tray a hidden window would be lost", pref: closeHide, state: quiet, quit: true, remember: closeHide},
		{rule: "files under way are not dropped unasked", pref: closeQuit, state: uitest.Office(), answer: func(d *desk) { d.press() }, quit: true, remember: closeQuit},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := newDesk(t, c.state)
			d.tray.Store(c.tray)
			d.prefs.Close = c.pref
			d.closeAsked()
			if c.answer != nil {
				d.until("it asks", func() bool { return d.sheet != nil })
				d.shoot("close")
				c.answer(d)
			}
			d.until("what is wanted happens", func() bool { return d.app.HasQuit() == c.quit && d.visible == !c.hidden })
			if d.prefs.Close != c.remember {
				t.Errorf("remembered: %q", d.prefs.Close)
			}
			if c.hidden && d.icon.shows == 0 {
				t.Error("hidden with no tray icon")
			}
			if c.hidden {
				d.icon.press(t, "Open Lanyard")
				if !d.visible {
					t.Error("the tray does not bring it back")
				}
			}
		})
	}
}

// Quitting must not wait for a call that hangs, and must leave no goroutine.
func TestQuitWithACallUnderWay(t *testing.T) {
	d := newDesk(t, uitest.Office())
	defer d.svc.Block("List")()
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Customers"})
	d.called("List")
	start := time.Now()
	d.quit()
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("quitting took %v", took)
	}
}

func TestEndOfContextEndsTheWindow(t *testing.T) {
	app := uitest.NewApp(t)
	u := Open(app, Options{DataDir: t.TempDir(), Tray: func(context.Context) bool { return false }}).Fill(uitest.New(uitest.Office()))
	ctx, cancel := context.WithCancel(t.Context())
	stop := u.start(ctx)
	cancel()
	app.Until("the program quits", app.HasQuit)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestTasksThatWereStoppedSayNothing(t *testing.T) {
	d := newDesk(t, uitest.Office())
	release := d.svc.Block("Invite")
	said := false
	task := d.work.start(func(ctx context.Context) func() {
		_, err := d.svc.Invite(ctx)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		return func() { said = true }
	})
	d.called("Invite")
	task.stop()
	release()
	done := false
	d.work.start(func(context.Context) func() { return func() { done = true } })
	d.until("a later task is done", func() bool { return done && task.idle() })
	if said {
		t.Error("a stopped task had a say")
	}
}

func TestNoticesOfTransfers(t *testing.T) {
	for _, c := range []struct {
		rule string
		end  func(t *node.Transfer)
		want string
		verb string
	}{
		{"a download", func(t *node.Transfer) { t.State = node.TransferDone }, "was downloaded", "Show in folder"},
		{"an upload", func(t *node.Transfer) { t.State, t.Direction = node.TransferDone, "put" }, "was sent to Front desk", ""},
		{"a failure", func(t *node.Transfer) { t.State, t.Error = node.TransferFailed, "no space" }, "failed", "Show transfers"},
		{"a part that failed", func(t *node.Transfer) { t.State, t.Failed = node.TransferDone, 2 }, "2 files could not be moved", "Show transfers"},
		{"cancelled", func(t *node.Transfer) { t.State = node.TransferCancelled }, "Cancelled", ""},
	} {
		d := newDesk(t, uitest.Office())
		d.svc.Change(func(s *node.State) { c.end(&s.Transfers[0]) })
		d.told(c.want)
		if got := d.frame.notice.shown.verb; got != c.verb {
			t.Errorf("%s: the button reads %q", c.rule, got)
		}
	}
}

// A page that is left must not keep the keyboard: its cursor would go on blinking, and use the processor, unseen.
func TestAPageThatIsLeftLosesTheFocus(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.list()
	d.shortcut(fyne.KeyF, fyne.KeyModifierShortcutDefault)
	d.visit(place{kind: atWorkgroup})
	if f := d.window.Canvas().Focused(); f != nil {
		t.Errorf("%T has the focus", f)
	}
	nav := d.frame.sidebar.last[2].Button
	d.window.Canvas().Focus(nav)
	d.hit(fyne.KeyReturn)
	if d.nav.place.kind != atSettings || d.window.Canvas().Focused() != fyne.Focusable(nav) {
		t.Error("the navigation has lost the focus to its own page")
	}
	d.askConnect()
	d.closeSheet()
	if f := d.window.Canvas().Focused(); f != fyne.Focusable(nav) {
		t.Errorf("after a dialog %T has the focus", f)
	}
}

package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// What comes by itself while a person is busy with something else neither takes its place nor what was meant for it.

func TestAQuestionWaitsForTheOpenDialog(t *testing.T) {
	d := newDesk(t, uitest.Office())
	moved := map[string]int{}
	batchOf := func(name string) batch {
		return batch{pc: uitest.Front,
			preview: func(context.Context) (*node.Preview, error) {
				return &node.Preview{Differ: node.Tally{Files: 1, Bytes: 1}}, nil
			},
			move: func(context.Context, node.Moving) error {
				d.work.post(func() { moved[name]++ })
				return nil
			}}
	}
	d.askNewFolder(node.Location{PC: uitest.Front, Folder: "Customers"}, func(string) {})
	typed := d.sheet
	d.begin(batchOf("a"))
	d.begin(batchOf("b"))
	d.until("both wait", func() bool { return len(d.waiting) == 2 })
	if d.sheet != typed {
		t.Fatal("a question has taken the place of the dialog")
	}
	for n := range 2 {
		d.closeSheetAndWait()
		d.reads("One file is there already, and differs")
		d.hit(fyne.KeyReturn) // Keep both
		d.until("it is moved", func() bool { return moved["a"]+moved["b"] == n+1 })
	}
	d.until("none is left", func() bool { return d.sheet == nil && len(d.waiting) == 0 })
}

// closeSheetAndWait closes what is open, if it isn't a question already, and waits for the one that waits.
func (d *desk) closeSheetAndWait() {
	d.t.Helper()
	if d.sheet != nil && len(d.waiting) > 0 {
		d.closeSheet()
	}
	d.until("a question", func() bool { return d.sheet != nil })
}

func TestClosingCancelsNothingUnasked(t *testing.T) {
	d := newDesk(t, uitest.Office())
	ends := make(chan struct{})
	ended := false
	s := d.open(sheetSpec{title: "Print", body: newInput("", nil), main: "Print"})
	s.run("Sending…", func(ctx context.Context) error {
		select {
		case <-ends:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}, func() { ended = true })
	d.prefs.Close = closeQuit
	for name, act := range map[string]func(){"the X": d.closeAsked, "Ctrl+Q": d.askQuit} {
		s.problem.clear()
		act()
		if d.quitting.Load() || d.sheet != s || !strings.Contains(s.problem.text(), "still under way") {
			t.Errorf("%s: it quits %v, and says %q", name, d.quitting.Load(), s.problem.text())
		}
	}
	d.prefs.Close = closeHide
	d.closeAsked()
	d.until("it is hidden", func() bool { return !d.visible })
	close(ends)
	d.until("what was under way ends well", func() bool { return ended })
}

func TestTwoOfTheSameNameAreToldApart(t *testing.T) {
	office := uitest.Office()
	var twins []string
	for i := range office.Peers {
		if office.Peers[i].Member && len(twins) < 2 {
			office.Peers[i].Name = "Workshop"
			twins = append(twins, office.Peers[i].ID)
		}
	}
	d := newDesk(t, office)
	for _, id := range twins {
		if name := pcName(d.UI.state, id); name != "Workshop ("+shortID(id)+")" {
			t.Errorf("called %q", name)
		}
	}
	d.askPassword()
	pcs, _ := find(d.sheet.pop, func(c *choice) bool { return len(c.Options) > 1 })
	for i, id := range twins {
		pcs.SetSelectedIndex(i)
		if pcs.SelectedIndex() != i {
			t.Fatalf("chosen %d, it is %d of %q", i, pcs.SelectedIndex(), pcs.Options)
		}
		d.svc.Fail("MakePassword", &node.Error{Kind: node.Failed, Text: "not now"})
		pcs.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // Enter confirms in a choice, too
		d.called("MakePassword " + id)
		d.until("it says so", func() bool { return strings.Contains(d.sheet.problem.text(), "Not now") })
	}
	if got := unlike([]string{"a", "b", "a", "a"}); strings.Join(got, "|") != "a|b|a (2)|a (3)" {
		t.Errorf("texts that are the same become %q", got)
	}
}

func TestTheNextRowGetsTheKeyboardButNotTheHeldKey(t *testing.T) {
	d := queueDesk(t)
	d.pace = pace{tap: time.Hour, press: time.Hour} // however slow the machine
	v := d.frame.view.(*transfersView)
	first, next := v.queue.items[2].ID, v.queue.items[3].ID
	d.window.Canvas().Focus(d.transfer(first).Button)
	d.hit(fyne.KeyDelete)
	d.called("CancelTransfer " + first)
	d.until("it has ended", func() bool { _, still := v.queue.places[first]; return !still })
	if d.window.Canvas().Focused() != fyne.Focusable(d.transfer(next).Button) {
		t.Errorf("%v has the keyboard", d.window.Canvas().Focused())
	}
	for range 3 { // the key is still held down
		d.hit(fyne.KeyDelete)
	}
	test.Tap(d.transfer(next).cancel)
	d.called("CancelTransfer " + next)
	d.until("it has ended too", func() bool { _, still := v.queue.places[next]; return !still })
	last := v.queue.items[2].ID
	test.Tap(d.transfer(last).cancel) // the second click of a double click
	time.Sleep(50 * time.Millisecond)
	d.notCalled("CancelTransfer " + last)
	if n := strings.Count(strings.Join(d.svc.Calls(), "\n"), "CancelTransfer "); n != 2 {
		t.Errorf("%d were cancelled: %q", n, d.svc.Calls())
	}
}

func TestNoticesThatMustBeReadComeBack(t *testing.T) {
	d := newDesk(t, uitest.Office())
	bar, undone := d.frame.notice, 0
	bar.say(notice{text: "deleted", verb: "Undo", takesBack: true, do: func() { undone++ }})
	bar.say(notice{text: "downloaded", unasked: true})
	d.visit(place{kind: atPrinters})
	if bar.text() != "deleted" {
		t.Errorf("after a while and another page: %q", bar.text())
	}
	bar.say(notice{text: "failed", stays: true, unasked: true})
	bar.say(notice{text: "sent", unasked: true})
	bar.close()
	if bar.text() != "failed" {
		t.Errorf("what must be read is gone: %q", bar.text())
	}
	d.shortcut(fyne.KeyZ, fyne.KeyModifierShortcutDefault)
	if undone != 1 || bar.text() != "failed" {
		t.Errorf("undone %d times, %q", undone, bar.text())
	}
	bar.closeAbout("")
	bar.close()
	if bar.text() != "" {
		t.Errorf("at last: %q", bar.text())
	}
	bar.say(notice{text: "one's own mistake", stays: true})
	bar.say(notice{text: "done at last"})
	bar.close()
	if bar.text() != "" {
		t.Errorf("what is settled comes back: %q", bar.text())
	}
}

func TestTheNodeComesBackByItself(t *testing.T) {
	app := uitest.NewApp(t)
	svc := uitest.New(uitest.Office())
	svc.Fail("Watch", &node.Error{Kind: node.Offline, Text: "Lanyard is not running"})
	u := Open(app, Options{DataDir: t.TempDir(), Tray: func(context.Context) bool { return false }}).Fill(svc)
	stop := u.start(t.Context())
	defer stop()
	app.Until("the window says so", func() bool { return strings.Contains(u.frame.notice.text(), "Lanyard is not running") })
	u.fail(&node.Error{Kind: node.Failed, Text: "that can't be done now"})
	svc.Fail("Watch", nil)
	app.Until("the state comes", func() bool { return u.state != nil })
	if text := u.frame.notice.text(); text != "That can't be done now" {
		t.Errorf("it says %q", text)
	}
	u.frame.notice.close()
	if text := u.frame.notice.text(); text != "" {
		t.Errorf("it is back and still said to be gone: %q", text)
	}
}

func TestAFolderOfAPCThatGoesOff(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	off := func(on bool) {
		d.svc.Change(func(s *node.State) {
			for i := range s.Peers {
				if s.Peers[i].ID == uitest.Front {
					s.Peers[i].Online = on
				}
			}
		})
	}
	if v.foot.off.Text() != "" || v.foot.again.Visible() {
		t.Errorf("at first: %q", v.foot.off.Text())
	}
	off(false)
	d.until("it says so", func() bool {
		return v.foot.off.Text() == "Front desk is off. This is how it was." && v.foot.again.Visible()
	})
	d.shoot("folder-off")
	release := d.svc.Block("List")
	v.refresh()
	d.until("it is said what takes so long", func() bool { return v.foot.busy.Visible() && v.foot.stop.Visible() })
	d.shoot("folder-anew")
	test.Tap(v.foot.stop)
	if v.foot.busy.Visible() || !v.loaded {
		t.Error("it can't be cancelled")
	}
	release()
	off(true)
	d.until("nothing is said any more", func() bool { return v.foot.off.Text() == "" && !v.foot.again.Visible() })
}

func TestARenameIsUndone(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	d.choose(v, "notes.txt")
	d.hit(fyne.KeyF2)
	line, _ := find(d.sheet.pop, func(*input) bool { return true })
	line.SetText("bad\x07name")
	if !d.sheet.main.Disabled() {
		t.Error("a name may have control characters")
	}
	line.SetText("remarks.txt")
	d.press()
	d.told("“notes.txt” is called “remarks.txt” now.")
	d.shortcut(fyne.KeyZ, fyne.KeyModifierShortcutDefault)
	d.called("Rename remarks.txt notes.txt")
}

func TestCommandsAreNotForTheWindow(t *testing.T) {
	for hint, want := range map[string]string{
		"make some room, or choose another folder with `lanyard config set inbox DIR`": "Make some room, or choose another folder in the settings.",
		"`lanyard peers` lists the PCs in sight":                                       "",
		"ask the person there for the right":                                           "Ask the person there for the right",
		"ask the person at store to let this PC go on: `lanyard brake release` there":  "Ask the person there to let this PC go on.",
	} {
		if _, got := put(&node.Error{Text: "x", Hint: hint}); got != want {
			t.Errorf("%q becomes %q", hint, got)
		}
	}
}

// Tab goes down what stands at the left, then down the page, and never to what can't be seen.
func TestTabGoesDownTheWindow(t *testing.T) {
	d := everything(t, "Customers")
	d.everyPage("Customers", func(where string) {
		c := d.window.Canvas()
		c.Unfocus()
		seen := map[fyne.Focusable]bool{}
		aside := float32(-1)
		for {
			c.FocusNext()
			f := c.Focused()
			if f == nil || seen[f] {
				break
			}
			seen[f] = true
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(f.(fyne.CanvasObject))
			if at.X < 0 || at.Y < 0 || at.X > c.Size().Width || at.Y > c.Size().Height {
				t.Errorf("%s: %T has the keyboard at %v, out of sight", where, f, at)
			}
			if at.X < sidebarMost/4 {
				if at.Y < aside {
					t.Errorf("%s: at the left it goes up, to %v", where, at)
				}
				aside = at.Y
			}
		}
		if len(seen) < 5 {
			t.Errorf("%s: only %d things take the keyboard", where, len(seen))
		}
	})
}

package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// binDesk opens the bin of this PC's folder Invoices.
func binDesk(t *testing.T) (*desk, *binView) {
	t.Helper()
	d := newDesk(t, uitest.Office())
	d.svc.SetBin(uitest.This, "Invoices", uitest.Bin(uitest.Workshop))
	d.visit(place{kind: atBin, folder: "Invoices"})
	v := d.frame.view.(*binView)
	d.until("the bin is listed", func() bool { return len(v.deeds) > 0 })
	return d, v
}

func TestTheBinSaysWhoDidWhat(t *testing.T) {
	d, v := binDesk(t)
	if got := crumbTexts(d); got != "This PC/Bin of “Invoices”" {
		t.Errorf("the way here reads %s", got)
	}
	for _, text := range []string{"letter.odt", "Replaced by Workshop   ·   today, 14:26   ·   31.2 kB", "2019", "Deleted by Workshop   ·   today, 13:40   ·   118 files   ·   412 MB",
		"1\u202f000 files", "scans/page 0001.png, scans/page 0002.png, scans/page 0003.png, scans/page 0004.png and 996 more"} {
		d.reads(text)
	}
	d.shoot("bin")
	card := v.cards.have["a3"].(*binCard)
	card.restore()
	d.called("RestoreBin " + uitest.This + " Invoices a3")
	d.told("1\u202f000 items were brought back.")
	d.until("they are gone from the bin", func() bool { return len(v.deeds) == 3 })
	d.window.Canvas().Focus(v.cards.have["a1"].(*binCard).Button)
	d.hit(fyne.KeyReturn)
	if d.nav.place.path != "a1" {
		t.Errorf("Enter leads to %+v", d.nav.place)
	}
}

func TestSomeOfTheBinIsBroughtBack(t *testing.T) {
	d, _ := binDesk(t)
	d.visit(place{kind: atBin, folder: "Invoices", path: "a3"})
	v := d.frame.view.(*binView)
	d.until("its files are listed", func() bool { return v.files.Len() == 1000 })
	v.files.Select("scans/page 0007.png")
	d.reads2("Bring one back", v)
	d.shoot("bin-files")
	d.tap("Bring one back")
	d.called("RestoreBin " + uitest.This + " Invoices c6")
	d.until("it is gone from the list", func() bool { return v.files.Len() == 999 })
	d.tap("Bring all back")
	d.called("RestoreBin " + uitest.This + " Invoices a3")
	d.reads("Nothing of it is in the bin any more")
	d.hit(fyne.KeyBackspace)
}

// reads2 waits for what the button of a bin says.
func (d *desk) reads2(text string, v *binView) {
	d.t.Helper()
	d.until("the button says "+text, func() bool { return v.restore.Text == text && v.restore.Visible() })
}

func TestTheBinIsEmptiedOnlyHere(t *testing.T) {
	d, v := binDesk(t)
	d.tap("Empty the bin…")
	d.reads("What is in it is gone for good")
	d.hit(fyne.KeyReturn) // the button that has the focus is Cancel
	if d.sheet != nil {
		d.press()
	}
	items := v.cards.have["a2"].(*binCard).menuItems()
	items[len(items)-1].Action()
	d.press()
	d.called("EmptyBin Invoices a2")
	d.until("it is gone", func() bool { return len(v.deeds) == 3 })

	d.svc.SetBin(uitest.Front, "Customers", uitest.Bin(uitest.This))
	d.visit(place{kind: atBin, pc: uitest.Front, folder: "Customers"})
	other := d.frame.view.(*binView)
	d.until("the bin is listed", func() bool { return len(other.deeds) > 0 })
	d.reads("Deleted by This PC")
	if other.empty.Visible() || len(other.cards.have["a2"].(*binCard).menuItems()) != 2 {
		t.Error("another PC's bin can be emptied")
	}
	d.typed(fyne.KeyBackspace)
	if d.nav.place.kind != atFolder {
		t.Errorf("above the bin is %+v", d.nav.place)
	}
	d.svc.Fail("Bin", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached"})
	d.goBack()
	d.reads("Front desk can't be reached")
	d.svc.Fail("Bin", nil)
	d.svc.SetBin(uitest.Front, "Customers", nil)
	d.tap("Try again")
	d.reads("The bin is empty")
	d.shoot("bin-empty")
}

func TestWhatWasRestoredUnderAnotherName(t *testing.T) {
	kind, text, hint := restoredText(node.Restored{Items: 3, Failed: 1, Error: "the disk is full", Renamed: []node.Renamed{{Path: "a.txt", As: "a (2).txt"}}})
	if kind != noticeWarning || text != "3 items were brought back." || hint != "a.txt is called a (2).txt now: its name was taken.\nOne could not be brought back: the disk is full" {
		t.Errorf("%v %q %q", kind, text, hint)
	}
}

func TestUndoADelete(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	d.svc.SetBin(uitest.Front, "Customers", []node.BinItem{
		{ID: "i1", Action: "x", Path: "notes.txt", PC: uitest.This, How: "removed", Time: uitest.Now.Add(-1e9)},
		{ID: "i2", Action: "y", Path: "notes.txt", PC: uitest.This, How: "removed", Time: uitest.Now},
		{ID: "i3", Action: "y", Path: "other.txt", PC: uitest.This, How: "removed", Time: uitest.Now},
		{ID: "i4", Action: "z", Path: "templates.zip", PC: uitest.This, How: "replaced", Time: uitest.Now},
	})
	d.choose(v, "notes.txt")
	d.hit(fyne.KeyDelete)
	d.press()
	d.told("“notes.txt” was deleted.")
	d.shoot("undo")
	d.window.Canvas().(interface{ TypedShortcut(fyne.Shortcut) }).TypedShortcut(&fyne.ShortcutUndo{})
	d.called("RestoreBin " + uitest.Front + " Customers i2")
	d.told("One item was brought back.")

	d.choose(v, "templates.zip") // what is in the bin of that name is an older version
	d.hit(fyne.KeyDelete)
	d.press()
	d.told("“templates.zip” was deleted.")
	if d.frame.notice.shown.verb != "" {
		t.Error("it offers what it can't do")
	}
}

func TestWaysToTheBin(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	for _, i := range v.menuItems() {
		if i.Label == "Bin…" {
			i.Action()
		}
	}
	if d.nav.place != (place{kind: atBin, pc: uitest.Front, folder: "Customers"}) {
		t.Errorf("the folder's menu leads to %+v", d.nav.place)
	}
	d.visit(place{kind: atThisPC})
	card := d.frame.view.(*thisPCView).folders.have["Invoices"].(*shareCard)
	for _, i := range card.menuItems() {
		if i.Label == "Bin…" {
			i.Action()
		}
	}
	if d.nav.place != (place{kind: atBin, folder: "Invoices"}) {
		t.Errorf("the card's menu leads to %+v", d.nav.place)
	}
}

func TestAPCThatWasStopped(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Change(func(s *node.State) {
		s.Brakes = []node.Brake{{PC: uitest.Workshop, Files: 312, Since: uitest.Now.Add(-6e10)}}
	})
	d.told("Workshop changed 312 files in a minute and was stopped.")
	d.shoot("brake-notice")
	if e := sidebarPages(d.UI.state)[1]; !e.warn {
		t.Error("the navigation doesn't show it")
	}
	d.frame.notice.shown.do()
	d.reads("Since today, 14:29. That can be a virus")
	d.shoot("brake")
	d.tap("Undo its changes…")
	d.shoot("brake-undo")
	d.press()
	d.called("RollBack " + uitest.Workshop)
	d.closed()
	d.told("There was nothing to bring back.")
	d.tap("Let it go on…")
	d.press()
	d.called("ReleaseBrake " + uitest.Workshop)
	d.told("Workshop may change files here again.")
	d.until("the banner is gone", func() bool { return !d.frame.view.(*thisPCView).brakes.box.Visible() })
}

func TestTheDrive(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	open := func() {
		for _, i := range v.menuItems() {
			if i.Label == "Open in the file manager" {
				i.Action()
			}
		}
	}
	open()
	d.reads("Show the workgroup in the file manager?")
	d.shoot("drive-ask")
	d.press()
	d.called("SetDrive true")
	d.until("the folder is shown there", func() bool {
		return slices.Equal(d.drives, []string{"http://127.0.0.1:4721/secret/Front%20desk/Customers/"})
	})
	d.until("the state says so", func() bool { return d.UI.state.Drive.On })
	open()
	d.until("it is shown at once", func() bool { return len(d.drives) == 2 })

	d.svc.SetSettings(uitest.Settings())
	d.visit(place{kind: atSettings})
	d.reads("http://127.0.0.1:4721/secret/")
	d.shoot("drive")
	d.tap("Copy")
	if got := d.app.Clipboard().Content(); got != "http://127.0.0.1:4721/secret/" {
		t.Errorf("copied %q", got)
	}
	d.tap("Open in the file manager")
	d.until("the whole of it is shown", func() bool { return len(d.drives) == 3 && d.drives[2] == "http://127.0.0.1:4721/secret/" })
	card := d.frame.view.(*settingsView).drive
	d.svc.Fail("SetDrive", &node.Error{Text: "no port is free"})
	card.on.SetChecked(false)
	d.reads("No port is free")
	d.until("the box is back", func() bool { return card.on.Checked })
	d.svc.Fail("SetDrive", nil)
	card.on.SetChecked(false)
	d.called("SetDrive false")
	d.until("the address is gone", func() bool { return !card.lines.Visible() })
}

func TestNamesOnTheDrive(t *testing.T) {
	s := uitest.Office()
	s.Peers[1].Name, s.Peers[2].Name = "PC 50%?", "PC 50%?" // the second of them, by ID, has its ID after its name
	at := place{kind: atFolder, pc: uitest.Workshop, folder: "A/B? #1", path: "x y/ü"}
	if got := driveAddress(&s, "http://127.0.0.1:1/s/", at); got != "http://127.0.0.1:1/s/PC%2050%25_%20%28cccc%29/A%2FB%3F%20%231/x%20y/%C3%BC/" {
		t.Error(got)
	}
}

func TestPasswordsForWebDAV(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.visit(place{kind: atSettings})
	d.offers("Make a password…")
	d.tap("Make a password…")
	folders, _ := find(d.sheet.pop.Content, isSelect("All folders"))
	folders.SetSelected("Invoices")
	d.shoot("password-form")
	d.press()
	d.called("MakePassword " + uitest.Archive + " Invoices")
	d.reads("abcd-efgh")
	d.reads("It is shown only now")
	d.shoot("password")
	d.press()
	if got := d.app.Clipboard().Content(); got != "abcd-efgh" {
		t.Errorf("copied %q", got)
	}
	d.closeSheet()
	d.reads("For programs of Archive")
	d.reads("only “Invoices”")
	revoke := d.frame.view.(*settingsView).drive.passwords
	b, _ := find(revoke.box, func(b *widget.Button) bool { return b.Text == "Revoke" })
	test.Tap(b)
	d.press()
	d.called("RevokePassword p1")
	d.told("The password is revoked.")
	if strings.Contains(strings.Join(d.svc.Calls(), " "), "abcd") {
		t.Error("the word was passed on")
	}
}

package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/uitest"
)

func TestFolderList(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	if first := v.files.Items()[0].Name; first != "Ahrens" || v.foot.count.Text() != "15 items" {
		t.Errorf("first %q, below it %q", first, v.foot.count.Text())
	}
	d.shortcut(fyne.KeyF, fyne.KeyModifierShortcutDefault)
	if d.window.Canvas().Focused() != fyne.Focusable(v.filter) {
		t.Error("Ctrl+F does not go to the filter")
	}
	v.filter.SetText("photo")
	d.until("the filter is applied", func() bool { return v.files.Len() == 3 })
	if v.foot.count.Text() != "3 of 15 items" {
		t.Errorf("below the list: %q", v.foot.count.Text())
	}
	v.filter.SetText("nothing like it")
	d.reads("No name contains “nothing like it”")
	d.hit(fyne.KeyEscape)
	d.until("all are there again", func() bool { return v.files.Len() == 15 })
	v.arrange(filelist.Order{By: filelist.BySize, Down: true})
	d.until("it is sorted", func() bool { return v.files.Order().By == filelist.BySize })
	if i := v.files.Items(); i[4].Name != "walkthrough.mp4" {
		t.Errorf("the largest file is %q", i[4].Name)
	}
	d.window.Canvas().(interface{ TypedShortcut(fyne.Shortcut) }).TypedShortcut(&fyne.ShortcutSelectAll{})
	if v.files.Count() != 15 || !strings.HasPrefix(v.foot.count.Text(), "15 of 15 selected") {
		t.Errorf("Ctrl+A: %q", v.foot.count.Text())
	}
	d.shoot("folder-selected")
}

func TestFolderTroubles(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Fail("List", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached", Hint: "is it switched on?"})
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Customers"})
	d.reads("Front desk can't be reached")
	d.reads("Is it switched on?")
	d.shoot("folder-trouble")
	d.svc.Fail("List", nil)
	d.tap("Try again")
	d.reads("This folder is empty")
	d.shoot("folder-empty")
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Customers"}, uitest.Customers())
	d.typed(fyne.KeyF5)
	d.reads("15 items")

	d.svc.Fail("List", &node.Error{Kind: node.Denied, Text: "you may not see what is in it"})
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Scans in"})
	d.reads("You can add files here, but not see what is in it")
}

func TestListingCanBeCancelled(t *testing.T) {
	d := newDesk(t, uitest.Office())
	defer d.svc.Block("List")()
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Customers"})
	d.reads("Listing the folder…")
	d.tap("Cancel")
	if d.nav.place.kind != atPC {
		t.Errorf("after cancelling at %+v", d.nav.place)
	}
}

func TestAFolderIsListedAgain(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	at := node.Location{PC: uitest.Front, Folder: "Customers"}
	d.svc.SetFolder(at, append(uitest.Customers(), node.Entry{Name: "arrived.txt"}))
	d.upload(at, []string{"/tmp/arrived.txt"})
	d.called("Put /tmp/arrived.txt " + uitest.Front + " Customers")
	d.svc.EndTransfer(node.TransferDone)
	d.until("the file that came is listed", func() bool { return v.files.Len() == 16 })

	setOnline := func(on bool) {
		d.svc.Change(func(s *node.State) {
			for i := range s.Peers {
				s.Peers[i].Online = on
			}
		})
		d.until("the PC goes or comes", func() bool { return v.online == on })
	}
	setOnline(false)
	d.svc.SetFolder(at, nil)
	setOnline(true)
	d.reads("This folder is empty")
}

func TestChangingAFolder(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()

	d.choose(v, "notes.txt")
	d.hit(fyne.KeyF2)
	line, _ := find(d.sheet.pop, func(i *input) bool { return true })
	if line.Text != "notes.txt" {
		t.Fatalf("F2 offers %q", line.Text)
	}
	for _, bad := range []string{"", "  ", "a/b", "..", strings.Repeat("x", 256)} {
		line.SetText(bad)
		if !d.sheet.main.Disabled() {
			t.Errorf("a file may be called %q", bad)
		}
	}
	line.SetText("remarks.txt")
	d.shoot("rename")
	d.svc.Fail("Rename", &node.Error{Kind: node.Exists, Text: "there is a remarks.txt already"})
	d.press()
	d.until("it says why not", func() bool { return strings.Contains(d.sheet.problem.text(), "There is a remarks.txt already") })
	d.svc.Fail("Rename", nil)
	d.press()
	d.called("Rename notes.txt remarks.txt")
	d.closed()

	d.choose(v, "templates.zip")
	d.hit(fyne.KeyDelete)
	d.reads("It is deleted on Front desk, for everybody.")
	d.hit(fyne.KeyReturn) // the button that has the focus is Cancel
	d.shoot("delete")
	if d.sheet != nil {
		d.press()
		d.called("Remove Customers/templates.zip")
		d.closed()
	}

	v.newFolder()
	line, _ = find(d.sheet.pop, func(i *input) bool { return true })
	line.SetText("2027")
	line.OnSubmitted("2027")
	d.called("MakeFolder " + uitest.Front + " Customers 2027")
	d.closed()
}

func TestReadOnlyFolderOffersNoChanges(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Letters"}, uitest.Customers())
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Letters"})
	v := d.frame.view.(*folderView)
	d.until("it is listed", func() bool { return v.loaded && !v.coming })
	d.choose(v, "notes.txt")
	for _, k := range []fyne.KeyName{fyne.KeyF2, fyne.KeyDelete} {
		d.hit(k)
		if d.sheet != nil {
			t.Errorf("%s opens a dialog", k)
		}
	}
	if !v.buttons.put.Disabled() || !v.buttons.folder.Disabled() || v.buttons.get.Disabled() {
		t.Error("the buttons don't follow the rights")
	}
	for _, i := range v.menuItems() {
		may := slices.Contains([]string{"Open", "Preview", "Copy", "Download…", "Refresh", "Sort by", "Open in the file manager", "Properties…", ""}, i.Label)
		if i.Disabled == may {
			t.Errorf("the menu's %q is off: %v", i.Label, i.Disabled)
		}
	}
	v.showMenu(fyne.NewPos(500, 300))
	d.shoot("menu")
}

func TestDownload(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	d.choose(v, "Zhang")
	d.picked = []string{"/home/anna/Desktop"}
	v.get()
	d.called("Get Customers/Zhang /home/anna/Desktop")
	d.picked = nil // thinks better of it
	v.get()
	d.visit(place{kind: atTransfers})
	d.reads("Zhang")
	id := d.UI.state.Transfers[0].ID
	d.cancelTransfer(id)
	d.called("CancelTransfer " + id)
	d.told("Cancelled: Zhang")
	d.tap("Clear ended")
	d.called("ForgetTransfers")
	d.until("the list is short", func() bool { return len(d.UI.state.Transfers) == 2 })
	n := 0
	for _, c := range d.svc.Calls() {
		if strings.HasPrefix(c, "Get ") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d downloads began", n)
	}
}

func TestOpenAFile(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	d.choose(v, "notes.txt")
	d.hit(fyne.KeyReturn)
	d.called("Get Customers/notes.txt")
	dir := d.copyFolder()
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(d.opened) > 0 {
		t.Error("it was opened before it was whole")
	}
	d.svc.EndTransfer(node.TransferDone)
	d.until("it is opened", func() bool { return len(d.opened) == 1 })
	if d.opened[0] != filepath.Join(dir, "notes.txt") {
		t.Errorf("opened %q", d.opened)
	}
	info, err := os.Stat(d.opened[0])
	if err != nil || info.Mode().Perm() != 0o400 {
		t.Errorf("the copy is %v, %v", info.Mode(), err)
	}
}

func TestAProgramIsNotOpened(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Customers"}, []node.Entry{{Name: "offer.pdf.exe"}})
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Customers"})
	v := d.frame.view.(*folderView)
	d.until("it is listed", func() bool { return v.loaded && !v.coming })
	d.choose(v, "offer.pdf.exe")
	d.hit(fyne.KeyReturn)
	d.reads("This file can run as a program")
	d.shoot("dangerous")
	d.notCalled("Get")
	// A name that only becomes dangerous here, because the other PC lied or its name was mapped, is caught later.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.desktop"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if file, err := onlyFile([]string{filepath.Join(dir, "x.desktop")}); err == nil {
		t.Errorf("%s would be opened", file)
	}
}

func TestDangerousNames(t *testing.T) {
	for _, name := range []string{"a.exe", "A.EXE", "a.exe ", "a.exe.", "a.pdf.exe", "a.lnk", "x.desktop", "run.sh", "run", "Makefile", "a.ps1", "a.docm", "a.html", "a.svg", "a.url",
		"a.library-ms", "a.txt:x.exe", "a.AppImage", "exe\u202efdp.exe", "gpj.\u202eexe", "invoice\u202efdp.txt", "a.jar", "a.py", "a.iso", "a.msi", "a.scr", ".bashrc", "a.terminal"} {
		if !dangerous(name) {
			t.Errorf("%q would be opened", name)
		}
	}
	for _, name := range []string{"a.txt", "photo.JPG", "Straße.pdf", "a b+c.ods", "report.docx", "x.mp4", "1.2.3.pdf", "日本.png", "a.zip"} {
		if dangerous(name) {
			t.Errorf("%q is refused", name)
		}
	}
}

func TestOldCopiesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, "opened", "old"), filepath.Join(dir, "opened", "young")
	for _, p := range []string{old, young} {
		if err := os.MkdirAll(p, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	then := uitest.Now.Add(-copiesKept - 1)
	if err := os.Chtimes(old, then, then); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(young, uitest.Now, uitest.Now); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, uitest.Office())
	d.copies.dir = filepath.Join(dir, "opened")
	d.tidyCopies()
	d.until("the old copy is gone", func() bool { _, err := os.Stat(old); return err != nil })
	if _, err := os.Stat(young); err != nil {
		t.Error("the young one too")
	}
}

func TestLocalPaths(t *testing.T) {
	got, err := localPaths([]string{"file:///a%20b/c+d/%C3%A4.txt", "file:///x"})
	if err != nil || !slices.Equal(got, []string{"/a b/c+d/ä.txt", "/x"}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"http://x/y", "smb://nas/a", "::", "file:"} {
		if _, err := localPaths([]string{bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

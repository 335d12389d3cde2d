package ui

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/exchange"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

// hovers drags files over the middle of something, in the window's pixels, and waits for its word.
func (d *desk) hovers(on fyne.CanvasObject, paths ...string) bool {
	d.t.Helper()
	d.until("the window takes drops", func() bool { return d.around.Receiver() != nil })
	at := spotOf(on)
	word := make(chan bool, 1)
	go func() {
		word <- d.around.Hover(d.t.Context(), image.Pt(int(at.at.X+at.size.Width/2), int(at.at.Y+at.size.Height/2)), paths)
	}()
	may := false
	d.until("its word", func() bool {
		select {
		case may = <-word:
			return true
		default:
			return false
		}
	})
	return may
}

func TestWhatHoversIsSaid(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "Öl & Gas.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	card := func(text string) func(d *desk) fyne.CanvasObject {
		return func(d *desk) fyne.CanvasObject {
			line, _ := find(d.frame.page, func(l *look.Text) bool { return l.Text() == text })
			return line
		}
	}
	pc := place{kind: atPC, pc: uitest.Front}
	for _, c := range []struct {
		rule  string
		at    place
		on    func(d *desk) fyne.CanvasObject
		files []string
		may   bool
		says  string
	}{
		{"a folder that takes files", pc, card("Customers"), []string{file}, true, "Copy “Öl & Gas.txt” to “Customers” on Front desk"},
		{"several of them", pc, card("Customers"), []string{file, dir, file}, true, "Copy “Öl & Gas.txt” and 2 more to “Customers” on Front desk"},
		{"before they are known", pc, card("Customers"), nil, true, "Copy these files to “Customers” on Front desk"},
		{"one that takes none", pc, card("Letters"), []string{file}, false, "“Letters” takes no files from this PC."},
		{"a printer", pc, card("Laser"), []string{file}, true, "Print “Öl & Gas.txt” on Laser"},
		{"a folder is not printed", pc, card("Laser"), []string{dir}, false, "A folder can't be printed. Drop the documents that are in it."},
		{"a PC", place{kind: atWorkgroup}, card("Workshop"), []string{file}, true, "Send “Öl & Gas.txt” to the person at Workshop"},
		{"this PC takes folders", place{kind: atThisPC}, card("Invoices"), []string{dir}, true, "Share “" + filepath.Base(dir) + "” with other PCs"},
		{"and no files", place{kind: atThisPC}, card("Invoices"), []string{file}, false, "Drop folders to share them. Files can be shared by sharing the folder they are in."},
		{"the navigation", place{kind: atPrinters}, func(d *desk) fyne.CanvasObject { return d.sidebarLine("Front desk") }, []string{file}, true, "Send “Öl & Gas.txt” to the person at Front desk"},
		{"nothing", place{kind: atTransfers}, func(d *desk) fyne.CanvasObject { return d.frame.page }, []string{file}, false, dropHelp()},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := newDesk(t, uitest.Office())
			d.visit(c.at)
			d.frame.show(d.UI.state)
			d.window.Resize(fyne.NewSize(1081, 700))
			d.hovers(c.on(d), c.files...)
			d.until("it says "+c.says, func() bool { return d.hover.text.Text() == c.says && d.hover.layer.Visible() })
			if may := d.hovers(c.on(d), c.files...); may != c.may {
				t.Errorf("it may be dropped: %v", may)
			}
			if c.rule == "several of them" || c.rule == "one that takes none" || c.rule == "the navigation" {
				d.shoot("hover " + c.rule)
			}
			d.around.Receiver().Leave()
			d.until("the marks are gone", func() bool { return !d.hover.layer.Visible() })
		})
	}
}

func TestDropOnWhatIsMarked(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	top := spotOf(v.files)
	d.until("the window takes drops", func() bool { return d.around.Receiver() != nil })
	at := image.Pt(int(top.at.X+200), int(top.at.Y+29+3*28+10)) // the fourth line is the folder Zhang
	d.around.Receiver().Hover(at, []string{"/tmp/x.txt"}, nil, func(bool) {})
	d.until("the line is marked", func() bool {
		return d.hover.frame.Size().Height == 28 && d.says("Copy “x.txt” to “Zhang” on Front desk")
	})
	d.around.Receiver().Drop(at, []string{"/tmp/x.txt"}, nil)
	d.called("Put /tmp/x.txt " + uitest.Front + " Customers Zhang")
	if d.hover.layer.Visible() {
		t.Error("the mark stays")
	}
	d.askConnect()
	if d.hovers(v.files, "/tmp/x.txt") || d.hover.layer.Visible() {
		t.Error("files can be dropped behind a dialog")
	}
}

// brings is a program that wants copies: the transfer of them ends as told, once the files are there.
func (d *desk) brings(state node.TransferState, name string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.copyFolder(), name), []byte("hello"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.svc.EndTransfer(state)
}

func TestDragOut(t *testing.T) {
	fetch := func(ctx context.Context, f exchange.Drag) (exchange.Outcome, error) {
		paths, err := f.Fetch(ctx, func(image.Image) {})
		return exchange.Outcome{Fetched: err == nil && len(paths) == 1}, err
	}
	t.Run("to a folder of this PC", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		to := t.TempDir()
		d.around.OnDrag(func(_ context.Context, f exchange.Drag) (exchange.Outcome, error) {
			if f.Name != "notes.txt" || f.Pictures.Taken == nil || f.Pictures.Refused == nil {
				t.Errorf("%q is dragged", f.Name)
			}
			return exchange.Outcome{Folder: to}, nil
		})
		v := d.list()
		d.choose(v, "notes.txt")
		v.drag()
		d.called("Get Customers/notes.txt " + to)
	})
	t.Run("to a program, which gets copies", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		d.around.OnDrag(func(ctx context.Context, f exchange.Drag) (exchange.Outcome, error) {
			out, err := fetch(ctx, f)
			out.Taken = true
			return out, err
		})
		v := d.list()
		d.choose(v, "notes.txt")
		v.drag()
		d.told("Fetching “notes.txt” for the program")
		d.brings(node.TransferDone, "notes.txt")
		d.told("“notes.txt” was handed over")
	})
	t.Run("to one that has gone meanwhile: the next drag has them", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		d.around.OnDrag(fetch)
		v := d.list()
		d.choose(v, "notes.txt")
		v.drag()
		d.called("Get Customers/notes.txt")
		d.brings(node.TransferDone, "notes.txt")
		d.told("Drag it once more")
		had := make(chan []string, 1)
		d.around.OnDrag(func(_ context.Context, f exchange.Drag) (exchange.Outcome, error) {
			had <- f.Local
			return exchange.Outcome{Taken: true}, nil
		})
		v.drag()
		d.until("it has them", func() bool {
			select {
			case local := <-had:
				return len(local) == 1 && filepath.Base(local[0]) == "notes.txt"
			default:
				return false
			}
		})
	})
	t.Run("thought better of while they are fetched", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		d.around.OnDrag(fetch)
		v := d.list()
		d.choose(v, "notes.txt")
		v.drag()
		d.told("Fetching “notes.txt”")
		d.called("Get Customers/notes.txt")
		d.tap("Cancel")
		d.called("CancelTransfer")
	})
	t.Run("that can't be fetched", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		d.around.OnDrag(fetch)
		v := d.list()
		d.choose(v, "notes.txt")
		v.drag()
		d.called("Get Customers/notes.txt")
		d.copyFolder()
		d.svc.EndTransfer(node.TransferFailed)
		d.told("“notes.txt” could not be fetched")
	})
	t.Run("where the desktop has no way", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		d.around.Fail(exchange.ErrUnavailable)
		v := d.list()
		d.choose(v, "notes.txt")
		v.drag()
		d.told("lets no files be dragged out")
		d.picked = []string{"/home/anna/Desktop"}
		d.tap("Save to…")
		d.called("Get Customers/notes.txt /home/anna/Desktop")
	})
}

func TestCopyFiles(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	d.choose(v, "notes.txt")
	d.shortcut(fyne.KeyC, fyne.KeyModifierShortcutDefault)
	d.told("Fetching “notes.txt”, to be pasted")
	d.called("Get Customers/notes.txt")
	d.brings(node.TransferDone, "notes.txt")
	d.told("“notes.txt” is copied")
	if got := d.around.Copied(); len(got) != 1 || filepath.Base(got[0]) != "notes.txt" {
		t.Errorf("copied %q", got)
	}
}

func TestPasteFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, uitest.Office())
	d.list()
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.told("There are no files on the clipboard")
	d.around.SetClipboard(file)
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.called("Put " + file + " " + uitest.Front + " Customers")
	d.told("Copy “a.txt” to “Customers” on Front desk")

	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Letters"})
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.told("“Letters” takes no files")

	d.visit(place{kind: atPC, pc: uitest.Front})
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.reads("Send “a.txt”")
	d.closeSheet()

	d.visit(place{kind: atThisPC})
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.told("Drop folders to share them")
	d.around.SetClipboard(dir)
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.until("it is asked with whom", func() bool { return d.sheet != nil })
	d.closeSheet()

	d.around.Fail(exchange.ErrTooMany)
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.told("too much at once")
	d.around.Fail(errors.New("the other program doesn't answer"))
	d.shortcut(fyne.KeyV, fyne.KeyModifierShortcutDefault)
	d.told("Read the clipboard")
}

func TestShareSeveralFolders(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.FailAfter("ShareFolder", 1, &node.Error{Text: "it is shared already"})
	d.visit(place{kind: atThisPC})
	d.askShareAll([]string{"/home/anna/Music", "/home/anna/Films"})
	d.reads("/home/anna/Films")
	d.shoot("share-several")
	d.press()
	d.called("ShareFolder Music /home/anna/Music everyone=read")
	d.told("One folder was not shared: “Films”")
	d.svc.Fail("ShareFolder", nil)
	d.askShareAll([]string{"/home/anna/Music", "/home/anna/Films"})
	d.press()
	d.told("2 folders are shared")
	if n := len(slices.DeleteFunc(d.svc.Calls(), func(c string) bool { return len(c) < 11 || c[:11] != "ShareFolder" })); n != 4 {
		t.Errorf("asked %d times", n)
	}
}

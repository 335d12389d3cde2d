package ui

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

// desk is a window under test and what stands around it.
type desk struct {
	*UI
	t      *testing.T
	app    *uitest.App
	svc    *uitest.Service
	opened []string // files that were given to the system's programs
	picked []string // what the file dialog answers
	drives []string // addresses that were given to the file manager
	tray   atomic.Bool
	notes  desktopNotes
	around uitest.Desktop // the desktop
	icon   desktopTray
	stop   func() error
}

// newDesk opens a window on a state.
func newDesk(t *testing.T, state node.State) *desk {
	t.Helper()
	d := &desk{t: t, app: uitest.NewApp(t), svc: uitest.New(state)}
	d.tray.Store(true)
	d.UI = Open(d.app, Options{
		DataDir: t.TempDir(), ViewerDir: viewerDir,
		Now:     func() time.Time { return uitest.Now },
		Desktop: &d.around,
		Tray:    func(context.Context) bool { return d.tray.Load() },
		Open: func(_ context.Context, path string) error {
			d.work.post(func() { d.opened = append(d.opened, path) })
			return nil
		},
		OpenDrive: func(_ context.Context, address string) error {
			d.work.post(func() { d.drives = append(d.drives, address) })
			return nil
		},
		Notes: &d.notes, TrayIcon: &d.icon,
		Pick: func(context.Context, string, bool, string) ([]string, error) { return d.picked, nil },
	}).Fill(d.svc)
	d.pace = pace{} // tests are faster than hands
	d.stop = d.start(t.Context())
	t.Cleanup(func() {
		if err := d.stop(); err != nil {
			t.Error(err)
		}
	})
	d.reveal()
	d.window.Resize(fyne.NewSize(1080, 700))
	d.until("the state is shown", func() bool { return d.UI.state != nil })
	return d
}

func (d *desk) until(what string, holds func() bool) {
	d.t.Helper()
	d.app.Until(what, holds)
}

// called waits until the node was asked for something that begins like this.
func (d *desk) called(call string) {
	d.t.Helper()
	d.until("the call "+call, func() bool { return d.svc.Called(call) })
}

// copyFolder waits for the private folder that a copy comes into.
func (d *desk) copyFolder() (dir string) {
	d.t.Helper()
	d.until("a folder for a copy", func() bool {
		entries, _ := os.ReadDir(d.copies.dir)
		if len(entries) > 0 {
			dir = filepath.Join(d.copies.dir, entries[len(entries)-1].Name())
		}
		return dir != ""
	})
	return dir
}

// notCalled fails the test if the node was asked for it.
func (d *desk) notCalled(call string) {
	d.t.Helper()
	if d.svc.Called(call) {
		d.t.Errorf("the node was asked for %s", call)
	}
}

// told waits for a notice that contains a text.
func (d *desk) told(text string) {
	d.t.Helper()
	d.until("the notice "+text, func() bool { return strings.Contains(d.frame.notice.text(), text) })
}

// list opens the folder Customers at the front desk and waits for its list.
func (d *desk) list() *folderView {
	d.t.Helper()
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Customers"}, uitest.Customers())
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Customers"})
	v := d.frame.view.(*folderView)
	d.until("the folder is listed", func() bool { return v.loaded && !v.coming })
	return v
}

// choose selects files of a list.
func (d *desk) choose(v *folderView, names ...string) {
	d.t.Helper()
	for _, name := range names {
		if !v.files.Select(name) {
			d.t.Fatalf("no %q in the list", name)
		}
	}
}

// press taps the main button of the open dialog.
func (d *desk) press() {
	d.t.Helper()
	if d.sheet == nil || d.sheet.main == nil {
		d.t.Fatal("no dialog with a main button is open")
	}
	if d.sheet.main.Disabled() {
		d.t.Fatal("the main button of the dialog is off")
	}
	test.Tap(d.sheet.main)
}

// closed waits until no dialog is open.
func (d *desk) closed() {
	d.t.Helper()
	d.until("the dialog closes", func() bool { return d.sheet == nil && d.free() })
}

// drop drops files in the middle of something, as the desktop would.
func (d *desk) drop(on fyne.CanvasObject, paths ...string) {
	at := d.app.Driver().AbsolutePositionForObject(on)
	d.dropped(at.AddXY(on.Size().Width/2, on.Size().Height/2), uris(paths...))
}

// sidebarLine returns the line of the navigation with a text.
func (d *desk) sidebarLine(text string) fyne.CanvasObject {
	d.t.Helper()
	for _, g := range []*grid[sidebarEntry]{d.frame.sidebar.pages, d.frame.sidebar.pcs} {
		for _, e := range g.items {
			if i, ok := g.reach(e.key()); ok && e.text == text {
				return i.(*sidebarItem).Button
			}
		}
	}
	d.t.Fatalf("the sidebar has no line %q", text)
	return nil
}

// find returns the first thing of a type below an object that holds.
func find[T fyne.CanvasObject](root fyne.CanvasObject, holds func(T) bool) (found T, ok bool) {
	for _, o := range test.LaidOutObjects(root) {
		if w, is := o.(T); is && holds(w) {
			return w, true
		}
	}
	return found, false
}

// tap taps the button with a text on the page or dialog.
func (d *desk) tap(text string) {
	d.t.Helper()
	root := d.window.Canvas().Content()
	if top := d.window.Canvas().Overlays().Top(); top != nil {
		root = top
	}
	if b, ok := find(root, func(b *widget.Button) bool { return b.Text == text && b.Visible() }); ok {
		test.Tap(b)
		return
	}
	b, ok := find(root, func(b *button) bool { return b.Text == text && b.Visible() })
	if !ok {
		d.t.Fatalf("no button %q", text)
	}
	test.Tap(b)
}

// offers waits until there is a button with a text.
func (d *desk) offers(text string) {
	d.t.Helper()
	d.until("the button "+text, func() bool {
		_, plain := find(d.window.Canvas().Content(), func(b *widget.Button) bool { return b.Text == text && b.Visible() })
		_, own := find(d.window.Canvas().Content(), isButton(text))
		return plain || own
	})
}

// says tells whether a text can be read on the page or dialog.
func (d *desk) says(text string) bool {
	root := d.window.Canvas().Content()
	if top := d.window.Canvas().Overlays().Top(); top != nil {
		root = top
	}
	_, label := find(root, func(l *widget.Label) bool { return strings.Contains(l.Text, text) })
	_, line := find(root, func(l *look.Text) bool { return strings.Contains(l.Text(), text) })
	_, prose := find(root, func(l *widget.RichText) bool { return strings.Contains(l.String(), text) })
	_, box := find(root, func(c *check) bool { return strings.Contains(c.Text, text) })
	return label || line || prose || box
}

func (d *desk) reads(text string) {
	d.t.Helper()
	d.until("the text "+text, func() bool { return d.says(text) })
}

// shots is where pictures of the window go, when somebody wants to look at them.
var shots = os.Getenv("LANYARD_SHOTS")

// shoot takes pictures in both palettes and at two sizes.
func (d *desk) shoot(name string) {
	if shots == "" {
		return
	}
	for _, mode := range []look.Mode{look.Dark, look.Light} {
		d.app.Settings().SetTheme(look.Theme(mode))
		d.app.Turn()
		for suffix, scale := range map[string]float32{"": 1, "@2x": 2} {
			d.window.Canvas().(test.WindowlessCanvas).SetScale(scale)
			file, err := os.Create(filepath.Join(shots, name+"-"+string(mode)+suffix+".png"))
			if err != nil {
				d.t.Fatal(err)
			}
			if err := png.Encode(file, d.window.Canvas().Capture()); err != nil {
				d.t.Fatal(err)
			}
			file.Close()
		}
		d.window.Canvas().(test.WindowlessCanvas).SetScale(1)
	}
}

func uris(paths ...string) (all []fyne.URI) {
	for _, p := range paths {
		all = append(all, storage.NewFileURI(p))
	}
	return all
}

func isButton(text string) func(*button) bool {
	return func(b *button) bool { return b.Text == text }
}

func isSelect(chosen string) func(*choice) bool {
	return func(s *choice) bool { return s.Selected == chosen }
}

// labels are the texts of a menu.
func labels(items []*fyne.MenuItem) string {
	var texts []string
	for _, i := range items {
		texts = append(texts, i.Label)
	}
	return strings.Join(texts, " | ")
}

// take does what a line of a menu does.
func take(t *testing.T, items []*fyne.MenuItem, label string) {
	t.Helper()
	for _, i := range items {
		if i.Label == label {
			i.Action()
			return
		}
	}
	t.Fatalf("no %q among %s", label, labels(items))
}

// transfer returns the line of a transfer on the page that shows them.
func (d *desk) transfer(id string) *transferRow {
	d.t.Helper()
	v := d.frame.view.(*transfersView)
	for _, list := range []*grid[node.Transfer]{v.queue, v.ended} {
		if r, ok := list.reach(id); ok {
			return r.(*transferRow)
		}
	}
	d.t.Fatalf("no transfer %q on the page", id)
	return nil
}

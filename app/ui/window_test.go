package ui

import (
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

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
	tray   bool
}

// newDesk opens a window on a state.
func newDesk(t *testing.T, state node.State) *desk {
	t.Helper()
	d := &desk{t: t, app: uitest.NewApp(t), svc: uitest.New(state), tray: true}
	d.UI = New(d.app, d.svc, Options{
		DataDir: t.TempDir(),
		Now:     func() time.Time { return uitest.Now },
		Tray:    func(context.Context) bool { return d.tray },
		Open: func(_ context.Context, path string) error {
			d.work.post(func() { d.opened = append(d.opened, path) })
			return nil
		},
		Pick: func(context.Context, string, bool, string) ([]string, error) { return d.picked, nil },
	})
	stop := d.start(t.Context())
	t.Cleanup(func() {
		if err := stop(); err != nil {
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

// shots is where pictures of the window go, when somebody wants to look at them.
var shots = os.Getenv("LANYARD_SHOTS")

// shoot takes pictures in both palettes and at two sizes.
func (d *desk) shoot(name string) {
	if shots == "" {
		return
	}
	for _, mode := range []look.Mode{look.Light, look.Dark} {
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

func TestEveryPageOpens(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Customers"}, uitest.Customers())
	d.svc.SetSettings([]node.Setting{{Key: "name", Value: "Anna's laptop", Help: "the name of this PC, as the others see it"}, {Key: "port", Value: "0", Help: "the TCP port; 0 is 4720, or any free one (after a restart)"}, {Key: "quiet", Value: "false", Help: "announce no names on networks where the workgroup wasn't met before"}})
	pages := map[string]place{
		"workgroup": {kind: atWorkgroup}, "this-pc": {kind: atThisPC}, "pc": {kind: atPC, pc: uitest.Front}, "pc-off": {kind: atPC, pc: uitest.Archive},
		"folder": {kind: atFolder, pc: uitest.Front, folder: "Customers"}, "printers": {kind: atPrinters}, "transfers": {kind: atTransfers}, "settings": {kind: atSettings}, "stranger": {kind: atPC, pc: uitest.Visitor},
	}
	for name, p := range pages {
		d.visit(p)
		if v, ok := d.frame.view.(*folderView); ok {
			d.until("the folder is listed", func() bool { return v.loaded })
		}
		if v, ok := d.frame.view.(*settingsView); ok {
			d.until("the settings are read", func() bool { return len(v.list.Objects) == 3 })
		}
		d.shoot(name)
	}
}

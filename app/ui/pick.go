package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"lanyard/app/ui/exchange"
)

// Picker asks a person for local files or one folder, beginning in the folder start, and returns absolute paths;
// none when they think better of it.
type Picker func(ctx context.Context, title string, folder bool, start string) ([]string, error)

// pickPause is how long after one file dialog was asked for another one is.
const pickPause = 2 * time.Second

// errNoDialog says that the desktop has no file dialog of its own; Fyne's is shown instead.
var errNoDialog = errors.New("this desktop has no file dialog")

// pick asks for local files or a folder and calls then with what was chosen. The second click of a double click asks for nothing
// more; a later one asks anew, as the dialog may be behind other windows, or gone without a word.
func (u *UI) pick(title string, folder bool, then func(paths []string)) {
	ask := u.opt.Pick
	if ask == nil {
		ask = pickWithDesktop
	}
	if !u.picking.idle() {
		if time.Since(u.picked) < pickPause {
			return
		}
		u.picking.stop()
	}
	u.picked = time.Now()
	saved := u.prefs.Saved
	u.picking = u.work.start(func(ctx context.Context) func() {
		start := startFolder(saved)
		paths, err := ask(ctx, title, folder, start)
		return func() {
			switch {
			case errors.Is(err, errNoDialog):
				u.pickWithFyne(folder, start, then)
			case err != nil:
				u.fail(err)
			case len(paths) > 0:
				u.whenFree(func() { then(paths) })
			}
		}
	})
}

// startFolder is where a file dialog begins: where the last one ended, else the person's downloads or home. A folder on a network
// drive that is away can take long to look for.
func startFolder(saved string) string {
	home, _ := os.UserHomeDir()
	for _, dir := range []string{saved, filepath.Join(home, "Downloads"), home} {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && filepath.IsAbs(dir) {
			return dir
		}
	}
	return string(filepath.Separator)
}

func pickWithDesktop(ctx context.Context, title string, folder bool, start string) ([]string, error) {
	uris, err := askDesktop(ctx, title, folder, start)
	if err != nil {
		return nil, err
	}
	return localPaths(uris)
}

// localPaths turns file URIs (RFC 8089) into paths of this PC.
func localPaths(uris []string) ([]string, error) {
	var paths []string
	for _, raw := range uris {
		p, err := exchange.LocalPath(raw)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	return paths, nil
}

// pickWithFyne shows Fyne's own dialog, which takes one file at a time.
func (u *UI) pickWithFyne(folder bool, start string, then func([]string)) {
	from, _ := storage.ListerForURI(storage.NewFileURI(start)) // without one the dialog begins at home
	if folder {
		d := dialog.NewFolderOpen(func(dir fyne.ListableURI, err error) {
			if err != nil {
				u.fail(err)
			} else if dir != nil {
				then([]string{filepath.FromSlash(dir.Path())})
			}
		}, u.window)
		d.SetLocation(from)
		d.Resize(u.dialogSize())
		d.Show()
		return
	}
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil {
			u.fail(err)
		} else if file != nil {
			file.Close()
			then([]string{filepath.FromSlash(file.URI().Path())})
		}
	}, u.window)
	d.SetLocation(from)
	d.Resize(u.dialogSize())
	d.Show()
}

func (u *UI) dialogSize() fyne.Size {
	size := u.window.Canvas().Size()
	return fyne.NewSize(min(size.Width-40, 820), min(size.Height-40, 560))
}

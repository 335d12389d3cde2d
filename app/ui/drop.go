package ui

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"

	"fyne.io/fyne/v2"

	"lanyard/app/ui/exchange"
)

// dropTarget is what dropping files somewhere would do. The zero target takes nothing.
type dropTarget struct {
	do     func(paths []string)
	says   func(what string) string // what that is, for people; what names the files
	fits   func(c cargo) string     // why it can't be done with these, "" when it can; nil: with any
	refuse string                   // why nothing can be dropped there
	on     spot                     // where it is in the window
}

// spot is a part of the window. The zero spot is none.
type spot struct {
	at   fyne.Position
	size fyne.Size
}

func spotOf(o fyne.CanvasObject) spot {
	return spot{fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()}
}

// over is the target with the place where it is.
func (t dropTarget) over(o fyne.CanvasObject) dropTarget {
	t.on = spotOf(o)
	return t
}

// cargo is what is dropped: local files and folders, by their absolute paths.
type cargo struct {
	paths   []string
	err     error // why nothing can be done with them, wherever they are dropped
	looked  bool  // how many are folders is known
	folders int
}

// lookAt finds out what files are; it may take a while where they are on a slow disk.
func lookAt(paths []string) cargo {
	c := cargo{paths: paths, looked: true}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			c.folders++
		}
	}
	return c
}

// names says what it is.
func (c cargo) names() string {
	if len(c.paths) == 0 {
		return tr("these files")
	}
	return sendLabel(c.paths)
}

// unfit says why a target doesn't take it; "" is that it does, as far as is known.
func (t dropTarget) unfit(c cargo) string {
	if c.err != nil {
		return cargoTrouble(c.err)
	}
	if t.do == nil || t.fits == nil || !c.looked {
		return t.refuse
	}
	return t.fits(c)
}

// dropped is for Fyne, where the desktop tells it alone of drops.
func (u *UI) dropped(at fyne.Position, uris []fyne.URI) {
	var paths []string
	for _, uri := range uris {
		if uri.Scheme() == "file" {
			paths = append(paths, filepath.FromSlash(uri.Path()))
		}
	}
	u.dropFiles(at, paths, nil)
}

// dropFiles is a drop of local files at a place in the window.
func (u *UI) dropFiles(at fyne.Position, paths []string, err error) {
	if u.state == nil || !u.free() {
		return // a dialog is open
	}
	target := u.targetAt(at)
	switch {
	case err != nil:
		u.warn(cargoTrouble(err))
	case len(paths) == 0:
		u.warn(cargoTrouble(exchange.ErrNoFiles))
	case len(paths) > exchange.MaxFiles:
		u.warn(cargoTrouble(exchange.ErrTooMany))
	case target.do != nil:
		u.give(target, paths, func() {})
	case target.refuse != "":
		u.warn(target.refuse)
	default:
		u.frame.notice.say(notice{kind: noticeInfo, text: dropHelp()})
	}
}

// give does with local files what a target does, if it takes them, and then what comes next.
func (u *UI) give(target dropTarget, paths []string, next func()) {
	u.work.start(func(context.Context) func() {
		c := lookAt(paths)
		return func() {
			if why := target.unfit(c); why != "" {
				u.warn(why)
				return
			}
			target.do(paths)
			next()
		}
	})
}

func (u *UI) warn(text string) { u.frame.notice.say(notice{kind: noticeWarning, text: text}) }

// cargoTrouble says why nothing can be done with what another program gives.
func cargoTrouble(err error) string {
	if errors.Is(err, exchange.ErrNoFiles) {
		return tr("Only files and folders of this PC can be dropped here.")
	}
	return tr("That is too much at once. Drop the folder instead, or up to {{.N}} files.", "N", formatCount(exchange.MaxFiles))
}

func dropHelp() string {
	return tr("Drop files on a shared folder, a PC or a printer, or a folder on This PC to share it.")
}

// targetAt returns what is under a place in the window.
func (u *UI) targetAt(at fyne.Position) dropTarget {
	if e, o := u.frame.sidebar.at(at); o != nil {
		switch e.place.kind {
		case atThisPC:
			return u.shareTarget().over(o)
		case atPC:
			return u.personTarget(e.place.pc).over(o)
		}
		return dropTarget{}
	}
	if d, ok := u.frame.view.(dropper); ok && under(u.frame.page, at) {
		t := d.dropAt(at)
		if t.on == (spot{}) {
			t = t.over(u.frame.page)
		}
		return t
	}
	return dropTarget{}
}

// folderTarget is what dropping on a folder of another PC does.
func (u *UI) folderTarget(p place) dropTarget {
	offer := findOffer(u.state, p.pc, p.folder)
	if offer == nil || !mayWrite(offer.Access) {
		return dropTarget{refuse: tr("“{{.Folder}}” takes no files from this PC.", "Folder", plain(p.folder))}
	}
	name, pc := plain(path.Base(path.Join(p.folder, p.path))), pcName(u.state, p.pc)
	return dropTarget{
		do: func(paths []string) { u.upload(p.location(), paths) },
		says: func(what string) string {
			return tr("Copy {{.What}} to “{{.Folder}}” on {{.PC}}", "What", what, "Folder", name, "PC", pc)
		},
	}
}

// printerTarget is what dropping on a printer does.
func (u *UI) printerTarget(pc, printer string) dropTarget {
	return dropTarget{
		do: func(paths []string) { u.askPrint(pc, printer, paths) },
		says: func(what string) string {
			return tr("Print {{.What}} on {{.Printer}}", "What", what, "Printer", plain(printer))
		},
		fits: func(c cargo) string {
			if c.folders > 0 {
				return tr("A folder can't be printed. Drop the documents that are in it.")
			}
			return ""
		},
	}
}

// shareTarget is what dropping on this PC does.
func (u *UI) shareTarget() dropTarget {
	return dropTarget{
		do:   u.shareDropped,
		says: func(what string) string { return tr("Share {{.What}} with other PCs", "What", what) },
		fits: func(c cargo) string {
			if c.folders < len(c.paths) {
				return tr("Drop folders to share them. Files can be shared by sharing the folder they are in.")
			}
			return ""
		},
	}
}

// shareDropped shares folders that were dropped on this PC.
func (u *UI) shareDropped(dirs []string) {
	if len(dirs) == 1 {
		u.askShare(dirs[0])
		return
	}
	u.askShareAll(dirs)
}

// failPaste says what went wrong with the files of another program.
func (u *UI) failPaste(err error) {
	if errors.Is(err, exchange.ErrTooMany) {
		u.warn(cargoTrouble(err))
		return
	}
	u.fail(err)
}

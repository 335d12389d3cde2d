package ui

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
)

// maxDropped bounds how many things one drop may bring, so that a wrong gesture is noticed before a disk is full.
const maxDropped = 1000

// dropTarget is what dropping files somewhere would do. The zero target takes nothing.
type dropTarget struct {
	do     func(paths []string)
	refuse string // why nothing can be dropped there
}

// dropped is for Fyne: files were dropped at a place in the window.
func (u *UI) dropped(at fyne.Position, uris []fyne.URI) {
	if u.state == nil || u.window.Canvas().Overlays().Top() != nil {
		return // a dialog is open
	}
	var paths []string
	for _, uri := range uris {
		if uri.Scheme() == "file" {
			paths = append(paths, filepath.FromSlash(uri.Path()))
		}
	}
	target := u.targetAt(at)
	switch {
	case len(paths) == 0:
		u.frame.notice.say(notice{kind: noticeWarning, text: tr("Only files and folders of this PC can be dropped here.")})
	case len(paths) > maxDropped:
		u.frame.notice.say(notice{kind: noticeWarning, text: tr("That is too much at once. Drop the folder instead, or up to {{.N}} files.", "N", formatCount(maxDropped))})
	case target.do != nil:
		target.do(paths)
	case target.refuse != "":
		u.frame.notice.say(notice{kind: noticeWarning, text: target.refuse})
	default:
		u.frame.notice.say(notice{kind: noticeInfo, text: tr("Drop files on a shared folder, a PC or a printer, or a folder on This PC to share it.")})
	}
}

// targetAt returns what is under a place in the window.
func (u *UI) targetAt(at fyne.Position) dropTarget {
	if e, ok := u.frame.sidebar.at(at); ok {
		switch e.place.kind {
		case atThisPC:
			return dropTarget{do: u.shareDropped}
		case atPC:
			return u.personTarget(e.place.pc)
		}
		return dropTarget{}
	}
	if d, ok := u.frame.view.(dropper); ok && under(u.frame.page, at) {
		return d.dropAt(at)
	}
	return dropTarget{}
}

// folderTarget is what dropping on a folder of another PC does.
func (u *UI) folderTarget(p place) dropTarget {
	offer := findOffer(u.state, p.pc, p.folder)
	if offer == nil || !mayWrite(offer.Access) {
		return dropTarget{refuse: tr("“{{.Folder}}” takes no files from this PC.", "Folder", plain(p.folder))}
	}
	return dropTarget{do: func(paths []string) { u.upload(p.location(), paths) }}
}

// printerTarget is what dropping on a printer does.
func (u *UI) printerTarget(pc, printer string) dropTarget {
	return dropTarget{do: func(paths []string) {
		for _, p := range paths {
			if info, err := os.Stat(p); err == nil && info.IsDir() {
				u.frame.notice.say(notice{kind: noticeWarning, text: tr("A folder can't be printed. Drop the documents that are in it.")})
				return
			}
		}
		u.askPrint(pc, printer, paths)
	}}
}

// shareDropped shares a folder that was dropped on this PC.
func (u *UI) shareDropped(paths []string) {
	info, err := os.Stat(paths[0])
	switch {
	case err != nil:
		u.fail(err)
	case len(paths) > 1 || !info.IsDir():
		u.frame.notice.say(notice{kind: noticeWarning, text: tr("Drop one folder to share it. Files can be shared by sharing the folder they are in.")})
	default:
		u.askShare(paths[0])
	}
}

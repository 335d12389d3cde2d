package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// How a folder is shown: as lines or tiles, with a preview beside them or without. Both are kept for all folders.

// How wide the preview beside the files is, in Fyne's pixels, and what must be left to them: in a narrower window it is not
// there.
const (
	paneWide  = 292
	filesWide = 260
)

// folderLook is what a person has chosen.
type folderLook struct{ tiles, pane bool }

func (u *UI) folderLook() folderLook { return folderLook{u.prefs.Tiles, u.prefs.Pane} }

func (u *UI) keepFolderLook(l folderLook) {
	u.prefs.Tiles, u.prefs.Pane = l.tiles, l.pane
	u.prefs.save()
}

// makeLook makes what shows files in either way, and the buttons that change it.
func (v *folderView) makeLook() {
	v.look = v.do.folderLook()
	v.tiles = newFolderTiles(v.do, v.files, v.at)
	v.preview = v.do.newPreview(v.get, v.openChosen, v.paneKey)
	v.pane = look.Frame(nil, nil, widget.NewSeparator(), nil, look.Pad(8, 10, v.preview.content))
	v.buttons.tiles = quietButton("", look.IconTiles, func() { v.setLook(folderLook{!v.look.tiles, v.look.pane}) })
	v.buttons.pane = quietButton("", look.IconPane, func() { v.setLook(folderLook{v.look.tiles, !v.look.pane}) })
	v.applyLook()
}

// withPane is a layout of the files with, where there is room, the preview at their right.
type withPane struct{ v *folderView }

// MinSize is for Fyne.
func (b withPane) MinSize([]fyne.CanvasObject) fyne.Size { return b.v.middle.MinSize() }

// Layout is for Fyne.
func (b withPane) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	wide := float32(0)
	if b.v.look.pane && size.Width >= paneWide+filesWide {
		wide = paneWide
	}
	b.v.pane.Hidden = wide == 0
	b.v.middle.Resize(fyne.NewSize(size.Width-wide, size.Height))
	b.v.pane.Move(fyne.NewPos(size.Width-wide, 0))
	b.v.pane.Resize(fyne.NewSize(wide, size.Height))
}

// setLook changes how the folder is shown, and remembers it.
func (v *folderView) setLook(l folderLook) {
	v.look = l
	v.do.keepFolderLook(l)
	v.applyLook()
	v.page.Refresh()
	v.followPreview()
}

func (v *folderView) applyLook() {
	v.files.SetIcons(v.look.tiles)
	v.buttons.tiles.SetIcon(look.IconTiles)
	if v.look.tiles {
		v.buttons.tiles.SetIcon(look.IconLines)
	}
	v.buttons.pane.Importance = widget.LowImportance
	if v.look.pane {
		v.buttons.pane.Importance = widget.MediumImportance
	}
	v.buttons.pane.Refresh()
}

// followPreview shows what is selected beside the files and in the quick look, where they are open.
func (v *folderView) followPreview() {
	if v.look.pane {
		v.preview.show(v.at, v.files.Selected(), mayList(v.access))
	} else {
		v.preview.stop()
	}
	if v.quick != nil {
		v.quick.follow()
	}
}

// followRights has tiles and previews follow what this PC may do.
func (v *folderView) followRights() {
	if may := mayList(v.access); may != v.tiles.may {
		v.tiles.afresh(may)
		v.files.Refresh()
	}
}

// paneKey is a key of the preview beside the files.
func (v *folderView) paneKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyEscape:
		v.do.focus(v.files.Focusable())
	case fyne.KeySpace:
		v.quickLook()
	case fyne.KeyReturn, fyne.KeyEnter:
		v.openChosen()
	default:
		return v.key(name)
	}
	return true
}

// sortMenu are the ways to arrange the files.
func (v *folderView) sortMenu() *fyne.MenuItem {
	words, order := v.do.words(), v.files.Order()
	var ways []*fyne.MenuItem
	add := func(by filelist.Column, text string) {
		way := fyne.NewMenuItem(text, func() { v.files.SortBy(by) })
		way.Checked = order.By == by
		ways = append(ways, way)
	}
	add(filelist.ByName, words.Name)
	add(filelist.ByModified, words.Modified)
	add(filelist.BySize, words.Size)
	turned := fyne.NewMenuItem(tr("The other way round"), func() { v.files.SortBy(order.By) })
	turned.Checked = order.Down
	ways = append(ways, fyne.NewMenuItemSeparator(), turned)
	menu := fyne.NewMenuItem(tr("Sort by"), nil)
	menu.Icon = look.IconSort
	menu.ChildMenu = fyne.NewMenu("", ways...)
	return menu
}

package ui

import (
	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// What can be done in a folder: by button, menu, key and drop.

func (v *folderView) below(name string) place { return below(v.at, name) }

func (v *folderView) chosen() []node.Location {
	var at []node.Location
	for _, i := range v.files.Selected() {
		at = append(at, v.below(i.Name).location())
	}
	return at
}

func (v *folderView) open(i filelist.Item) {
	if i.Folder {
		v.do.visit(v.below(i.Name))
		return
	}
	v.do.openFile(v.below(i.Name).location())
}

// openChosen opens what is selected, if that is one thing.
func (v *folderView) openChosen() {
	if items := v.files.Selected(); len(items) == 1 {
		v.open(items[0])
	}
}

func (v *folderView) properties() { v.do.showProperties(v.at, v.files.Selected(), v.access) }

func (v *folderView) get() {
	if at := v.chosen(); len(at) > 0 {
		v.do.download(at)
	}
}

// copy puts what is selected on the clipboard.
func (v *folderView) copy() {
	if at := v.chosen(); len(at) > 0 && mayList(v.access) {
		v.do.copyOut(at)
	}
}

// drag drags what is selected out of the window.
func (v *folderView) drag() {
	if mayList(v.access) {
		v.do.drag(v.chosen())
	}
}

func (v *folderView) pasteHere() dropTarget { return v.do.folderTarget(v.at) }

func (v *folderView) newFolder() {
	if v.access == "change" {
		v.do.askNewFolder(v.at.location(), v.again)
	}
}

func (v *folderView) rename() {
	if items := v.files.Selected(); len(items) == 1 && v.access == "change" {
		v.do.askRename(v.below(items[0].Name).location(), items[0].Folder, v.again)
	}
}

func (v *folderView) remove() {
	if at := v.chosen(); len(at) > 0 && v.access == "change" {
		v.do.askRemove(at, v.refresh)
	}
}

// again lists the folder and selects a name in it.
func (v *folderView) again(name string) {
	v.pick = name
	v.refresh()
}

func (v *folderView) clearFilter() {
	v.filter.SetText("")
	v.do.focus(v.files.Focusable())
}

func (v *folderView) showMenu(at fyne.Position) { v.do.menu(at, v.menuItems()...) }

func (v *folderView) menuAtButton() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.buttons.more)
	v.showMenu(at.AddXY(0, v.buttons.more.Size().Height))
}

// menuItems are what can be done with the selection and the folder; what may not be done is there, but off.
func (v *folderView) menuItems() (items []*fyne.MenuItem) {
	add := func(text string, icon fyne.Resource, may bool, do func()) {
		i := fyne.NewMenuItemWithIcon(text, icon, do)
		i.Disabled = !may
		items = append(items, i)
	}
	chosen, change := v.files.Selected(), v.access == "change"
	if len(chosen) > 0 {
		add(tr("Open"), look.IconOpen, len(chosen) == 1, func() { v.open(chosen[0]) })
		add(tr("Preview"), look.IconEye, mayList(v.access), v.quickLook)
		add(tr("Copy"), look.IconCopy, mayList(v.access), v.copy)
		add(tr("Download…"), look.IconDownload, mayList(v.access), v.get)
		items = append(items, fyne.NewMenuItemSeparator())
		add(tr("Rename…"), look.IconRename, change && len(chosen) == 1, v.rename)
		add(tr("Delete…"), look.IconDelete, change, v.remove)
		items = append(items, fyne.NewMenuItemSeparator())
	}
	add(tr("New folder…"), look.IconNewDir, change, v.newFolder)
	add(tr("Paste"), look.IconPaste, mayWrite(v.access), v.do.paste)
	add(tr("Upload…"), look.IconUpload, mayWrite(v.access), func() { v.do.askUpload(v.at.location()) })
	add(tr("Refresh"), look.IconRefresh, true, v.refresh)
	items = append(items, v.sortMenu())
	items = append(items, fyne.NewMenuItemSeparator())
	add(tr("Bin…"), look.IconDelete, change, func() { v.do.visit(place{kind: atBin, pc: v.at.pc, folder: v.at.folder}) })
	add(tr("Open in the file manager"), look.IconDrive, mayList(v.access), func() { v.do.openInFileManager(v.at) })
	items = append(items, fyne.NewMenuItemSeparator())
	add(tr("Properties…"), look.IconInfo, true, v.properties)
	return items
}

func (v *folderView) key(name fyne.KeyName) bool { return press(v.hotkeys(), name) }

func (v *folderView) hotkeys() []hotkey {
	return []hotkey{
		on(tr("Rename"), v.rename, fyne.KeyF2),
		on(tr("Delete"), v.remove, fyne.KeyDelete),
		on(tr("Load anew"), v.refresh, fyne.KeyF5),
		on(tr("The folder or page above"), func() { v.do.up() }, fyne.KeyBackspace),
		on(tr("No filter"), v.clearFilter, fyne.KeyEscape),
		on(tr("A quick look"), v.quickLook, fyne.KeySpace),
	}
}

func (v *folderView) dropAt(at fyne.Position) dropTarget {
	if i, ok := v.files.At(at); ok && i.Folder && v.loaded {
		t := v.do.folderTarget(v.below(i.Name))
		t.on.at, t.on.size = v.files.Spot(at)
		return t
	}
	return v.do.folderTarget(v.at).over(v.middle)
}

func (v *folderView) nudge(at fyne.Position) bool { return v.files.Nudge(at) }

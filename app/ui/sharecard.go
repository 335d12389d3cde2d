package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// shareDeeds is what the card of a shared folder asks for.
type shareDeeds interface {
	traveller
	askEditFolder(f node.Folder)
	askLink(folder string)
	askUnshare(f node.Folder)
	showLocal(path string)
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// folderShare is a shared folder of this PC, with its rights in words.
type folderShare struct {
	node.Folder
	allowed string
}

// shareCard is a shared folder of this PC. Clicked it asks who may do what; the rest is in its buttons and its menu.
type shareCard struct {
	*look.Button
	do           shareDeeds
	folder       node.Folder
	name, dir    *look.Text
	allow, fault *look.Text
	more         *widget.Button
}

func newShareCard(do shareDeeds) *shareCard {
	c := &shareCard{do: do, name: look.NewHeading("").Shrink(40), dir: look.NewCaption("").Shrink(40), allow: look.NewText("").In(theme.ColorNameForeground, theme.SizeNameCaptionText).Shrink(40),
		fault: look.NewText("").In(theme.ColorNameError, theme.SizeNameCaptionText).Shrink(40)}
	c.more = quietButton("", look.IconMore, c.menuAtButton)
	head := look.AsFit(130, look.VBox(3, c.name, c.dir),
		widget.NewButton(tr("Who may do what…"), func() { do.askEditFolder(c.folder) }),
		widget.NewButton(tr("Link for a guest…"), func() { do.askLink(c.folder.Name) }), c.more)
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Icon(look.IconFolderFull, 26))), nil, look.VBox(4, head, c.allow, c.fault))
	c.Button = look.NewCardButton(body, func() { do.askEditFolder(c.folder) })
	c.OnMenu = func(at fyne.Position) { do.menu(at, c.menuItems()...) }
	return c
}

func (c *shareCard) menuAtButton() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.more)
	c.OnMenu(at.AddXY(0, c.more.Size().Height))
}

func (c *shareCard) menuItems() []*fyne.MenuItem {
	f := c.folder
	return []*fyne.MenuItem{
		fyne.NewMenuItemWithIcon(tr("Who may do what…"), look.IconPeople, func() { c.do.askEditFolder(f) }),
		fyne.NewMenuItemWithIcon(tr("Link for a guest…"), look.IconLink, func() { c.do.askLink(f.Name) }),
		fyne.NewMenuItemWithIcon(tr("Show in folder"), look.IconOpen, func() { c.do.showLocal(f.Dir) }),
		fyne.NewMenuItemWithIcon(tr("Bin…"), look.IconDelete, func() { c.do.visit(place{kind: atBin, folder: f.Name}) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItemWithIcon(tr("Stop sharing…"), look.IconStop, func() { c.do.askUnshare(f) }),
	}
}

func (c *shareCard) set(f folderShare) {
	c.folder = f.Folder
	c.name.SetText(plain(f.Name))
	c.dir.SetText(plain(f.Dir))
	c.allow.SetText(f.allowed)
	visible(c.fault, f.Error != "")
	c.fault.SetText(told(f.Error))
}

package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// thisPCDeeds is what this PC's page asks for.
type thisPCDeeds interface {
	printerDeeds
	askShareNew()
	askEditFolder(f node.Folder)
	askUnshare(f node.Folder)
	showLocal(path string)
	shareDropped(paths []string)
	printerTarget(pc, printer string) dropTarget
	askLeave()
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// thisPCView is this PC: what it shares, with whom, and its printers.
type thisPCView struct {
	do       thisPCDeeds
	page     fyne.CanvasObject
	buttons  *fyne.Container
	more     *widget.Button
	about    *look.Text
	problems *problemLine
	folders  *rows[folderShare]
	printers *rows[node.Printer]
	hint     *look.Button
	noPrint  fyne.CanvasObject
}

// folderShare is a shared folder of this PC, with its rights in words.
type folderShare struct {
	node.Folder
	allowed string
}

func newThisPCView(do thisPCDeeds) *thisPCView {
	v := &thisPCView{do: do, about: look.NewQuiet("").Shrink(60), problems: newProblemLine()}
	v.folders = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(f folderShare) string { return f.Name }, func() row[folderShare] { return newShareRow(do) })
	v.printers = printerGrid(do)
	v.hint = dropHint(tr("Drop a folder here to share it, or click to choose one"), do.askShareNew)
	v.noPrint = look.NewProse(tr("No printer was found at this PC. Set one up in the system's settings and it appears here."), fyne.TextAlignLeading)
	v.page = look.Page(14, v.about, v.problems, look.NewHeading(tr("Shared folders")), v.folders.box, v.hint,
		look.NewHeading(tr("Printers")), v.printers.box, v.noPrint)
	v.more = quietButton("", look.IconMore, v.showMenu)
	v.buttons = container.NewHBox(v.more, mainButton(tr("Share a folder"), look.IconShare, do.askShareNew))
	return v
}

// dropHint is a field that says what can be dropped on it.
func dropHint(text string, tap func()) *look.Button {
	row := container.NewCenter(look.HBox(8, look.Icon(look.Quiet(look.IconNewDir), 20), look.Middle(look.NewQuiet(text))))
	b := look.NewCardButton(look.Pad(6, 0, row), tap)
	return b
}

func (v *thisPCView) content() fyne.CanvasObject { return v.page }
func (v *thisPCView) actions() fyne.CanvasObject { return v.buttons }
func (v *thisPCView) leave()                     {}

func (v *thisPCView) showMenu() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.more)
	v.do.menu(at.AddXY(0, v.more.Size().Height), fyne.NewMenuItemWithIcon(tr("Leave the workgroup…"), look.IconLeave, v.do.askLeave))
}

func (v *thisPCView) show(s *node.State) {
	about := plain(s.Self.Name)
	if len(s.Self.Addresses) > 0 {
		about += "   ·   " + plain(strings.Join(s.Self.Addresses[:min(2, len(s.Self.Addresses))], "   "))
	}
	v.about.SetText(about)
	visible(v.more, s.Self.Workgroup != "")
	if len(s.Problems) > 0 {
		v.problems.say(plain(strings.Join(s.Problems, " ")), "")
	} else {
		v.problems.clear()
	}
	var folders []folderShare
	for _, f := range s.Folders {
		folders = append(folders, folderShare{f, allowText(s, f.Allow)})
	}
	v.folders.show(folders)
	printers := printersOf(s, s.Self.ID)
	v.printers.show(printers)
	visible(v.noPrint, len(printers) == 0)
}

func (v *thisPCView) dropAt(at fyne.Position) dropTarget {
	if t := dropOnPrinter(v.printers, at, v.do.printerTarget); t.do != nil {
		return t
	}
	return dropTarget{do: v.do.shareDropped}
}

// shareRow is a shared folder of this PC.
type shareRow struct {
	*look.Tile
	folder       node.Folder
	name, dir    *look.Text
	allow, fault *look.Text
}

func newShareRow(do thisPCDeeds) *shareRow {
	r := &shareRow{name: look.NewHeading("").Shrink(40), dir: look.NewCaption("").Shrink(40), allow: look.NewText("").In(theme.ColorNameForeground, theme.SizeNameCaptionText).Shrink(40),
		fault: look.NewText("").In(theme.ColorNameError, theme.SizeNameCaptionText).Shrink(40)}
	buttons := container.NewHBox(
		quietButton("", look.IconOpen, func() { do.showLocal(r.folder.Dir) }),
		widget.NewButton(tr("Change…"), func() { do.askEditFolder(r.folder) }),
		quietButton(tr("Stop sharing"), nil, func() { do.askUnshare(r.folder) }))
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Icon(look.IconFolderFull, 26))), look.Middle(buttons),
		look.VBox(3, r.name, r.dir, r.allow, r.fault))
	r.Tile = look.NewCard(body, nil)
	return r
}

func (r *shareRow) set(f folderShare) {
	r.folder = f.Folder
	r.name.SetText(plain(f.Name))
	r.dir.SetText(plain(f.Dir))
	r.allow.SetText(f.allowed)
	visible(r.fault, f.Error != "")
	r.fault.SetText(plain(sentence(f.Error)))
}

package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// thisPCDeeds is what this PC's page asks for.
type thisPCDeeds interface {
	printerDeeds
	shareDeeds
	linkDeeds
	brakeDeeds
	askShareNew()
	shareTarget() dropTarget
	printerTarget(pc, printer string) dropTarget
	askLeave()
}

// thisPCView is this PC: what it shares, with whom, the links for guests, and its printers.
type thisPCView struct {
	do       thisPCDeeds
	page     fyne.CanvasObject
	buttons  *fyne.Container
	more     *widget.Button
	about    *look.Text
	problems *problemLine
	brakes   *rows[node.Brake]
	folders  *rows[folderShare]
	links    *rows[node.GuestLink]
	linked   *look.Text
	printers *rows[node.Printer]
	hint     *look.Button
	noPrint  fyne.CanvasObject
}

func newThisPCView(do thisPCDeeds) *thisPCView {
	v := &thisPCView{do: do, about: look.NewQuiet("").Shrink(60), problems: newProblemLine()}
	v.folders = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(f folderShare) string { return f.Name }, func() row[folderShare] { return newShareCard(do) })
	v.brakes = newRows(fyne.Layout(&look.Column{Gap: 8}), func(b node.Brake) string { return b.PC }, func() row[node.Brake] { return newBrakeBanner(do) })
	v.links = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(l node.GuestLink) string { return l.ID }, func() row[node.GuestLink] { return newLinkRow(do) })
	v.linked = look.NewHeading(tr("Links for guests"))
	v.printers = printerGrid(do)
	v.hint = dropHint(tr("Drop a folder here to share it, or click to choose one"), do.askShareNew)
	v.noPrint = look.NewProse(tr("No printer was found at this PC. Set one up in the system's settings and it appears here."), fyne.TextAlignLeading)
	v.page = look.Page(14, v.about, v.brakes.box, v.problems, look.NewHeading(tr("Shared folders")), v.folders.box, v.hint, v.linked, v.links.box,
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
		v.problems.say(problemsText(s.Problems), "")
	} else {
		v.problems.clear()
	}
	v.brakes.show(s.Brakes)
	visible(v.brakes.box, len(s.Brakes) > 0)
	var folders []folderShare
	for _, f := range s.Folders {
		folders = append(folders, folderShare{f, allowText(s, f.Allow)})
	}
	v.folders.show(folders)
	v.links.show(s.Links)
	visible(v.linked, len(s.Links) > 0)
	visible(v.links.box, len(s.Links) > 0)
	printers := printersOf(s, s.Self.ID)
	v.printers.show(printers)
	visible(v.noPrint, len(printers) == 0)
}

func (v *thisPCView) pasteHere() dropTarget { return v.do.shareTarget() }

func (v *thisPCView) dropAt(at fyne.Position) dropTarget {
	if t := dropOnPrinter(v.printers, at, v.do.printerTarget); t.do != nil {
		return t
	}
	return v.do.shareTarget()
}

// problemsText joins what is wrong, a line each.
func problemsText(problems []string) string {
	lines := make([]string, len(problems))
	for i, p := range problems {
		lines[i] = stop(told(p))
	}
	return strings.Join(lines, "\n")
}

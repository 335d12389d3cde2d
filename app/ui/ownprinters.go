package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// ownPrinterDeeds is what the list of this PC's printers asks for.
type ownPrinterDeeds interface {
	sharePrinter(name string, on, guests bool)
	printTestPage(p node.Printer)
}

// ownPrinters is the printers of this PC, to share and to try.
type ownPrinters struct {
	box   *fyne.Container
	lines *rows[ownPrinter]
	none  fyne.CanvasObject
	onKey func(fyne.KeyName) bool // a key in one of the lines; may be nil
}

// ownPrinter is a printer of this PC, and the latest job on it.
type ownPrinter struct {
	node.Printer
	job *node.Job
}

func newOwnPrinters(do ownPrinterDeeds) *ownPrinters {
	v := &ownPrinters{none: look.NewProse(tr("No printer was found at this PC. Set one up in the system's settings and it appears here."), fyne.TextAlignLeading)}
	v.lines = newRows(fyne.Layout(&look.Column{Gap: 8}), func(p ownPrinter) string { return p.Name }, func() row[ownPrinter] { return newOwnPrinterLine(do, v) })
	v.box = container.New(&look.Column{Gap: 10}, v.lines.box, v.none)
	return v
}

func (v *ownPrinters) content() fyne.CanvasObject { return v.box }
func (v *ownPrinters) leave()                     {}

func (v *ownPrinters) show(s *node.State) {
	var own []ownPrinter
	for _, p := range printersOf(s, s.Self.ID) {
		o := ownPrinter{Printer: p}
		for i := range s.Jobs { // newest first
			if j := &s.Jobs[i]; o.job == nil && j.PC == s.Self.ID && j.Printer == p.Name {
				o.job = j
			}
		}
		own = append(own, o)
	}
	v.lines.show(own)
	visible(v.none, len(own) == 0)
}

// ownPrinterLine is one of them.
type ownPrinterLine struct {
	*look.Tile
	printer node.Printer
	name    *look.Text
	what    *look.Text
	state   *look.Text
	share   *check
	try     *widget.Button
	setting bool // the box follows the state and means nothing by it
}

func newOwnPrinterLine(do ownPrinterDeeds, list *ownPrinters) *ownPrinterLine {
	l := &ownPrinterLine{name: look.NewHeading("").Shrink(40), what: look.NewCaption("").Shrink(40), state: look.NewCaption("").Shrink(40)}
	l.share = newCheck(tr("Share"), nil)
	l.share.onKey = list.onKey
	l.share.OnChanged = func(on bool) {
		if !l.setting {
			do.sharePrinter(l.printer.Name, on, false)
		}
	}
	l.try = widget.NewButtonWithIcon(tr("Print a test page"), look.IconText, func() { do.printTestPage(l.printer) })
	text := look.VBox(3, l.name, l.what, l.state)
	about := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Emblem(look.IconPrinter, 36))), nil, look.Middle(text))
	l.Tile = look.NewCard(container.New(&look.Aside{Gap: 12}, about, look.Middle(container.NewHBox(l.try, l.share))), nil)
	return l
}

func (l *ownPrinterLine) set(p ownPrinter) {
	l.printer = p.Printer
	l.name.SetText(plain(p.Name))
	what := plain(p.Info)
	if what == "" {
		what = tr("at this PC")
	}
	l.what.SetText(what)
	text, ink := printerState(p.Printer)
	switch {
	case p.job != nil: // what became of the test page is what people look for
		said, color := jobState(*p.job)
		text, ink = join(jobName(*p.job), lower(said), jobWhy(*p.job)), color
	case !p.Shared:
		text, ink = join(text, tr("Share it to print a test page as the others would")), look.ColorQuiet
	}
	if ink == theme.ColorNameForeground {
		ink = look.ColorQuiet
	}
	l.state.SetText(text)
	l.state.SetColor(ink)
	l.setting = true
	l.share.SetChecked(p.Shared)
	l.setting = false
	able(l.try, p.Shared && p.State != "off")
}

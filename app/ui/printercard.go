package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// printerDeeds is what a printer's card asks for.
type printerDeeds interface {
	askPrintFiles(pc, printer string)
	sharePrinter(name string, on, guests bool)
	pcNameText(id string) string
	selfID() string
}

// printerCard is a printer: what it is, how it is, and what can be done with it.
type printerCard struct {
	*look.Tile
	do          printerDeeds
	printer     node.Printer
	name, what  *look.Text
	state, jobs *look.Text
	print       *widget.Button
	share       *widget.Check
	guests      *widget.Check // shared with guests too
	setting     bool          // a check box follows the state and means nothing by it
}

func printerKey(p node.Printer) string { return p.PC + "\x00" + p.Name }

func newPrinterCard(do printerDeeds) *printerCard {
	c := &printerCard{do: do, name: look.NewHeading("").Shrink(40), what: look.NewCaption("").Shrink(40),
		state: look.NewText("").In(theme.ColorNameSuccess, theme.SizeNameCaptionText).Shrink(40), jobs: look.NewCaption("")}
	c.print = widget.NewButtonWithIcon(tr("Print…"), look.IconPrinter, func() { do.askPrintFiles(c.printer.PC, c.printer.Name) })
	c.share = widget.NewCheck(tr("Share"), func(on bool) {
		if !c.setting {
			do.sharePrinter(c.printer.Name, on, false)
		}
	})
	c.guests = widget.NewCheck(tr("Guests too"), func(on bool) {
		if !c.setting {
			do.sharePrinter(c.printer.Name, true, on)
		}
	})
	head := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Emblem(look.IconPrinter, 42))), nil,
		look.VBox(3, c.name, c.what, container.NewBorder(nil, nil, nil, c.jobs, c.state)))
	c.Tile = look.NewCard(look.VBox(8, head, container.NewBorder(nil, nil, container.NewHBox(c.share, c.guests), c.print)), nil)
	return c
}

func (c *printerCard) set(p node.Printer) {
	c.printer = p
	mine := p.PC == c.do.selfID()
	c.name.SetText(plain(p.Name))
	what := plain(p.Info)
	if !mine {
		what = tr("at {{.PC}}", "PC", c.do.pcNameText(p.PC))
		if p.Location != "" {
			what += " · " + plain(p.Location)
		}
	}
	if what == "" {
		what = tr("at this PC")
	}
	c.what.SetText(what)
	text, ink := printerState(p)
	c.state.SetText(text)
	c.state.SetColor(ink)
	c.jobs.SetText("")
	if p.Queued > 0 {
		c.jobs.SetText(trn("{{.N}} job", "{{.N}} jobs", p.Queued))
	}
	visible(c.share, mine)
	visible(c.guests, mine && p.Shared)
	c.setting = true
	c.share.SetChecked(p.Shared)
	c.guests.SetChecked(p.Guests)
	c.setting = false
	able(c.print, p.State != "off")
}

// printerGrid shows printers as cards.
func printerGrid(do printerDeeds) *rows[node.Printer] {
	return newRows(fyne.Layout(look.NewFlow(270, 12)), printerKey, func() row[node.Printer] { return newPrinterCard(do) })
}

// dropOn returns what dropping on the card under a place does.
func dropOnPrinter(grid *rows[node.Printer], at fyne.Position, target func(pc, printer string) dropTarget) dropTarget {
	if k := grid.at(at); k != "" {
		p := grid.have[k].(*printerCard).printer
		return target(p.PC, p.Name)
	}
	return dropTarget{}
}

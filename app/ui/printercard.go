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
	installPrinter(p node.Printer, on bool)
	printTestPage(p node.Printer)
	setPrinterRule(p node.Printer, change func(*node.PrinterRule))
	askPrinterRule(p node.Printer)
	showPrintCounts(printer string)
	pcNameText(id string) string
	selfID() string
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// printerCard is a printer: what it is, how it is, and what can be done with it.
type printerCard struct {
	*look.Tile
	do          printerDeeds
	printer     node.Printer
	name, what  *look.Text
	state, jobs *look.Text
	rule        *look.Text // what its owner has decided that concerns who prints there
	supplies    *rows[node.Supply]
	print       *widget.Button
	more        *widget.Button
	share       *widget.Check
	guests      *widget.Check // shared with guests too
	install     *widget.Check // in the print dialogs of this PC's programs
	setting     bool          // a check box follows the state and means nothing by it
}

func printerKey(p node.Printer) string { return p.PC + "\x00" + p.Name }

func newPrinterCard(do printerDeeds) *printerCard {
	c := &printerCard{do: do, name: look.NewHeading("").Shrink(40), what: look.NewCaption("").Shrink(40), rule: look.NewCaption("").Shrink(40), supplies: supplyGrid(),
		state: look.NewText("").In(theme.ColorNameSuccess, theme.SizeNameCaptionText).Shrink(40), jobs: look.NewCaption("")}
	c.print = widget.NewButtonWithIcon(tr("Print…"), look.IconPrinter, func() { do.askPrintFiles(c.printer.PC, c.printer.Name) })
	c.more = quietButton("", look.IconMore, c.menuAtButton)
	check := func(text string, changed func(on bool)) *widget.Check {
		return widget.NewCheck(text, func(on bool) {
			if !c.setting {
				changed(on)
			}
		})
	}
	c.share = check(tr("Share"), func(on bool) { do.sharePrinter(c.printer.Name, on, false) })
	c.guests = check(tr("Guests too"), func(on bool) { do.sharePrinter(c.printer.Name, true, on) })
	c.install = check(tr("Use in every program"), func(on bool) { do.installPrinter(c.printer, on) })
	head := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Emblem(look.IconPrinter, 42))), nil,
		look.VBox(3, c.name, c.what, container.NewBorder(nil, nil, nil, c.jobs, c.state)))
	buttons := container.NewBorder(nil, nil, container.NewHBox(c.share, c.guests, c.install), container.NewHBox(c.more, c.print))
	c.Tile = look.NewCard(look.VBox(8, head, c.supplies.box, c.rule, buttons), nil)
	c.OnMenu = func(at fyne.Position) { do.menu(at, c.menuItems()...) }
	return c
}

func (c *printerCard) set(p node.Printer) {
	c.printer = p
	mine := c.mine()
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
	c.supplies.show(p.Supplies[:min(len(p.Supplies), maxSupplies)])
	visible(c.supplies.box, len(p.Supplies) > 0)
	rule := ruleText(p, mine)
	c.rule.SetText(rule)
	visible(c.rule, rule != "")
	visible(c.share, mine)
	visible(c.guests, mine && p.Shared)
	visible(c.install, !mine && (p.Shared || installed(p)))
	c.setting = true
	c.share.SetChecked(p.Shared)
	c.guests.SetChecked(p.Guests)
	c.install.SetChecked(installed(p))
	c.setting = false
	able(c.install, p.State != "off" || installed(p))
	able(c.print, p.State != "off")
	able(c.more, len(c.menuItems()) > 0)
}

func (c *printerCard) mine() bool { return c.printer.PC == c.do.selfID() }

// installed tells whether this PC's programs have a printer of another one.
func installed(p node.Printer) bool { return p.Local != "" || p.LocalURI != "" }

func (c *printerCard) menuAtButton() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.more)
	c.OnMenu(at.AddXY(0, c.more.Size().Height))
}

// menuItems are what can be done with the printer now.
func (c *printerCard) menuItems() (items []*fyne.MenuItem) {
	p, do := c.printer, c.do
	if p.State != "off" && (p.Shared || !c.mine()) {
		items = append(items, fyne.NewMenuItemWithIcon(tr("Print a test page"), look.IconText, func() { do.printTestPage(p) }))
	}
	if !c.mine() || !p.Shared {
		return items
	}
	rule := func(text string, icon fyne.Resource, change func(*node.PrinterRule)) *fyne.MenuItem {
		return fyne.NewMenuItemWithIcon(text, icon, func() { do.setPrinterRule(p, change) })
	}
	pause := rule(tr("Pause: jobs wait"), look.IconPause, func(r *node.PrinterRule) { r.Paused = true })
	if p.Rule.Paused {
		pause = rule(tr("Go on printing"), look.IconPlay, func(r *node.PrinterRule) { r.Paused = false })
	}
	closed := rule(tr("Take no jobs"), look.IconStop, func(r *node.PrinterRule) { r.Closed = true })
	if p.Rule.Closed {
		closed = rule(tr("Take jobs again"), look.IconCheck, func(r *node.PrinterRule) { r.Closed = false })
	}
	return append(items, fyne.NewMenuItemSeparator(), pause, closed, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItemWithIcon(tr("PIN and monthly limit…"), look.IconKey, func() { do.askPrinterRule(p) }),
		fyne.NewMenuItemWithIcon(tr("Who printed how much…"), look.IconSheet, func() { do.showPrintCounts(p.Name) }))
}

// ruleText says what the owner of a printer has decided, to him and to who prints there; "" when that is nothing.
func ruleText(p node.Printer, mine bool) string {
	var pin, limit, local string
	if p.Rule.Release {
		pin = tr("jobs wait for a PIN")
	}
	switch {
	case p.Rule.Pages > 0 && mine:
		limit = trn("at most one page a PC and month", "at most {{.N}} pages a PC and month", p.Rule.Pages)
	case p.Rule.Pages > 0:
		limit = pageLimitText(p)
	}
	if p.Local != "" && p.Local != p.Name {
		local = tr("here it is called {{.Name}}", "Name", plain(p.Local))
	}
	return sentence(join(pin, limit, local))
}

// printerGrid shows printers as cards.
func printerGrid(do printerDeeds) *rows[node.Printer] {
	return newRows(fyne.Layout(look.NewFlow(290, 12)), printerKey, func() row[node.Printer] { return newPrinterCard(do) })
}

// dropOn returns what dropping on the card under a place does.
func dropOnPrinter(grid *rows[node.Printer], at fyne.Position, target func(pc, printer string) dropTarget) dropTarget {
	if k := grid.at(at); k != "" {
		p := grid.have[k].(*printerCard).printer
		return target(p.PC, p.Name).over(grid.have[k].Object())
	}
	return dropTarget{}
}

package ui

import (
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// What is remembered of how somebody prints is bounded: more than anybody looks through.
const (
	maxPresets      = 30
	maxPresetName   = 60 // runes
	maxPrinterMemos = 100
)

// preset is options of a printer under a name.
type preset struct {
	Name    string            `json:"name"`
	Options map[string]string `json:"options"`
}

// printerMemo is how somebody prints on one printer.
type printerMemo struct {
	Last    map[string]string `json:"last"` // options of the last time
	Presets []preset          `json:"presets"`
}

// memo returns what is remembered of a printer.
func (p *prefs) memo(printer string) printerMemo { return p.Printers[printer] }

// remember keeps it. The memory of printers that are no longer used goes when it becomes too much.
func (p *prefs) remember(printer string, m printerMemo) {
	if p.Printers == nil {
		p.Printers = map[string]printerMemo{}
	}
	if _, has := p.Printers[printer]; !has && len(p.Printers) >= maxPrinterMemos {
		for _, k := range slices.Sorted(maps.Keys(p.Printers)) {
			if len(p.Printers[k].Presets) == 0 {
				delete(p.Printers, k)
				break
			}
		}
	}
	p.Printers[printer] = m
	p.save()
}

// printPresets lets a person choose options under a name, and keep what is chosen under one.
type printPresets struct {
	u       *UI
	printer string
	form    *printForm
	content *fyne.Container
	choice  *choice
	more    *button
	naming  *fyne.Container // the line to type a name in
	name    *input
	save    *button
}

func newPrintPresets(u *UI, printer string, form *printForm, key func(fyne.KeyName) bool) *printPresets {
	p := &printPresets{u: u, printer: printer, form: form}
	p.choice = newChoice(nil, u.closeSheet)
	p.choice.onKey = key
	p.more = newButton("", u.closeSheet, p.menu)
	p.more.Icon, p.more.Importance = look.IconMore, widget.LowImportance
	p.name = newInput(tr("Name these settings"), p.stopNaming)
	p.name.OnChanged = func(text string) { able(p.save, strings.TrimSpace(text) != "") }
	p.name.OnSubmitted = func(string) { p.keepAs(p.name.Text) }
	p.save = newButton(tr("Save"), p.stopNaming, func() { p.keepAs(p.name.Text) })
	p.naming = container.NewBorder(nil, nil, nil, p.save, p.name)
	p.naming.Hide()
	p.content = container.New(&look.Column{Gap: 6}, formLine(tr("Settings"), container.NewBorder(nil, nil, nil, p.more, p.choice)), p.naming)
	return p
}

// The settings that every printer has, before those under a name.
const (
	presetDefault = iota
	presetLast
	presetsNamed
)

// start offers what is remembered, and begins with what was chosen the last time.
func (p *printPresets) start() {
	p.offer()
	at := presetDefault
	if len(p.u.prefs.memo(p.printer).Last) > 0 {
		at = presetLast
	}
	p.choice.SetSelectedIndex(at)
	p.chosen()
	p.choice.OnChanged = func(string) { p.chosen() }
}

func (p *printPresets) offer() {
	p.choice.Options = []string{tr("As the printer is set"), tr("As the last time")}
	for _, set := range p.u.prefs.memo(p.printer).Presets {
		p.choice.Options = append(p.choice.Options, clip(plain(set.Name)))
	}
	p.choice.Options = unlike(p.choice.Options)
	p.choice.Refresh()
}

// named returns the chosen preset's place among those with a name, or -1.
func (p *printPresets) named() int {
	at := p.choice.SelectedIndex() - presetsNamed
	if at >= len(p.u.prefs.memo(p.printer).Presets) {
		return -1
	}
	return max(at, -1)
}

func (p *printPresets) chosen() {
	memo := p.u.prefs.memo(p.printer)
	switch at := p.named(); {
	case at >= 0:
		p.form.apply(memo.Presets[at].Options)
	case p.choice.SelectedIndex() == presetLast:
		p.form.apply(memo.Last)
	default:
		p.form.apply(nil)
	}
}

// keep remembers what was chosen, for the next time.
func (p *printPresets) keep() {
	memo := p.u.prefs.memo(p.printer)
	memo.Last = p.form.chosen()
	p.u.prefs.remember(p.printer, memo)
}

func (p *printPresets) menu() {
	items := []*fyne.MenuItem{fyne.NewMenuItemWithIcon(tr("Save these settings…"), look.IconAdd, p.startNaming)}
	items[0].Disabled = len(p.u.prefs.memo(p.printer).Presets) >= maxPresets
	if at := p.named(); at >= 0 {
		name := p.u.prefs.memo(p.printer).Presets[at].Name
		items = append(items, fyne.NewMenuItemWithIcon(tr("Delete “{{.Name}}”", "Name", clip(plain(name))), look.IconDelete, func() { p.forget(at) }))
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.more)
	p.u.menu(at.AddXY(0, p.more.Size().Height), items...)
}

func (p *printPresets) startNaming() {
	p.name.SetText("")
	able(p.save, false)
	p.naming.Show()
	p.content.Refresh()
	p.u.window.Canvas().Focus(p.name)
}

func (p *printPresets) stopNaming() {
	p.naming.Hide()
	p.content.Refresh()
	p.u.window.Canvas().Focus(p.choice)
}

// keepAs keeps what is chosen under a name, in place of what had that name.
func (p *printPresets) keepAs(name string) {
	r := []rune(strings.TrimSpace(name))
	if name = string(r[:min(len(r), maxPresetName)]); name == "" {
		return
	}
	memo := p.u.prefs.memo(p.printer)
	set := preset{Name: name, Options: p.form.chosen()}
	at := slices.IndexFunc(memo.Presets, func(o preset) bool { return o.Name == name })
	memo.Presets = slices.Clone(memo.Presets)
	if at < 0 {
		at = len(memo.Presets)
		memo.Presets = append(memo.Presets, set)
	}
	memo.Presets[at] = set
	p.u.prefs.remember(p.printer, memo)
	p.offer()
	p.choice.SetSelectedIndex(presetsNamed + at)
	p.stopNaming()
}

func (p *printPresets) forget(at int) {
	memo := p.u.prefs.memo(p.printer)
	memo.Presets = slices.Delete(slices.Clone(memo.Presets), at, at+1)
	p.u.prefs.remember(p.printer, memo)
	p.offer()
	p.choice.SetSelectedIndex(presetDefault)
}

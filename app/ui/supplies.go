package ui

import (
	"image/color"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxSupplies is how many supplies a card shows: a photo printer has ten inks.
const maxSupplies = 12

// supplyTall is how tall the bar of a supply is: its colour must be seen.
const supplyTall = 8

// supplyRow is an ink, a toner or another thing that a printer uses up: its colour, how much of it there is, and its name.
type supplyRow struct {
	box  *fyne.Container
	bar  *look.Bar
	text *look.Text
}

func newSupplyRow() row[node.Supply] {
	r := &supplyRow{bar: look.NewBar(), text: look.NewCaption("").Shrink(40)}
	r.bar.Tall = supplyTall
	bar := container.New(atLeast{width: 40}, r.bar)
	r.box = container.NewBorder(nil, nil, container.New(layout.NewCustomPaddedLayout(0, 0, 0, 4), look.Middle(bar)), nil, look.Middle(r.text))
	return r
}

// Object is for rows.
func (r *supplyRow) Object() fyne.CanvasObject { return r.box }

func (r *supplyRow) set(s node.Supply) {
	r.bar.Ink(float64(max(s.Level, 0))/100, inkColour(s.Color))
	visible(r.bar, s.Level >= 0)
	text, ink := supplyText(s), look.ColorQuiet
	if word := lowWord(s); word != "" { // first: a narrow card cuts the end off
		text, ink = tr("{{.Word}}: {{.Supply}}", "Word", word, "Supply", text), theme.ColorNameWarning
	}
	r.text.SetText(text)
	r.text.SetColor(ink)
}

// inkColour reads #RRGGBB; nil for all else.
func inkColour(text string) color.Color {
	v, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 24)
	if err != nil || len(text) != 7 {
		return nil
	}
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8 & 0xff), B: uint8(v & 0xff), A: 0xff}
}

// supplyGrid shows supplies in columns.
func supplyGrid() *rows[node.Supply] {
	return newRows(fyne.Layout(look.NewFlow(150, 6)), func(s node.Supply) string { return s.Name + "\x00" + s.Color }, newSupplyRow)
}

// supplyText names an ink or toner and says how much there is.
func supplyText(s node.Supply) string {
	name := plain(s.Name)
	if name == "" {
		name = tr("Ink or toner")
	}
	if s.Level < 0 {
		return name
	}
	return tr("{{.Name}} {{.N}} %", "Name", name, "N", strconv.Itoa(min(s.Level, 100)))
}

// lowWord says that somebody should see to a supply, or "".
func lowWord(s node.Supply) string {
	switch {
	case s.Level < 0:
		return ""
	case s.Waste && s.Level >= 100:
		return tr("Full")
	case s.Waste && s.Level >= 100-max(s.Low, 0):
		return tr("Almost full")
	case s.Waste:
		return ""
	case s.Level == 0:
		return tr("Empty")
	case s.Level <= s.Low:
		return tr("Low")
	}
	return ""
}

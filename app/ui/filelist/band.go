package filelist

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// drag is a press that moves: with the items, or, begun where there are none, with a band that selects what it touches.
type drag struct {
	pressed int           // item under the last press, or -1
	waits   bool          // the press was on one of several: they stay selected unless it ends where it began
	on      bool          // it moves
	from    fyne.Position // where the band began
	before  []bool        // what was selected before, and stays; nil: nothing
	band    *canvas.Rectangle
}

// gone is in place of the item under a press when that is no longer there.
const gone = 1<<31 - 1

// names are those of the items that were selected before.
func (d *drag) names(l *List) map[string]bool {
	all := map[string]bool{}
	for n, on := range d.before[:min(len(d.before), len(l.items))] {
		if on {
			all[l.items[n].Name] = true
		}
	}
	return all
}

// Dragged is for Fyne.
func (b *body) Dragged(e *fyne.DragEvent) {
	l, d := b.list, &b.drag
	if !d.on {
		d.on, d.waits, b.opening = true, false, false
		d.from = e.Position.Subtract(fyne.NewPos(e.Dragged.DX, e.Dragged.DY))
		if d.pressed >= 0 {
			if l.OnDrag != nil && l.chosen.has(d.pressed) {
				l.OnDrag()
			}
			return
		}
		d.before = nil
		if modifiers()&fyne.KeyModifierShortcutDefault != 0 {
			d.before = slices.Clone(l.chosen.on)
		}
		d.band.Show()
	}
	if d.pressed < 0 {
		b.stretch(e.Position)
	}
}

// stretch draws the band to a place and selects what it touches. Beyond the view it scrolls.
func (b *body) stretch(to fyne.Position) {
	l, d := b.list, &b.drag
	l.chosen.clear()
	for n, on := range d.before[:min(len(d.before), len(l.items))] {
		l.chosen.put(n, on)
	}
	first, last, touches := b.grid.within(d.from, to, len(l.items))
	for n := first; n < last; n++ {
		if touches(n) {
			l.chosen.put(n, true)
			l.chosen.cursor, l.chosen.anchor = n, n
		}
	}
	d.band.Move(fyne.NewPos(min(d.from.X, to.X), min(d.from.Y, to.Y)))
	d.band.Resize(fyne.NewSize(max(d.from.X, to.X)-d.band.Position().X, max(d.from.Y, to.Y)-d.band.Position().Y))
	th, v := b.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	d.band.FillColor, d.band.StrokeColor, d.band.StrokeWidth = th.Color(theme.ColorNameSelection, v), th.Color(theme.ColorNamePrimary, v), 1
	d.band.Refresh()
	switch top, height := l.scroll.Offset.Y, l.scroll.Size().Height; {
	case to.Y < top:
		l.scrollTo(to.Y)
	case to.Y > top+height:
		l.scrollTo(to.Y - height)
	}
	l.changed()
}

// DragEnd is for Fyne.
func (b *body) DragEnd() {
	b.drag.on = false
	b.drag.band.Hide()
	canvas.Refresh(b)
}

package filelist

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// body is the scrolled part. It is as tall as all items together but draws only those in sight: one that comes into
// sight takes over the row of one that has left it.
type body struct {
	widget.BaseWidget
	list    *List
	grid    grid
	rows    []*row // row n%len(rows) shows item n
	hovered int    // item under the pointer, or -1
	focused bool
	ahead   typeAhead
	clicked int // item of the last click, for a double click
	clickAt time.Time
	opening bool // the button that is down is a double click's second
	drag    drag
}

func newBody(l *List) *body {
	b := &body{list: l, hovered: -1, clicked: -1, drag: drag{pressed: -1, band: canvas.NewRectangle(nil)}}
	b.drag.band.Hide()
	b.ExtendBaseWidget(b)
	return b
}

// index returns the item at a place, or -1.
func (b *body) index(p fyne.Position) int { return b.grid.index(p, len(b.list.items)) }

// fit puts the items into a width.
func (b *body) fit(width float32) {
	if g := newGrid(b.list.icons, width); g != b.grid {
		if g.icons != b.grid.icons {
			b.rows = nil // fewer are in sight now, or more
		}
		b.grid = g
		b.rebind()
	}
}

// MouseDown is for Fyne.
func (b *body) MouseDown(e *desktop.MouseEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(b); c != nil {
		c.Focus(b)
	}
	n, l := b.index(e.Position), b.list
	b.opening = false
	b.drag.pressed, b.drag.waits = n, false
	switch {
	case n < 0 && e.Modifier&(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift) != 0: // what is selected may become more
	case n < 0:
		l.chosen.clear()
	case e.Button == desktop.MouseButtonSecondary:
		if !l.chosen.has(n) {
			l.chosen.only(n)
		}
	case e.Button != desktop.MouseButtonPrimary:
		return
	case e.Modifier&fyne.KeyModifierShift != 0:
		l.chosen.extend(n)
	case e.Modifier&fyne.KeyModifierShortcutDefault != 0:
		l.chosen.toggle(n)
	default:
		// Fyne's own double click would hold back every single one for 300 ms.
		b.opening = n == b.clicked && time.Since(b.clickAt) < doubleClick
		if b.drag.waits = l.chosen.has(n) && l.chosen.count > 1; !b.drag.waits {
			l.chosen.only(n)
		}
	}
	b.clicked, b.clickAt = n, time.Now()
	if b.opening {
		b.clicked = -1
	}
	l.changed()
}

// MouseUp is for Fyne.
func (b *body) MouseUp(e *desktop.MouseEvent) {
	l := b.list
	if e.Button == desktop.MouseButtonSecondary && l.OnMenu != nil {
		l.OnMenu(e.AbsolutePosition)
		return
	}
	if n := b.drag.pressed; b.drag.waits && e.Button == desktop.MouseButtonPrimary {
		b.drag.waits = false
		if n < len(l.items) {
			l.chosen.only(n)
			l.changed()
		}
	}
	if b.opening && e.Button == desktop.MouseButtonPrimary {
		b.opening = false
		l.openCursor()
	}
}

// MouseIn is for Fyne.
func (b *body) MouseIn(e *desktop.MouseEvent) { b.hover(b.index(e.Position)) }

// MouseMoved is for Fyne.
func (b *body) MouseMoved(e *desktop.MouseEvent) { b.hover(b.index(e.Position)) }

// MouseOut is for Fyne.
func (b *body) MouseOut() { b.hover(-1) }

func (b *body) hover(n int) {
	if n != b.hovered {
		b.hovered = n
		b.recolour()
	}
}

// CreateRenderer is for Fyne.
func (b *body) CreateRenderer() fyne.WidgetRenderer { return bodyRenderer{b} }

type bodyRenderer struct{ b *body }

func (r bodyRenderer) MinSize() fyne.Size {
	return fyne.NewSize(200, r.b.grid.tall(len(r.b.list.items)))
}

func (r bodyRenderer) Layout(fyne.Size) { r.b.place() }

func (r bodyRenderer) Refresh() { r.b.rebind() }

func (r bodyRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, 0, len(r.b.rows)+1)
	for _, w := range r.b.rows {
		objects = append(objects, w)
	}
	return append(objects, r.b.drag.band)
}

func (r bodyRenderer) Destroy() {}

// rebind makes every row show its item anew.
func (b *body) rebind() {
	for _, w := range b.rows {
		w.item = -1
	}
	b.place()
}

// inSight is the first item in sight, and how many there can be with it.
func (b *body) inSight() (first, count int) {
	view := b.list.scroll.Size()
	if view.Height <= 0 || b.grid.columns == 0 {
		return 0, 0
	}
	line := max(int((b.list.scroll.Offset.Y-b.grid.top)/b.grid.height), 0)
	return line * b.grid.columns, (int(view.Height/b.grid.height) + 2) * b.grid.columns
}

// place puts the rows to where the items in sight are.
func (b *body) place() {
	first, count := b.inSight()
	if count == 0 {
		return
	}
	b.grow(count)
	cols := arrangeColumns(b.grid.width)
	cell := fyne.NewSize(b.grid.width, b.grid.height)
	for n := first; n < first+len(b.rows); n++ {
		w := b.rows[n%len(b.rows)]
		if n >= len(b.list.items) {
			w.item = -1
			w.Hide()
			continue
		}
		w.Move(b.grid.at(n))
		if w.item != n || w.cols != cols {
			w.bind(n, cols)
		}
		w.Resize(cell)
		w.Show()
	}
	b.list.sighted()
}

// grow makes rows for a taller view.
func (b *body) grow(n int) {
	if n <= len(b.rows) {
		return
	}
	for len(b.rows) < n {
		b.rows = append(b.rows, newRow(b))
	}
	for _, w := range b.rows {
		w.item = -1 // items and rows go together in another way now
	}
	b.BaseWidget.Refresh()
}

func (b *body) recolour() {
	for _, w := range b.rows {
		w.recolour()
	}
}

package filelist

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// body is the scrolled part. It is as tall as all lines together but draws only those in sight: a line that comes
// into sight takes over the row of one that has left it.
type body struct {
	widget.BaseWidget
	list    *List
	rows    []*row // row n%len(rows) shows line n
	hovered int    // line under the pointer, or -1
	focused bool
	ahead   typeAhead
	clicked int // line of the last click, for a double click
	clickAt time.Time
	opening bool // the button that is down is a double click's second
}

func newBody(l *List) *body {
	b := &body{list: l, hovered: -1, clicked: -1}
	b.ExtendBaseWidget(b)
	return b
}

// index returns the line at a height, or -1.
func (b *body) index(y float32) int {
	n := int(math.Floor(float64(y) / rowHeight))
	if n < 0 || n >= len(b.list.items) {
		return -1
	}
	return n
}

// MouseDown is for Fyne.
func (b *body) MouseDown(e *desktop.MouseEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(b); c != nil {
		c.Focus(b)
	}
	n, l := b.index(e.Position.Y), b.list
	b.opening = false
	switch {
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
		l.chosen.only(n)
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
	if b.opening && e.Button == desktop.MouseButtonPrimary {
		b.opening = false
		l.openCursor()
	}
}

// MouseIn is for Fyne.
func (b *body) MouseIn(e *desktop.MouseEvent) { b.hover(b.index(e.Position.Y)) }

// MouseMoved is for Fyne.
func (b *body) MouseMoved(e *desktop.MouseEvent) { b.hover(b.index(e.Position.Y)) }

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
	return fyne.NewSize(200, rowHeight*float32(len(r.b.list.items)))
}

func (r bodyRenderer) Layout(fyne.Size) { r.b.place() }

func (r bodyRenderer) Refresh() { r.b.rebind() }

func (r bodyRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, 0, len(r.b.rows))
	for _, w := range r.b.rows {
		objects = append(objects, w)
	}
	return objects
}

func (r bodyRenderer) Destroy() {}

// rebind makes every row show its line anew.
func (b *body) rebind() {
	for _, w := range b.rows {
		w.line = -1
	}
	b.place()
}

// place puts the rows to where the lines in sight are.
func (b *body) place() {
	view := b.list.scroll.Size()
	if view.Height <= 0 {
		return
	}
	b.grow(int(view.Height/rowHeight) + 2)
	first := max(int(b.list.scroll.Offset.Y/rowHeight), 0)
	cols := arrangeColumns(b.Size().Width)
	for n := first; n < first+len(b.rows); n++ {
		w := b.rows[n%len(b.rows)]
		if n >= len(b.list.items) {
			w.line = -1
			w.Hide()
			continue
		}
		w.Move(fyne.NewPos(0, float32(n)*rowHeight))
		if w.line != n || w.cols != cols {
			w.bind(n, cols)
		}
		w.Resize(fyne.NewSize(b.Size().Width, rowHeight))
		w.Show()
	}
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
		w.line = -1 // lines and rows go together in another way now
	}
	b.BaseWidget.Refresh()
}

func (b *body) recolour() {
	for _, w := range b.rows {
		w.recolour()
	}
}

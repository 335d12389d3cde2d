package ui

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// grid shows many things in cells of one size, as many side by side as fit. Only the cells in sight exist, and those that leave it
// are used again, so that it costs the same for ten things and for ten thousand. A thing that stays in sight keeps its cell,
// and so the focus.
type grid[T any] struct {
	widget.BaseWidget
	page       fyne.CanvasObject // the look.Page that it is on, which scrolls where the keyboard goes
	least, gap float32           // a cell's least width; what is between two
	key        func(T) string
	fresh      func() row[T]
	items      []T
	places     map[string]int // by key
	have       map[string]row[T]
	spare      []row[T]
	cell       fyne.Size // the least that a cell needs
	from, to   float32   // what of it is in sight
	shown      []fyne.CanvasObject
}

func newGrid[T any](least, gap float32, key func(T) string, fresh func() row[T]) *grid[T] {
	g := &grid[T]{least: least, gap: gap, key: key, fresh: fresh, have: map[string]row[T]{}}
	first := fresh()
	g.cell, g.spare = first.Object().MinSize(), []row[T]{first}
	g.ExtendBaseWidget(g)
	return g
}

// show brings the cells in line with the items. It tells whether there are more or fewer than before. When the one that has the
// keyboard is gone, the one in its place gets it.
func (g *grid[T]) show(items []T) bool {
	changed, places, lost := len(items) != len(g.items), g.places, -1
	g.items, g.places = items, make(map[string]int, len(items))
	for i, item := range items {
		g.places[g.key(item)] = i
	}
	for k, c := range g.have {
		if i, ok := g.places[k]; ok {
			c.set(items[i])
		} else if focusIn(c.Object()) {
			lost = places[k]
			delete(g.have, k) // it isn't used again: what is typed is still meant for what it showed
		}
	}
	g.arrange()
	if changed {
		g.Refresh()
	}
	if lost >= 0 {
		var next fyne.CanvasObject
		if len(items) > 0 {
			if c, ok := g.reach(g.key(items[min(lost, len(items)-1)])); ok {
				next = c.Object()
			}
		}
		inherit(g, next)
	}
	return changed
}

// Sight is for look.Page.
func (g *grid[T]) Sight(from, to float32) {
	if from != g.from || to != g.to {
		g.from, g.to = from, to
		g.arrange()
	}
}

// columns is how many cells stand side by side.
func (g *grid[T]) columns() int { return max(int((g.Size().Width+g.gap)/(g.least+g.gap)), 1) }

// step is from one row of cells to the next.
func (g *grid[T]) step() float32 { return g.cell.Height + g.gap }

// arrange makes the cells in sight exist and puts them in their places.
func (g *grid[T]) arrange() {
	n := g.columns()
	first := min(max(int(math.Floor(float64(g.from/g.step())))*n, 0), len(g.items))
	last := max(min(int(math.Ceil(float64(g.to/g.step())))*n, len(g.items)), first)
	if g.Size().Width <= 0 {
		last = first
	}
	for k, c := range g.have {
		if i, ok := g.places[k]; !ok || (i < first || i >= last) && !focusIn(c.Object()) {
			delete(g.have, k)
			g.spare = append(g.spare, c)
		}
	}
	for i := first; i < last; i++ {
		if k := g.key(g.items[i]); g.have[k] == nil {
			g.have[k] = g.take()
			g.have[k].set(g.items[i])
		}
	}
	g.spare = g.spare[:min(len(g.spare), last-first+1)]
	g.put(n)
}

// take returns a cell that shows nothing any more, or a new one.
func (g *grid[T]) take() row[T] {
	last := len(g.spare) - 1
	if last < 0 {
		return g.fresh()
	}
	c := g.spare[last]
	g.spare = g.spare[:last]
	return c
}

// put gives the cells their places, in the order in which the keyboard goes through them.
func (g *grid[T]) put(columns int) {
	order := make([]int, 0, len(g.have))
	for k := range g.have {
		order = append(order, g.places[k])
	}
	slices.Sort(order)
	wide := (g.Size().Width - g.gap*float32(columns-1)) / float32(columns)
	shown := make([]fyne.CanvasObject, len(order))
	for n, i := range order {
		o := g.have[g.key(g.items[i])].Object()
		o.Move(fyne.NewPos(float32(i%columns)*(wide+g.gap), float32(i/columns)*g.step()))
		o.Resize(fyne.NewSize(wide, g.cell.Height))
		shown[n] = o
	}
	if !slices.Equal(shown, g.shown) {
		g.shown = shown
		canvas.Refresh(g)
	}
}

// within looks through an object and what is in it, until one is the right one; it tells whether there is such.
func within(o fyne.CanvasObject, right func(fyne.CanvasObject) bool) bool {
	if right(o) {
		return true
	}
	inner := func(o fyne.CanvasObject) bool { return within(o, right) }
	switch o := o.(type) {
	case *fyne.Container:
		return slices.ContainsFunc(o.Objects, inner)
	case *container.Scroll:
		return inner(o.Content)
	case interface{ Content() fyne.CanvasObject }:
		return inner(o.Content())
	}
	return false
}

// focusIn tells whether an object, or something in it, has the keyboard.
func focusIn(o fyne.CanvasObject) bool {
	on := fyne.CurrentApp().Driver().CanvasForObject(o)
	if on == nil || on.Focused() == nil {
		return false
	}
	f := on.Focused()
	return within(o, func(o fyne.CanvasObject) bool { return any(o) == any(f) })
}

// inherit gives the keyboard to a row, as the one that had it is gone; nil: to nothing.
func inherit(list, row fyne.CanvasObject) {
	on := fyne.CurrentApp().Driver().CanvasForObject(list)
	if on == nil {
		return
	}
	if f, ok := row.(fyne.Focusable); ok {
		on.Focus(f)
	} else {
		on.Unfocus()
	}
}

// at returns the key of the thing under a place in the window, or "".
func (g *grid[T]) at(pos fyne.Position) string {
	for k, c := range g.have {
		if g.Visible() && under(c.Object(), pos) {
			return k
		}
	}
	return ""
}

// reach scrolls to a thing and returns its cell.
func (g *grid[T]) reach(key string) (row[T], bool) {
	i, ok := g.places[key]
	if !ok {
		return nil, false
	}
	look.RevealPart(g.page, g, float32(i/g.columns())*g.step(), g.cell.Height)
	c, ok := g.have[key]
	return c, ok
}

// neighbour returns the thing that a key leads to from one: an arrow, Home, End, or a page up or down.
func (g *grid[T]) neighbour(key string, to fyne.KeyName) (string, bool) {
	i, known := g.places[key]
	n := g.columns()
	page := max(int((g.to-g.from)/g.step()), 1) * n
	by, ok := map[fyne.KeyName]int{
		fyne.KeyLeft: -1, fyne.KeyRight: 1, fyne.KeyUp: -n, fyne.KeyDown: n, fyne.KeyPageUp: -page, fyne.KeyPageDown: page, fyne.KeyHome: -i, fyne.KeyEnd: len(g.items) - 1 - i,
	}[to]
	if !ok || !known {
		return "", false
	}
	if to == fyne.KeyPageUp || to == fyne.KeyPageDown {
		by = min(max(by, -i), len(g.items)-1-i)
	}
	if i += by; i < 0 || i >= len(g.items) {
		return "", false
	}
	return g.key(g.items[i]), true
}

// MinSize is for Fyne.
func (g *grid[T]) MinSize() fyne.Size {
	n := g.columns()
	lines := (len(g.items) + n - 1) / n
	return fyne.NewSize(g.cell.Width, max(float32(lines)*g.step()-g.gap, 0))
}

// CreateRenderer is for Fyne.
func (g *grid[T]) CreateRenderer() fyne.WidgetRenderer { return gridRenderer[T]{g} }

type gridRenderer[T any] struct{ g *grid[T] }

func (r gridRenderer[T]) Layout(fyne.Size)             { r.g.arrange() }
func (r gridRenderer[T]) MinSize() fyne.Size           { return r.g.MinSize() }
func (r gridRenderer[T]) Refresh()                     { canvas.Refresh(r.g) }
func (r gridRenderer[T]) Objects() []fyne.CanvasObject { return r.g.shown }
func (r gridRenderer[T]) Destroy()                     {}

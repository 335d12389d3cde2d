package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Flow is a layout of equal columns: as many as fit with at least Min each, as wide as the room allows. A row is as
// tall as its tallest cell.
type Flow struct {
	Min, Gap float32
	width    float32
}

// NewFlow returns a Flow.
func NewFlow(min, gap float32) *Flow { return &Flow{Min: min, Gap: gap} }

func (f *Flow) columns(width float32) int {
	return max(int((width+f.Gap)/(f.Min+f.Gap)), 1)
}

// MinSize is for Fyne.
func (f *Flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(f.Min, f.each(objects, max(f.width, f.Min), nil))
}

// Layout is for Fyne.
func (f *Flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.each(objects, size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	})
}

// each places the visible objects and returns the height they take.
func (f *Flow) each(objects []fyne.CanvasObject, width float32, place func(o fyne.CanvasObject, x, y, w, h float32)) float32 {
	var shown []fyne.CanvasObject
	for _, o := range objects {
		if o.Visible() {
			shown = append(shown, o)
		}
	}
	n, y := f.columns(width), float32(0)
	w := (width - f.Gap*float32(n-1)) / float32(n)
	for len(shown) > 0 {
		row := shown[:min(n, len(shown))]
		shown = shown[len(row):]
		h := float32(0)
		for _, o := range row {
			h = max(h, o.MinSize().Height)
		}
		for i, o := range row {
			if place != nil {
				place(o, float32(i)*(w+f.Gap), y, w, h)
			}
		}
		y += h + f.Gap
	}
	return max(y-f.Gap, 0)
}

// Column is a layout from top to bottom that lets each child know its width before it asks for its height, as
// flows and wrapped texts need.
type Column struct {
	Gap    float32
	placed func() // all children have their places; may be nil
}

// MinSize is for Fyne.
func (c *Column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var min fyne.Size
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			min.Width = max(min.Width, m.Width)
			min.Height += m.Height + c.Gap
		}
	}
	min.Height = max(min.Height-c.Gap, 0)
	return min
}

// Layout is for Fyne.
func (c *Column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		h := o.MinSize().Height // with the new width
		o.Resize(fyne.NewSize(size.Width, h))
		o.Move(fyne.NewPos(0, y))
		y += h + c.Gap
	}
	if c.placed != nil {
		c.placed()
	}
}

// Frame puts things around the edges of one that takes the rest, without the gaps of Fyne's own border. Edges may be
// nil.
func Frame(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	var objects []fyne.CanvasObject
	for _, o := range []fyne.CanvasObject{top, left, middle, right, bottom} { // as the keyboard goes through them
		if o != nil {
			objects = append(objects, o)
		}
	}
	return container.New(&frame{top, bottom, left, right, middle}, objects...)
}

type frame struct{ top, bottom, left, right, middle fyne.CanvasObject }

func least(o fyne.CanvasObject) fyne.Size {
	if o == nil || !o.Visible() {
		return fyne.Size{}
	}
	return o.MinSize()
}

func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size {
	t, b, l, r, m := least(f.top), least(f.bottom), least(f.left), least(f.right), least(f.middle)
	return fyne.NewSize(max(l.Width+m.Width+r.Width, t.Width, b.Width), t.Height+b.Height+max(l.Height, m.Height, r.Height))
}

func (f *frame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	t, b, l, r := least(f.top), least(f.bottom), least(f.left), least(f.right)
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		if o != nil && o.Visible() {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(w, h))
		}
	}
	tall := size.Height - t.Height - b.Height
	place(f.top, 0, 0, size.Width, t.Height)
	place(f.bottom, 0, size.Height-b.Height, size.Width, b.Height)
	place(f.left, 0, t.Height, l.Width, tall)
	place(f.right, size.Width-r.Width, t.Height, r.Width, tall)
	place(f.middle, l.Width, t.Height, size.Width-l.Width-r.Width, tall)
}

// AsFit returns a row of something at the left and of as many buttons as there is room for, the last ones first: what the others
// do must be in the menu that the last one opens. A button that is hidden takes no room; what is at the left keeps so much.
func AsFit(keep float32, left fyne.CanvasObject, buttons ...fyne.CanvasObject) *fyne.Container {
	slots := make([]fyne.CanvasObject, len(buttons))
	for i, b := range buttons {
		slots[i] = container.NewStack(b)
	}
	return container.New(asFit{keep}, append(slots, left)...)
}

// asFitGap is the gap between two parts of such a row, in Fyne's pixels.
const asFitGap = 4

type asFit struct{ keep float32 }

// MinSize is for Fyne.
func (asFit) MinSize(objects []fyne.CanvasObject) fyne.Size {
	n := len(objects)
	left, last := objects[n-1].MinSize(), objects[n-2].MinSize()
	return fyne.NewSize(left.Width+asFitGap+last.Width, max(left.Height, last.Height))
}

// Layout is for Fyne.
func (f asFit) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, slots := objects[len(objects)-1], objects[:len(objects)-1]
	room, full := size.Width, false
	for i := len(slots) - 1; i >= 0; i-- {
		least := slots[i].MinSize()
		if full = full || i < len(slots)-1 && room-least.Width-asFitGap < f.keep; full {
			slots[i].Hide()
			continue
		}
		slots[i].Show()
		slots[i].Resize(least)
		slots[i].Move(fyne.NewPos(room-least.Width, (size.Height-least.Height)/2))
		if least.Width > 0 {
			room -= least.Width + asFitGap
		}
	}
	left.Resize(fyne.NewSize(room, size.Height))
}

// Aside is a layout of two things beside each other where both have room, else one below the other. The wide one takes what the
// other leaves.
type Aside struct {
	Gap   float32
	Wide  int // which of the two, 0 or 1
	width float32
}

func (a *Aside) beside(o []fyne.CanvasObject, width float32) bool {
	return width == 0 || o[0].MinSize().Width+a.Gap+o[1].MinSize().Width <= width
}

// MinSize is for Fyne.
func (a *Aside) MinSize(o []fyne.CanvasObject) fyne.Size {
	m, n := o[0].MinSize(), o[1].MinSize()
	size := fyne.NewSize(max(m.Width, n.Width), max(m.Height, n.Height))
	if !a.beside(o, a.width) {
		size.Height = m.Height + a.Gap/2 + n.Height
	}
	return size
}

// Layout is for Fyne.
func (a *Aside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	a.width = size.Width
	if !a.beside(o, size.Width) {
		y := float32(0)
		for _, one := range o {
			one.Resize(fyne.NewSize(size.Width, one.MinSize().Height))
			h := one.MinSize().Height // with the new width
			one.Resize(fyne.NewSize(size.Width, h))
			one.Move(fyne.NewPos(0, y))
			y += h + a.Gap/2
		}
		return
	}
	widths := [2]float32{o[0].MinSize().Width, o[1].MinSize().Width}
	widths[a.Wide] = size.Width - widths[1-a.Wide] - a.Gap
	o[0].Resize(fyne.NewSize(widths[0], size.Height))
	o[0].Move(fyne.Position{})
	o[1].Resize(fyne.NewSize(widths[1], size.Height))
	o[1].Move(fyne.NewPos(widths[0]+a.Gap, 0))
}

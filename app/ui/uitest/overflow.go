package uitest

import (
	"fmt"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"lanyard/app/ui/look"
)

// slack is how far a text may stand over before it counts, in Fyne's pixels: less is rounding.
const slack = 1

// Overflow tells which texts and pictures in a window, or in the dialog over it, stand out of the place that they were given:
// cut off, on top of their neighbours, or outside the window. What can be scrolled to doesn't count, nor a text that was made
// to shrink (look.Text.Shrink).
func Overflow(c fyne.Canvas) []string {
	f := finder{}
	LayOut(c)
	window := room{fyne.Position{}, fyne.NewPos(c.Size().Width, c.Size().Height)}
	f.walk(c.Content(), fyne.Position{}, window)
	for _, o := range c.Overlays().List() {
		f.walk(o, fyne.Position{}, window)
	}
	return f.found
}

// LayOut does what a real window does before each picture and one for tests doesn't: whatever has a part that wants another size
// than before is laid out anew, until all have what they want.
func LayOut(c fyne.Canvas) {
	for range layOuts {
		layOut(c.Content())
		for _, o := range c.Overlays().List() {
			layOut(o)
		}
	}
}

// Shown calls with an object and all in it, but what is hidden.
func Shown(o fyne.CanvasObject, each func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	each(o)
	for _, child := range parts(o) {
		Shown(child, each)
	}
}

// layOuts is how often a window is laid out until all is in place: a text that wraps needs two, inside a scroll three.
const layOuts = 4

func layOut(o fyne.CanvasObject) {
	if o == nil || !o.Visible() {
		return
	}
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, o.Size())
		}
	case fyne.Widget:
		test.WidgetRenderer(o).Layout(o.Size())
	}
	for _, child := range parts(o) {
		layOut(child)
	}
}

// parts returns what an object is made of.
func parts(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// room is where something may be seen, from its upper left to its lower right corner.
type room struct{ from, to fyne.Position }

// within returns the part of the room that an object takes.
func (r room) within(at fyne.Position, size fyne.Size) room {
	return room{
		fyne.NewPos(max(r.from.X, at.X), max(r.from.Y, at.Y)),
		fyne.NewPos(min(r.to.X, at.X+size.Width), min(r.to.Y, at.Y+size.Height)),
	}
}

// scrolling returns the room with no end in the directions that can be scrolled.
func (r room) scrolling(s *container.Scroll) room {
	const far = math.MaxFloat32
	if s.Direction == container.ScrollBoth || s.Direction == container.ScrollHorizontalOnly {
		r.from.X, r.to.X = -far, far
	}
	if s.Direction == container.ScrollBoth || s.Direction == container.ScrollVerticalOnly {
		r.from.Y, r.to.Y = -far, far
	}
	return r
}

type finder struct{ found []string }

func (f *finder) walk(o fyne.CanvasObject, above fyne.Position, r room) {
	if o == nil || !o.Visible() {
		return
	}
	at := above.Add(o.Position())
	switch o := o.(type) {
	case *canvas.Text:
		f.text(o, at, r)
	case *canvas.Image:
		f.check("a picture", at, o.Size(), r)
	default:
		inside := r.within(at, o.Size())
		if scroll, ok := o.(*container.Scroll); ok {
			inside = inside.scrolling(scroll)
		}
		children := parts(o)
		if t, ok := o.(*look.Text); ok && t.Least == 0 && children[0].(*canvas.Text).Text != t.Text() {
			f.found = append(f.found, fmt.Sprintf("%q is shortened, though it must not shrink", t.Text()))
		}
		for _, child := range children {
			f.walk(child, at, inside)
		}
	}
}

// text checks what is drawn of a text, which needn't be as large as the object.
func (f *finder) text(t *canvas.Text, at fyne.Position, r room) {
	if t.Text == "" {
		return
	}
	size, has := t.MinSize(), t.Size()
	switch t.Alignment {
	case fyne.TextAlignTrailing:
		at.X += has.Width - size.Width
	case fyne.TextAlignCenter:
		at.X += (has.Width - size.Width) / 2
	}
	if has.Height > size.Height {
		at.Y += (has.Height - size.Height) / 2
	}
	f.check(fmt.Sprintf("%q", t.Text), at, size, r)
}

func (f *finder) check(what string, at fyne.Position, size fyne.Size, r room) {
	over := max(r.from.X-at.X, at.X+size.Width-r.to.X)
	below := max(r.from.Y-at.Y, at.Y+size.Height-r.to.Y)
	if over > slack || below > slack {
		f.found = append(f.found, fmt.Sprintf("at %.0f, %.0f, %.0f wide and %.0f below too much: %s", at.X, at.Y, max(over, 0), max(below, 0), what))
	}
}

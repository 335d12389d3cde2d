package look

import (
	"cmp"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Paint is a rounded area in a colour of the theme.
type Paint struct {
	widget.BaseWidget
	Fill   fyne.ThemeColorName
	Ink    color.Color         // in place of Fill, for what has a colour of its own; may be nil
	Line   fyne.ThemeColorName // "" draws none
	Stroke float32             // the width of the line; 0 is 1.5
	Radius float32
	Least  fyne.Size
	box    *canvas.Rectangle
}

// NewPaint returns an area without an outline.
func NewPaint(fill fyne.ThemeColorName, radius float32) *Paint {
	p := &Paint{Fill: fill, Radius: radius, box: canvas.NewRectangle(nil)}
	p.ExtendBaseWidget(p)
	return p
}

// SetFill changes the colour.
func (p *Paint) SetFill(fill fyne.ThemeColorName) {
	if p.Fill != fill {
		p.Fill = fill
		p.Refresh()
	}
}

// MinSize is for Fyne.
func (p *Paint) MinSize() fyne.Size { return p.Least }

// CreateRenderer is for Fyne.
func (p *Paint) CreateRenderer() fyne.WidgetRenderer {
	r := &paintRenderer{WidgetRenderer: widget.NewSimpleRenderer(p.box), p: p}
	r.colour()
	return r
}

type paintRenderer struct {
	fyne.WidgetRenderer
	p *Paint
}

func (r *paintRenderer) Refresh() {
	r.colour()
	r.p.box.Refresh()
}

func (r *paintRenderer) colour() {
	th, v, b := r.p.Theme(), fyne.CurrentApp().Settings().ThemeVariant(), r.p.box
	b.FillColor, b.StrokeColor, b.StrokeWidth, b.CornerRadius = nil, nil, 0, r.p.Radius
	if r.p.Fill != "" {
		b.FillColor = th.Color(r.p.Fill, v)
	}
	if r.p.Ink != nil {
		b.FillColor = r.p.Ink
	}
	if r.p.Line != "" {
		b.StrokeColor, b.StrokeWidth = th.Color(r.p.Line, v), cmp.Or(r.p.Stroke, 1.5)
	}
}

// barTall is how tall a progress bar is, in Fyne's pixels.
const barTall = 5

// Bar is a thin progress bar. It moves only when told to.
type Bar struct {
	widget.BaseWidget
	Fill        fyne.ThemeColorName
	Tall        float32 // 0 is barTall
	value       float64
	track, done *Paint
}

// NewBar returns an empty bar.
func NewBar() *Bar {
	b := &Bar{Fill: theme.ColorNamePrimary, track: NewPaint(ColorTrack, barTall/2), done: NewPaint(theme.ColorNamePrimary, barTall/2)}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows a share between 0 and 1 in a colour.
func (b *Bar) Set(value float64, fill fyne.ThemeColorName) {
	b.value = min(max(value, 0), 1)
	b.done.SetFill(fill)
	b.Refresh()
}

// Value returns the share shown.
func (b *Bar) Value() float64 { return b.value }

// CreateRenderer is for Fyne.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer { return barRenderer{b} }

type barRenderer struct{ b *Bar }

func (r barRenderer) tall() float32 { return max(r.b.Tall, barTall) }

func (r barRenderer) MinSize() fyne.Size { return fyne.NewSize(40, r.tall()) }
func (r barRenderer) Layout(s fyne.Size) {
	tall := r.tall()
	y := (s.Height - tall) / 2
	r.b.track.Move(fyne.NewPos(0, y))
	r.b.track.Resize(fyne.NewSize(s.Width, tall))
	r.b.track.Radius, r.b.done.Radius = tall/2, tall/2
	w := s.Width * float32(r.b.value)
	if w > 0 && w < tall {
		w = tall
	}
	r.b.done.Move(fyne.NewPos(0, y))
	r.b.done.Resize(fyne.NewSize(w, tall))
}
func (r barRenderer) Refresh() {
	r.Layout(r.b.Size())
	r.b.track.Refresh()
	r.b.done.Refresh()
}
func (r barRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.b.track, r.b.done} }
func (r barRenderer) Destroy()                     {}

// Ink shows a share in a colour that the theme doesn't know, outlined, so that it can be told from any ground. nil is the
// colour of text.
func (b *Bar) Ink(value float64, ink color.Color) {
	b.done.Ink, b.track.Line, b.track.Stroke = ink, theme.ColorNameInputBorder, 1
	b.Set(value, theme.ColorNameForeground)
}

// Dot is a filled circle for "yes" and an open one for "no", so that it can be read without its colour.
func Dot(on bool) fyne.CanvasObject {
	p := NewPaint("", 4.5)
	p.Least = fyne.NewSize(9, 9)
	if on {
		p.Fill = theme.ColorNameSuccess
	} else {
		p.Line = theme.ColorNamePlaceHolder
	}
	return container.NewCenter(p)
}

// Badge is a short text on a rounded ground.
func Badge(text string, ground, ink fyne.ThemeColorName) fyne.CanvasObject {
	t := NewText(text).In(ink, theme.SizeNameCaptionText)
	return container.NewStack(NewPaint(ground, 8), container.New(layout.NewCustomPaddedLayout(1, 1, 7, 7), t))
}

// Icon shows an icon at a size.
func Icon(res fyne.Resource, size float32) fyne.CanvasObject {
	i := canvas.NewImageFromResource(res)
	i.FillMode = canvas.ImageFillContain
	i.SetMinSize(fyne.NewSquareSize(size))
	return i
}

// Emblem shows an icon on a tinted square.
func Emblem(res fyne.Resource, size float32) fyne.CanvasObject {
	ground := NewPaint(ColorTint, size/4)
	ground.Least = fyne.NewSquareSize(size)
	return container.NewStack(ground, container.NewCenter(Icon(Strong(res), size*0.56)))
}

// HBox and VBox stand things beside or below each other with a gap.
func HBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedHBoxLayout(gap), objects...)
}

// VBox stands things below each other.
func VBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// Pad puts room around something: above and below, left and right.
func Pad(y, x float32, object fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(y, y, x, x), object)
}

// Middle centres something over its height and lets it have the whole width.
func Middle(object fyne.CanvasObject) *fyne.Container { return container.New(middle{}, object) }

type middle struct{}

func (middle) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (middle) Layout(o []fyne.CanvasObject, size fyne.Size) {
	h := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(size.Width, h))
	o[0].Move(fyne.NewPos(0, (size.Height-h)/2))
}

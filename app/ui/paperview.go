package ui

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// paperView shows one side of paper, or says why it can't. With the keyboard or the wheel its pages are turned.
type paperView struct {
	widget.BaseWidget
	turn     func(by int)                 // by pages; may go beyond the ends
	onKey    func(name fyne.KeyName) bool // a key of its owner's, asked first
	ground   *look.Paint
	shadow   *canvas.Rectangle
	paper    *canvas.Image
	words    *look.Prose
	resized  func() // it has another size
	size     fyne.Size
	toTheEnd int     // what turning to the end turns by
	most     float32 // how much a pixel of it may be enlarged, in Fyne's pixels; 0 as much as there is room for
}

// The room around the paper, and how far its shadow reaches, in Fyne's pixels.
const (
	paperRoom   = 14
	paperShadow = 1
	wordsWidth  = 240
)

func newPaperView(turn func(by int), resized func()) *paperView {
	v := &paperView{turn: turn, resized: resized, ground: look.NewPaint(look.ColorSidebar, 8), shadow: canvas.NewRectangle(color.Transparent),
		paper: canvas.NewImageFromImage(nil), words: look.NewProse("", fyne.TextAlignCenter), toTheEnd: 1 << 20}
	v.paper.FillMode, v.paper.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleSmooth
	v.ExtendBaseWidget(v)
	return v
}

// show puts a side of paper in view; say words in its place.
func (v *paperView) show(img image.Image) {
	v.words.SetText("")
	v.paper.Image = img
	v.Refresh()
}

func (v *paperView) say(text string) {
	v.words.SetText(text)
	v.paper.Image = nil
	v.Refresh()
}

// shows tells whether there is a side of paper in view.
func (v *paperView) shows() bool { return v.paper.Image != nil }

// room is how large a side of paper can be, in the screen's pixels.
func (v *paperView) room(scale float32) image.Point {
	s := v.Size().SubtractWidthHeight(2*paperRoom, 2*paperRoom)
	return image.Pt(max(int(s.Width*scale), 0), max(int(s.Height*scale), 0))
}

// FocusGained is for Fyne.
func (v *paperView) FocusGained() { v.mark(theme.ColorNamePrimary) }

// FocusLost is for Fyne.
func (v *paperView) FocusLost() { v.mark("") }

func (v *paperView) mark(line fyne.ThemeColorName) {
	v.ground.Line = line
	v.ground.Refresh()
}

// TypedRune is for Fyne.
func (v *paperView) TypedRune(rune) {}

// TypedKey is for Fyne.
func (v *paperView) TypedKey(e *fyne.KeyEvent) {
	if v.onKey != nil && v.onKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyLeft, fyne.KeyUp:
		v.turn(-1)
	case fyne.KeyRight, fyne.KeyDown, fyne.KeySpace:
		v.turn(1)
	case fyne.KeyHome:
		v.turn(-v.toTheEnd)
	case fyne.KeyEnd:
		v.turn(v.toTheEnd)
	}
}

// Tapped is for Fyne.
func (v *paperView) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(v); c != nil {
		c.Focus(v)
	}
}

// Scrolled is for Fyne.
func (v *paperView) Scrolled(e *fyne.ScrollEvent) {
	switch {
	case e.Scrolled.DY < 0:
		v.turn(1)
	case e.Scrolled.DY > 0:
		v.turn(-1)
	}
}

// CreateRenderer is for Fyne.
func (v *paperView) CreateRenderer() fyne.WidgetRenderer { return &paperRenderer{v} }

type paperRenderer struct{ v *paperView }

func (r *paperRenderer) MinSize() fyne.Size { return fyne.NewSize(wordsWidth+2*paperRoom, 150) }

func (r *paperRenderer) Layout(size fyne.Size) {
	v := r.v
	v.ground.Resize(size)
	v.words.Resize(fyne.NewSize(wordsWidth, v.words.MinSize().Height))
	high := v.words.MinSize().Height
	v.words.Move(fyne.NewPos((size.Width-wordsWidth)/2, (size.Height-high)/2))
	v.words.Resize(fyne.NewSize(wordsWidth, high))
	r.place(size)
	if v.size != size {
		v.size = size
		v.resized()
	}
}

// place puts the paper in the middle, in its own shape.
func (r *paperRenderer) place(size fyne.Size) {
	v := r.v
	if v.paper.Image == nil {
		v.paper.Hide()
		v.shadow.Hide()
		return
	}
	shape := v.paper.Image.Bounds().Size()
	room := size.SubtractWidthHeight(2*paperRoom, 2*paperRoom)
	scale := min(room.Width/float32(shape.X), room.Height/float32(shape.Y))
	if v.most > 0 {
		scale = min(scale, v.most)
	}
	paper := fyne.NewSize(float32(shape.X)*scale, float32(shape.Y)*scale)
	at := fyne.NewPos((size.Width-paper.Width)/2, (size.Height-paper.Height)/2)
	v.paper.Move(at)
	v.paper.Resize(paper)
	v.shadow.Move(at.SubtractXY(paperShadow, paperShadow))
	v.shadow.Resize(paper.AddWidthHeight(2*paperShadow, 2*paperShadow))
	v.paper.Show()
	v.shadow.Show()
}

func (r *paperRenderer) Refresh() {
	r.v.shadow.FillColor = r.v.Theme().Color(look.ColorTrack, fyne.CurrentApp().Settings().ThemeVariant())
	r.Layout(r.v.Size())
	r.v.ground.Refresh()
	r.v.shadow.Refresh()
	r.v.paper.Refresh()
	r.v.words.Refresh()
}

func (r *paperRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.v.ground, r.v.shadow, r.v.paper, r.v.words}
}
func (r *paperRenderer) Destroy() {}

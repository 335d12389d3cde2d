package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Tile is a rounded box around something. With an OnTap it answers to the pointer, and to Space and Enter when it
// has the focus.
type Tile struct {
	widget.BaseWidget
	OnTap    func()
	OnMenu   func(at fyne.Position) // right click or Menu key; at is in the window's coordinates
	Inset    fyne.Size              // room between edge and content
	Framed   bool                   // with ground and outline, as a card
	content  fyne.CanvasObject
	selected bool
	hovered  bool
	focused  bool
}

// NewTile returns a flat box, for lists and navigation.
func NewTile(content fyne.CanvasObject, onTap func()) *Tile {
	t := &Tile{content: content, OnTap: onTap, Inset: fyne.NewSize(10, 6)}
	t.ExtendBaseWidget(t)
	return t
}

// NewCard returns a framed box.
func NewCard(content fyne.CanvasObject, onTap func()) *Tile {
	t := NewTile(content, onTap)
	t.Framed, t.Inset = true, fyne.NewSize(14, 12)
	return t
}

// SetSelected marks it as the one that is shown.
func (t *Tile) SetSelected(on bool) {
	if t.selected != on {
		t.selected = on
		t.Refresh()
	}
}

// Selected tells whether it is marked.
func (t *Tile) Selected() bool { return t.selected }

// Tapped is for Fyne.
func (t *Tile) Tapped(*fyne.PointEvent) {
	if t.OnTap != nil {
		t.OnTap()
	}
}

// TappedSecondary is for Fyne.
func (t *Tile) TappedSecondary(e *fyne.PointEvent) {
	if t.OnMenu != nil {
		t.OnMenu(e.AbsolutePosition)
	}
}

// MouseIn is for Fyne.
func (t *Tile) MouseIn(*desktop.MouseEvent) { t.hover(true) }

// MouseMoved is for Fyne.
func (t *Tile) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is for Fyne.
func (t *Tile) MouseOut() { t.hover(false) }

func (t *Tile) hover(on bool) {
	if t.OnTap == nil {
		return
	}
	t.hovered = on
	t.Refresh()
}

// Cursor is for Fyne.
func (t *Tile) Cursor() desktop.Cursor {
	if t.OnTap != nil && t.Framed {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer is for Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	r := &tileRenderer{t: t, ground: canvas.NewRectangle(nil), mark: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type tileRenderer struct {
	t            *Tile
	ground, mark *canvas.Rectangle
}

func (r *tileRenderer) MinSize() fyne.Size {
	return r.t.content.MinSize().Add(fyne.NewSize(2*r.t.Inset.Width, 2*r.t.Inset.Height))
}

func (r *tileRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.mark.Resize(size)
	in := r.t.Inset
	r.t.content.Move(fyne.NewPos(in.Width, in.Height))
	r.t.content.Resize(size.Subtract(fyne.NewSize(2*in.Width, 2*in.Height)))
}

func (r *tileRenderer) Refresh() {
	th, v := r.t.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	radius := th.Size(theme.SizeNameSelectionRadius)
	if r.t.Framed {
		radius = 10
		r.ground.FillColor = th.Color(ColorCard, v)
		r.ground.StrokeColor, r.ground.StrokeWidth = th.Color(theme.ColorNameSeparator, v), 1
	} else {
		r.ground.FillColor = nil
	}
	r.mark.FillColor, r.mark.StrokeColor, r.mark.StrokeWidth = nil, nil, 0
	switch {
	case r.t.selected:
		r.mark.FillColor = th.Color(theme.ColorNameSelection, v)
	case r.t.hovered:
		r.mark.FillColor = th.Color(theme.ColorNameHover, v)
	}
	if r.t.focused {
		r.mark.StrokeColor, r.mark.StrokeWidth = th.Color(theme.ColorNamePrimary, v), 1.5
	}
	r.ground.CornerRadius, r.mark.CornerRadius = radius, radius
	r.ground.Refresh()
	r.mark.Refresh()
}

func (r *tileRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.mark, r.t.content}
}
func (r *tileRenderer) Destroy() {}

// Button is a Tile that the keyboard reaches too.
type Button struct {
	Tile
	OnKey   func(key fyne.KeyName) bool // a key of its own, asked first; it tells whether it took it. May be nil
	OnFocus func()                      // it has got the focus; may be nil
}

// NewButton returns a flat tile that takes the focus; NewCardButton a framed one.
func NewButton(content fyne.CanvasObject, onTap func()) *Button {
	b := &Button{Tile: Tile{content: content, OnTap: onTap, Inset: fyne.NewSize(10, 6)}}
	b.ExtendBaseWidget(b)
	return b
}

// NewCardButton returns a card that takes the focus.
func NewCardButton(content fyne.CanvasObject, onTap func()) *Button {
	b := NewButton(content, onTap)
	b.Framed, b.Inset = true, fyne.NewSize(14, 12)
	return b
}

// FocusGained is for Fyne.
func (b *Button) FocusGained() {
	b.focused = true
	b.Refresh()
	if b.OnFocus != nil {
		b.OnFocus()
	}
}

// FocusLost is for Fyne.
func (b *Button) FocusLost() {
	b.focused = false
	b.Refresh()
}

// TypedRune is for Fyne.
func (b *Button) TypedRune(rune) {}

// TypedKey is for Fyne.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	if b.OnKey != nil && b.OnKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	case desktop.KeyMenu:
		if b.OnMenu != nil {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
			b.OnMenu(at.AddXY(b.Inset.Width, b.Size().Height-b.Inset.Height))
		}
	default:
		PassKey(b, e)
	}
}

// PassKey has the window hear of a key that its part with the focus has no use for: Fyne tells it only while nothing has the focus.
func PassKey(from fyne.CanvasObject, e *fyne.KeyEvent) {
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(from).(desktop.Canvas); ok && c.OnKeyDown() != nil {
		c.OnKeyDown()(e)
	}
}

// Content returns what is in the box.
func (t *Tile) Content() fyne.CanvasObject { return t.content }

// Object returns the box itself, for types that embed it: Fyne must be given the box and not what it is embedded in,
// or it draws one and refreshes another.
func (t *Tile) Object() fyne.CanvasObject { return t }

// Object returns the box itself.
func (b *Button) Object() fyne.CanvasObject { return b }

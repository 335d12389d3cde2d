package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// picksGap is between the things to pick from, in Fyne's pixels; their marks are drawn in it.
const picksGap = 8

// Picks lets a person pick one of some small things that stand in rows. It is one stop for the keyboard: arrow keys go from one
// to the next.
type Picks struct {
	widget.BaseWidget
	OnPicked func(i int)             // by a person; may be nil
	OnKey    func(fyne.KeyName) bool // a key of its own, asked first; it tells whether it took it. May be nil
	OnFocus  func()                  // it has got the focus; may be nil
	cells    []fyne.CanvasObject
	picked   int
	focused  bool
	across   int // how many stand in a row
}

// NewPicks returns things to pick from, all of the size of the first.
func NewPicks(cells ...fyne.CanvasObject) *Picks {
	p := &Picks{cells: cells, across: len(cells)}
	p.ExtendBaseWidget(p)
	return p
}

// Picked returns the index of the one that is picked.
func (p *Picks) Picked() int { return p.picked }

// Put picks one without telling anybody.
func (p *Picks) Put(i int) {
	if i != p.picked && i >= 0 && i < len(p.cells) {
		p.picked = i
		p.Refresh()
	}
}

// SetCell replaces one of the things.
func (p *Picks) SetCell(i int, cell fyne.CanvasObject) {
	p.cells[i] = cell
	p.Refresh()
}

func (p *Picks) pick(i int) {
	if i == p.picked || i < 0 || i >= len(p.cells) {
		return
	}
	p.Put(i)
	if p.OnPicked != nil {
		p.OnPicked(i)
	}
}

func (p *Picks) cell() fyne.Size { return p.cells[0].MinSize().AddWidthHeight(picksGap, picksGap) }

// Tapped is for Fyne.
func (p *Picks) Tapped(e *fyne.PointEvent) {
	cell := p.cell()
	if x := int(e.Position.X / cell.Width); x < p.across {
		p.pick(int(e.Position.Y/cell.Height)*p.across + x)
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		c.Focus(p)
	}
}

// FocusGained is for Fyne.
func (p *Picks) FocusGained() {
	p.focused = true
	p.Refresh()
	if p.OnFocus != nil {
		p.OnFocus()
	}
}

// FocusLost is for Fyne.
func (p *Picks) FocusLost() {
	p.focused = false
	p.Refresh()
}

// TypedRune is for Fyne.
func (p *Picks) TypedRune(rune) {}

// TypedKey is for Fyne.
func (p *Picks) TypedKey(e *fyne.KeyEvent) {
	if p.OnKey != nil && p.OnKey(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyLeft:
		p.pick(p.picked - 1)
	case fyne.KeyRight:
		p.pick(p.picked + 1)
	case fyne.KeyUp:
		p.pick(p.picked - p.across)
	case fyne.KeyDown:
		p.pick(p.picked + p.across)
	case fyne.KeyHome:
		p.pick(0)
	case fyne.KeyEnd:
		p.pick(len(p.cells) - 1)
	}
}

// CreateRenderer is for Fyne.
func (p *Picks) CreateRenderer() fyne.WidgetRenderer {
	r := &picksRenderer{p: p, mark: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type picksRenderer struct {
	p    *Picks
	mark *canvas.Rectangle
}

func (r *picksRenderer) MinSize() fyne.Size {
	cell := r.p.cell()
	rows := (len(r.p.cells) + r.p.across - 1) / r.p.across
	return fyne.NewSize(cell.Width, cell.Height*float32(rows))
}

func (r *picksRenderer) Layout(size fyne.Size) {
	cell := r.p.cell()
	across := min(max(int(size.Width/cell.Width), 1), len(r.p.cells))
	if across != r.p.across {
		r.p.across = across
	}
	for i, c := range r.p.cells {
		at := fyne.NewPos(float32(i%across)*cell.Width, float32(i/across)*cell.Height)
		c.Move(at.AddXY(picksGap/2, picksGap/2))
		c.Resize(c.MinSize())
		if i == r.p.picked {
			r.mark.Move(at.AddXY(1, 1))
			r.mark.Resize(cell.SubtractWidthHeight(2, 2))
		}
	}
}

func (r *picksRenderer) Refresh() {
	th, v := r.p.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.mark.FillColor, r.mark.CornerRadius = nil, r.p.cell().Height/4
	r.mark.StrokeColor, r.mark.StrokeWidth = th.Color(theme.ColorNameInputBorder, v), 1.5
	if r.p.focused {
		r.mark.StrokeColor, r.mark.StrokeWidth = th.Color(theme.ColorNamePrimary, v), 2.5
	}
	r.Layout(r.p.Size())
	r.mark.Refresh()
	for _, c := range r.p.cells {
		c.Refresh()
	}
}

func (r *picksRenderer) Objects() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.mark}, r.p.cells...)
}
func (r *picksRenderer) Destroy() {}

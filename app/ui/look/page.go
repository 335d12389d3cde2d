package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Sighted is a part of a Page that draws only what is in sight.
type Sighted interface {
	fyne.CanvasObject
	// Sight says which part of it can be seen, from its upper edge on: beyond it in both directions when none can.
	Sight(from, to float32)
}

// Page is a column with room around it, in a vertical scroll.
func Page(gap float32, objects ...fyne.CanvasObject) fyne.CanvasObject {
	return scrolled(18, 24, gap, objects)
}

// Strip is a Page with as good as no room around it.
func Strip(objects ...fyne.CanvasObject) fyne.CanvasObject { return scrolled(4, 8, 1, objects) }

func scrolled(y, x, gap float32, objects []fyne.CanvasObject) fyne.CanvasObject {
	p := &fit{}
	p.column = container.New(&Column{Gap: gap, placed: p.sight}, objects...)
	p.scroll = container.NewVScroll(Pad(y, x, p.column))
	p.scroll.OnScrolled = func(fyne.Position) { p.sight() }
	return container.New(p, p.scroll)
}

// fit lays out a scroll a second time when its content, once it knows its width, has another height.
type fit struct {
	scroll *container.Scroll
	column *fyne.Container
}

func (p *fit) MinSize([]fyne.CanvasObject) fyne.Size { return p.scroll.MinSize() }

func (p *fit) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	p.scroll.Resize(size)
	if p.scroll.Content.MinSize().Height != p.scroll.Content.Size().Height {
		p.scroll.Refresh()
	}
	p.sight()
}

// sight tells the parts what of them can be seen.
func (p *fit) sight() {
	tall := p.scroll.Size().Height
	// A content that has become shorter is scrolled back later.
	at := min(p.scroll.Offset.Y, max(p.scroll.Content.Size().Height-tall, 0))
	for _, o := range p.column.Objects {
		if s, ok := o.(Sighted); ok && o.Visible() {
			top := at - p.column.Position().Y - o.Position().Y
			s.Sight(top, top+tall)
		}
	}
}

// pageOf returns the scroll of a Page.
func pageOf(page fyne.CanvasObject) (*container.Scroll, bool) {
	if box, ok := page.(*fyne.Container); ok {
		if p, ok := box.Layout.(*fit); ok {
			return p.scroll, true
		}
	}
	return nil, false
}

// Reveal scrolls a Page so that something on it, which the keyboard has come to, can be seen.
func Reveal(page, o fyne.CanvasObject) {
	if scroll, ok := pageOf(page); ok {
		RevealIn(scroll, o)
	}
}

// RevealPart scrolls a Page so that a part of something on it can be seen, from a height on.
func RevealPart(page, o fyne.CanvasObject, y, tall float32) {
	if scroll, ok := pageOf(page); ok {
		reveal(scroll, o, y, tall)
	}
}

// RevealIn scrolls so that something in the scroll can be seen.
func RevealIn(scroll *container.Scroll, o fyne.CanvasObject) { reveal(scroll, o, 0, o.Size().Height) }

func reveal(scroll *container.Scroll, o fyne.CanvasObject, y, tall float32) {
	if scroll.Size().Height <= 0 {
		return
	}
	d := fyne.CurrentApp().Driver()
	top := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(scroll.Content).Y + y
	at := min(max(scroll.Offset.Y, top+tall+revealRoom-scroll.Size().Height), max(top-revealRoom, 0))
	if at != scroll.Offset.Y {
		ScrollTo(scroll, at)
	}
}

// ScrollTo scrolls to a height, and tells who watches the scroll, which Fyne does only when a person scrolls.
func ScrollTo(scroll *container.Scroll, y float32) {
	scroll.ScrollToOffset(fyne.NewPos(0, y))
	if scroll.OnScrolled != nil {
		scroll.OnScrolled(scroll.Offset)
	}
}

// revealRoom is left above and below what is brought into view, in Fyne's pixels.
const revealRoom = 12

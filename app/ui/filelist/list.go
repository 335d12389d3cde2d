package filelist

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// Words are the texts of a list, in the person's language, and how it writes values. All must be set.
type Words struct {
	Name, Modified, Size string
	FormatSize           func(bytes int64) string
	FormatTime           func(t time.Time) string
	Clean                func(name string) string // makes a name from outside safe to show
}

// List is the widget. The functions may be nil; they are called on Fyne's goroutine.
type List struct {
	widget.BaseWidget
	OnOpen   func(Item)              // double click, or Enter on one line
	OnMenu   func(at fyne.Position)  // right click or Menu key, in the window's coordinates
	OnSelect func()                  // another selection
	OnOrder  func(Order)             // another order is wanted: Arrange the items and SetItems them
	OnKey    func(name fyne.KeyName) // a key the list has no use for
	OnDrag   func()                  // the selected items are being dragged
	OnSight  func()                  // other items may be in sight, as tiles
	Picture  func(Item) image.Image  // what a tile shows in place of an icon, or nil; asked often

	words  Words
	items  []Item
	order  Order
	icons  bool
	chosen selection
	header *header
	body   *body
	scroll *container.Scroll
	frame  *fyne.Container
}

// New returns an empty list.
func New(words Words) *List {
	l := &List{words: words, chosen: newSelection(0)}
	l.header = newHeader(l)
	l.body = newBody(l)
	l.scroll = container.NewVScroll(l.body)
	l.scroll.OnScrolled = func(fyne.Position) { l.body.place() }
	l.frame = look.Frame(l.header, nil, nil, nil, container.New(fitting{l}, l.scroll))
	l.ExtendBaseWidget(l)
	return l
}

// SetItems shows items that Arrange has put in an order. Lines that stay selected are those whose names are still there. In
// the same order as before, the line at the cursor stays where it is in sight, or else the topmost one of a list that was
// scrolled, whatever has come in between.
func (l *List) SetItems(items []Item, order Order) {
	names := make(map[string]bool, l.chosen.count)
	for _, i := range l.Selected() {
		names[i.Name] = true
	}
	cursor, anchor, clicked := l.name(l.chosen.cursor), l.name(l.chosen.anchor), l.name(l.body.clicked)
	pressed, stays := l.name(l.body.drag.pressed), l.body.drag.names(l)
	still, top := l.still()
	kept := l.name(still)
	moved := order != l.order
	l.items, l.order = items, order
	before := len(names)
	l.chosen = newSelection(len(items))
	l.body.clicked, still = -1, -1
	if pressed != "" { // a press in the open stays one
		l.body.drag.pressed = gone
	}
	if l.body.drag.before = nil; len(stays) > 0 {
		l.body.drag.before = make([]bool, len(items))
	}
	for n, i := range items {
		if names[i.Name] {
			l.chosen.put(n, true)
		}
		follow(&l.chosen.cursor, i.Name == cursor, n)
		follow(&l.chosen.anchor, i.Name == anchor, n)
		follow(&l.body.clicked, i.Name == clicked, n)
		follow(&l.body.drag.pressed, i.Name == pressed, n)
		if stays[i.Name] {
			l.body.drag.before[n] = true
		}
		follow(&still, i.Name == kept, n)
	}
	l.header.Refresh()
	l.body.rebind()
	l.scroll.Refresh()
	if moved {
		l.scroll.ScrollToTop()
		if l.chosen.count > 0 {
			l.reveal(l.chosen.cursor)
		}
	} else if still >= 0 {
		l.scrollTo(l.body.grid.at(still).Y - top)
	}
	if before != l.chosen.count {
		l.changed()
	}
}

// follow notes where a line is now.
func follow(line *int, here bool, n int) {
	if here {
		*line = n
	}
}

// name is that of a line, which no item has where there is no such line.
func (l *List) name(line int) string {
	if line < 0 || line >= len(l.items) {
		return ""
	}
	return l.items[line].Name
}

// still is the item that should not move on the screen, and how far below the top of the view it is; -1 is none.
func (l *List) still() (item int, top float32) {
	g, offset, height := l.body.grid, l.scroll.Offset.Y, l.scroll.Size().Height
	below := func(n int) float32 { return g.at(n).Y - offset }
	if c := l.chosen.cursor; c >= 0 && below(c) > -g.height && below(c) < height {
		return c, below(c)
	}
	if offset <= 0 || g.columns == 0 {
		return -1, 0
	}
	item = min(int((offset-g.top)/g.height)*g.columns, len(l.items)-1)
	return item, below(item)
}

// scrollTo scrolls as far as there are items.
func (l *List) scrollTo(y float32) {
	g := l.body.grid
	y = max(min(y, g.tall(len(l.items))-l.scroll.Size().Height), 0)
	if by := y - l.scroll.Offset.Y; by != 0 {
		if l.body.hovered >= 0 { // the pointer hasn't moved
			l.body.hovered = l.body.index(g.at(l.body.hovered).AddXY(g.width/2, g.height/2+by))
		}
		l.scroll.ScrollToOffset(fyne.NewPos(0, y))
		l.body.rebind()
	}
}

// Len returns how many lines there are.
func (l *List) Len() int { return len(l.items) }

// Order returns the order shown.
func (l *List) Order() Order { return l.order }

// Items returns what is shown. It must not be changed.
func (l *List) Items() []Item { return l.items }

// Selected returns the selected items, in order.
func (l *List) Selected() []Item {
	chosen := make([]Item, 0, l.chosen.count)
	for i, on := range l.chosen.on {
		if on {
			chosen = append(chosen, l.items[i])
		}
	}
	return chosen
}

// Count returns how many items are selected.
func (l *List) Count() int { return l.chosen.count }

// SelectAll selects every line.
func (l *List) SelectAll() {
	l.chosen.all()
	l.changed()
}

// Select selects the item of a name and brings it into view. It tells whether there is one.
func (l *List) Select(name string) bool {
	for n, i := range l.items {
		if i.Name == name {
			l.chosen.only(n)
			l.reveal(n)
			l.changed()
			return true
		}
	}
	return false
}

// At returns the item under a place in the window.
func (l *List) At(at fyne.Position) (Item, bool) {
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(l.scroll)
	size := l.scroll.Size()
	p := at.Subtract(top)
	if p.X < 0 || p.Y < 0 || p.X >= size.Width || p.Y >= size.Height {
		return Item{}, false
	}
	n := l.body.index(p.AddXY(0, l.scroll.Offset.Y))
	if n < 0 {
		return Item{}, false
	}
	return l.items[n], true
}

// Spot returns where the item under a place in the window is, as far as it is in sight; nothing where there is none.
func (l *List) Spot(at fyne.Position) (top fyne.Position, size fyne.Size) {
	if _, ok := l.At(at); !ok {
		return top, size
	}
	view := fyne.CurrentApp().Driver().AbsolutePositionForObject(l.scroll)
	offset := fyne.NewPos(0, l.scroll.Offset.Y)
	cell := l.body.grid.at(l.body.index(at.Subtract(view).Add(offset))).Subtract(offset)
	end := min(cell.Y+l.body.grid.height, l.scroll.Size().Height)
	cell.Y = max(cell.Y, 0)
	return view.Add(cell), fyne.NewSize(l.body.grid.width, end-cell.Y)
}

// nudgeEdge is how near to the edge of a list files are held for it to scroll, in Fyne's pixels.
const nudgeEdge = 26

// Nudge scrolls by a line when a place in the window is near the upper or lower edge of the list. It tells whether it did.
func (l *List) Nudge(at fyne.Position) bool {
	y := at.Y - fyne.CurrentApp().Driver().AbsolutePositionForObject(l.scroll).Y
	before := l.scroll.Offset.Y
	switch height := l.scroll.Size().Height; {
	case y >= 0 && y < nudgeEdge:
		l.scrollTo(before - rowHeight)
	case y < height && y >= height-nudgeEdge:
		l.scrollTo(before + rowHeight)
	}
	return l.scroll.Offset.Y != before
}

// Focusable returns the part of the list that takes the keyboard.
func (l *List) Focusable() fyne.Focusable { return l.body }

// reveal brings the item of a number into view.
func (l *List) reveal(n int) {
	if n < 0 || l.scroll.Size().Height <= 0 {
		return // not laid out yet: there is no view to bring it into
	}
	g, height := l.body.grid, l.scroll.Size().Height
	top := g.at(n).Y - g.top
	bottom := top + g.height + 2*g.top
	switch {
	case top < l.scroll.Offset.Y:
		l.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > l.scroll.Offset.Y+height:
		l.scroll.ScrollToOffset(fyne.NewPos(0, bottom-height))
	}
	l.body.place()
}

func (l *List) changed() {
	l.body.recolour()
	if l.OnSelect != nil {
		l.OnSelect()
	}
}

// SortBy asks for another order: by a column, or the other way round if it is sorted by that already.
func (l *List) SortBy(by Column) {
	order := l.order
	if order.By == by {
		order.Down = !order.Down
	} else {
		order.By, order.Down = by, by != ByName // the largest and the latest are what people look for
	}
	if l.OnOrder != nil {
		l.OnOrder(order)
	}
}

// CreateRenderer is for Fyne.
func (l *List) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.frame) }

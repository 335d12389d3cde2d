package filelist

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// header is the line of column titles; a click on one sorts by it.
type header struct {
	widget.BaseWidget
	list   *List
	titles [3]*title
	line   *widget.Separator
}

// title is one of them.
type title struct {
	*look.Button
	by    Column
	text  *look.Text
	arrow *widget.Icon
}

func newHeader(l *List) *header {
	h := &header{list: l, line: widget.NewSeparator()}
	for i, text := range [3]string{l.words.Name, l.words.Modified, l.words.Size} {
		by := [3]Column{ByName, ByModified, BySize}[i]
		t := &title{by: by, text: look.NewCaption(text), arrow: widget.NewIcon(look.Quiet(look.IconUp))}
		arrow := container.NewGridWrap(fyne.NewSquareSize(12), t.arrow)
		row := look.HBox(4, t.text, look.Middle(arrow))
		if by == BySize {
			row = look.HBox(4, look.Middle(arrow), t.text)
		}
		t.Button = look.NewButton(row, func() { l.SortBy(by) })
		t.Inset = fyne.NewSize(6, 4)
		h.titles[i] = t
	}
	h.ExtendBaseWidget(h)
	return h
}

// CreateRenderer is for Fyne.
func (h *header) CreateRenderer() fyne.WidgetRenderer { return &headerRenderer{h} }

type headerRenderer struct{ h *header }

func (r *headerRenderer) MinSize() fyne.Size { return fyne.NewSize(200, headerHeight+1) }

func (r *headerRenderer) Layout(size fyne.Size) {
	c := arrangeColumns(size.Width)
	for i, t := range r.h.titles {
		min := t.MinSize()
		x, w := c.name-6, min.Width
		switch i {
		case 1:
			x = c.modified - 6
			show(t, c.timeWidth > 0)
		case 2:
			x = c.size + c.sizeWidth + 6 - min.Width
			show(t, c.sizeWidth > 0)
		}
		t.Resize(fyne.NewSize(w, headerHeight-4))
		t.Move(fyne.NewPos(x, 2))
	}
	r.h.line.Resize(fyne.NewSize(size.Width, 1))
	r.h.line.Move(fyne.NewPos(0, headerHeight))
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (r *headerRenderer) Refresh() {
	for _, t := range r.h.titles {
		sorted := r.h.list.order.By == t.by
		show(t.arrow, sorted)
		t.text.SetColor(look.ColorQuiet)
		if sorted {
			t.text.SetColor(theme.ColorNameForeground)
		}
		icon := look.IconUp
		if r.h.list.order.Down {
			icon = look.IconDownArrow
		}
		t.arrow.SetResource(look.Quiet(icon))
	}
	r.Layout(r.h.Size())
}

func (r *headerRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.h.titles[0].Button, r.h.titles[1].Button, r.h.titles[2].Button, r.h.line}
}
func (r *headerRenderer) Destroy() {}

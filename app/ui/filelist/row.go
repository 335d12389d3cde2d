package filelist

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// row draws one item, as a line or as a tile (tile.go). It holds plain canvas objects, since a screen has some thirty of them
// that change with every step of a scroll.
type row struct {
	widget.BaseWidget
	body   *body
	item   int // that it shows, or -1
	cols   columns
	ground *canvas.Rectangle
	icon   *canvas.Image
	paper  *canvas.Rectangle // behind a picture, whose edge it shows
	texts  [3]*canvas.Text   // of a line: name, modified, size; of a tile: the two lines of the name
	state  rowState

	picture image.Image // in place of the icon, or nil; Fyne puts a drawn icon into icon.Image
}

// rowState is all that its colours come from.
type rowState struct{ selected, hovered, cursor bool }

func newRow(b *body) *row {
	w := &row{body: b, item: -1, ground: canvas.NewRectangle(nil), paper: canvas.NewRectangle(nil), icon: canvas.NewImageFromResource(look.IconFile)}
	w.icon.FillMode = canvas.ImageFillContain
	w.paper.Hide()
	for i := range w.texts {
		w.texts[i] = canvas.NewText("", nil)
	}
	w.ExtendBaseWidget(w)
	return w
}

// bind makes the row show an item.
func (w *row) bind(n int, cols columns) {
	w.item, w.cols = n, cols
	if w.body.grid.icons {
		w.bindTile()
	} else {
		w.bindLine()
	}
	w.paint()
	w.layout()
}

func (w *row) bindLine() {
	item, words, cols := &w.body.list.items[w.item], &w.body.list.words, w.cols
	size := w.Theme().Size(theme.SizeNameText)
	name, modified, bytes := words.Clean(item.Name), "", ""
	if !item.Modified.IsZero() && cols.timeWidth > 0 {
		modified = words.FormatTime(item.Modified)
	}
	if !item.Folder && cols.sizeWidth > 0 {
		bytes = words.FormatSize(item.Size)
	}
	w.texts[0].Text = look.Elide(name, cols.nameWidth, size, fyne.TextStyle{})
	w.texts[1].Text = look.Elide(modified, cols.timeWidth, size, fyne.TextStyle{})
	w.texts[2].Text = look.Elide(bytes, cols.sizeWidth, size, fyne.TextStyle{})
	w.texts[2].Alignment = fyne.TextAlignTrailing
	w.show(KindOf(item.Name, item.Folder).Icon(), nil)
}

// show puts a picture, or the icon in its place.
func (w *row) show(icon fyne.Resource, picture image.Image) {
	if picture != nil {
		icon = nil
	}
	if w.icon.Resource != icon || w.picture != picture {
		w.icon.Resource, w.icon.Image, w.picture = icon, picture, picture
		w.icon.Refresh()
	}
	show(w.paper, picture != nil)
}

// recolour follows the selection and the pointer.
func (w *row) recolour() {
	if w.item >= 0 && w.now() != w.state {
		w.paint()
	}
}

func (w *row) now() rowState {
	l := w.body.list
	return rowState{selected: l.chosen.has(w.item), hovered: w.body.hovered == w.item, cursor: w.body.focused && l.chosen.cursor == w.item}
}

func (w *row) paint() {
	w.state = w.now()
	th, v := w.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	w.ground.FillColor, w.ground.StrokeColor, w.ground.StrokeWidth = nil, nil, 0
	w.ground.CornerRadius = th.Size(theme.SizeNameSelectionRadius)
	switch {
	case w.state.selected:
		w.ground.FillColor = th.Color(theme.ColorNameSelection, v)
	case w.state.hovered:
		w.ground.FillColor = th.Color(theme.ColorNameHover, v)
	}
	if w.state.cursor {
		w.ground.StrokeColor, w.ground.StrokeWidth = th.Color(theme.ColorNamePrimary, v), 1
	}
	w.ground.Refresh()
	w.paper.FillColor, w.paper.StrokeColor, w.paper.StrokeWidth = th.Color(look.ColorPaper, v), th.Color(look.ColorTrack, v), 1
	w.paper.Refresh()
	for i, t := range w.texts {
		t.TextSize, t.Color = th.Size(theme.SizeNameText), th.Color(look.ColorQuiet, v)
		if i == 0 || w.body.grid.icons {
			t.Color = th.Color(theme.ColorNameForeground, v)
		}
		t.Refresh()
	}
}

func (w *row) layout() {
	if w.body.grid.icons {
		w.layoutTile()
		return
	}
	width := w.body.grid.width
	w.ground.Move(fyne.NewPos(edge/2, 0.5))
	w.ground.Resize(fyne.NewSize(width-edge, rowHeight-1))
	w.icon.Move(fyne.NewPos(edge, (rowHeight-iconSize)/2))
	w.icon.Resize(fyne.NewSquareSize(iconSize))
	h := w.texts[0].MinSize().Height
	y := (rowHeight - h) / 2
	place := func(t *canvas.Text, x, width float32) {
		t.Move(fyne.NewPos(x, y))
		t.Resize(fyne.NewSize(width, h))
	}
	place(w.texts[0], w.cols.name, w.cols.nameWidth)
	place(w.texts[1], w.cols.modified, w.cols.timeWidth)
	place(w.texts[2], w.cols.size, w.cols.sizeWidth)
}

// CreateRenderer is for Fyne.
func (w *row) CreateRenderer() fyne.WidgetRenderer { return rowRenderer{w} }

type rowRenderer struct{ w *row }

func (r rowRenderer) MinSize() fyne.Size { return fyne.NewSize(0, r.w.body.grid.height) }
func (r rowRenderer) Layout(fyne.Size)   { r.w.layout() }
func (r rowRenderer) Destroy()           {}

func (r rowRenderer) Refresh() {
	if r.w.item >= 0 && r.w.item < len(r.w.body.list.items) {
		r.w.bind(r.w.item, r.w.cols)
	}
}

func (r rowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.w.ground, r.w.paper, r.w.icon, r.w.texts[0], r.w.texts[1], r.w.texts[2]}
}

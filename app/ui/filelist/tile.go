package filelist

import (
	"image"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/ui/look"
)

// tileIcon is the size of an icon in a tile that has no picture.
const tileIcon = 52

// bindTile makes the row show its item as a tile.
func (w *row) bindTile() {
	item, l := &w.body.list.items[w.item], w.body.list
	var picture image.Image
	if l.Picture != nil {
		picture = l.Picture(*item)
	}
	w.show(KindOf(item.Name, item.Folder).Icon(), picture)
	first, second := twoLines(l.words.Clean(item.Name), w.body.grid.width-4*tileGap, w.Theme().Size(theme.SizeNameText))
	w.texts[0].Text, w.texts[1].Text, w.texts[2].Text = first, second, ""
}

func (w *row) layoutTile() {
	width := w.body.grid.width
	w.ground.Move(fyne.NewPos(tileGap, tileGap))
	w.ground.Resize(fyne.NewSize(width-2*tileGap, tileHeight-2*tileGap))
	size := fyne.NewSquareSize(tileIcon)
	if w.picture != nil {
		size = pictureIn(w.picture.Bounds().Size(), w.scale())
	}
	at := fyne.NewPos((width-size.Width)/2, pictureTop+(pictureTall-size.Height)/2)
	w.icon.Move(at)
	w.icon.Resize(size)
	w.paper.Move(at.SubtractXY(1, 1))
	w.paper.Resize(size.AddWidthHeight(2, 2))
	for i, t := range w.texts[:2] {
		min := t.MinSize()
		t.Alignment = fyne.TextAlignLeading
		t.Move(fyne.NewPos((width-min.Width)/2, nameTop+float32(i)*(min.Height-2)))
		t.Resize(min)
	}
}

// scale is how many of the screen's pixels one of Fyne's is.
func (w *row) scale() float32 {
	if c := fyne.CurrentApp().Driver().CanvasForObject(w.body); c != nil {
		return c.Scale()
	}
	return 1
}

// pictureIn is the room that a picture takes: no more than it fills on a screen of a scale.
func pictureIn(shape image.Point, screen float32) fyne.Size {
	scale := min(pictureWide/float32(shape.X), pictureTall/float32(shape.Y), 1/screen)
	return fyne.NewSize(max(float32(shape.X)*scale, 1), max(float32(shape.Y)*scale, 1))
}

// twoLines breaks a name into two lines, after a space or sign where there is one, and cuts what doesn't fit: out of its
// middle, as its end says what sort of file it is.
func twoLines(name string, width, size float32) (first, second string) {
	wide := func(s string) float32 { return fyne.MeasureText(s, size, fyne.TextStyle{}).Width }
	if wide(name) <= width {
		return name, ""
	}
	n := len(look.Elide(name, width, size, fyne.TextStyle{})) - len("…")
	if n < 1 {
		_, n = utf8.DecodeRuneInString(name)
	}
	first = name[:n]
	if at := strings.LastIndexAny(first, " -_.,"); at > n/3 {
		n = at + 1
		first = name[:n]
	}
	second = strings.TrimLeft(name[n:], " ")
	if wide(second) <= width {
		return strings.TrimRight(first, " "), second
	}
	end := second[max(len(second)-tailBytes, 0):]
	for !utf8.RuneStart(end[0]) {
		end = end[1:]
	}
	start := look.Elide(second, width-wide(end), size, fyne.TextStyle{})
	return strings.TrimRight(first, " "), strings.TrimSuffix(start, "…") + "…" + end
}

// tailBytes is how much of the end of a long name is shown: an ending and a number before it.
const tailBytes = 7

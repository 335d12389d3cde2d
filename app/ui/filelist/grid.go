package filelist

import (
	"math"

	"fyne.io/fyne/v2"
)

// Sizes of a tile in Fyne's pixels: a picture that tells what it is, and two lines of a name.
const (
	tileWidth   = 124 // at least; tiles share what a line of them leaves
	tileHeight  = 136
	tileGap     = 3 // from a tile's edge to its ground
	pictureTop  = 9
	pictureWide = 104
	pictureTall = 80
	nameTop     = pictureTop + pictureTall + 6
)

// PictureSize is the most room that a picture has in a tile, in Fyne's pixels.
func PictureSize() fyne.Size { return fyne.NewSize(pictureWide, pictureTall) }

// grid is where the items stand: below each other as lines, or as tiles, as many side by side as fit. The zero grid has room
// for none.
type grid struct {
	icons         bool
	columns       int
	width, height float32 // of a cell
	left, top     float32 // of the first
}

func newGrid(icons bool, width float32) grid {
	if !icons {
		return grid{columns: 1, width: width, height: rowHeight}
	}
	room := max(width-2*edge/2, tileWidth)
	columns := int(room / tileWidth)
	return grid{icons: true, columns: columns, width: room / float32(columns), height: tileHeight, left: edge / 2, top: edge / 2}
}

// line is the line of cells that an item stands in.
func (g grid) line(n int) int { return n / max(g.columns, 1) }

// at is where an item stands.
func (g grid) at(n int) fyne.Position {
	return fyne.NewPos(g.left+float32(n%max(g.columns, 1))*g.width, g.top+float32(g.line(n))*g.height)
}

// tall is the height of so many items.
func (g grid) tall(count int) float32 {
	if count == 0 {
		return 0
	}
	return 2*g.top + float32(g.line(count-1)+1)*g.height
}

// index returns which of so many items is at a place, or -1.
func (g grid) index(p fyne.Position, count int) int {
	if g.columns == 0 {
		return -1
	}
	column, line := int(math.Floor(float64((p.X-g.left)/g.width))), int(math.Floor(float64((p.Y-g.top)/g.height)))
	if !g.icons {
		column = 0 // a line has no edges
	}
	n := line*g.columns + column
	if line < 0 || column < 0 || column >= g.columns || n >= count {
		return -1
	}
	return n
}

// within returns which of so many items touch a rectangle, in ascending order: those from first to before last of which
// touches tells that they do.
func (g grid) within(a, b fyne.Position, count int) (first, last int, touches func(n int) bool) {
	low, high := fyne.NewPos(min(a.X, b.X), min(a.Y, b.Y)), fyne.NewPos(max(a.X, b.X), max(a.Y, b.Y))
	first = max(int((low.Y-g.top)/g.height), 0) * g.columns
	last = min((max(int((high.Y-g.top)/g.height), -1)+1)*g.columns, count)
	return first, last, func(n int) bool {
		at := g.at(n)
		return !g.icons || at.X+tileGap <= high.X && at.X+g.width-tileGap >= low.X && at.Y+tileGap <= high.Y && at.Y+g.height-tileGap >= low.Y
	}
}

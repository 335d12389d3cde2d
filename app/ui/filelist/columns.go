package filelist

// Sizes in Fyne's pixels: a line fits the text with room to hit it; dates and sizes never need to be cut.
const (
	rowHeight    = 28
	headerHeight = 28
	iconSize     = 18
	edge         = 12  // room at both ends of a line
	gap          = 10  // room between columns
	timeWidth    = 138 // "28 Sep 2026, 23:59"
	sizeWidth    = 84
	leastName    = 190 // narrower, and the other columns give way
)

// columns is where the columns stand in a width. A column that has no room has width 0.
type columns struct {
	name, nameWidth     float32
	modified, timeWidth float32
	size, sizeWidth     float32
}

func arrangeColumns(width float32) columns {
	c := columns{name: edge + iconSize + gap, timeWidth: timeWidth, sizeWidth: sizeWidth}
	right := width - edge
	room := func() float32 { return right - c.name - c.timeWidth - c.sizeWidth - 2*gap }
	if room() < leastName {
		c.timeWidth = 0
	}
	if room() < leastName {
		c.sizeWidth = 0
	}
	c.size = right - c.sizeWidth
	c.modified = c.size - gap - c.timeWidth
	c.nameWidth = max(c.modified-gap-c.name, 0)
	if c.timeWidth == 0 {
		c.nameWidth = max(c.size-gap-c.name, 0)
	}
	return c
}

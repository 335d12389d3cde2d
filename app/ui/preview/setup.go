package preview

import (
	"image"
	"math"
)

// Paper is a sheet of paper, and what of it a printer can't print on; all in hundredths of a millimetre.
type Paper struct {
	Size
	Top, Bottom, Left, Right int
}

// mostSide is the longest side of a paper that is believed, 10 m; margins take at most a quarter of a side each.
const mostSide = 1_000_000

// sound is a paper as it can be: what a printer says of its papers is not always true.
func (p Paper) sound() Paper {
	if p.Width < 1 || p.Height < 1 || p.Width > mostSide || p.Height > mostSide {
		return Paper{Size: Size{Width: 21_000, Height: 29_700}} // A4
	}
	for m, side := range map[*int]int{&p.Top: p.Height, &p.Bottom: p.Height, &p.Left: p.Width, &p.Right: p.Width} {
		*m = min(max(*m, 0), side/4)
	}
	return p
}

// Turn says how the pages lie on the paper.
type Turn int

// The turns. The zero Turn leaves it to the document.
const (
	AsItIs Turn = iota
	Upright
	Sideways
)

// Sides says which sides of the paper are used.
type Sides int

// The sides.
const (
	OneSide   Sides = iota
	LongEdge        // both, bound at the long edge, as a book of upright pages
	ShortEdge       // both, bound at the short edge, as a calendar
)

// How a page that is not as large as the paper gets onto it (PWG 5100.16, print-scaling).
const (
	ScaleAuto = "auto" // made smaller when it must be
	ScaleFit  = "fit"  // as large as it can be shown whole
	ScaleFill = "fill" // as large as covers the paper
	ScaleNone = "none"
)

// Setup is how a document is to be printed, as far as it shows. The zero values are those of a plain job; only Paper
// must be there.
type Setup struct {
	Paper    Paper
	Pages    Spans
	Turn     Turn
	NumberUp int // pages on one side; 0 is 1
	Sides    Sides
	Scaling  string
	Gray     bool
}

// Face is one side of a sheet of paper, with what is on it.
type Face struct {
	Sheet int // from 1
	Back  bool
	Pages []int // of the document, from 0
}

func (s Setup) numberUp() int { return max(s.NumberUp, 1) }

// Faces returns how many sides of paper a document of so many pages fills; the back of the last sheet may stay empty.
func (s Setup) Faces(pages int) int {
	return (s.Pages.Count(pages) + s.numberUp() - 1) / s.numberUp()
}

// Sheets returns how many sheets of paper it takes.
func (s Setup) Sheets(pages int) int {
	if s.Sides == OneSide {
		return s.Faces(pages)
	}
	return (s.Faces(pages) + 1) / 2
}

// Face returns one side of paper, from 0.
func (s Setup) Face(pages, n int) Face {
	f := Face{Sheet: n + 1}
	if s.Sides != OneSide {
		f.Sheet, f.Back = n/2+1, n%2 == 1
	}
	count := s.Pages.Count(pages)
	for i := n * s.numberUp(); i < min((n+1)*s.numberUp(), count); i++ {
		f.Pages = append(f.Pages, s.Pages.page(i))
	}
	return f
}

// slack is how far a page may be from the size of the paper and still be of that size: programs round, and Letter pages
// that a driver takes for A4 are something else. 2 mm.
const slack = 200

// Layout is where pages lie on one side of paper, as it is looked at: turned so that they can be read. All is in
// hundredths of a millimetre.
type Layout struct {
	Paper     image.Point
	Printable image.Rectangle   // what lies outside stays white
	Pages     []image.Rectangle // some may reach beyond Printable
}

// Layout lays pages of these sizes onto one side of paper.
func (s Setup) Layout(pages []Size) Layout {
	if s.numberUp() > 1 {
		return s.several(pages)
	}
	var page Size
	if len(pages) > 0 {
		page = pages[0]
	}
	l := s.blank(s.Turn == Sideways || s.Turn == AsItIs && page.Width > page.Height)
	if len(pages) > 0 {
		l.Pages = []image.Rectangle{s.place(page, l)}
	}
	return l
}

// blank is the paper, lying or standing.
func (s Setup) blank(lying bool) Layout {
	p := s.Paper.sound()
	if lying == (p.Width > p.Height) || p.Width == p.Height {
		return Layout{Paper: image.Pt(p.Width, p.Height), Printable: image.Rect(p.Left, p.Top, p.Width-p.Right, p.Height-p.Bottom)}
	}
	// A page is turned by 90 degrees against the clock to lie on the paper (RFC 8011 section 5.2.10): its top is where
	// the paper's left edge is.
	return Layout{Paper: image.Pt(p.Height, p.Width), Printable: image.Rect(p.Bottom, p.Left, p.Height-p.Top, p.Width-p.Right)}
}

// place lays one page onto the paper.
func (s Setup) place(page Size, l Layout) image.Rectangle {
	sheet := image.Rectangle{Max: l.Paper}
	same := abs(page.Width-l.Paper.X) <= slack && abs(page.Height-l.Paper.Y) <= slack
	small := page.Width <= l.Printable.Dx() && page.Height <= l.Printable.Dy()
	switch {
	case page.Loose && s.Scaling != ScaleFill:
		return inside(page, l.Printable)
	case s.Scaling == ScaleFill:
		return covering(page, sheet)
	case s.Scaling == ScaleNone, s.Scaling != ScaleFit && (same || small):
		return centred(page.Width, page.Height, sheet)
	}
	return inside(page, l.Printable)
}

// gap is between two pages on one side of paper: 4 mm.
const gap = 400

// several lays pages in rows, as large as they get.
func (s Setup) several(pages []Size) Layout {
	n := s.numberUp()
	shape := s.Paper.sound().Size
	if len(pages) > 0 {
		shape = pages[0]
	}
	var best Layout
	var grid image.Point
	most := 0.0
	for _, lying := range []bool{false, true} {
		l := s.blank(lying)
		for columns := 1; columns <= n; columns++ {
			if n%columns != 0 {
				continue
			}
			rows := n / columns
			cell := cellOf(l.Printable, columns, rows, 0)
			if size := inside(shape, cell).Dx(); float64(size) > most*1.001 {
				most, best, grid = float64(size), l, image.Pt(columns, rows)
			}
		}
	}
	if most == 0 { // paper all margin
		return s.blank(false)
	}
	for i, p := range pages {
		best.Pages = append(best.Pages, inside(p, cellOf(best.Printable, grid.X, grid.Y, i)))
	}
	return best
}

// cellOf returns the place of the i-th page in a grid.
func cellOf(area image.Rectangle, columns, rows, i int) image.Rectangle {
	w, h := (area.Dx()-gap*(columns-1))/columns, (area.Dy()-gap*(rows-1))/rows
	x, y := area.Min.X+i%columns*(w+gap), area.Min.Y+i/columns*(h+gap)
	return image.Rect(x, y, x+max(w, 0), y+max(h, 0))
}

// inside returns the largest place of a page's shape in an area, covering the smallest around it.
func inside(page Size, area image.Rectangle) image.Rectangle {
	return resized(page, area, math.Min(scale(page, area)))
}

func covering(page Size, area image.Rectangle) image.Rectangle {
	return resized(page, area, math.Max(scale(page, area)))
}

func scale(page Size, area image.Rectangle) (x, y float64) {
	return float64(area.Dx()) / float64(max(page.Width, 1)), float64(area.Dy()) / float64(max(page.Height, 1))
}

func resized(page Size, area image.Rectangle, by float64) image.Rectangle {
	return centred(int(float64(page.Width)*by+0.5), int(float64(page.Height)*by+0.5), area)
}

func centred(width, height int, area image.Rectangle) image.Rectangle {
	x, y := area.Min.X+(area.Dx()-width)/2, area.Min.Y+(area.Dy()-height)/2
	return image.Rect(x, y, x+width, y+height)
}

func abs(n int) int { return max(n, -n) }

// bound tells along which edge of a face the sheets are bound, if they are printed on both sides: beside the page or above
// (on a back, below) it.
func (s Setup) bound(l Layout) (beside, above bool) {
	if s.Sides == OneSide {
		return false, false
	}
	beside = (l.Paper.X <= l.Paper.Y) == (s.Sides == LongEdge)
	return beside, !beside
}

package printing

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// TestPage is a page that shows how a printer prints: whose it is, what fits on the paper, colours, greys, small letters,
// fine lines and true lengths.
type TestPage struct {
	PC, Printer, Model string // names for people
	Medium             Medium // that it is for
	When               time.Time
}

// point is a hundredth of a millimetre in points.
const point = 72.0 / 2540

// The block that the page is made up in, in points; on other papers it is made smaller or larger as a whole, within
// minBlock and maxBlock. All of it is inside the frame by blockInset.
const (
	blockWidth, blockHeight = 510.0, 720.0
	minBlock, maxBlock      = 0.35, 1.4
	headHeight              = 180.0
	blockInset              = 12.0
)

// PDF is the page as a document that needs no font, picture or program but what every reader of PDF has.
func (p TestPage) PDF() []byte {
	m := p.Medium
	if m.Width <= 0 || m.Height <= 0 { // a printer that doesn't say what paper it has
		m = Medium{Name: "iso_a4_210x297mm", Width: 21000, Height: 29700}
	}
	w, h := float64(m.Width)*point, float64(m.Height)*point
	left, right, top, bottom := float64(m.Left)*point, w-float64(m.Right)*point, h-float64(m.Top)*point, float64(m.Bottom)*point
	d := &drawing{scale: 1}
	d.frame(left, bottom, right, top)
	wide, high := right-left-2*blockInset, top-bottom-2*blockInset
	d.scale = min(wide/blockWidth, high/blockHeight, maxBlock)
	whole := d.scale >= minBlock
	if !whole { // a label has room for the head alone
		d.scale = max(0.01, min(wide/blockWidth, high/headHeight))
	}
	d.x, d.y = (left+right-blockWidth*d.scale)/2, top-blockInset
	d.facts(p, m)
	if whole {
		d.colours(206)
		d.greys(366)
		d.letters(436)
		d.lines(584)
		d.ruler(694)
	}
	return document(w, h, "Test page", d.String())
}

// drawing writes the content of a page. Places are in points of the block, y from its top down.
type drawing struct {
	strings.Builder
	x, y, scale float64 // where the block's top left corner is on the page, and how large a point of it is
}

func (d *drawing) at(x, y float64) string {
	return fmt.Sprintf("%.2f %.2f", d.x+x*d.scale, d.y-y*d.scale)
}

// write puts a text with its baseline at y.
func (d *drawing) write(font string, size, x, y float64, text string) {
	fmt.Fprintf(d, "BT /%s %.2f Tf %s Td (%s) Tj ET\n", font, size*d.scale, d.at(x, y), pdfText(text))
}

// fit is write for a text of unknown length, made smaller where it is too wide: half as wide as high is a letter, as a rule.
func (d *drawing) fit(font string, size, x, y, width float64, text string) {
	text = shortened(printable(text), 110)
	d.write(font, min(size, width/(0.56*float64(max(1, len([]rune(text)))))), x, y, text)
}

// fill fills a rectangle that hangs from x, y.
func (d *drawing) fill(colour string, x, y, w, h float64) {
	fmt.Fprintf(d, "%s %s %.2f %.2f re f\n", colour, d.at(x, y+h), w*d.scale, h*d.scale)
}

func (d *drawing) line(width, x1, y1, x2, y2 float64) {
	fmt.Fprintf(d, "%.3f w %s m %s l S\n", width*d.scale, d.at(x1, y1), d.at(x2, y2))
}

// frame draws the edge of what can be printed on, in points of the page, with corners that are easy to find.
func (d *drawing) frame(left, bottom, right, top float64) {
	fmt.Fprintf(d, "0 G 0.5 w %.2f %.2f %.2f %.2f re S\n", left+0.25, bottom+0.25, right-left-0.5, top-bottom-0.5)
	const arm = 14
	for _, c := range [][4]float64{{left, bottom, 1, 1}, {right, bottom, -1, 1}, {left, top, 1, -1}, {right, top, -1, -1}} {
		x, y, dx, dy := c[0]+c[2]*0.75, c[1]+c[3]*0.75, c[2]*arm, c[3]*arm
		fmt.Fprintf(d, "1.5 w %.2f %.2f m %.2f %.2f l %.2f %.2f l S\n", x+dx, y, x, y, x, y+dy)
	}
}

const (
	black, grey = "0 0 0 1 k", "0 0 0 0.55 k"
	regular     = "F1"
	bold        = "F2"
)

// heading begins a part of the page.
func (d *drawing) heading(y float64, text, explains string) {
	d.WriteString(black + "\n")
	d.write(bold, 10, 0, y, text)
	d.WriteString(grey + "\n")
	d.write(regular, 8, 120, y, explains)
	d.WriteString(black + " 0 0 0 0.3 K\n")
	d.line(0.5, 0, y+5, blockWidth, y+5)
	d.WriteString("0 G\n")
}

// facts is whose page it is.
func (d *drawing) facts(p TestPage, m Medium) {
	d.WriteString(black + "\n")
	d.write(bold, 28, 0, 30, "Test page")
	d.WriteString(grey + "\n")
	d.write(regular, 9, 0, 46, "Printed by Lanyard. If you can read this, the way from your PC to this paper works.")
	for i, fact := range [][2]string{
		{"Printer", p.Printer}, {"at the PC", p.PC}, {"Model", p.Model}, {"Printed", p.When.Format("2 January 2006, 15:04")},
		{"Paper", paperName(m)},
		{"Margins", fmt.Sprintf("top %.1f mm, bottom %.1f mm, left %.1f mm, right %.1f mm", mm(m.Top), mm(m.Bottom), mm(m.Left), mm(m.Right))},
	} {
		y := 72 + 18*float64(i)
		d.WriteString(grey + "\n")
		d.write(regular, 9, 0, y, fact[0])
		d.WriteString(black + "\n")
		d.fit(regular, 11, 80, y, blockWidth-80, fact[1])
	}
	d.WriteString(grey + "\n")
	d.write(regular, 8, 80, 176, "The thin frame is the edge of what the printer says it can print on: all four sides and corners should be there.")
}

// colours shows the inks, what two of them make, and each going from none to all.
func (d *drawing) colours(y float64) {
	d.heading(y, "Colours", "even areas without stripes; under each the same at half strength")
	all := []struct{ name, full, half string }{
		{"Cyan", "1 0 0 0 k", ".5 0 0 0 k"}, {"Magenta", "0 1 0 0 k", "0 .5 0 0 k"}, {"Yellow", "0 0 1 0 k", "0 0 .5 0 k"}, {"Black", black, "0 0 0 .5 k"},
		{"Red", "0 1 1 0 k", "0 .5 .5 0 k"}, {"Green", "1 0 1 0 k", ".5 0 .5 0 k"}, {"Blue", "1 1 0 0 k", ".5 .5 0 0 k"},
	}
	const wide = (blockWidth + 4) / 7
	for i, c := range all {
		x := wide * float64(i)
		d.fill(c.full, x, y+14, wide-4, 34)
		d.fill(c.half, x, y+48, wide-4, 18)
		d.WriteString(grey + "\n")
		d.write(regular, 7, x, y+75, c.name)
	}
	for i := range 4 { // the shadings of document, as wide as the page of a unit square
		top := y + 84 + 15*float64(i)
		fmt.Fprintf(d, "q %.3f 0 0 %.3f %s cm 0 0 1 1 re W n /S%d sh Q\n", blockWidth*d.scale, 12*d.scale, d.at(0, top+12), i+1)
	}
}

// greys is a wedge from white to black.
func (d *drawing) greys(y float64) {
	d.heading(y, "Greys", "eleven steps, each to be told from the next")
	const wide = blockWidth / 11
	for i := range 11 {
		x := wide * float64(i)
		d.fill(fmt.Sprintf("0 0 0 %.1f k", float64(i)/10), x, y+12, wide, 30)
		d.WriteString(grey + "\n")
		d.write(regular, 7, x+2, y+51, fmt.Sprintf("%d %%", i*10))
	}
	fmt.Fprintf(d, "0 0 0 0.3 K %.2f w %s %.2f %.2f re S\n", 0.5*d.scale, d.at(0, y+42), blockWidth*d.scale, 30*d.scale)
}

// trueSize is a size in points of the block that is true on paper, and what it is there: on small papers no longer what was
// asked for.
func (d *drawing) trueSize(size float64) (block float64, label string) {
	block = size / max(d.scale, 0.9)
	return block, fmt.Sprintf("%.2g pt", block*d.scale)
}

// letters is text from what nobody can read to what everybody can.
func (d *drawing) letters(y float64) {
	d.heading(y, "Letters", "sharp, from which size on?")
	d.WriteString(black + "\n")
	at := y + 10
	for _, size := range []float64{4, 5, 6, 7, 8, 10, 12} {
		block, label := d.trueSize(size)
		at += size + 4
		d.write(regular, 7, 0, at, label)
		d.write(regular, block, 30, at, "The quick brown fox jumps over the lazy dog. 0123456789 äöü ÄÖÜ ß é ñ €")
	}
	d.write("F3", 11, 30, at+19, "Times: Sphinx of black quartz, judge my vow.")
	d.write("F4", 10, 270, at+19, "Courier: 0O 1lI 5S 8B {}[]()")
	d.write(bold, 11, 30, at+36, "White on black and black on white:")
	d.fill(black, 230, at+26, 140, 14)
	d.WriteString("0 0 0 0 k\n")
	d.write(regular, 8, 236, at+36, "Small white letters stay open.")
	d.WriteString(black + "\n")
	d.write(regular, 8, 382, at+36, "Small black letters stay open.")
}

// lines are fine lines, and a star whose middle shows how fine the printer is.
func (d *drawing) lines(y float64) {
	d.heading(y, "Lines", "straight and unbroken; the star's rays run together only near its middle; the ring is round")
	d.WriteString("0 0 0 1 K " + black + "\n")
	for i, size := range []float64{0.1, 0.25, 0.5, 1, 2} {
		at := y + 20 + 15*float64(i)
		width, label := d.trueSize(size)
		d.write(regular, 7, 0, at+2.5, label)
		d.line(width, 30, at, 190, at)
		left := 205 + 38*float64(i)
		for x := left; x < left+26; x += 2 * width {
			d.line(width, x, y+16, x, y+82)
		}
	}
	const cx, r = 440.0, 42.0
	cy := y + 54
	const rays = 36
	for i := range rays {
		a, b := 2*math.Pi*float64(i)/rays, 2*math.Pi*(float64(i)+0.5)/rays
		fmt.Fprintf(d, "%s m %s l %s l f\n", d.at(cx, cy), d.at(cx+r*math.Cos(a), cy+r*math.Sin(a)), d.at(cx+r*math.Cos(b), cy+r*math.Sin(b)))
	}
	d.ring(cx, cy, r+4)
}

// ring draws a circle of four curves.
func (d *drawing) ring(x, y, r float64) {
	const k = 0.5523 // of the radius: the curves are then round to a thousandth
	fmt.Fprintf(d, "%.2f w %s m %s %s %s c %s %s %s c %s %s %s c %s %s %s c S\n", 0.5*d.scale, d.at(x+r, y),
		d.at(x+r, y+k*r), d.at(x+k*r, y+r), d.at(x, y+r), d.at(x-k*r, y+r), d.at(x-r, y+k*r), d.at(x-r, y),
		d.at(x-r, y-k*r), d.at(x-k*r, y-r), d.at(x, y-r), d.at(x+k*r, y-r), d.at(x+r, y-k*r), d.at(x+r, y))
}

// ruler is true to length, whatever the size of the block, and as long as fits.
func (d *drawing) ruler(y float64) {
	unit := 100 * point / d.scale // a millimetre, in points of the block
	length := min(150, int(blockWidth/unit)/10*10)
	d.line(0.5, 0, y, float64(length)*unit, y)
	for i := range length + 1 {
		tick := 4.0
		if i%10 == 0 {
			tick = 10
		} else if i%5 == 0 {
			tick = 7
		}
		d.line(0.4, float64(i)*unit, y, float64(i)*unit, y+tick)
	}
	d.WriteString(grey + "\n")
	d.write(regular, 8, 0, y+20, fmt.Sprintf("%d mm: shorter or longer on paper, the page was scaled on its way", length))
}

func mm(n int) float64 { return float64(n) / 100 }

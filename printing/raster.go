package printing

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// rasterHead is how much of a raster document tells the size of its pages: PWG raster has it in the first 400 bytes
// (PWG 5102.4 section 4.3), AirPrint raster in the first 36.
const rasterHead = 512

// rasterPage is what the first page of a raster document says of itself.
type rasterPage struct {
	x, y  int    // hundredths of a millimetre
	sides string // "" for not said
}

// readRaster reads the header of the first page. Anything may stand there.
func readRaster(head []byte, format string) (p rasterPage, ok bool) {
	var wide, high, xres, yres uint32
	var duplex, tumble bool
	number := binary.BigEndian.Uint32
	switch {
	case format == formatPWG && len(head) >= 384:
		page := head[4:] // offsets of PWG 5102.4 table 1
		duplex, tumble = number(page[272:]) == 1, number(page[368:]) == 1
		xres, yres, wide, high = number(page[276:]), number(page[280:]), number(page[372:]), number(page[376:])
	case format == formatURF && len(head) >= 36:
		page := head[12:] // behind the mark and the number of pages
		duplex, tumble = page[2] == 2 || page[2] == 3, page[2] == 2
		wide, high, xres = number(page[12:]), number(page[16:]), number(page[20:])
		yres = xres
	}
	if wide == 0 || high == 0 || xres == 0 || yres == 0 {
		return p, false
	}
	p.x, p.y = dots(wide, xres), dots(high, yres)
	switch {
	case duplex && tumble:
		p.sides = "two-sided-short-edge"
	case duplex:
		p.sides = "two-sided-long-edge"
	}
	return p, true
}

// dots is a length in hundredths of a millimetre, no more than a paper can have.
func dots(n, perInch uint32) int {
	return int(min(math.Round(float64(n)*2540/float64(perInch)), 1e7))
}

// withRaster puts what a raster document says of its paper and sides into a template that says nothing of them: it was
// made for that paper, and would be scaled to another (RFC 8011 section 5.2, a document counts more than a default).
func withRaster(template goipp.Attributes, caps ipp.Attrs, head []byte, format string) goipp.Attributes {
	page, ok := readRaster(head, format)
	if !ok {
		return template
	}
	if o, _ := findOption("sides"); page.sides != "" && !ipp.Attrs(template).Has(o.name) {
		if attr, ok := o.check(keywords(o.name, page.sides), caps); ok {
			template = append(template, attr)
		}
	}
	col := mediaCol(template)
	if ipp.Attrs(template).Has("media") || ipp.Attrs(col).Has("media-size") || !takesSize(caps, page.x, page.y) {
		return template
	}
	if name := mediumNamed(caps, page.x, page.y); name != "" && len(col) == 0 {
		return append(template, goipp.MakeAttr("media", goipp.TagKeyword, goipp.String(name)))
	} else if name != "" { // whole dots are seldom whole millimetres
		page.x, page.y, _ = mediaSize(name)
	}
	// One that goes with a tray, or of a size of its own.
	col = append(goipp.Collection{goipp.MakeAttr("media-size", goipp.TagBeginCollection, sizeCol(page.x, page.y))}, col...)
	return overlaid(template, goipp.Attributes{goipp.MakeAttr("media-col", goipp.TagBeginCollection, col)})
}

func mediaCol(template goipp.Attributes) goipp.Collection {
	attr, ok := ipp.Attrs(template).Get("media-col")
	if !ok {
		return nil
	}
	col, _ := attr.Values[0].V.(goipp.Collection)
	return col
}

// mediumNamed is the paper of that size among those that a printer lists; "" for none. One with a name of the maker's own
// is a special one, without margins, say, and only taken where there is no other.
func mediumNamed(caps ipp.Attrs, x, y int) string {
	found := ""
	for _, name := range caps.Strings("media-supported") {
		w, h, ok := mediaSize(name)
		if ok && near(w, x) && near(h, y) && !strings.HasPrefix(name, "custom_m") && (found == "" || strings.HasPrefix(found, "om_")) {
			found = name
		}
	}
	return found
}

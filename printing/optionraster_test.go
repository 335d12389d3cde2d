package printing_test

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"
)

// markedRaster makes a PWG raster (PWG 5102.4) of the marked pages.
type markedRaster struct {
	paper string // its size, in hundredths of a millimetre, is in paperSizes
	dpi   int
	color bool
	bits  bool // black and white only: eight dots in a byte
	sides string
}

func (r markedRaster) encode(pages int) []byte {
	wide, high := paperSizes[r.paper][0]*r.dpi/2540, paperSizes[r.paper][1]*r.dpi/2540
	header := make([]byte, 1796)
	put := func(offset, n int) { binary.BigEndian.PutUint32(header[offset:], uint32(n)) }
	copy(header, "PwgRaster")
	put(276, r.dpi)
	put(280, r.dpi)
	put(352, paperSizes[r.paper][0]*72/2540)
	put(356, paperSizes[r.paper][1]*72/2540)
	put(372, wide)
	put(376, high)
	pixel := 1
	space := 18 // sGray
	if r.color {
		pixel, space = 3, 19 // sRGB
	}
	put(384, 8)
	put(388, 8*pixel)
	put(392, wide*pixel)
	if r.bits {
		space = 3 // black
		put(384, 1)
		put(388, 1)
		put(392, (wide+7)/8)
	}
	put(400, space)
	put(420, pixel)
	put(452, pages)
	if r.sides != "" {
		put(272, 1)
	}
	if r.sides == shortEdge {
		put(368, 1)
	}
	copy(header[1732:], r.paper)
	out := []byte("RaS2")
	for page := range pages {
		out = append(out, header...)
		out = r.page(out, page+1, wide, high, pixel)
	}
	return out
}

// page adds the lines of a page: the same ones together, and of a line the same dots (PWG 5102.4 section 4.4).
func (r markedRaster) page(out []byte, page, wide, high, pixel int) []byte {
	half := int(markSide * float64(wide) / 2)
	dots := func(n int, ink ...byte) {
		for ; n > 0; n -= 128 {
			out = append(append(out, byte(min(n, 128)-1)), ink[:pixel]...)
		}
	}
	white := []byte{255, 255, 255}
	if r.bits { // in which a one is black
		for ; high > 0; high -= 256 {
			out = append(out, byte(min(high, 256)-1))
			dots((wide+7)/8, 0)
		}
		return out
	}
	lines := func(n int, corners ...int) {
		for ; n > 0; n -= 256 {
			out = append(out, byte(min(n, 256)-1))
			x := 0
			for _, c := range corners {
				from := int(markAt[c][0]*float64(wide)) - half
				dots(from-x, white...)
				ink := []byte{153, 0, 0}
				if g := byte(markGrey(page, c)); c < 3 {
					ink = []byte{g, g, g}
				} else if !r.color {
					ink = []byte{60}
				}
				dots(2*half, ink...)
				x = from + 2*half
			}
			dots(wide-x, white...)
		}
	}
	top, bottom := int(markAt[0][1]*float64(high))-half, int(markAt[2][1]*float64(high))-half
	lines(top)
	lines(2*half, 0, 1)
	lines(bottom - top - 2*half)
	lines(2*half, 2, 3)
	lines(high - bottom - 2*half)
	return out
}

// rasterChoices are what a client says that makes raster itself: some in the header of the pages, some in the request.
var rasterChoices = []choice{
	{"header paper", []string{"iso_a5_148x210mm", "iso_a4_210x297mm", "na_letter_8.5x11in"}},
	{"header color", []string{"color", "gray"}},
	{"header sides", []string{"", longEdge, shortEdge}},
	{"copies", []string{"", "2"}},
	{"multiple-document-handling", []string{"", collatedCopies, uncollatedCopies}},
	{"sides", []string{"", "one-sided", longEdge}},
	{"page-ranges", []string{"", "2-3"}},
	{"media", []string{"", "iso_a5_148x210mm", "iso_a4_210x297mm"}},
	{"media-source", []string{"", "tray-2"}},
	{"print-color-mode", []string{"", "monochrome"}},
	{"print-quality", []string{"", "draft"}},
}

// raster is a program that makes PWG raster and sends it as it is, a phone for instance.
func (lab *optionLab) raster(t *testing.T, printer, title, _ string, a asked) {
	page := markedRaster{paper: a["header paper"], dpi: 150, color: a["header color"] == "color", sides: a["header sides"]}
	file := filepath.Join(t.TempDir(), "page.pwg")
	write(t, file, string(page.encode(markedPages)))
	for name := range a {
		if strings.HasPrefix(name, "header ") {
			a = without(a, name)
		}
	}
	lab.ipptool(t, printer, title, file, a)
}

// asRequested puts what a raster's header says where the request says nothing.
func asRequested(a asked) asked {
	want := asked{"print-color-mode": map[string]string{"gray": "monochrome"}[a["header color"]], "media": a["header paper"], "sides": a["header sides"]}
	for name, value := range a {
		if !strings.HasPrefix(name, "header ") {
			want[name] = value
		}
	}
	return want
}

func TestRasterExact(t *testing.T) {
	t.Parallel()
	lab := newOptionLab(t)
	for _, printer := range optionPrinters {
		t.Run(printer, func(t *testing.T) {
			t.Parallel()
			lab.matrix(t, "raster", printer, "", cover(rasterChoices), lab.raster)
		})
	}
}

package printing

import (
	"math"
	"strconv"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// sizeSlack is how far a size may be off and still be the same paper, in hundredths of a millimetre: programs round
// inches to millimetres and points in their own ways (CUPS allows 1/36 inch).
const sizeSlack = 70

// mediaSize returns the size in a self-describing media name (PWG 5101.1), in hundredths of a millimetre.
func mediaSize(name string) (x, y int, ok bool) {
	dims := name[strings.LastIndexByte(name, '_')+1:]
	factor := 100.0
	switch {
	case strings.HasSuffix(dims, "mm"):
	case strings.HasSuffix(dims, "in"):
		factor = 2540
	default:
		return 0, 0, false
	}
	w, h, found := strings.Cut(dims[:len(dims)-2], "x")
	width, err1 := strconv.ParseFloat(w, 64)
	height, err2 := strconv.ParseFloat(h, 64)
	if !found || err1 != nil || err2 != nil || !(width > 0 && width < 1e5 && height > 0 && height < 1e5) {
		return 0, 0, false
	}
	return int(math.Round(width * factor)), int(math.Round(height * factor)), true
}

// The beginnings of the names of the smallest and the largest size of a printer that takes all between (PWG 5101.1).
const customMin, customMax = "custom_min_", "custom_max_"

func isRangeEnd(name string) bool {
	return strings.HasPrefix(name, customMin) || strings.HasPrefix(name, customMax)
}

// takesCustom tells whether media is a custom size between the custom_min and custom_max that a printer lists.
func takesCustom(supported goipp.Attribute, media goipp.Value) bool {
	name, _ := ipp.Text(media)
	x, y, ok := mediaSize(name)
	if !ok || !strings.HasPrefix(name, "custom_") || isMedia(media) == nil {
		return false
	}
	minX, minY, maxX, maxY := 0, 0, 0, 0
	for _, v := range supported.Values {
		s, _ := ipp.Text(v.V)
		switch {
		case strings.HasPrefix(s, customMin):
			minX, minY, _ = mediaSize(s)
		case strings.HasPrefix(s, customMax):
			maxX, maxY, _ = mediaSize(s)
		}
	}
	return x >= minX && y >= minY && x <= maxX && y <= maxY
}

// checkMedia returns the members of a media-col that the printer takes, and whether there are any.
func checkMedia(attr goipp.Attribute, caps ipp.Attrs) (goipp.Attribute, bool) {
	col, ok := attr.Values[0].V.(goipp.Collection)
	if !ok || len(attr.Values) != 1 {
		return attr, false
	}
	var taken goipp.Collection
	for _, m := range col {
		if checked, ok := checkMember(m, caps); ok && !ipp.Attrs(taken).Has(m.Name) {
			taken.Add(checked)
		}
	}
	return goipp.Attribute{Name: attr.Name, Values: goipp.Values{{T: goipp.TagBeginCollection, V: taken}}}, len(taken) > 0
}

// refusedMembers returns the members of a media-col that the printer doesn't take.
func refusedMembers(attr goipp.Attribute, caps ipp.Attrs) goipp.Collection {
	var refused goipp.Collection
	col, _ := attr.Values[0].V.(goipp.Collection)
	for _, m := range col {
		if _, ok := checkMember(m, caps); !ok {
			refused.Add(m)
		}
	}
	return refused
}

// checkMember checks one member of media-col (PWG 5100.7 section 6.3) against what the printer lists.
func checkMember(m goipp.Attribute, caps ipp.Attrs) (goipp.Attribute, bool) {
	if len(m.Values) != 1 {
		return m, false
	}
	supported, listed := caps.Get(m.Name + "-supported")
	switch m.Name {
	case "media-size":
		size, ok := m.Values[0].V.(goipp.Collection)
		x, okX := ipp.Attrs(size).Int("x-dimension")
		y, okY := ipp.Attrs(size).Int("y-dimension")
		if !ok || !okX || !okY || !takesSize(caps, x, y) {
			return m, false
		}
		return goipp.MakeAttr(m.Name, goipp.TagBeginCollection, sizeCol(x, y)), true
	case "media-source", "media-type":
		s, _ := ipp.Text(m.Values[0].V)
		if !listed || !ipp.Keyword(s) || !(option{kind: kindKeyword}).takes(supported, m.Values[0].V) {
			return m, false
		}
		return goipp.MakeAttr(m.Name, goipp.TagKeyword, goipp.String(s)), true
	case "media-top-margin", "media-bottom-margin", "media-left-margin", "media-right-margin":
		// Margins only choose between borderless and not. One between the listed ones is honoured by the nearest.
		n, ok := m.Values[0].V.(goipp.Integer)
		return m, ok && listed && n >= 0 && n < 10_000
	}
	return m, false
}

func sizeCol(x, y int) goipp.Collection {
	return goipp.Collection{
		goipp.MakeAttr("x-dimension", goipp.TagInteger, goipp.Integer(x)),
		goipp.MakeAttr("y-dimension", goipp.TagInteger, goipp.Integer(y)),
	}
}

// takesSize tells whether a paper of x by y hundredths of a millimetre is among those the printer lists.
func takesSize(caps ipp.Attrs, x, y int) bool {
	sizes, _ := caps.Get("media-size-supported")
	for _, v := range sizes.Values {
		size, _ := v.V.(goipp.Collection)
		if fits(ipp.Attrs(size), "x-dimension", x) && fits(ipp.Attrs(size), "y-dimension", y) {
			return true
		}
	}
	for _, name := range caps.Strings("media-supported") {
		if w, h, ok := mediaSize(name); ok && near(w, x) && near(h, y) {
			return true
		}
	}
	return false
}

func fits(size ipp.Attrs, name string, n int) bool {
	attr, ok := size.Get(name)
	if !ok {
		return false
	}
	switch v := attr.Values[0].V.(type) {
	case goipp.Integer:
		return near(int(v), n)
	case goipp.Range:
		return v.Within(n)
	}
	return false
}

func near(a, b int) bool { return a-b <= sizeSlack && b-a <= sizeSlack }

package printing

import (
	"fmt"
	"slices"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// cupsTemplate words a template so that CUPS 2 and cups-filters 1 do with it what the standards say. Each difference was
// seen in what reached a printer.
func cupsTemplate(template goipp.Attributes, format string) goipp.Attributes {
	attrs := slices.Clone(template)
	set := func(attr goipp.Attribute) {
		attrs = slices.DeleteFunc(attrs, func(a goipp.Attribute) bool { return a.Name == attr.Name })
		attrs.Add(attr)
	}
	// A resolution that is the same both ways gets to drivers as 300x300dpi, which none of them knows.
	if attr, ok := ipp.Attrs(attrs).Get("printer-resolution"); ok {
		if r, ok := attr.Values[0].V.(goipp.Resolution); ok && r.Xres == r.Yres && r.Units == goipp.UnitsDpi {
			set(goipp.MakeAttr("resolution", goipp.TagKeyword, goipp.String(fmt.Sprintf("%ddpi", r.Xres))))
		}
	}
	// Left to itself CUPS makes copies sheet by sheet, and a printer that makes them as it likes.
	// Told to collate copies of a picture, it makes them twice over or adds empty sheets; of one page it is all the same.
	if n, _ := ipp.Attrs(attrs).Int("copies"); n > 1 && (!ipp.Attrs(attrs).Has("multiple-document-handling") || format == formatJPEG || format == formatPNG) {
		set(keywords("multiple-document-handling", uncollated))
	}
	up, _ := ipp.Attrs(attrs).Int("number-up")
	// Ranges of pages count the faces that pages have been put together on, and not the pages of the document.
	if ranges, ok := ipp.Attrs(attrs).Get("page-ranges"); ok && up > 1 {
		if faces, ok := facesOf(ranges, up); ok {
			set(faces)
		}
	}
	// A PDF has its own orientation. Turned on their side, a square of its pages would stay upright, in the wrong order.
	if turned, _ := ipp.Attrs(attrs).Int("orientation-requested"); format == formatPDF && (up == 4 || up == 9 || up == 16) {
		if upright := map[int]int{4: 3, 5: 6}[turned]; upright != 0 { // landscape and reverse landscape
			set(goipp.MakeAttr("orientation-requested", goipp.TagEnum, goipp.Integer(upright)))
		}
	}
	return attrs
}

// facesOf turns ranges of pages into ranges of the faces that have up of them each, and tells whether these show the same
// pages: every range must begin a face, and end one or go to the end of the document.
func facesOf(ranges goipp.Attribute, up int) (goipp.Attribute, bool) {
	faces := goipp.Attribute{Name: ranges.Name}
	for _, v := range ranges.Values {
		r, ok := v.V.(goipp.Range)
		if !ok || (r.Lower-1)%up != 0 || r.Upper%up != 0 && r.Upper != lastPage {
			return ranges, false
		}
		upper := r.Upper / up
		if r.Upper == lastPage {
			upper = lastPage
		}
		faces.Values.Add(goipp.TagRange, goipp.Range{Lower: (r.Lower-1)/up + 1, Upper: upper})
	}
	return faces, true
}

package printing

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// completeCaps adds what IPP Everywhere wants a printer to say and its print system doesn't.
func completeCaps(caps goipp.Attributes) goipp.Attributes {
	caps = completeMedia(matched(caps))
	has := func(name string) bool { return ipp.Attrs(caps).Has(name) }
	add := func(attr goipp.Attribute) {
		if !has(attr.Name) {
			caps.Add(attr)
		}
	}
	dpi := goipp.Resolution{Xres: 300, Yres: 300, Units: goipp.UnitsDpi}
	for _, attr := range []goipp.Attribute{
		goipp.MakeAttr("color-supported", goipp.TagBoolean, goipp.Boolean(false)),
		goipp.MakeAttr("pages-per-minute", goipp.TagInteger, goipp.Integer(1)),
		goipp.MakeAttr("copies-supported", goipp.TagRange, goipp.Range{Lower: 1, Upper: 1}),
		goipp.MakeAttr("copies-default", goipp.TagInteger, goipp.Integer(1)),
		keywords("sides-supported", "one-sided"), keywords("print-color-mode-supported", "auto"),
		keywords("print-content-optimize-supported", "auto"), keywords("print-rendering-intent-supported", "auto"),
		goipp.MakeAttr("print-quality-supported", goipp.TagEnum, goipp.Integer(4)),
		goipp.MakeAttr("orientation-requested-supported", goipp.TagEnum, goipp.Integer(3)),
		goipp.MakeAttr("orientation-requested-default", goipp.TagNoValue, goipp.Void{}),
		goipp.MakeAttr("finishings-supported", goipp.TagEnum, goipp.Integer(3)),
		goipp.MakeAttr("printer-resolution-supported", goipp.TagResolution, dpi),
		goipp.MakeAttr("page-ranges-supported", goipp.TagBoolean, goipp.Boolean(false)),
		keywords("output-bin-supported", "face-down"), keywords("job-hold-until-supported", "no-hold", "indefinite"),
		goipp.MakeAttr("job-retain-until-interval-supported", goipp.TagRange, goipp.Range{Lower: 0, Upper: int(maxRetain / time.Second)}),
		goipp.MakeAttr("job-retain-until-interval-default", goipp.TagInteger, goipp.Integer(0)),
		goipp.MakeAttr("job-priority-supported", goipp.TagInteger, goipp.Integer(1)),
		goipp.MakeAttr("job-priority-default", goipp.TagInteger, goipp.Integer(50)),
		keywords("job-sheets-supported", "none"), keywords("pwg-raster-document-sheet-back", "normal"),
		goipp.MakeAttr("printer-device-id", goipp.TagText, goipp.String("MFG:Unknown;MDL:Unknown;")),
	} {
		add(attr)
	}
	for _, name := range []string{"sides", "print-color-mode", "print-content-optimize", "print-rendering-intent", "print-quality",
		"finishings", "printer-resolution", "output-bin", "job-hold-until", "job-sheets"} {
		first, _ := ipp.Attrs(caps).Get(name + "-supported")
		add(goipp.Attribute{Name: name + "-default", Values: first.Values[:1]})
	}
	if takes := ipp.Attrs(caps).Strings("document-format-supported"); slices.Contains(takes, formatPDF) { // Windows wants to be told
		add(goipp.MakeAttr("document-format-preferred", goipp.TagMimeType, goipp.String(formatPDF)))
	}
	if ways, ok := ipp.Attrs(caps).Get("multiple-document-handling-supported"); ok {
		add(goipp.Attribute{Name: "multiple-document-handling-default", Values: ways.Values[:1]}) // see cupsTemplate
	}
	caps = rasterResolutions(caps)
	add(keywords("pwg-raster-document-type-supported", "sgray_8"))
	if ipp.Attrs(caps).Bool("color-supported") && !has("pages-per-minute-color") {
		ppm, _ := ipp.Attrs(caps).Get("pages-per-minute")
		add(goipp.Attribute{Name: "pages-per-minute-color", Values: ppm.Values})
	}
	return caps
}

// maxRasterDPI is the finest raster that is asked for: a page of A4 in colour has 100 MB, four times as many at 1200 dpi.
const maxRasterDPI = 600

// rasterResolutions lets documents in raster have every resolution that the printer prints in. CUPS lists the lowest, and
// clients that make raster would make no better one.
func rasterResolutions(caps goipp.Attributes) goipp.Attributes {
	all, _ := ipp.Attrs(caps).Get("printer-resolution-supported")
	raster := goipp.Attribute{Name: "pwg-raster-document-resolution-supported"}
	var dpi []string
	for _, v := range all.Values {
		if r, ok := v.V.(goipp.Resolution); ok && r.Xres == r.Yres && r.Units == goipp.UnitsDpi && r.Xres <= maxRasterDPI {
			raster.Values.Add(v.T, v.V)
			dpi = append(dpi, strconv.Itoa(r.Xres))
		}
	}
	if len(dpi) == 0 {
		if ipp.Attrs(caps).Has(raster.Name) {
			return caps
		}
		res, _ := ipp.Attrs(caps).Get("printer-resolution-default")
		raster.Values = res.Values
	}
	caps = overlaid(caps, goipp.Attributes{raster})
	for i, attr := range caps {
		if attr.Name != "urf-supported" || len(dpi) == 0 {
			continue
		}
		words := goipp.Attribute{Name: attr.Name}
		for _, v := range attr.Values {
			if s, _ := ipp.Text(v.V); strings.HasPrefix(s, "RS") {
				v.V = goipp.String("RS" + strings.Join(dpi, "-"))
			}
			words.Values.Add(v.T, v.V)
		}
		caps[i] = words
	}
	return caps
}

// completeMedia adds trays and paper types, and puts them into the papers that lie ready: print dialogs of phones
// leave the paper out otherwise.
func completeMedia(caps goipp.Attributes) goipp.Attributes {
	add := func(attr goipp.Attribute) {
		if !ipp.Attrs(caps).Has(attr.Name) && len(attr.Values) > 0 {
			caps.Add(attr)
		}
	}
	add(keywords("media-source-supported", "auto"))
	add(keywords("media-type-supported", "auto"))
	media, _ := ipp.Attrs(caps).Get("media-supported")
	if len(media.Values) > 0 {
		add(goipp.Attribute{Name: "media-default", Values: media.Values[:1]})
	}
	def, _ := ipp.Attrs(caps).Get("media-default")
	add(goipp.Attribute{Name: "media-ready", Values: def.Values})
	col, _ := ipp.Attrs(caps).Get("media-col-default")
	add(goipp.Attribute{Name: "media-col-ready", Values: col.Values})
	add(goipp.Attribute{Name: "media-col-database", Values: col.Values})
	for _, side := range []string{"bottom", "left", "right", "top"} {
		add(goipp.MakeAttr("media-"+side+"-margin-supported", goipp.TagInteger, goipp.Integer(0)))
	}
	add(keywords("media-col-supported", "media-bottom-margin", "media-left-margin", "media-right-margin", "media-size",
		"media-source", "media-top-margin", "media-type"))
	source, kind := ipp.Attrs(caps).String("media-source-supported"), ipp.Attrs(caps).String("media-type-supported")
	for i, attr := range caps {
		if attr.Name != "media-col-default" && attr.Name != "media-col-ready" {
			continue
		}
		values := slices.Clone(attr.Values)
		for k, v := range values {
			c := slices.Clone(v.V.(goipp.Collection))
			if !ipp.Attrs(c).Has("media-source") {
				c.Add(goipp.MakeAttr("media-source", goipp.TagKeyword, goipp.String(source)))
			}
			if !ipp.Attrs(c).Has("media-type") {
				c.Add(goipp.MakeAttr("media-type", goipp.TagKeyword, goipp.String(kind)))
			}
			values[k].V = c
		}
		caps[i].Values = values
	}
	return caps
}

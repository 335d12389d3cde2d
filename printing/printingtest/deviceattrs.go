package printingtest

import "github.com/OpenPrinting/goipp"

// deviceAttrs are the attributes of a Device that never change: a small colour laser that prints on both sides.
func deviceAttrs(uri string) goipp.Attributes {
	kw := func(name string, all ...string) goipp.Attribute {
		attr := goipp.Attribute{Name: name}
		for _, s := range all {
			attr.Values.Add(goipp.TagKeyword, goipp.String(s))
		}
		return attr
	}
	ints := func(name string, tag goipp.Tag, all ...int) goipp.Attribute {
		attr := goipp.Attribute{Name: name}
		for _, n := range all {
			attr.Values.Add(tag, goipp.Integer(n))
		}
		return attr
	}
	size := func(x, y int) goipp.Collection {
		return goipp.Collection{ints("x-dimension", goipp.TagInteger, x), ints("y-dimension", goipp.TagInteger, y)}
	}
	col := func(x, y int, source string) goipp.Collection {
		return goipp.Collection{
			goipp.MakeAttr("media-size", goipp.TagBeginCollection, size(x, y)),
			ints("media-bottom-margin", goipp.TagInteger, 423), ints("media-left-margin", goipp.TagInteger, 423),
			ints("media-right-margin", goipp.TagInteger, 423), ints("media-top-margin", goipp.TagInteger, 423),
			kw("media-source", source), kw("media-type", "stationery"),
		}
	}
	coarse := goipp.Resolution{Xres: 300, Yres: 300, Units: goipp.UnitsDpi}
	dpi := goipp.Resolution{Xres: 600, Yres: 600, Units: goipp.UnitsDpi}
	mime := goipp.Attribute{Name: "document-format-supported"}
	for _, f := range []string{"application/octet-stream", "application/pdf", "image/jpeg", "image/pwg-raster", "image/urf"} {
		mime.Values.Add(goipp.TagMimeType, goipp.String(f))
	}
	yes := func(name string) goipp.Attribute {
		return goipp.MakeAttr(name, goipp.TagBoolean, goipp.Boolean(true))
	}
	return goipp.Attributes{
		goipp.MakeAttr("printer-uri-supported", goipp.TagURI, goipp.String(uri)), kw("uri-security-supported", "none"), kw("uri-authentication-supported", "none"),
		goipp.MakeAttr("printer-name", goipp.TagName, goipp.String("device")), goipp.MakeAttr("printer-info", goipp.TagText, goipp.String("Lab Colour 600")),
		goipp.MakeAttr("printer-make-and-model", goipp.TagText, goipp.String("Lab Colour 600")),
		goipp.MakeAttr("printer-device-id", goipp.TagText, goipp.String("MFG:Lab;MDL:Colour 600;CMD:PDF,JPEG,PWGRaster,URF;")),
		goipp.MakeAttr("printer-uuid", goipp.TagURI, goipp.String("urn:uuid:3d1ed2c8-04b2-4bd1-8b1d-000000000600")),
		kw("ipp-versions-supported", "1.1", "2.0"), kw("ipp-features-supported", "ipp-everywhere"), yes("printer-is-accepting-jobs"), yes("color-supported"),
		ints("operations-supported", goipp.TagEnum, 2, 4, 5, 6, 8, 9, 10, 11, 0x3b), ints("queued-job-count", goipp.TagInteger, 0),
		goipp.MakeAttr("charset-configured", goipp.TagCharset, goipp.String("utf-8")), goipp.MakeAttr("charset-supported", goipp.TagCharset, goipp.String("utf-8")),
		mime, goipp.MakeAttr("document-format-default", goipp.TagMimeType, goipp.String("application/octet-stream")), kw("compression-supported", "none"),
		goipp.MakeAttr("copies-supported", goipp.TagRange, goipp.Range{Lower: 1, Upper: 99}), ints("copies-default", goipp.TagInteger, 1),
		kw("sides-supported", "one-sided", "two-sided-long-edge", "two-sided-short-edge"), kw("sides-default", "one-sided"),
		kw("media-supported", "iso_a4_210x297mm", "na_letter_8.5x11in", "iso_a5_148x210mm"), kw("media-default", "iso_a4_210x297mm"), kw("media-ready", "iso_a4_210x297mm"),
		goipp.MakeAttr("media-size-supported", goipp.TagBeginCollection, size(21000, 29700), size(21590, 27940), size(14800, 21000)),
		goipp.MakeAttr("media-col-default", goipp.TagBeginCollection, col(21000, 29700, "tray-1")),
		goipp.MakeAttr("media-col-ready", goipp.TagBeginCollection, col(21000, 29700, "tray-1")),
		goipp.MakeAttr("media-col-database", goipp.TagBeginCollection, col(21000, 29700, "tray-1"), col(21590, 27940, "tray-2"), col(14800, 21000, "tray-2")),
		kw("media-col-supported", "media-bottom-margin", "media-left-margin", "media-right-margin", "media-top-margin", "media-size", "media-source", "media-type"),
		kw("media-source-supported", "tray-1", "tray-2"), kw("media-type-supported", "stationery", "photographic-glossy"),
		kw("print-color-mode-supported", "auto", "color", "monochrome"), kw("print-color-mode-default", "auto"),
		ints("print-quality-supported", goipp.TagEnum, 3, 4, 5), ints("print-quality-default", goipp.TagEnum, 4),
		goipp.MakeAttr("printer-resolution-supported", goipp.TagResolution, coarse, dpi), goipp.MakeAttr("printer-resolution-default", goipp.TagResolution, dpi),
		goipp.MakeAttr("pwg-raster-document-resolution-supported", goipp.TagResolution, coarse, dpi), kw("pwg-raster-document-type-supported", "sgray_8", "srgb_8"),
		kw("pwg-raster-document-sheet-back", "normal"), kw("urf-supported", "V1.4", "CP99", "W8", "SRGB24", "RS300-600", "DM1"),
		// What a print system must do itself or leave to the printer, never both.
		kw("multiple-document-handling-supported", "separate-documents-uncollated-copies", "separate-documents-collated-copies"),
		kw("multiple-document-handling-default", "separate-documents-collated-copies"), yes("page-ranges-supported"),
		ints("number-up-supported", goipp.TagInteger, 1, 2, 4), ints("number-up-default", goipp.TagInteger, 1),
		ints("orientation-requested-supported", goipp.TagEnum, 3, 4, 5, 6), ints("orientation-requested-default", goipp.TagEnum, 3),
		kw("print-scaling-supported", "auto", "auto-fit", "fill", "fit", "none"), kw("print-scaling-default", "auto"),
		kw("output-bin-supported", "face-down"), kw("output-bin-default", "face-down"), ints("finishings-supported", goipp.TagEnum, 3, 4), ints("finishings-default", goipp.TagEnum, 3),
		kw("marker-types", "toner"), goipp.MakeAttr("marker-names", goipp.TagName, goipp.String("Black")), goipp.MakeAttr("marker-colors", goipp.TagName, goipp.String("#000000")),
		ints("marker-levels", goipp.TagInteger, 42),
	}
}

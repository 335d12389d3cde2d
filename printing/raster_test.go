package printing_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// airPrint makes the head of an AirPrint raster with a page of that size in dots. mode is 1 for one side, 2 for both turned on
// the short edge and 3 on the long one.
func airPrint(wide, high, dpi uint32, mode byte) string {
	page := make([]byte, 32)
	page[0], page[1], page[2], page[3] = 8, 0, mode, 4
	binary.BigEndian.PutUint32(page[12:], wide)
	binary.BigEndian.PutUint32(page[16:], high)
	binary.BigEndian.PutUint32(page[20:], dpi)
	return "UNIRAST\x00\x00\x00\x00\x01" + string(page)
}

// TestRasterSaysItsPaper: a raster is printed on the paper and the sides that it was made for, where whoever sends it
// says nothing else and the printer has them.
func TestRasterSaysItsPaper(t *testing.T) {
	t.Parallel()
	fake := printingtest.NewPrinter(t)
	fake.Answer(func(_ goipp.Op, _, a *goipp.Message) {
		if len(a.Printer) > 0 {
			a.Printer = append(goipp.Attributes{goipp.MakeAttr("document-format-supported", goipp.TagMimeType, goipp.String("image/urf"), goipp.String("image/pwg-raster"), goipp.String("application/pdf")),
				goipp.MakeAttr("media-supported", goipp.TagKeyword, goipp.String("na_letter_8.5x11in"), goipp.String("iso_a4_210x297mm"),
					goipp.String("custom_min_50x50mm"), goipp.String("custom_max_220x400mm")),
				goipp.MakeAttr("media-size-supported", goipp.TagBeginCollection, goipp.Collection{
					goipp.MakeAttr("x-dimension", goipp.TagRange, goipp.Range{Lower: 5000, Upper: 22000}),
					goipp.MakeAttr("y-dimension", goipp.TagRange, goipp.Range{Lower: 5000, Upper: 40000})}),
				goipp.MakeAttr("media-source-supported", goipp.TagKeyword, goipp.String("tray-1"), goipp.String("tray-2"))}, a.Printer...)
		}
	})
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "fake"}}, func(o *printing.Options) {
		o.System = printing.NewCUPS(strings.TrimPrefix(fake.URL, "http://"))
	})
	col := goipp.MakeAttr("media-col", goipp.TagBeginCollection, goipp.Collection{goipp.MakeAttr("media-source", goipp.TagKeyword, goipp.String("tray-2"))})
	pwg := func(paper, sides string) string {
		return string(markedRaster{paper: paper, dpi: 72, sides: sides}.encode(1))
	}
	for _, tt := range []struct {
		name, document string
		asks           []goipp.Attribute
		media, sides   string
	}{
		{"A4", pwg("iso_a4_210x297mm", ""), nil, "iso_a4_210x297mm", ""},
		{"Letter, both sides", pwg("na_letter_8.5x11in", longEdge), nil, "na_letter_8.5x11in", longEdge},
		{"the request counts more", pwg("na_letter_8.5x11in", longEdge), []goipp.Attribute{text(goipp.TagKeyword, "media", "iso_a4_210x297mm"), text(goipp.TagKeyword, "sides", "one-sided")},
			"iso_a4_210x297mm", "one-sided"},
		{"with a tray", pwg("iso_a4_210x297mm", ""), []goipp.Attribute{col}, "{media-size={x-dimension=21000 y-dimension=29700} media-source=tray-2}", ""},
		{"an edge that the printer doesn't have", pwg("iso_a4_210x297mm", shortEdge), nil, "iso_a4_210x297mm", ""},
		{"a size of its own", airPrint(1200, 1800, 300, 1), nil, "{media-size={x-dimension=10160 y-dimension=15240}}", ""},
		{"a paper that the printer doesn't have", airPrint(10000, 10000, 300, 1), nil, "", ""},
		{"a phone", airPrint(2480, 3508, 300, 3), nil, "iso_a4_210x297mm", longEdge},
		{"a phone, one side", airPrint(5100, 6600, 600, 1), nil, "na_letter_8.5x11in", ""},
		{"dots of no size", airPrint(2480, 3508, 0, 3), nil, "", ""},
		{"cut short", "UNIRAST\x00\x00\x00\x00\x01\x08", nil, "", ""},
		{"a PDF", pdf, nil, "", ""},
	} {
		m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpPrintJob, 42)
		m.Operation = goipp.Attributes{text(goipp.TagCharset, "attributes-charset", "utf-8"), text(goipp.TagLanguage, "attributes-natural-language", "en"),
			text(goipp.TagURI, "printer-uri", "ipp://pc.local"+printing.Root+"Laser")}
		m.Job = tt.asks
		header, err := m.EncodeBytes()
		if err != nil {
			t.Fatal(err)
		}
		made := desk.post("ann", printing.Root+"Laser", strings.NewReader(string(header)+tt.document))
		id, ok := ipp.Attrs(made.Job).Int("job-id")
		if !ok {
			t.Fatalf("%s: %v", tt.name, goipp.Status(made.Code))
		}
		job := ipp.Attrs(desk.send("ann", printing.Root+"Laser", goipp.OpGetJobAttributes, "", jobNumber(id)).Job)
		media := job.String("media")
		if attr, ok := job.Get("media-col"); ok {
			media = attr.Values.String()
		}
		if media != tt.media || job.String("sides") != tt.sides {
			t.Errorf("%s: goes on %q, sides %q", tt.name, media, job.String("sides"))
		}
	}
}

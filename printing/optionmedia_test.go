package printing_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// TestPapersExact: a paper is the one of that size and those margins, also one of no usual size, with its tray and type.
func TestPapersExact(t *testing.T) {
	t.Parallel()
	printingtest.Need(t, "/usr/bin/gs", "/usr/lib/cups/filter/pdftops")
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("photo", printingtest.Photo)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "photo"}}, func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
	size := func(x, y int) goipp.Attribute {
		return goipp.MakeAttr("media-size", goipp.TagBeginCollection, goipp.Collection{
			goipp.MakeAttr("x-dimension", goipp.TagInteger, goipp.Integer(x)), goipp.MakeAttr("y-dimension", goipp.TagInteger, goipp.Integer(y))})
	}
	margins := func(n int) (all goipp.Collection) {
		for _, side := range []string{"bottom", "left", "right", "top"} {
			all.Add(goipp.MakeAttr("media-"+side+"-margin", goipp.TagInteger, goipp.Integer(n)))
		}
		return all
	}
	col := func(members ...goipp.Attribute) goipp.Attribute {
		return goipp.MakeAttr("media-col", goipp.TagBeginCollection, goipp.Collection(members))
	}
	document := markedPDF(1, 595, 842)
	for i, tt := range []struct {
		name string
		asks goipp.Attribute
		w, h float64 // points
		told map[string]string
	}{
		{"by name", text(goipp.TagKeyword, "media", "iso_a5_148x210mm"), 420, 595, map[string]string{"PageSize": "A5"}},
		{"by size", col(size(21000, 29700)), 595, 842, map[string]string{"PageSize": "A4"}},
		{"to the edge", col(append(margins(0), size(21000, 29700))...), 595, 842, map[string]string{"PageSize": "A4.Borderless"}},
		{"with margins", col(append(margins(635), size(21000, 29700))...), 595, 842, map[string]string{"PageSize": "A4"}},
		{"of no usual size", col(size(10000, 15000), text(goipp.TagKeyword, "media-type", "photographic-glossy")), 283, 425,
			map[string]string{"PageSize": "Custom.283x425", "MediaType": "Glossy"}},
		{"of no usual size, by name", text(goipp.TagKeyword, "media", "custom_card_100x150mm"), 283, 425, map[string]string{"PageSize": "Custom.283x425"}},
		{"from a tray", col(size(14800, 21000), text(goipp.TagKeyword, "media-source", "tray-2")), 420, 595, map[string]string{"PageSize": "A5", "InputSlot": "Tray2"}},
	} {
		m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpPrintJob, 42)
		m.Operation = goipp.Attributes{text(goipp.TagCharset, "attributes-charset", "utf-8"), text(goipp.TagLanguage, "attributes-natural-language", "en"),
			text(goipp.TagURI, "printer-uri", "ipp://pc.local"+printing.Root+"Laser"), goipp.MakeAttr("ipp-attribute-fidelity", goipp.TagBoolean, goipp.Boolean(true))}
		m.Job = goipp.Attributes{tt.asks}
		header, err := m.EncodeBytes()
		if err != nil {
			t.Fatal(err)
		}
		a := desk.post("ann", printing.Root+"Laser", strings.NewReader(string(header)+document))
		if !ipp.Attrs(a.Job).Has("job-id") {
			t.Fatalf("%s: %v", tt.name, goipp.Status(a.Code))
		}
		p := cups.WaitPrinted(i+1, 20*time.Second)[i]
		for name, want := range tt.told {
			if p.Options[name] != want {
				t.Errorf("%s: the printer is told %s=%q, want %q", tt.name, name, p.Options[name], want)
			}
		}
		faces := rendered(t, p.File)
		if len(faces) != 1 || faces[0].String() != "1@0" || math.Abs(faces[0].w-tt.w) > 3 || math.Abs(faces[0].h-tt.h) > 3 {
			t.Errorf("%s: came out as %+v, want %.0f by %.0f points", tt.name, faces, tt.w, tt.h)
		}
	}
}

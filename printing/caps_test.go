package printing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// TestAPrinterInItsOwnWords: what a printer tells of its trays, supplies and firmware comes through, checked, and what
// it doesn't tell is not made up.
func TestAPrinterInItsOwnWords(t *testing.T) {
	fake := printingtest.NewPrinter(t)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "fake"}}, func(o *printing.Options) {
		o.System = printing.NewCUPS(strings.TrimPrefix(fake.URL, "http://"))
	})
	bytes := func(name string, all ...string) goipp.Attribute {
		attr := goipp.Attribute{Name: name}
		for _, s := range all {
			attr.Values.Add(goipp.TagString, goipp.Binary(s))
		}
		return attr
	}
	tray := "type=sheetFeedAutoRemovableTray;dimunit=micrometers;mediafeed=297000;mediaxfeed=210000;maxcapacity=250;level=-3;status=0;name=Tray 1;"
	supply := "index=1;class=supplyThatIsConsumed;type=tonerCartridge;unit=percent;maxcapacity=100;level=42;colorantname=black;"
	for _, tt := range []struct {
		name string
		says []goipp.Attribute
		want map[string]string // "" for not there
	}{
		{"nothing", nil, map[string]string{"printer-input-tray": "", "printer-firmware-name": "", "printer-alert": "", "printer-supply": "index=1;class=other;type=unknown;unit=percent;maxcapacity=-2;level=-2;"}},
		{"all", []goipp.Attribute{bytes("printer-input-tray", tray), bytes("printer-supply", supply), text(goipp.TagText, "printer-supply-description", "Black"),
			bytes("printer-firmware-version", "1.2-b"), bytes("printer-alert", "code=jam;severity=critical;group=mediaPath;"), text(goipp.TagText, "printer-alert-description", "Jam")},
			map[string]string{"printer-input-tray": tray, "printer-supply": supply, "printer-firmware-version": "1.2-b", "printer-alert": "code=jam;severity=critical;group=mediaPath;"}},
		{"what is none", []goipp.Attribute{bytes("printer-input-tray", "name=`id`;", "\n*cupsFilter2: x"), bytes("printer-firmware-version", "$(id)"),
			bytes("printer-alert", "code=jam;", "code=\x00;"), text(goipp.TagText, "printer-alert-description", "Jam")},
			map[string]string{"printer-input-tray": "", "printer-firmware-version": "", "printer-alert": "", "printer-alert-description": ""}},
		{"trays that are numbers", []goipp.Attribute{goipp.MakeAttr("media-source-supported", goipp.TagKeyword, goipp.String("1"), goipp.String("tray-2"))},
			map[string]string{"media-source-supported": "tray-2"}},
	} {
		fake.Answer(func(_ goipp.Op, _, a *goipp.Message) { a.Printer = append(a.Printer, tt.says...) })
		if err := desk.Share(t.Context(), []printing.Shared{{Name: "Laser", Queue: "fake"}}); err != nil {
			t.Fatal(err)
		}
		a := desk.send("ann", printing.Root+"Laser", goipp.OpGetPrinterAttributes, "", everything)
		for name, want := range tt.want {
			var got []string
			if attr, ok := ipp.Attrs(a.Printer).Get(name); ok {
				for _, v := range attr.Values {
					if b, ok := v.V.(goipp.Binary); ok {
						got = append(got, string(b))
					} else if s, ok := ipp.Text(v.V); ok {
						got = append(got, s)
					}
				}
			}
			if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
				t.Errorf("%s: %s is %q", tt.name, name, got)
			}
		}
	}
}

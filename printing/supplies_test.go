package printing_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// names and levels are lists of markers.
func names(attr string, all ...string) goipp.Attribute {
	out := goipp.Attribute{Name: attr}
	for _, s := range all {
		out.Values.Add(goipp.TagName, goipp.String(s))
	}
	return out
}

func levels(attr string, all ...int) goipp.Attribute {
	out := goipp.Attribute{Name: attr}
	for _, n := range all {
		out.Values.Add(goipp.TagInteger, goipp.Integer(n))
	}
	return out
}

func mib(attr string, all ...string) goipp.Attribute {
	out := goipp.Attribute{Name: attr}
	for _, s := range all {
		out.Values.Add(goipp.TagString, goipp.Binary(s))
	}
	return out
}

// TestSuppliesAsThePrinterSaysThem: in either of the two ways that printers have, with their words for what they don't know;
// what can't be true is nothing.
func TestSuppliesAsThePrinterSaysThem(t *testing.T) {
	fake := printingtest.NewPrinter(t)
	client, err := printing.NewClient(&http.Transport{DisableKeepAlives: true}, fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		says []goipp.Attribute
		want []printing.Supply
	}{
		{"nothing", nil, nil},
		{"all of it", []goipp.Attribute{names("marker-names", "Black", "Waste"), names("marker-colors", "#00aaff", "none"), levels("marker-levels", 42, 77),
			names("marker-types", "toner", "waste-toner"), levels("marker-low-levels", 10, 0), levels("marker-high-levels", 100, 90)},
			[]printing.Supply{{Name: "Black", Color: "#00AAFF", Level: 42, Low: 10}, {Name: "Waste", Level: 77, Low: 90, Waste: true}}},
		{"not known in three ways", []goipp.Attribute{names("marker-names", "A", "B", "C"), levels("marker-levels", -1, -2, -3)},
			[]printing.Supply{{Name: "A", Level: -1}, {Name: "B", Level: -1}, {Name: "C", Level: -1}}},
		{"names alone", []goipp.Attribute{names("marker-names", "Black")}, []printing.Supply{{Name: "Black", Level: -1}}},
		{"a cartridge of three colours", []goipp.Attribute{names("marker-names", "Colour"), names("marker-colors", "#00FFFF#FF00FF#FFFF00"), levels("marker-levels", 5)},
			[]printing.Supply{{Name: "Colour", Level: 5}}},
		{"lists that don't go together", []goipp.Attribute{names("marker-names", "A", "B"), names("marker-colors", "#000000"), levels("marker-levels", 1, 2, 3), levels("marker-low-levels", 9, 900)},
			[]printing.Supply{{Name: "A", Level: -1}, {Name: "B", Level: -1}}},
		{"the words of the MIB", []goipp.Attribute{
			mib("printer-supply", "index=1;class=supplyThatIsConsumed;type=toner;unit=impressions;maxcapacity=2000;level=500;colorantname=cyan;",
				"index=2;class=receptacleThatIsFilled;type=wasteToner;unit=percent;maxcapacity=100;level=80;", "class=supplyThatIsConsumed;type=fuser;maxcapacity=-2;level=-3;"),
			names("printer-supply-description", "Cyan toner", "Waste box", "Fuser")},
			[]printing.Supply{{Name: "Cyan toner", Color: "#00FFFF", Level: 25}, {Name: "Waste box", Level: 20, Low: 100, Waste: true}, {Name: "Fuser", Level: -1}}},
		{"more than there can be", []goipp.Attribute{mib("printer-supply", "type=toner;maxcapacity=1;level=9223372036854775807;"), names("printer-supply-description", "X")},
			[]printing.Supply{{Name: "X", Level: -1}}},
	} {
		fake.Answer(func(_ goipp.Op, _, a *goipp.Message) { a.Printer = append(a.Printer, tt.says...) })
		can, err := client.Capabilities(t.Context(), "fake")
		if err != nil {
			t.Fatal(err)
		}
		if got := can.State.Supplies; !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
}

// TestSuppliesChangeWhilePrinting: what the printer's driver says of them reaches those who look within three seconds.
func TestSuppliesChangeWhilePrinting(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	cups.SetAttrs("marker-names=Black,Waste", "marker-types=toner,waste-toner", "marker-colors=#000000,none", "marker-levels=42,7", "marker-low-levels=10,0", "marker-high-levels=100,90")
	cups.SetReasons("toner-low-warning")
	if _, err := desk.as("ann").Print(t.Context(), "Laser", document("x"), nil, 1); err != nil {
		t.Fatal(err)
	}
	has := func(black int) func(printing.Printer) bool {
		return func(p printing.Printer) bool {
			return slices.Equal(p.Supplies, []printing.Supply{{Name: "Black", Color: "#000000", Level: black, Low: 10}, {Name: "Waste", Level: 7, Low: 90, Waste: true}})
		}
	}
	desk.awaitPrinter("at 42%", has(42))
	cups.SetAttrs("marker-levels=41,7")
	desk.awaitPrinter("at 41%", has(41))
	can, err := desk.as("ann").Capabilities(t.Context(), "Laser")
	if err != nil || !has(41)(can.State) {
		t.Errorf("another PC sees %+v, %v", can.State.Supplies, err)
	}
}

// TestPapersAsThePrinterSaysThem: with their margins, and which of them is in which tray.
func TestPapersAsThePrinterSaysThem(t *testing.T) {
	t.Parallel()
	cups, device := printingtest.NewCUPS(t), printingtest.NewDevice(t)
	cups.AddRemoteQueue("network", device.URI)
	cups.AddUSBQueue("usb", printingtest.Direct)
	desk := newPC(t, []printing.Shared{{Name: "Network", Queue: "network"}, {Name: "USB", Queue: "usb"}, {Name: "Folder", Dir: t.TempDir()}}, func(o *printing.Options) {
		o.System = printing.NewCUPS(cups.Socket)
	})
	for printer, want := range map[string][]printing.Medium{
		"Network": {{Name: "iso_a4_210x297mm", Width: 21000, Height: 29700, Top: 423, Bottom: 423, Left: 423, Right: 423, Ready: true, Source: "tray-1"},
			{Name: "na_letter_8.5x11in", Width: 21590, Height: 27940, Top: 423, Bottom: 423, Left: 423, Right: 423}},
		"USB":    {{Name: "iso_a4_210x297mm", Width: 21000, Height: 29700, Top: 1270, Bottom: 1270, Left: 635, Right: 635, Ready: true, Source: "tray-1"}},
		"Folder": {{Name: "iso_a4_210x297mm", Width: 21000, Height: 29700, Ready: true}, {Name: "na_letter_8.5x11in", Width: 21590, Height: 27940, Ready: true}},
	} {
		can, err := desk.as("ann").Capabilities(t.Context(), printer)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range want {
			if !slices.Contains(can.Media, m) {
				t.Errorf("%s: %+v lacks %+v", printer, can.Media, m)
			}
		}
	}
}

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

// What a printer is announced as is what it says of itself when it is asked: the checks of IPP Everywhere's
// self-certification (PWG 5100.20 section 5, "Bonjour"), and what phones want besides.
func TestWhatIsAnnouncedIsWhatIsSaid(t *testing.T) {
	t.Parallel()
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	cups.AddRemoteQueue("net", printingtest.NewDevice(t).URI)
	shared := []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "Büro", Queue: "net", Location: "Room 2"}, {Name: "Folder", Dir: t.TempDir()}, {Name: "Gone", Queue: "nothing"}}
	desk := newPC(t, shared, everybody, func(o *printing.Options) {
		o.System = printing.NewCUPS(cups.Socket)
		o.Announced = func(printer string) string {
			return map[string]string{"Laser": "Laser @ front desk (2)"}[printer]
		}
	})
	for name, announced := range map[string]string{"Laser": "Laser @ front desk (2)", "Büro": "Büro", "Folder": "Folder"} {
		services := desk.DNSSD(name, "pc.local:4720")
		var types []string
		for _, s := range services {
			types = append(types, s.Type)
			if s.Type == "_printer._tcp" {
				if s.Listens || len(s.Text)+len(s.Subtypes) > 0 {
					t.Errorf("%s: there is no LPD: %+v", name, s)
				}
				continue
			}
			if !slices.Equal(s.Subtypes, []string{"_print", "_universal"}) || !s.Listens {
				t.Errorf("%s: %+v", name, s)
			}
			compare(t, name+" "+s.Type, textOf(t, s.Text), desk.send("", printing.Root+name, goipp.OpGetPrinterAttributes, "").Printer, announced, s.Type == "_ipps._tcp")
		}
		if slices.Sort(types); !slices.Equal(types, []string{"_ipp._tcp", "_ipps._tcp", "_printer._tcp"}) {
			t.Errorf("%s is announced as %q", name, types)
		}
	}
	for _, name := range []string{"Gone", "Nothing"} {
		if s := desk.DNSSD(name, "pc.local:4720"); len(s) > 0 {
			t.Errorf("%s, of which nothing is known, is announced: %+v", name, s)
		}
	}
}

// textOf reads a TXT record.
func textOf(t *testing.T, pairs []string) map[string]string {
	t.Helper()
	text := map[string]string{}
	for _, p := range pairs {
		key, value, ok := strings.Cut(p, "=")
		if _, twice := text[key]; !ok || twice || len(p) > 255 {
			t.Errorf("bad pair %q", p)
		}
		text[key] = value
	}
	if pairs[0] != "txtvers=1" { // RFC 6763 section 6.7
		t.Errorf("it begins with %q", pairs[0])
	}
	return text
}

func compare(t *testing.T, what string, text map[string]string, said goipp.Attributes, name string, secure bool) {
	t.Helper()
	a := ipp.Attrs(said)
	flag := func(b bool) string { return map[bool]string{true: "T", false: "F"}[b] }
	copies, _ := a.Get("copies-supported")
	urf, web, priority := strings.Join(a.Strings("urf-supported"), ","), a.String("printer-more-info"), "20"
	if urf == "" {
		urf = "none"
	}
	if secure {
		web, priority = strings.Replace(web, "http:", "https:", 1), "10"
	}
	rp := a.String("printer-name")
	want := map[string]string{
		"txtvers": "1", "qtotal": "1", "rp": "ipp/print/" + rp, "ty": a.String("printer-make-and-model"), "note": a.String("printer-location"),
		"product": "(" + a.String("printer-make-and-model") + ")", "adminurl": web, "UUID": strings.TrimPrefix(a.String("printer-uuid"), "urn:uuid:"),
		"Color": flag(a.Bool("color-supported")), "Duplex": flag(slices.Contains(a.Strings("sides-supported"), "two-sided-long-edge")),
		"Copies": flag(copies.Values[0].V.(goipp.Range).Upper > 1), "URF": urf, "kind": "document", "PaperMax": "legal-A4", "air": "none", "Scan": "F", "Fax": "F",
		"priority": priority, "TLS": "1.2", "mopria-certified": a.String("mopria-certified"), "pdl": text["pdl"],
	}
	if rp == "Folder" { // it lists no papers
		want["PaperMax"] = text["PaperMax"]
	}
	for key, value := range want {
		if text[key] != value {
			t.Errorf("%s: %s is announced as %q, want %q", what, key, text[key], value)
		}
		delete(text, key)
	}
	if len(text) > 0 {
		t.Errorf("%s: announced as well: %q", what, text)
	}
	pdl, takes := strings.Split(want["pdl"], ","), a.Strings("document-format-supported")
	slices.Sort(pdl)
	if slices.Sort(takes); !slices.Equal(pdl, takes) {
		t.Errorf("%s: it is announced to take %q, and takes %q", what, pdl, takes)
	}
	if got := a.String("printer-dns-sd-name"); got != name {
		t.Errorf("%s: it says that it is announced as %q, want %q", what, got, name)
	}
	if rp != "Folder" {
		for _, wanted := range []string{"urf-supported", "pwg-raster-document-type-supported", "pwg-raster-document-resolution-supported", "pwg-raster-document-sheet-back",
			"media-col-ready", "media-col-default", "printer-device-id", "printer-icons", "printer-uri-supported", "identify-actions-supported", "print-color-mode-supported"} {
			if !a.Has(wanted) {
				t.Errorf("%s: it has no %s", what, wanted)
			}
		}
	}
}

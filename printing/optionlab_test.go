package printing_test

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// optionLab is a PC that shares a printer with a driver and one without, and a second CUPS that has driverless queues
// for both, as any program's print dialog does.
type optionLab struct {
	desk      *pc
	near, far *printingtest.CUPS
	device    *printingtest.Device
}

func newOptionLab(t *testing.T) *optionLab {
	t.Helper()
	printingtest.Need(t, "/usr/bin/gs", "/usr/bin/ipptool", "/usr/lib/cups/filter/pdftops")
	lab := &optionLab{near: printingtest.NewCUPS(t), far: printingtest.NewCUPS(t), device: printingtest.NewDevice(t)}
	lab.near.AddUSBQueue("driver", printingtest.PostScript)
	lab.near.AddRemoteQueue("net", lab.device.URI)
	lab.desk = newPC(t, []printing.Shared{{Name: "Driver", Queue: "driver"}, {Name: "Net", Queue: "net"}}, everybody,
		func(o *printing.Options) {
			o.System = printing.NewCUPS(lab.near.Socket)
			o.Limits.Jobs, o.Limits.PerOwner = 1000, 1000
		})
	for _, name := range optionPrinters {
		lab.far.AddRemoteQueue(name, lab.uri(name))
	}
	return lab
}

// optionPrinters are the printers of the lab: one that CUPS drives through a PPD and all its filters, and one that takes
// options and a PDF as they are.
var optionPrinters = []string{"Driver", "Net"}

func (lab *optionLab) uri(printer string) string {
	return strings.Replace(lab.desk.http.URL, "http:", "ipp:", 1) + printing.Root + printer
}

// optionClient is somebody who prints: a document, on a printer, with options, under a title.
type optionClient func(t *testing.T, printer, title, file string, a asked)

// lanyard is our own client.
func (lab *optionLab) lanyard(t *testing.T, printer, title, file string, a asked) {
	content := slurp(t, file)
	doc := printing.Document{Name: title, Reader: strings.NewReader(content), Size: int64(len(content))}
	if !fits(a, "lanyard") {
		_, err := lab.desk.as("ann").Print(t.Context(), printer, doc, a, 0)
		if refused, ok := errors.AsType[*printing.OptionError](err); !ok || refused.Name != "number-up" {
			t.Errorf("%s: pages that don't fill their faces: %v", title, err)
		}
		a = without(a, "number-up")
	}
	if _, err := lab.desk.as("ann").Print(t.Context(), printer, doc, a, 0); err != nil {
		t.Errorf("%s: %v", title, err)
	}
}

// ippSyntax is how the options of a job are written for ipptool; those of media-col are not in it.
var ippSyntax = map[string]string{"copies": "integer", "number-up": "integer", "print-quality": "enum", "orientation-requested": "enum",
	"finishings": "enum", "page-ranges": "rangeOfInteger", "printer-resolution": "resolution"}

// ippNames are the values that people write as words and that IPP has numbers for.
var ippNames = map[string]string{"draft": "3", "normal": "4", "high": "5", "portrait": "3", "landscape": "4", "reverse-landscape": "5",
	"reverse-portrait": "6", "staple": "4"}

var paperSizes = map[string][2]int{"iso_a4_210x297mm": {21000, 29700}, "na_letter_8.5x11in": {21590, 27940}, "iso_a5_148x210mm": {14800, 21000},
	"na_index-4x6_4x6in": {10160, 15240}}

// ipptool is the reference client of CUPS.
func (lab *optionLab) ipptool(t *testing.T, printer, title, file string, a asked) {
	var b strings.Builder
	fmt.Fprintf(&b, "{\nOPERATION Print-Job\nGROUP operation-attributes-tag\nATTR charset attributes-charset utf-8\nATTR language attributes-natural-language en\n"+
		"ATTR uri printer-uri $uri\nATTR name requesting-user-name ann\nATTR name job-name \"%s\"\nATTR mimeMediaType document-format %s\n"+
		"ATTR boolean ipp-attribute-fidelity %v\nGROUP job-attributes-tag\n", title, map[string]string{".pdf": "application/pdf", ".pwg": "image/pwg-raster", ".jpg": "image/jpeg", ".png": "image/png", ".txt": "text/plain"}[filepath.Ext(file)], fits(a, "ipptool"))
	var col []string
	for name, value := range a {
		switch syntax := ippSyntax[name]; {
		case name == "media-source" || name == "media-type":
			col = append(col, "MEMBER keyword "+name+" "+value)
		case name == "media" && (a["media-source"] != "" || a["media-type"] != ""):
			col = append(col, fmt.Sprintf("MEMBER collection media-size {\nMEMBER integer x-dimension %d\nMEMBER integer y-dimension %d\n}", paperSizes[value][0], paperSizes[value][1]))
		case syntax == "enum":
			fmt.Fprintf(&b, "ATTR enum %s %s\n", name, ippNames[value])
		case syntax != "":
			fmt.Fprintf(&b, "ATTR %s %s %s\n", syntax, name, value)
		default:
			fmt.Fprintf(&b, "ATTR keyword %s %s\n", name, value)
		}
	}
	if len(col) > 0 {
		fmt.Fprintf(&b, "ATTR collection media-col {\n%s\n}\n", strings.Join(col, "\n"))
	}
	if b.WriteString("FILE $filename\n"); fits(a, "ipptool") {
		b.WriteString("STATUS successful-ok\n}\n")
	} else {
		b.WriteString("STATUS successful-ok-ignored-or-substituted-attributes\nEXPECT number-up IN-GROUP unsupported-attributes-tag\n}\n")
	}
	test := filepath.Join(t.TempDir(), "job.test")
	write(t, test, b.String())
	if out, err := exec.Command("/usr/bin/ipptool", "-tv", "-f", file, lab.uri(printer), test).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", title, err, out)
	}
}

// dialogOptions are what print dialogs send in the place of IPP's words: the options of the PPD that CUPS makes for a
// driverless printer.
var dialogOptions = map[string]string{
	"media-source=tray-1": "InputSlot=Tray1", "media-source=tray-2": "InputSlot=Tray2",
	"media-type=stationery": "MediaType=Stationery", "media-type=photographic-glossy": "MediaType=PhotographicGlossy",
	"print-quality=draft": "cupsPrintQuality=Draft", "print-quality=normal": "cupsPrintQuality=Normal", "print-quality=high": "cupsPrintQuality=High",
	"multiple-document-handling=separate-documents-collated-copies":   "Collate=True",
	"multiple-document-handling=separate-documents-uncollated-copies": "Collate=False",
	"finishings=staple": "finishings=4",
}

// dialog is a program's print dialog: a queue of the second CUPS.
func (lab *optionLab) dialog(t *testing.T, printer, title, file string, a asked) {
	args := []string{"-d", printer, "-t", title}
	for name, value := range a {
		option := name + "=" + value
		if o := dialogOptions[option]; o != "" {
			option = o
		} else if n := ippNames[value]; n != "" {
			option = name + "=" + n
		}
		args = append(args, "-o", option)
	}
	lab.far.In(t).Run("/usr/bin/lp", append(args, file)...)
}

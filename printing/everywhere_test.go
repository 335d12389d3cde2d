package printing_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// everywhereAttrs are what PWG 5100.14 asks every printer to say, beyond what ipptool's suites look for, and the types.
var everywhereAttrs = map[goipp.Tag][]string{
	goipp.TagKeyword: {"compression-supported", "identify-actions-supported", "ipp-versions-supported", "job-creation-attributes-supported", "media-default",
		"media-ready", "media-supported", "media-source-supported", "media-type-supported", "media-col-supported", "output-bin-supported", "overrides-supported",
		"print-color-mode-supported", "print-content-optimize-supported", "print-rendering-intent-supported", "printer-get-attributes-supported",
		"sides-supported", "uri-authentication-supported", "uri-security-supported", "which-jobs-supported", "pwg-raster-document-type-supported"},
	goipp.TagBeginCollection: {"media-col-default", "media-col-ready", "media-col-database", "media-size-supported"},
	goipp.TagEnum:            {"operations-supported", "print-quality-supported", "orientation-requested-supported", "printer-state"},
	goipp.TagInteger: {"media-top-margin-supported", "media-left-margin-supported", "multiple-operation-time-out", "pages-per-minute", "printer-config-change-time",
		"printer-state-change-time", "queued-job-count", "printer-up-time"},
	goipp.TagURI: {"printer-uuid", "printer-uri-supported", "printer-more-info", "printer-icons", "printer-supply-info-uri"},
	goipp.TagText: {"printer-make-and-model", "printer-device-id", "printer-info", "printer-location", "printer-organization", "printer-organizational-unit",
		"printer-supply-description"},
	goipp.TagBoolean:    {"color-supported", "job-ids-supported", "page-ranges-supported", "preferred-attributes-supported", "printer-is-accepting-jobs", "multiple-document-jobs-supported"},
	goipp.TagResolution: {"printer-resolution-supported", "printer-resolution-default", "pwg-raster-document-resolution-supported"},
	goipp.TagMimeType:   {"document-format-supported", "document-format-default"},
	goipp.TagDateTime:   {"printer-current-time", "printer-config-change-date-time", "printer-state-change-date-time"},
	goipp.TagName:       {"printer-name", "printer-dns-sd-name"},
}

var withDatabase = goipp.MakeAttr("requested-attributes", goipp.TagKeyword, goipp.String("all"), goipp.String("media-col-database"))

// everywhereLab is a PC with a printer that has a driver and one that has none.
func everywhereLab(t *testing.T) (*pc, *printingtest.CUPS, *printingtest.Device) {
	t.Helper()
	cups, device := printingtest.NewCUPS(t), printingtest.NewDevice(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	cups.AddRemoteQueue("net", device.URI)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "Net", Queue: "net"}},
		func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
	return desk, cups, device
}

// TestEverywhereSaysNothingWrong: what a printer says of itself is there, and goes together.
func TestEverywhereSaysNothingWrong(t *testing.T) {
	t.Parallel()
	desk, _, _ := everywhereLab(t)
	for _, printer := range []string{"Laser", "Net"} {
		attrs := ipp.Attrs(desk.send("ann", printing.Root+printer, goipp.OpGetPrinterAttributes, "", withDatabase).Printer)
		for tag, names := range everywhereAttrs {
			for _, name := range names {
				if attr, ok := attrs.Get(name); !ok || attr.Values[0].T != tag {
					t.Errorf("%s: %s is %v", printer, name, attr)
				}
			}
		}
		for _, attr := range attrs {
			option, is := strings.CutSuffix(attr.Name, "-default")
			supported, ok := attrs.Get(option + "-supported")
			if is && ok && option != "media-col" && attr.Values[0].T != goipp.TagNoValue && !among(supported, attr.Values[0].V) {
				t.Errorf("%s: %s is not among %v", printer, attr, supported.Values)
			}
		}
		for _, option := range attrs.Strings("job-creation-attributes-supported") {
			described := slices.Contains([]string{"ipp-attribute-fidelity", "job-name", "document-name"}, option)
			if !described && attrs.Has(option+"-default") && !attrs.Has(option+"-supported") {
				t.Errorf("%s can be asked for %s and doesn't say what it takes", printer, option)
			}
		}
		color := attrs.Bool("color-supported")
		if color != slices.Contains(attrs.Strings("print-color-mode-supported"), "color") || color != slices.Contains(attrs.Strings("pwg-raster-document-type-supported"), "srgb_8") {
			t.Errorf("%s prints in colour: %v, and takes %v, %v", printer, color, attrs.Strings("print-color-mode-supported"), attrs.Strings("pwg-raster-document-type-supported"))
		}
		checkMediaOf(t, printer, attrs)
		icon, err := desk.http.Client().Get(desk.http.URL + strings.TrimPrefix(attrs.String("printer-icons"), "http://pc.local:4720"))
		if err != nil {
			t.Fatal(err)
		}
		if _ = icon.Body.Close(); icon.StatusCode != http.StatusOK || icon.Header.Get("Content-Type") != "image/png" {
			t.Errorf("%s looks like %s, %q", printer, icon.Status, icon.Header.Get("Content-Type"))
		}
	}
}

// among tells whether a value is among those of an attribute.
func among(attr goipp.Attribute, v goipp.Value) bool {
	return slices.ContainsFunc(attr.Values, func(s struct {
		T goipp.Tag
		V goipp.Value
	}) bool {
		n, is := v.(goipp.Integer)
		r, ok := s.V.(goipp.Range)
		return s.V.String() == v.String() || is && ok && r.Within(int(n)) || attr.Name == "job-priority-supported"
	})
}

// checkMediaOf compares what a printer says of its papers in the several ways that there are (PWG 5100.7 section 6.3).
func checkMediaOf(t *testing.T, printer string, attrs ipp.Attrs) {
	names := attrs.Strings("media-supported")
	for _, list := range []string{"media-default", "media-ready"} {
		for _, name := range attrs.Strings(list) {
			if !slices.Contains(names, name) {
				t.Errorf("%s: %s has %s, which is not supported", printer, list, name)
			}
		}
	}
	sizes, _ := attrs.Get("media-size-supported")
	for _, list := range []string{"media-col-default", "media-col-ready", "media-col-database"} {
		attr, _ := attrs.Get(list)
		for _, v := range attr.Values {
			col := ipp.Attrs(v.V.(goipp.Collection))
			size, ok := col.Get("media-size")
			if !ok || !among(sizes, size.Values[0].V) {
				t.Errorf("%s: %s has a size that is not supported: %v", printer, list, size)
			}
			for _, side := range []string{"bottom", "left", "right", "top"} {
				margins, _ := attrs.Get("media-" + side + "-margin-supported")
				if margin, ok := col.Get("media-" + side + "-margin"); !ok || !among(margins, margin.Values[0].V) {
					t.Errorf("%s: %s has a margin that is not supported: %v", printer, list, margin)
				}
			}
			for _, m := range []string{"media-source", "media-type"} {
				s := col.String(m)
				if s == "" && list != "media-col-database" || s != "" && !slices.Contains(attrs.Strings(m+"-supported"), s) {
					t.Errorf("%s: %s has the %s %q", printer, list, m, s)
				}
			}
		}
	}
	if database, _ := attrs.Get("media-col-database"); len(database.Values) < len(names) {
		t.Errorf("%s: %d papers, of which %d are in the database", printer, len(names), len(database.Values))
	}
}

// TestEverywhereDoesWhatItSays: every operation, format, resolution, kind of raster, side and compression that a printer
// lists is one that it takes, and prints.
func TestEverywhereDoesWhatItSays(t *testing.T) {
	t.Parallel()
	desk, _, _ := everywhereLab(t)
	const path = printing.Root + "Laser"
	attrs := ipp.Attrs(desk.send("ann", path, goipp.OpGetPrinterAttributes, "", withDatabase).Printer)
	operations, _ := attrs.Get("operations-supported")
	for op := goipp.Op(1); op < 0x70; op++ {
		listed := among(operations, goipp.Integer(op))
		a := desk.send("stray", path, op, "")
		if does := goipp.Status(a.Code) != goipp.StatusErrorOperationNotSupported; does != listed {
			t.Errorf("%v is listed: %v, there: %v", op, listed, does)
		}
	}
	for _, which := range attrs.Strings("which-jobs-supported") {
		if a := desk.send("ann", path, goipp.OpGetJobs, "", text(goipp.TagKeyword, "which-jobs", which)); a.Code != 0 {
			t.Errorf("jobs that are %s: %v", which, goipp.Status(a.Code))
		}
	}
	documents := map[string]string{"application/pdf": markedPDF(markedPages, 595, 842), "image/jpeg": picture(t, ".jpg"), "image/png": picture(t, ".png"),
		"text/plain": "a line\n", "image/urf": airPrint(100, 100, 300, 1)}
	resolutions, _ := attrs.Get("pwg-raster-document-resolution-supported")
	for _, kind := range attrs.Strings("pwg-raster-document-type-supported") {
		for _, v := range resolutions.Values {
			r := markedRaster{paper: "iso_a4_210x297mm", dpi: v.V.(goipp.Resolution).Xres, color: kind == "srgb_8", bits: kind == "black_1"}
			documents[fmt.Sprintf("image/pwg-raster %s %v", kind, v.V)] = string(r.encode(2))
		}
	}
	formats := attrs.Strings("document-format-supported")
	var sent []int
	for name, document := range documents {
		format, _, _ := strings.Cut(name, " ")
		if !slices.Contains(formats, format) {
			t.Errorf("%s is not listed", format)
		}
		compressions := attrs.Strings("compression-supported")
		for i, sides := range attrs.Strings("sides-supported") {
			packed, compression := document, compressions[i%len(compressions)]
			switch compression {
			case "gzip":
				packed = gzipped(document)
			case "deflate":
				packed = deflated(document)
			}
			m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpPrintJob, 42)
			m.Operation = goipp.Attributes{text(goipp.TagCharset, "attributes-charset", "utf-8"), text(goipp.TagLanguage, "attributes-natural-language", "en"),
				text(goipp.TagURI, "printer-uri", "ipp://pc.local"+path), text(goipp.TagMimeType, "document-format", format), text(goipp.TagKeyword, "compression", compression),
				goipp.MakeAttr("ipp-attribute-fidelity", goipp.TagBoolean, goipp.Boolean(true))}
			m.Job = goipp.Attributes{text(goipp.TagKeyword, "sides", sides)}
			header, err := m.EncodeBytes()
			if err != nil {
				t.Fatal(err)
			}
			a := desk.post("ann", path, strings.NewReader(string(header)+packed))
			id, ok := ipp.Attrs(a.Job).Int("job-id")
			if a.Code != 0 || !ok {
				t.Errorf("%s, %s, %s: %v", name, sides, compression, goipp.Status(a.Code))
				continue
			}
			if format != "image/urf" { // a head alone is no page that CUPS could print
				sent = append(sent, id)
			} else {
				desk.send("ann", path, goipp.OpCancelJob, "", jobNumber(id))
			}
		}
	}
	for _, id := range sent {
		desk.await(id, time.Minute, "printed", state(printing.JobCompleted))
	}
	t.Logf("%d documents printed", len(sent))
}

// TestEverywhereAtThePrinter: a job that is made first and gets its document later, one that is canceled while it is
// printed, and one that waits for paper.
func TestEverywhereAtThePrinter(t *testing.T) {
	t.Parallel()
	desk, _, device := everywhereLab(t)
	const path = printing.Root + "Net"
	last := func(is bool) goipp.Attribute {
		return goipp.MakeAttr("last-document", goipp.TagBoolean, goipp.Boolean(is))
	}
	send := func(document string) int {
		id, _ := ipp.Attrs(desk.send("ann", path, goipp.OpCreateJob, "").Job).Int("job-id")
		if a := desk.send("ann", path, goipp.OpSendDocument, document, jobNumber(id), last(false)); a.Code != 0 {
			t.Fatalf("send a document: %v", goipp.Status(a.Code))
		}
		return id
	}
	first := send(markedPDF(2, 595, 842))
	if a := desk.send("ann", path, goipp.OpCloseJob, "", jobNumber(first)); a.Code != 0 {
		t.Errorf("close a job: %v", goipp.Status(a.Code))
	}
	desk.await(first, 10*time.Second, "printed", state(printing.JobCompleted))

	device.SetPace(100, time.Second)
	second := send(markedPDF(2, 595, 842))
	desk.await(second, 10*time.Second, "at the printer", func(printing.Job) bool { return len(device.Jobs()) == 2 && device.Jobs()[1].State == 5 })
	if a := desk.send("ann", path, goipp.OpCancelJob, "", jobNumber(second)); a.Code != 0 {
		t.Errorf("cancel a job: %v", goipp.Status(a.Code))
	}
	desk.await(second, 10*time.Second, "canceled", state(printing.JobCanceled))
	// The print system says so and tells the printer then.
	desk.await(second, 10*time.Second, "canceled at the printer", func(printing.Job) bool { return device.Jobs()[1].State == printingtest.Canceled })

	device.SetPace(1, 0)
	device.SetReasons("media-needed-error")
	third := send(markedPDF(1, 595, 842))
	desk.await(third, 10*time.Second, "stopped", state(printing.JobStopped))
	attrs := ipp.Attrs(desk.send("ann", path, goipp.OpGetPrinterAttributes, "", withDatabase).Printer)
	if n, _ := attrs.Int("printer-state"); n != 5 || !slices.Contains(attrs.Strings("printer-state-reasons"), "media-needed-error") {
		t.Errorf("out of paper the printer is %d, %q", n, attrs.Strings("printer-state-reasons"))
	}
	device.SetReasons()
	desk.await(third, 10*time.Second, "printed", state(printing.JobCompleted))
}

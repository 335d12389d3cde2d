package printing_test

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

const (
	collatedCopies, uncollatedCopies = "separate-documents-collated-copies", "separate-documents-uncollated-copies"
	longEdge, shortEdge              = "two-sided-long-edge", "two-sided-short-edge"
)

// optionChoices are what is asked for.
var optionChoices = []choice{
	{"copies", []string{"", "2", "3"}},
	{"multiple-document-handling", []string{"", collatedCopies, uncollatedCopies}},
	{"sides", []string{"", longEdge, shortEdge}},
	{"page-ranges", []string{"", "1-1,4-5", "1-4"}},
	{"number-up", []string{"", "2", "4"}},
	{"orientation-requested", []string{"", "landscape", "reverse-landscape", "reverse-portrait"}},
	{"media", []string{"", "na_letter_8.5x11in", "iso_a5_148x210mm"}},
	{"print-scaling", []string{"", "none", "fit"}},
	{"print-color-mode", []string{"", "monochrome"}},
	{"media-source", []string{"", "tray-2"}},
	{"media-type", []string{"", "photographic-glossy"}},
	{"print-quality", []string{"", "draft", "high"}},
	{"printer-resolution", []string{"", "300dpi"}},
	{"finishings", []string{"", "staple"}},
}

// choicesOf leaves out what a client can't ask a printer for.
func choicesOf(client, printer string) []choice {
	var choices []choice
	for _, c := range optionChoices {
		// The PPD that CUPS makes for a printer without a driver has no staples and one resolution: neither the queue of the
		// PC with such a printer nor the one that a print dialog has for ours.
		if (c.option == "finishings" || c.option == "printer-resolution") && (printer == "Net" || client == "dialog") {
			continue
		}
		choices = append(choices, c)
	}
	return choices
}

// fits tells whether a printer can pick the pages and then put them together: CUPS does it the other way round, so that
// each range must fill its faces. A print dialog's own CUPS has no such rule, and another result.
func fits(a asked, client string) bool {
	return client == "dialog" || a["number-up"] == "" || a["page-ranges"] == "" || a["page-ranges"] == "1-4"
}

func TestOptionsExact(t *testing.T) {
	t.Parallel()
	lab := newOptionLab(t)
	file := filepath.Join(t.TempDir(), "five pages.pdf")
	write(t, file, markedPDF(markedPages, 595, 842))
	for name, send := range map[string]optionClient{"lanyard": lab.lanyard, "ipptool": lab.ipptool, "dialog": lab.dialog} {
		for _, printer := range optionPrinters {
			t.Run(name+" on "+printer, func(t *testing.T) {
				t.Parallel()
				lab.matrix(t, name, printer, file, cover(choicesOf(name, printer)), send)
			})
		}
	}
}

// matrix prints jobs and compares what each made the printer do with what it asked for.
func (lab *optionLab) matrix(t *testing.T, client, printer, file string, jobs []asked, send optionClient) {
	var titles []string
	left := map[string]asked{}
	for i, a := range jobs {
		title := fmt.Sprintf("%s %02d", client, i)
		titles = append(titles, title)
		left[title] = a
		send(t, printer, title, file, a)
	}
	for _, got := range lab.await(t, printer, titles) {
		a := left[got.title]
		if a == nil {
			t.Errorf("%s was printed twice", got.title)
			continue
		}
		delete(left, got.title)
		if diff := expected(a, client, printer).differs(got); diff != "" {
			t.Errorf("%s %v:%s", got.title, a, diff)
		}
	}
	for title := range left {
		t.Errorf("%s was not printed", title)
	}
}

// differs tells what came out otherwise than wanted.
func (a arrived) differs(got arrived) string {
	var b strings.Builder
	say := func(what, got, want string) {
		if got != want {
			fmt.Fprintf(&b, "\n    %s: %s, want %s", what, got, want)
		}
	}
	say("sheets", got.sheets, a.sheets)
	say("paper", got.paper, a.paper)
	names := maps.Clone(a.told)
	maps.Copy(names, got.told)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		say(name, got.told[name], a.told[name])
	}
	if a.scale > 0 && math.Abs(got.scale/a.scale-1) > 0.03 {
		fmt.Fprintf(&b, "\n    pages %.2f inches wide, want %.2f", got.scale, a.scale)
	}
	return b.String()
}

// expected is what a job must make a printer do.
func expected(a asked, client, printer string) arrived {
	document := "iso_a4_210x297mm"
	if client == "raster" {
		document = a["header paper"]
		a = asRequested(a)
	}
	or := func(name, otherwise string) string {
		if v := a[name]; v != "" {
			return v
		}
		return otherwise
	}
	want := arrived{paper: or("media", "iso_a4_210x297mm"), told: map[string]string{"color": fmt.Sprint(a["print-color-mode"] != "monochrome")}}
	for name, otherwise := range map[string]string{"sides": "one-sided", "media-source": "tray-1", "media-type": "stationery",
		"print-quality": "normal", "printer-resolution": "600dpi", "finishings": "none"} {
		want.told[name] = or(name, otherwise)
	}
	copies, _ := strconv.Atoi(or("copies", "1"))
	// Who doesn't say gets whole documents one by one, from our client and from the driver that CUPS makes.
	collate := a["multiple-document-handling"] == collatedCopies || (client == "lanyard" || client == "dialog") && a["multiple-document-handling"] == ""
	faces := expectedFaces(a, client)
	want.sheets = want.sheetsOf(faces, copies, collate)
	if a["number-up"] == "" || !fits(a, client) {
		want.scale = expectedWidth(a["print-scaling"], document, want.paper, printer)
	}
	return want
}

// expectedFaces are the faces of one copy: the pages that were asked for, laid out on as few faces as was asked for.
func expectedFaces(a asked, client string) []string {
	var pages []string
	last := markedPages
	if client == "raster" {
		last = rasterPages
	}
	for p := 1; p <= last; p++ {
		pages = append(pages, strconv.Itoa(p))
	}
	ranges := func() { pages = inRanges(pages, a["page-ranges"]) }
	// Ranges count the pages of the document (RFC 8011 section 5.2.7). A print dialog's CUPS puts pages together before it
	// picks, and says so in its manual.
	if client != "dialog" {
		ranges()
	}
	if !fits(a, client) {
		a = without(a, "number-up")
	}
	up, _ := strconv.Atoi("0" + a["number-up"])
	up = max(up, 1)
	orientation := a["orientation-requested"]
	turn := map[string]int{"reverse-landscape": 180, "reverse-portrait": 180}[orientation]
	if up == 2 { // lies on its side
		turn = map[string]int{"": 270, "landscape": 90, "reverse-landscape": 270, "reverse-portrait": 90}[orientation]
	}
	var faces []string
	for group := range slices.Chunk(pages, up) {
		switch {
		case up == 4 && len(group) == 4 && strings.HasSuffix(orientation, "landscape") && client == "dialog":
			// CUPS turns the square on its side and the pages in it upright again. Ours leaves both alone: see cupsTemplate.
			group = []string{group[1], group[3], "/", group[0], group[2]}
		case up == 4 && len(group) > 2:
			group = slices.Insert(slices.Clone(group), 2, "/")
		}
		faces = append(faces, strings.Join(group, "")+"@"+strconv.Itoa(turn))
	}
	if pages = faces; client == "dialog" {
		ranges()
	}
	return pages
}

func without(a asked, option string) asked {
	a = maps.Clone(a)
	delete(a, option)
	return a
}

func inRanges(pages []string, ranges string) []string {
	if ranges == "" {
		return pages
	}
	var in []string
	for r := range strings.SplitSeq(ranges, ",") {
		from, to, two := strings.Cut(r, "-")
		first, _ := strconv.Atoi(from)
		last := first
		if two {
			last, _ = strconv.Atoi(to)
		}
		for p := first; p <= min(last, len(pages)); p++ {
			in = append(in, pages[p-1])
		}
	}
	return in
}

// expectedWidth is how wide in inches a page comes out (PWG 5100.13 section 5.2.9, print-scaling).
func expectedWidth(scaling, document, paper, printer string) float64 {
	points := func(paper string) (w, h float64) {
		return float64(paperSizes[paper][0]) * 72 / 2540, float64(paperSizes[paper][1]) * 72 / 2540
	}
	w, h := points(document)
	pw, ph := points(paper)
	mw, mh := 36.0, 72.0 // the margins of the driver
	if printer == "Net" {
		mw, mh = 24, 24
	}
	if scaling == "fit" || scaling != "none" && (pw < w-3 || ph < h-3) {
		return w / 72 * min((pw-mw)/w, (ph-mh)/h)
	}
	return w / 72
}

// TestPagesThatFillTheirFaces: pages are picked and put together only if that comes to the same in whatever order it is
// done, and whoever asks for anything else is told.
func TestPagesThatFillTheirFaces(t *testing.T) {
	t.Parallel()
	fake := printingtest.NewPrinter(t)
	fake.Answer(func(_ goipp.Op, _, a *goipp.Message) {
		if len(a.Printer) > 0 {
			a.Printer.Add(goipp.MakeAttr("page-ranges-supported", goipp.TagBoolean, goipp.Boolean(true)))
			a.Printer.Add(goipp.MakeAttr("number-up-supported", goipp.TagInteger, goipp.Integer(1), goipp.Integer(2), goipp.Integer(4)))
		}
	})
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "fake"}}, func(o *printing.Options) {
		o.System = printing.NewCUPS(strings.TrimPrefix(fake.URL, "http://"))
	})
	for _, tt := range []struct {
		ranges, up string
		fill       bool
	}{
		{"1-4", "2", true}, {"1-4", "4", true}, {"3-", "2", true}, {"1-2,5-6", "2", true}, {"1-4,9-", "4", true}, {"2-3", "1", true},
		{"2-3", "2", false}, {"1-3", "2", false}, {"1-4,6-8", "2", false}, {"3-", "4", false}, {"5", "4", false},
	} {
		_, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), map[string]string{"page-ranges": tt.ranges, "number-up": tt.up}, 1)
		refused, ok := errors.AsType[*printing.OptionError](err)
		if tt.fill && err != nil || !tt.fill && (!ok || refused.With != "page-ranges="+tt.ranges) {
			t.Errorf("pages %s, %s on a side: %v", tt.ranges, tt.up, err)
		}
	}
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("held"), map[string]string{"job-hold-until": "indefinite", "page-ranges": "2-3"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpSetJobAttributes, 42)
	m.Operation = goipp.Attributes{text(goipp.TagCharset, "attributes-charset", "utf-8"), text(goipp.TagLanguage, "attributes-natural-language", "en"),
		text(goipp.TagURI, "printer-uri", "ipp://pc.local"+printing.Root+"Laser"), jobNumber(job.ID)}
	m.Job = goipp.Attributes{goipp.MakeAttr("number-up", goipp.TagInteger, goipp.Integer(2))}
	header, err := m.EncodeBytes()
	if err != nil {
		t.Fatal(err)
	}
	if a := desk.post("ann", printing.Root+"Laser", strings.NewReader(string(header))); goipp.Status(a.Code) != goipp.StatusErrorNotPossible {
		t.Errorf("two pages on a side for a job that picks pages: %v", goipp.Status(a.Code))
	}
}

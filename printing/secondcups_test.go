package printing_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// pages makes a PDF whose pages say "page 1", "page 2" and so on.
func pages(n int) string {
	var contents []string
	for i := range n {
		contents = append(contents, fmt.Sprintf("BT /F1 48 Tf 100 500 Td (page %d) Tj ET", i+1))
	}
	return makePDF(595, 842, contents)
}

// makePDF makes a PDF of pages of w by h points with these contents.
func makePDF(w, h int, contents []string) string {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(offsets)}, args...)...)
	}
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range contents {
		kids = append(kids, fmt.Sprintf("%d 0 R", 4+2*i))
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[%s]/Count %d>>", strings.Join(kids, " "), len(contents))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, content := range contents {
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", w, h, 5+2*i)
		object("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.String()
}

// read returns the numbers of the pages that a printer received, in order.
func read(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=txtwrite", "-sOutputFile=-", file).Output()
	if err != nil {
		t.Fatalf("gs: %v", err)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(string(out), "page", "")), " ")
}

// copiesIn returns how many copies a PostScript document tells the printer to make.
func copiesIn(setup string) int {
	_, number, ok := strings.Cut(setup, "BeginNonPPDFeature: *NumCopies ")
	var n int
	if _, err := fmt.Sscan(number, &n); !ok || err != nil {
		return 1
	}
	return n
}

func repeat(s string, n int) string { return strings.TrimSpace(strings.Repeat(s+" ", n)) }

// TestOptionsOnce prints from another PC, by our client and from every program's own print dialog (a second CUPS), and
// looks at what the printer receives at the end of all filters.
func TestOptionsOnce(t *testing.T) {
	t.Parallel()
	printingtest.Need(t, "/usr/bin/gs", "/usr/lib/cups/filter/pdftops")
	near := printingtest.NewCUPS(t)
	near.AddUSBQueue("laser", printingtest.PostScript)
	near.AddUSBQueue("faceup", printingtest.FaceUp)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "FaceUp", Queue: "faceup"}}, everybody,
		func(o *printing.Options) { o.System = printing.NewCUPS(near.Socket) })
	far := printingtest.NewCUPS(t)
	for _, name := range []string{"Laser", "FaceUp"} {
		far.AddRemoteQueue(name, strings.Replace(desk.http.URL, "http:", "ipp:", 1)+printing.Root+name)
	}
	file := filepath.Join(t.TempDir(), "four pages.pdf")
	write(t, file, pages(4))
	lp := func(args ...string) func(string) {
		return func(printer string) {
			far.Run("/usr/bin/lp", append([]string{"-d", printer, file}, args...)...)
		}
	}
	client := func(copies int, asked map[string]string) func(string) {
		return func(printer string) {
			if _, err := desk.as("ann").PrintFile(t.Context(), printer, file, "", asked, copies); err != nil {
				t.Fatal(err)
			}
		}
	}
	const one, duplex = "Duplex false", "Duplex true/Tumble false"
	for _, tt := range []struct {
		name, printer string
		send          func(printer string)
		pages         string // in the order that they come out, all copies
		setup         []string
	}{
		{"our client, as it is", "Laser", client(0, nil), "1 2 3 4", []string{one}},
		{"our client, two copies on both sides", "Laser", client(2, map[string]string{"sides": "two-sided-long-edge"}), "1 2 3 4 1 2 3 4", []string{duplex}},
		{"our client, a range in grey", "Laser", client(1, map[string]string{"page-ranges": "2-3", "print-color-mode": "monochrome"}),
			"2 3", []string{one, "ProcessColorModel /DeviceGray"}},
		{"our client, tray 2", "Laser", client(1, map[string]string{"media": "a5", "media-source": "tray-2"}), "1 2 3 4", []string{"MediaPosition 1"}},
		{"our client, two pages on one", "Laser", client(1, map[string]string{"number-up": "2"}), "1 2 3 4", []string{one}},
		{"a print dialog, two copies on both sides", "Laser", lp("-n", "2", "-o", "sides=two-sided-long-edge"), "1 2 3 4 1 2 3 4", []string{duplex}},
		{"a print dialog, a range", "Laser", lp("-o", "page-ranges=2-3"), "2 3", []string{one}},
		{"our client, face up", "FaceUp", client(1, nil), "4 3 2 1", nil},
		{"our client, face up, two copies", "FaceUp", client(2, nil), "4 3 2 1 4 3 2 1", nil},
		{"a print dialog, face up", "FaceUp", lp(), "4 3 2 1", nil},
		{"a print dialog, face up, two copies", "FaceUp", lp("-n", "2"), "4 3 2 1 4 3 2 1", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			near := near.In(t)
			before := len(near.Printed())
			tt.send(tt.printer)
			p := near.WaitPrinted(before+1, 20*time.Second)[before]
			setup := slurp(t, p.File)
			if i := strings.Index(setup, "%%EndSetup"); i > 0 {
				setup = setup[:i]
			}
			if got := repeat(read(t, p.File), p.Copies*copiesIn(setup)); got != tt.pages {
				t.Errorf("pages %q came out, want %q", got, tt.pages)
			}
			for _, s := range tt.setup {
				if n := strings.Count(setup, "<</"+s); n != 1 {
					t.Errorf("%q is %d times in the set-up of the printer", s, n)
				}
			}
		})
	}
	jobs := desk.Jobs(owner)
	if slices.ContainsFunc(jobs, func(j printing.Job) bool { return j.State != printing.JobCompleted && j.State.Ended() }) {
		t.Errorf("jobs failed: %+v", jobs)
	}
}

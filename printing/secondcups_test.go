package printing_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
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

// TestPagesInOrder prints on a printer that stacks its pages face up, so that its driver turns their order round, from
// another PC by our client and from any program's print dialog (a second CUPS): the order is turned once.
func TestPagesInOrder(t *testing.T) {
	t.Parallel()
	printingtest.Need(t, "/usr/bin/gs")
	near := printingtest.NewCUPS(t)
	near.AddUSBQueue("faceup", printingtest.FaceUp)
	desk := newPC(t, []printing.Shared{{Name: "FaceUp", Queue: "faceup"}}, everybody,
		func(o *printing.Options) { o.System = printing.NewCUPS(near.Socket) })
	far := printingtest.NewCUPS(t)
	far.AddRemoteQueue("FaceUp", strings.Replace(desk.http.URL, "http:", "ipp:", 1)+printing.Root+"FaceUp")
	file := filepath.Join(t.TempDir(), "four pages.pdf")
	write(t, file, pages(4))
	for n, order := range map[int]string{1: "4 3 2 1", 2: "4 3 2 1 4 3 2 1"} {
		for name, send := range map[string]func(){
			"our client": func() {
				if _, err := desk.as("ann").PrintFile(t.Context(), "FaceUp", file, "", nil, n); err != nil {
					t.Fatal(err)
				}
			},
			"a print dialog": func() { far.Run("/usr/bin/lp", "-d", "FaceUp", "-n", strconv.Itoa(n), file) },
		} {
			before := len(near.Printed())
			send()
			p := near.WaitPrinted(before+1, 20*time.Second)[before]
			if got := read(t, p.File); got != order || p.Copies != 1 {
				t.Errorf("%s, %d copies: pages %q came out %d times, want %q", name, n, got, p.Copies, order)
			}
		}
	}
}

package printing_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

const (
	exitLanguage = "\x1b%-12345X"
	readsAFile   = "@PJL FSUPLOAD NAME=\"0:/../../etc/passwd\" OFFSET=0 SIZE=4096\r\n"
	psReads      = "%!PS-Adobe-3.0\n(/etc/passwd) (r) file 4096 string readstring pop show showpage\n"
)

// commands are documents that a printer, or what drives it, would take for more than pages.
var commands = map[string]string{
	"printer commands":                                exitLanguage + readsAFile + exitLanguage,
	"printer commands before a PDF":                   exitLanguage + readsAFile + "@PJL ENTER LANGUAGE=PDF\r\n" + pdf + exitLanguage,
	"printer commands before a PDF, without an exit":  readsAFile + pdf,
	"printer commands after a line":                   "\r\n" + exitLanguage + readsAFile + pdf,
	"printer commands after a zero":                   "\x00" + exitLanguage + readsAFile + pdf,
	"printer commands behind a PDF":                   pdf + exitLanguage + readsAFile,
	"printer commands far behind a PDF":               pdf + strings.Repeat("x", 1<<20) + exitLanguage + readsAFile,
	"printer commands across two pieces":              pdf + strings.Repeat("x", 128<<10-len(pdf)-4) + exitLanguage + readsAFile,
	"printer commands behind a picture":               "\xff\xd8\xff\xe0" + strings.Repeat("x", 3000) + exitLanguage + readsAFile,
	"printer commands behind a raster":                "RaS2" + strings.Repeat("\x00", 1796) + exitLanguage + readsAFile,
	"printer commands behind a page of text":          strings.Repeat("a line of text\n", 100) + exitLanguage + readsAFile,
	"printer commands as a text":                      readsAFile,
	"printer commands as a text, small":               "  \n@pjl fsdelete name=\"0:/x\"\n",
	"escapes behind a page of text":                   strings.Repeat("a line of text\n", 100) + "\x1bE\x1b&l0O",
	"PostScript":                                      psReads,
	"PostScript after a control-D":                    "\x04" + psReads,
	"PostScript after white space":                    " \r\n\t" + psReads,
	"PostScript after a mark of byte order":           "\ufeff" + psReads,
	"PostScript with a PDF in it":                     psReads + pdf,
	"PostScript with a preview":                       "\xc5\xd0\xd3\xc6\x1e\x00\x00\x00" + psReads,
	"anything before a PDF":                           "<script>" + pdf,
	"PCL":                                             "\x1bE\x1b&l1Hx\x1bE",
	"a program":                                       "\x7fELF\x02\x01\x01\x00" + strings.Repeat("\x00", 100),
	"an archive":                                      "PK\x03\x04\x14\x00\x00\x00\x08\x00",
	"fonts and forms of another printer":              ") HP-PCL XL;3;0;\n\xd1\x58\x02",
	"a picture of an old kind":                        "II*\x00\x08\x00\x00\x00",
	"numbers":                                         "\x00\x01\x02\x03",
	"half a character, then nothing that can be read": "text\xff\xfe\xfdtext",
}

// TestT32OnlyPagesReachThePrinter: what commands printers or interpreters is not taken, whatever it claims to be.
func TestT32OnlyPagesReachThePrinter(t *testing.T) {
	desk, cups := laserPC(t, printingtest.Direct)
	for name, content := range commands {
		for _, claim := range []string{"application/pdf", "application/octet-stream", "image/jpeg"} {
			for _, caller := range []string{"ann", ""} {
				a := desk.send(caller, printing.Root+"Laser", goipp.OpPrintJob, content, text(goipp.TagMimeType, "document-format", claim))
				if s := goipp.Status(a.Code); s != goipp.StatusErrorDocumentFormatError && s != goipp.StatusErrorDocumentFormatNotSupported {
					t.Errorf("%s from %q as %s: %v", name, caller, claim, s)
				}
			}
		}
		for _, claim := range []string{"application/postscript", "application/vnd.cups-raw", "application/vnd.hp-PCL", "application/x-perl"} {
			a := desk.send("ann", printing.Root+"Laser", goipp.OpPrintJob, content, text(goipp.TagMimeType, "document-format", claim))
			if s := goipp.Status(a.Code); s != goipp.StatusErrorDocumentFormatNotSupported {
				t.Errorf("%s as %s: %v", name, claim, s)
			}
		}
	}
	if jobs := desk.Jobs(owner); len(jobs) != 0 || len(cups.Printed()) != 0 {
		t.Errorf("jobs are %+v", jobs)
	}
	if left := files(t, desk.opt.Spool); len(left) != 0 {
		t.Errorf("the spool keeps %q", left)
	}
	for name, content := range map[string]string{"white space": "\r\n" + pdf, "a mark of byte order": "\ufeff" + pdf} {
		if a := desk.send("ann", printing.Root+"Laser", goipp.OpPrintJob, content); a.Code != 0 {
			t.Errorf("a PDF after %s: %v", name, goipp.Status(a.Code))
		}
	}
}

// TestT32Bombs: a document that is small on the way and huge on the disk is cut short long before that.
func TestT32Bombs(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	// A gzip file may have many members, one behind the other.
	bomb := gzipped(pdf) + strings.Repeat(gzipped(strings.Repeat("\x00", 1<<20)), 200)
	began := time.Now()
	grown := heapDuring(func() {
		a := desk.send("ann", printing.Root+"Folder", goipp.OpPrintJob, bomb, text(goipp.TagKeyword, "compression", "gzip"))
		if goipp.Status(a.Code) != goipp.StatusErrorCompressionError {
			t.Errorf("a bomb: %v", goipp.Status(a.Code))
		}
	})
	t.Logf("%d KiB for 200 MiB, refused after %v, heap %d MiB", len(bomb)>>10, time.Since(began), grown>>20)
	if grown > 64<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
	if left := files(t, desk.opt.Spool); len(left) != 0 || len(desk.Jobs(owner)) != 0 {
		t.Errorf("the spool keeps %q", left)
	}
	for _, coding := range []string{"gzip", "deflate", "br", "gzip, gzip"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, desk.http.URL+printing.Root+"Folder", strings.NewReader(gzipped(hostile[2].body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", goipp.ContentType)
		r.Header.Set("Content-Encoding", coding)
		resp, err := desk.http.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _ = resp.Body.Close(); resp.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("a request in %s: %s", coding, resp.Status)
		}
	}
}

// manyPages is a PDF of 10 to the power of levels pages that is small: its tree has the same branch again and again.
func manyPages(levels int) string {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
	count := 1
	for range levels {
		count *= 10
	}
	for i := range levels {
		kids := strings.Repeat(fmt.Sprintf("%d 0 R ", i+3), 10)
		fmt.Fprintf(&b, "%d 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n", i+2, kids, count)
		count /= 10
	}
	fmt.Fprintf(&b, "%d 0 obj<</Type/Page/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", levels+2)
	return b.String()
}

// TestT32HugeOnPaper: what is small and would be huge once decoded is not decoded here. It costs this process nothing,
// and what the print system makes of it the owner of the printer can end; the job behind it is printed.
func TestT32HugeOnPaper(t *testing.T) {
	huge := map[string]string{
		"a raster of 4 billion dots square":     "RaS2" + strings.Repeat("\xff", 1796) + strings.Repeat("\x00\xff", 1000),
		"a raster that ends in its header":      "RaS2PwgRaster\x00\xff\xff\xff\xff",
		"an AirPrint raster of 4 billion pages": "UNIRAST\x00\xff\xff\xff\xff" + strings.Repeat("\xff", 32),
		"a picture of 65535 dots square":        "\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01",
		"a PNG of 4 billion dots square":        "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00",
		"a PDF of a million pages":              manyPages(6),
	}
	dir := t.TempDir()
	folder := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}})
	for name, content := range huge {
		var job printing.Job
		grown := heapDuring(func() {
			var err error
			if job, err = folder.as("ann").Print(t.Context(), "Folder", printing.Document{Name: name, Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 1); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			folder.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
		})
		if grown > 16<<20 {
			t.Errorf("%s: the heap grew by %d MiB", name, grown>>20)
		}
	}
	for _, f := range files(t, dir) {
		if name := strings.TrimSuffix(f, filepath.Ext(f)); slurp(t, filepath.Join(dir, f)) != huge[name] {
			t.Errorf("%s was changed", f)
		}
	}

	desk, cups := laserPC(t, printingtest.PostScript)
	for _, name := range []string{"a PDF of a million pages", "a picture of 65535 dots square"} {
		content := huge[name]
		job, err := desk.as("ann").Print(t.Context(), "Laser", printing.Document{Name: name, Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		desk.await(job.ID, 5*time.Second, "begun", func(j printing.Job) bool { return j.State != printing.JobPending })
		if err := desk.Cancel(t.Context(), "Laser", job.ID, owner); err != nil && err != printing.ErrEnded {
			t.Error(err)
		}
		desk.await(job.ID, 15*time.Second, "ended", func(j printing.Job) bool { return j.State.Ended() })
	}
	before := len(cups.Printed())
	next, err := desk.as("bob").Print(t.Context(), "Laser", printing.Document{Name: "next", Reader: strings.NewReader(pages(1)), Size: -1}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(next.ID, 15*time.Second, "completed", state(printing.JobCompleted))
	cups.WaitPrinted(before+1, time.Second)
}

// TestT32TheDiskStaysUsable: when the reserve is reached a document is refused in the middle, and leaves nothing.
func TestT32TheDiskStaysUsable(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}}, func(o *printing.Options) { o.Limits.Reserve = 1 << 60 })
	doc := printing.Document{Name: "x", Reader: io.MultiReader(strings.NewReader(pdf), &endless{piece: strings.Repeat("x", 1000), left: 64 << 20}), Size: -1}
	if _, err := desk.as("ann").Print(t.Context(), "Folder", doc, nil, 1); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("print: %v", err)
	}
	if left := files(t, desk.opt.Spool); len(left) != 0 {
		t.Errorf("the spool keeps %q", left)
	}
}

// FuzzSniff: whatever stands before and in a document, what is let through begins as what it is said to be, and has no
// way out of it.
func FuzzSniff(f *testing.F) {
	for _, content := range commands {
		f.Add([]byte(content))
	}
	f.Add([]byte(pdf))
	f.Add([]byte("\ufefftext\r\n\f"))
	f.Fuzz(func(t *testing.T, content []byte) {
		head := content[:min(len(content), 1024)]
		start := bytes.TrimLeft(head, "\ufeff \t\r\n\f")
		format := printing.SniffFormat(head)
		switch {
		case format == "":
		case bytes.HasPrefix(start, []byte("%!")), bytes.HasPrefix(bytes.ToUpper(start), []byte("@PJL")), bytes.HasPrefix(start, []byte("\x1b")):
			t.Errorf("%q passes for %s", head, format)
		case format == "application/pdf" && !bytes.HasPrefix(start, []byte("%PDF-")):
			t.Errorf("%q passes for a PDF", head)
		case format == "text/plain" && bytes.ContainsAny(head, "\x00\x1b\x04\x7f\x08"):
			t.Errorf("%q passes for a text", head)
		}
	})
}

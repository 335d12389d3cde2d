package printing_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

const suites = "/usr/share/cups/ipptool"

// everybody lets people in who don't say who they are, as programs that know nothing of Lanyard do.
func everybody(o *printing.Options) {
	o.Caller = func(*http.Request) printing.Caller { return printing.Caller{Guest: true} }
	o.Limits.GuestJobs = 250 // a suite is one guest that prints hundreds of documents
	o.Allow = func(*http.Request, string, printing.Verb) bool { return true }
}

func TestConformance(t *testing.T) {
	t.Parallel()
	printingtest.Need(t, "/usr/bin/ipptool", suites+"/ipp-everywhere.test")
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	cups.AddRemoteQueue("net", printingtest.NewDevice(t).URI)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "Net", Queue: "net"}, {Name: "Folder", Dir: t.TempDir()}}, everybody,
		func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
	far, _ := newRelay(t, desk.http.URL+printing.Root+"Laser", t.TempDir())
	dir := suiteFiles(t)
	// What becomes of the rasters is followed from the beginning: of more than 200 jobs, those that ended first are forgotten.
	var mu sync.Mutex
	rasters := map[int]printing.JobState{} // guarded by mu
	look := func() (busy bool) {
		mu.Lock()
		defer mu.Unlock()
		for _, j := range desk.Jobs(owner) {
			if j.Printer == "Laser" && j.Format == "image/pwg-raster" {
				rasters[j.ID] = j.State
				busy = busy || !j.State.Ended()
			}
		}
		return busy
	}
	var looking sync.WaitGroup
	over := make(chan struct{})
	looking.Go(func() {
		for tick := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-over:
				tick.Stop()
				return
			case <-tick.C:
				look()
			}
		}
	})
	t.Run("suites", func(t *testing.T) {
		for _, tt := range []struct {
			printer, suite string
		}{
			{"Laser", "ipp-1.1"}, {"Laser", "ipp-2.0"}, {"Laser", "ipp-2.1"}, {"Laser", "ipp-everywhere"},
			{"Net", "ipp-2.1"}, {"Net", "ipp-everywhere"}, // without a driver
			{"Far", "ipp-2.1"}, // as another PC's programs have it
			// A folder doesn't say that it is IPP Everywhere: see TestOnlyWhatIsEverywhereSaysSo.
			{"Folder", "ipp-1.1"}, {"Folder", "ipp-2.0"}, {"Folder", "ipp-2.1"},
		} {
			t.Run(tt.printer+"/"+tt.suite, func(t *testing.T) {
				t.Parallel()
				uri := strings.Replace(desk.http.URL, "http:", "ipp:", 1) + printing.Root + tt.printer
				if tt.printer == "Far" {
					uri = far.URI(tt.printer)
				}
				version := strings.TrimPrefix(tt.suite, "ipp-") // that the client speaks
				if tt.suite == "ipp-everywhere" {
					version = "2.0"
				}
				out, err := exec.Command("/usr/bin/ipptool", "-tI", "-V", version, "-T", "20", "-f", "document-a4.pdf", uri, filepath.Join(dir, tt.suite+".test")).CombinedOutput()
				report := string(out)
				t.Logf("%d passed, %d failed, %d skipped", strings.Count(report, "[PASS]"), strings.Count(report, "[FAIL]"), strings.Count(report, "[SKIP]"))
				if err != nil || strings.Contains(report, "[FAIL]") || strings.Contains(report, "cannot be read") || !strings.Contains(report, "[PASS]") {
					t.Errorf("%v\n%s", err, failures(report))
				}
			})
		}
	})
	// What was taken is printed, too: documents of every kind, size and resolution.
	for end := time.Now().Add(5 * time.Minute); look() && time.Now().Before(end); {
		time.Sleep(50 * time.Millisecond)
	}
	close(over)
	looking.Wait()
	t.Logf("%d rasters printed", len(rasters))
	for id, s := range rasters {
		if s != printing.JobCompleted {
			t.Errorf("the raster of job %d is %v", id, s)
		}
	}
	if len(rasters) < 100 {
		t.Errorf("the suites sent %d documents in raster", len(rasters))
	}
}

// TestOnlyWhatIsEverywhereSaysSo: a folder keeps a PDF as it is and can't pick pages out of it.
func TestOnlyWhatIsEverywhereSaysSo(t *testing.T) {
	t.Parallel()
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}, {Name: "Folder", Dir: t.TempDir()}}, func(o *printing.Options) { o.System = printing.NewCUPS(cups.Socket) })
	for name, want := range map[string]bool{"Laser": true, "Folder": false} {
		a := ipp.Attrs(desk.send("ann", printing.Root+name, goipp.OpGetPrinterAttributes, "").Printer)
		if says := a.String("ipp-features-supported") == "ipp-everywhere"; says != want || a.Bool("page-ranges-supported") != want {
			t.Errorf("%s says that it is everywhere: %v, that it takes ranges of pages: %v", name, says, a.Bool("page-ranges-supported"))
		}
	}
}

// suiteFiles is a folder with the suites and with the documents they want, which the package of CUPS leaves out.
func suiteFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	tests, err := filepath.Glob(suites + "/*.test")
	if err != nil {
		t.Fatal(err)
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	content := map[string]string{".pdf": pdf, ".jpg": picture.String(), ".ps": "%!PS\nshowpage\n"}
	named := regexp.MustCompile(`(?m)^\s*FILE (\S+\.(?:pdf|jpg|ps|pwg))$`)
	for _, test := range tests {
		b, err := os.ReadFile(test)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, filepath.Base(test)), string(b))
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			document := content[filepath.Ext(m[1])]
			if filepath.Ext(m[1]) == ".pwg" {
				document = rasterSample(t, m[1])
			}
			write(t, filepath.Join(dir, m[1]), document)
		}
	}
	return dir
}

var sampleName = regexp.MustCompile(`/([a-z.]+)-(4x6|a4|letter)-([a-z]+-\d+)-(\d+)dpi\.pwg$`)

// rasterSample makes a document of the kind that its name says: of one page or several, in that size, colour and
// resolution. Kinds that no printer here takes stay empty.
func rasterSample(t *testing.T, name string) string {
	t.Helper()
	m := sampleName.FindStringSubmatch(name)
	if m == nil {
		t.Fatalf("what document is %s?", name)
	}
	dpi, _ := strconv.Atoi(m[4])
	papers := map[string]string{"4x6": "na_index-4x6_4x6in", "a4": "iso_a4_210x297mm", "letter": "na_letter_8.5x11in"}
	page := markedRaster{paper: papers[m[2]], dpi: dpi, color: m[3] == "srgb-8", bits: m[3] == "black-1"}
	pages := 1
	if m[1] == "document" {
		pages = markedPages
	}
	if m[3] == "cmyk-8" || m[3] == "srgb-16" {
		return ""
	}
	return string(page.encode(pages))
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// failures keeps the tests of a report that failed, with what ipptool says of them.
func failures(report string) string {
	var b strings.Builder
	failing := false
	for line := range strings.Lines(report) {
		if strings.Contains(line, "[PASS]") || strings.Contains(line, "[SKIP]") {
			failing = false
		}
		if failing = failing || strings.Contains(line, "[FAIL]"); failing && b.Len() < 4000 {
			b.WriteString(line)
		}
	}
	return b.String()
}

func slurp(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

package printing_test

import (
	"bytes"
	"errors"
	"io"
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

// send posts one IPP request by hand and returns the answer.
func (p *pc) send(caller, path string, op goipp.Op, document string, attrs ...goipp.Attribute) *goipp.Message {
	p.t.Helper()
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), op, 42)
	m.Operation = goipp.Attributes{
		goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
		goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String("ipp://pc.local:4720"+printing.Root+"Laser")),
	}
	m.Operation = append(m.Operation, attrs...)
	header, err := m.EncodeBytes()
	if err != nil {
		p.t.Fatal(err)
	}
	return p.post(caller, path, strings.NewReader(string(header)+document))
}

func (p *pc) post(caller, path string, body io.Reader) *goipp.Message {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.http.URL+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", goipp.ContentType)
	r.Header.Set("X-Caller", caller)
	resp, err := p.http.Client().Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	var answer goipp.Message
	if err := answer.DecodeBytes(b); err != nil {
		p.t.Fatalf("%s: answer of %d bytes: %v", resp.Status, len(b), err)
	}
	return &answer
}

func jobNumber(id int) goipp.Attribute {
	return goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(id))
}

func TestCancelAtEveryStage(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	ann := desk.as("ann")
	send := func() int {
		job, err := ann.Print(t.Context(), "Laser", document("letter"), nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	atPrinter, waiting := send(), send()
	desk.await(atPrinter, 15*time.Second, "stopped", state(printing.JobStopped))
	incoming, _ := ipp.Attrs(desk.send("ann", printing.Root+"Laser", goipp.OpCreateJob, "").Job).Int("job-id")

	if err := desk.as("bob").Cancel(t.Context(), "Laser", atPrinter); !errors.Is(err, printing.ErrNotFound) {
		t.Errorf("bob cancels ann's job: %v", err)
	}
	if a := desk.send("bob", printing.Root+"Laser", goipp.OpCancelJob, "", jobNumber(waiting),
		goipp.MakeAttr("requesting-user-name", goipp.TagName, goipp.String("ann"))); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
		t.Errorf("bob cancels in ann's name: %v", goipp.Status(a.Code))
	}
	for name, id := range map[string]int{"incoming": incoming, "waiting": waiting, "at the printer": atPrinter} {
		if err := ann.Cancel(t.Context(), "Laser", id); err != nil {
			t.Errorf("cancel job %s: %v", name, err)
		}
		j := desk.await(id, 5*time.Second, "canceled", state(printing.JobCanceled))
		if !slices.Contains(j.Reasons, "job-canceled-by-user") {
			t.Errorf("%s: reasons %q", name, j.Reasons)
		}
		if err := ann.Cancel(t.Context(), "Laser", id); !errors.Is(err, printing.ErrEnded) {
			t.Errorf("cancel job %s again: %v", name, err)
		}
	}
	byOwner := send()
	if err := desk.Cancel(t.Context(), "Laser", byOwner, owner); err != nil {
		t.Error(err)
	}
	desk.await(byOwner, 5*time.Second, "canceled", state(printing.JobCanceled))
	cups.SetReasons()
	last := send()
	desk.await(last, 5*time.Second, "completed", state(printing.JobCompleted))
	if n := len(cups.Printed()); n != 1 {
		t.Errorf("%d documents came out", n)
	}
}

func TestPrintSystemComesAndGoes(t *testing.T) {
	t.Parallel()
	desk, cups := laserPC(t, printingtest.Direct)
	cups.Stop()
	ann := desk.as("ann")
	job, err := ann.Print(t.Context(), "Laser", document("letter"), nil, 1)
	if err != nil {
		t.Fatalf("a job is not taken while the print system is away: %v", err)
	}
	stuck := desk.await(job.ID, 15*time.Second, "stopped", state(printing.JobStopped))
	if stuck.Message == "" {
		t.Error("the sender isn't told why")
	}
	cups.Start()
	desk.await(job.ID, 8*time.Second, "completed", state(printing.JobCompleted))

	cups.SetReasons("offline-report")
	lost, err := ann.Print(t.Context(), "Laser", document("letter"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(lost.ID, 15*time.Second, "stopped", state(printing.JobStopped))
	cups.Kill()
	cups.SetReasons()
	cups.Start()
	// Whether cupsd had put the job on its disk is not for us to choose.
	end := desk.await(lost.ID, 15*time.Second, "completed or held", func(j printing.Job) bool {
		return j.State == printing.JobCompleted || j.State == printing.JobHeld
	})
	printed := len(cups.Printed())
	if end.State == printing.JobHeld {
		if err := desk.Release(t.Context(), "Laser", lost.ID, "", printing.Caller{ID: "ann"}); err != nil {
			t.Fatal(err)
		}
		desk.await(lost.ID, 8*time.Second, "completed", state(printing.JobCompleted))
		printed++
	}
	if n := len(cups.Printed()); n != printed || n > 3 {
		t.Errorf("%d documents came out, want %d", n, printed)
	}
}

func TestOptionsAreCheckedBeforeSending(t *testing.T) {
	desk, cups := laserPC(t, printingtest.Direct)
	for _, tt := range []struct {
		option, value string
		takes         string
	}{
		{"sides", "three-sided", "two-sided-long-edge"},
		{"media", "iso_a0_841x1189mm", "iso_a4_210x297mm"},
		{"copies", "0", "1-9999"},
		{"copies", "lots", "1-9999"},
		{"page-ranges", "5-2", "1-5,8,11-"},
		{"print-quality", "best", "normal"},
		{"media-source", "tray-9", "tray-2"},
		{"stapling", "yes", "sides"},
		{"media-col", "{}", "sides"},
	} {
		_, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), map[string]string{tt.option: tt.value}, 0)
		var bad *printing.OptionError
		if !errors.As(err, &bad) || bad.Name != tt.option || !slices.Contains(bad.Takes, tt.takes) {
			t.Errorf("%s=%s: %v", tt.option, tt.value, err)
		}
	}
	for name, content := range map[string]string{"PostScript": "%!PS\nshowpage", "a program": "\x7fELF\x02\x01\x01\x00", "PostScript with a PDF in it": "%!PS\n%PDF-1.4"} {
		_, err := desk.as("ann").Print(t.Context(), "Laser", printing.Document{Name: "x", Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 1)
		var bad *printing.FormatError
		if !errors.As(err, &bad) || !slices.Contains(bad.Takes, "application/pdf") {
			t.Errorf("%s: %v", name, err)
		}
		a := desk.send("ann", printing.Root+"Laser", goipp.OpPrintJob, content, goipp.MakeAttr("document-format", goipp.TagMimeType, goipp.String("application/pdf")))
		if goipp.Status(a.Code) != goipp.StatusErrorDocumentFormatError {
			t.Errorf("%s that claims to be PDF: %v", name, goipp.Status(a.Code))
		}
	}
	if _, err := desk.as("ann").Print(t.Context(), "Copier", document("letter"), nil, 1); !errors.Is(err, printing.ErrNotFound) {
		t.Errorf("unknown printer: %v", err)
	}
	if jobs := desk.Jobs(owner); len(jobs) != 0 || len(cups.Printed()) != 0 {
		t.Errorf("there are jobs: %+v", jobs)
	}
}

func TestCompressedDocuments(t *testing.T) {
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}}, func(o *printing.Options) { o.Limits.Document = 1 << 20 })
	for _, tt := range []struct {
		name, compression, body string
		status                  goipp.Status
	}{
		{"gzip", "gzip", gzipped(pdf), goipp.StatusOk},
		{"deflate as CUPS sends it", "deflate", deflated(pdf), goipp.StatusOk},
		{"deflate as others send it", "deflate", zlibbed(pdf), goipp.StatusOk},
		{"damaged", "gzip", gzipped(pdf)[:40] + "xxxxxxxxxxxxxxxx", goipp.StatusErrorCompressionError},
		{"not compressed at all", "gzip", pdf, goipp.StatusErrorCompressionError},
		{"a bomb", "gzip", gzipped(pdf + strings.Repeat(" ", 8<<20)), goipp.StatusErrorRequestEntity},
		{"unknown", "zip", pdf, goipp.StatusErrorCompressionNotSupported},
		{"nothing", "none", "", goipp.StatusErrorBadRequest},
	} {
		a := desk.send("ann", printing.Root+"Folder", goipp.OpPrintJob, tt.body, goipp.MakeAttr("compression", goipp.TagKeyword, goipp.String(tt.compression)))
		if goipp.Status(a.Code) != tt.status {
			t.Errorf("%s: %v", tt.name, goipp.Status(a.Code))
		}
	}
	for _, j := range desk.Jobs(owner) {
		desk.await(j.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	}
	if n := len(files(t, dir)); n != 3 {
		t.Errorf("%d files came out", n)
	}
	for _, f := range files(t, dir) {
		if slurp(t, dir+"/"+f) != pdf {
			t.Errorf("%s is not what was sent", f)
		}
	}
	if left := files(t, desk.opt.Spool); slices.ContainsFunc(left, func(s string) bool { return strings.HasSuffix(s, ".part") || strings.HasSuffix(s, ".doc") }) {
		t.Errorf("the spool keeps %q", left)
	}
}

func TestUnsupportedOptionsAreIgnoredUnlessExactnessIsWanted(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for _, tt := range []struct {
		exact  bool
		status goipp.Status
	}{{false, goipp.StatusOkIgnoredOrSubstituted}, {true, goipp.StatusErrorAttributesOrValues}} {
		m := goipp.NewRequest(goipp.MakeVersion(1, 1), goipp.OpValidateJob, 1)
		m.Operation = goipp.Attributes{
			goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
			goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
			goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String("ipp://x/")),
			goipp.MakeAttr("ipp-attribute-fidelity", goipp.TagBoolean, goipp.Boolean(tt.exact)),
		}
		m.Job = goipp.Attributes{
			goipp.MakeAttr("sides", goipp.TagKeyword, goipp.String("two-sided-long-edge")),
			goipp.MakeAttr("copies", goipp.TagInteger, goipp.Integer(2)),
			goipp.MakeAttr("x-unknown", goipp.TagInteger, goipp.Integer(2)),
		}
		b, err := m.EncodeBytes()
		if err != nil {
			t.Fatal(err)
		}
		a := desk.post("ann", printing.Root+"Folder", bytes.NewReader(b))
		var names []string
		for _, attr := range a.Unsupported {
			names = append(names, attr.Name)
		}
		if goipp.Status(a.Code) != tt.status || !slices.Equal(names, []string{"sides", "x-unknown"}) {
			t.Errorf("exact %v: %v, unsupported %q", tt.exact, goipp.Status(a.Code), names)
		}
	}
}

package printing_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// guest sends one IPP request from a device without a key at an address of its own.
func (p *pc) guest(address string, op goipp.Op, document string, attrs ...goipp.Attribute) *goipp.Message {
	p.t.Helper()
	return p.serve("", address+":50000", op, document, attrs...)
}

// serve hands the Server a request that comes from address.
func (p *pc) serve(caller, address string, op goipp.Op, document string, attrs ...goipp.Attribute) *goipp.Message {
	p.t.Helper()
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), op, 42)
	m.Operation = attrs
	return p.serveMessage(caller, address, m, document)
}

// serveMessage is serve of a message that lacks only the beginning that all have.
func (p *pc) serveMessage(caller, address string, m *goipp.Message, document string) *goipp.Message {
	p.t.Helper()
	m.Operation = append(goipp.Attributes{
		goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
		goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String("ipp://pc.local:4720"+printing.Root+"Folder")),
	}, m.Operation...)
	header, err := m.EncodeBytes()
	if err != nil {
		p.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, printing.Root+"Folder", strings.NewReader(string(header)+document))
	r.RemoteAddr = address
	r.Header.Set("Content-Type", goipp.ContentType)
	r.Header.Set("X-Caller", caller)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	var answer goipp.Message
	if err := answer.DecodeBytes(w.Body.Bytes()); err != nil {
		p.t.Fatalf("answer %d %q: %v", w.Code, w.Body, err)
	}
	return &answer
}

func text(tag goipp.Tag, name, value string) goipp.Attribute {
	return goipp.MakeAttr(name, tag, goipp.String(value))
}

func idOf(m *goipp.Message) int {
	id, _ := ipp.Attrs(m.Job).Int("job-id")
	return id
}

var (
	asAnn        = text(goipp.TagName, "requesting-user-name", "ann")
	lastDocument = goipp.MakeAttr("last-document", goipp.TagBoolean, goipp.Boolean(true))
	everything   = text(goipp.TagKeyword, "requested-attributes", "all")
)

// TestT31StrangersGetNothing: who may not print here can't do anything, whoever he says he is, and can't tell a printer
// from none.
func TestT31StrangersGetNothing(t *testing.T) {
	desk, cups := laserPC(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("salary of bob"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 15*time.Second, "stopped", state(printing.JobStopped))
	for i := range goipp.Op(0x70 + 0x30) {
		op := i
		if i >= 0x70 { // CUPS' own
			op += 0x4000 - 0x70
		}
		refused := desk.send("stranger", printing.Root+"Laser", op, pdf, jobNumber(job.ID), asAnn)
		missing := desk.send("ann", printing.Root+"Nothing", op, pdf, jobNumber(job.ID), asAnn)
		if goipp.Status(refused.Code) != goipp.StatusErrorNotFound || !refused.Equal(*missing) {
			t.Errorf("%v: a stranger can tell a printer from none: %v, %v", op, goipp.Status(refused.Code), goipp.Status(missing.Code))
		}
	}
	if jobs := desk.Jobs(owner); len(jobs) != 1 || jobs[0].State != printing.JobStopped {
		t.Errorf("jobs are %+v", jobs)
	}
}

// TestT31TheOwnerOfAJobIsWhoSentIt and not who a request says it comes from.
func TestT31TheOwnerOfAJobIsWhoSentIt(t *testing.T) {
	desk, cups := laserPC(t, printingtest.Direct)
	cups.SetReasons("media-empty-error")
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("salary of bob"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 15*time.Second, "stopped", state(printing.JobStopped))
	for _, tt := range []struct {
		caller       string
		knows, sees  bool
		description  string
		listedToSelf int
	}{
		{"ann", true, true, "who sent it", 1}, {"owner", true, true, "whose printer it is", 1},
		{"bob", true, false, "another member", 0}, {"", false, false, "a guest", 0},
	} {
		for _, op := range []goipp.Op{goipp.OpGetJobs, goipp.OpGetJobAttributes} {
			a := desk.send(tt.caller, printing.Root+"Laser", op, "", jobNumber(job.ID), asAnn, everything)
			if (len(a.Job) > 0) != tt.knows {
				t.Fatalf("%s, %v: status %v, %v", tt.description, op, goipp.Status(a.Code), a.Job)
			}
			for _, name := range []string{"job-name", "job-originating-user-name", "job-k-octets", "job-uuid", "document-format"} {
				if ipp.Attrs(a.Job).Has(name) != tt.sees {
					t.Errorf("%s, %v: %s is shown: %v", tt.description, op, name, !tt.sees)
				}
			}
		}
		jobs := desk.Jobs(printing.Caller{ID: tt.caller, Owner: tt.caller == "owner", Guest: tt.caller == ""})
		if len(jobs) != tt.listedToSelf {
			t.Errorf("%s is told of %d jobs", tt.description, len(jobs))
		}
		a := desk.send(tt.caller, printing.Root+"Laser", goipp.OpGetPrinterAttributes, "")
		if n, _ := ipp.Attrs(a.Printer).Int("queued-job-count"); n != 1 {
			t.Errorf("%s is told that %d jobs wait", tt.description, n)
		}
	}
	for _, caller := range []string{"bob", ""} {
		for _, op := range []goipp.Op{goipp.OpCancelJob, goipp.OpReleaseJob, goipp.OpSendDocument, goipp.OpCloseJob, goipp.OpCancelMyJobs,
			goipp.OpHoldJob, goipp.OpRestartJob, goipp.OpResubmitJob, goipp.OpCupsGetDocument, goipp.OpPurgeJobs, goipp.OpPausePrinter, goipp.OpDisablePrinter} {
			a := desk.send(caller, printing.Root+"Laser", op, pdf, jobNumber(job.ID), asAnn, lastDocument,
				goipp.MakeAttr("job-ids", goipp.TagInteger, goipp.Integer(job.ID)), goipp.MakeAttr("lanyard-recall", goipp.TagBoolean, goipp.Boolean(true)))
			if s := goipp.Status(a.Code); s != goipp.StatusErrorNotFound && s != goipp.StatusErrorNotAuthorized {
				t.Errorf("%q, %v in ann's name: %v", caller, op, s)
			}
		}
	}
	if jobs := desk.Jobs(owner); len(jobs) != 1 || jobs[0].State != printing.JobStopped || jobs[0].Owner != "ann" {
		t.Errorf("jobs are %+v", jobs)
	}
}

// TestT31GuestsDontMeet: a guest brings, watches and cancels its own job for a while, from the address it came from.
// Another guest doesn't even see that there is one, and nobody's names are told to any.
func TestT31GuestsDontMeet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}})
	made := desk.guest("10.0.0.1", goipp.OpCreateJob, "", text(goipp.TagName, "job-name", "salary"), asAnn)
	id := idOf(made)
	if id == 0 {
		t.Fatalf("a guest may not print: %v", goipp.Status(made.Code))
	}
	for _, op := range []goipp.Op{goipp.OpSendDocument, goipp.OpCloseJob, goipp.OpCancelJob, goipp.OpGetJobAttributes} {
		for _, address := range []string{"10.0.0.2", "nowhere"} {
			if a := desk.guest(address, op, pdf, jobNumber(id), lastDocument, asAnn); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
				t.Errorf("%v of another guest's job: %v", op, goipp.Status(a.Code))
			}
		}
	}
	if a := desk.guest("10.0.0.2", goipp.OpCancelMyJobs, "", asAnn); a.Code != 0 || desk.Jobs(owner)[0].State != printing.JobHeld {
		t.Errorf("the job is %v after another guest canceled all of its own", desk.Jobs(owner)[0].State)
	}
	if a := desk.guest("10.0.0.1", goipp.OpSendDocument, pdf, jobNumber(id), lastDocument); a.Code != 0 {
		t.Errorf("a guest sends the document: %v", goipp.Status(a.Code))
	}
	for address, there := range map[string]bool{"10.0.0.1": true, "10.0.0.2": false} {
		a := desk.guest(address, goipp.OpGetJobs, "", everything)
		if (len(a.Job) > 0) != there {
			t.Errorf("%s: jobs are %v", address, a.Job)
		}
		if b, err := a.EncodeBytes(); err != nil || bytes.Contains(b, []byte("salary")) || bytes.Contains(b, []byte("ann")) {
			t.Errorf("%s is told a name", address)
		}
	}
	if got := desk.Jobs(owner)[0]; got.Name != "salary" {
		t.Errorf("the owner of the printer is told the name %q", got.Name)
	}
	if a := desk.guest("10.0.0.1", goipp.OpCancelJob, "", jobNumber(id)); a.Code != 0 {
		t.Errorf("a guest cancels its job: %v", goipp.Status(a.Code))
	}
	desk.await(id, 15*time.Second, "canceled", state(printing.JobCanceled))
}

// TestT31AnAddressIsNotForEver: it may be another device's later.
func TestT31AnAddressIsNotForEver(t *testing.T) {
	inside(t, printing.Limits{}, func(t *testing.T, server *printing.Server, _ *pipes, _ string) {
		desk := &pc{Server: server, t: t}
		id := idOf(desk.guest("10.0.0.1", goipp.OpPrintJob, pdf))
		for _, tt := range []struct {
			after  time.Duration
			status goipp.Status
		}{{0, goipp.StatusOk}, {59 * time.Minute, goipp.StatusOk}, {2 * time.Minute, goipp.StatusErrorNotFound}} {
			time.Sleep(tt.after)
			if a := desk.guest("10.0.0.1", goipp.OpGetJobAttributes, "", jobNumber(id)); goipp.Status(a.Code) != tt.status {
				t.Errorf("%v later: %v", tt.after, goipp.Status(a.Code))
			}
		}
		if a := desk.guest("10.0.0.1", goipp.OpCancelJob, "", jobNumber(id)); goipp.Status(a.Code) != goipp.StatusErrorNotFound {
			t.Errorf("cancel: %v", goipp.Status(a.Code))
		}
	})
}

// TestT31NothingIsFetched: a printer asked to get a document by itself would be the attacker's hand inside the LAN.
func TestT31NothingIsFetched(t *testing.T) {
	var calls atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer inside.Close()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for _, uri := range []string{"file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", inside.URL + "/x.pdf", "ftp://10.0.0.1/x", "smb://10.0.0.1/x"} {
		at := text(goipp.TagURI, "document-uri", uri)
		for _, op := range []goipp.Op{goipp.OpPrintURI, goipp.OpSendURI, goipp.OpValidateDocument} {
			if a := desk.guest("10.0.0.1", op, "", at, jobNumber(1), lastDocument); goipp.Status(a.Code) != goipp.StatusErrorOperationNotSupported {
				t.Errorf("%v of %s: %v", op, uri, goipp.Status(a.Code))
			}
		}
		if a := desk.guest("10.0.0.1", goipp.OpPrintJob, "", at); goipp.Status(a.Code) != goipp.StatusErrorBadRequest {
			t.Errorf("Print-Job with an address instead of a document: %v", goipp.Status(a.Code))
		}
		m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpCreatePrinterSubscriptions, 1)
		m.Subscription = append(eventsWanted("job-completed", "job-created"), text(goipp.TagURI, "notify-recipient-uri", uri))
		if a := desk.serveMessage("", "10.0.0.1:1", m, ""); goipp.Status(a.Code) != goipp.StatusErrorIgnoredAllSubscriptions {
			t.Errorf("events to %s: %v", uri, goipp.Status(a.Code))
		}
		// An address that an answer, an event or a job would be sent to is no different.
		desk.guest("10.0.0.1", goipp.OpPrintJob, pdf, text(goipp.TagURI, "notify-recipient-uri", uri), text(goipp.TagURI, "job-uri", uri),
			text(goipp.TagURI, "destination-uris", uri))
	}
	for _, j := range desk.Jobs(owner) {
		desk.await(j.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}

// TestT31TheSpoolIsPrivate: who else has an account on the PC with the printer reads neither documents nor names, and
// of a job that has ended no document is left, nor after Keep any name.
func TestT31TheSpoolIsPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: a folder below the person's own inherits its access there")
	}
	spool := filepath.Join(t.TempDir(), "spool")
	if err := os.Mkdir(spool, 0o777); err != nil { // made by another hand
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "in")
	keep := func(o *printing.Options) { o.Spool, o.Limits.Keep = spool, 3*time.Second }
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}}, keep)
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("salary of bob"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.send("ann", printing.Root+"Folder", goipp.OpCreateJob, "")
	modes := map[string]fs.FileMode{}
	err = filepath.WalkDir(spool, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			info, _ := e.Info()
			modes[filepath.Base(path)] = info.Mode()
		}
		return err
	})
	if err != nil || modes["spool"] != fs.ModeDir|0o700 || modes["1.doc"] != 0o600 || modes["1.json"] != 0o600 || modes["2.json"] != 0o600 {
		t.Errorf("modes are %v, %v", modes, err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 8*time.Second, "completed", state(printing.JobCompleted))
	if got := files(t, spool); slices.Contains(got, "1.doc") {
		t.Errorf("the spool keeps %q of a job that has ended", got)
	}
	if err := desk.as("ann").Cancel(t.Context(), "Folder", 2); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(15 * time.Second); !slices.Equal(files(t, spool), []string{"2.last", "counts.state"}); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after their time the spool keeps %q", files(t, spool))
		}
	}
	desk.stop()
	again := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}}, keep)
	if next, err := again.as("ann").Print(t.Context(), "Folder", document("x"), nil, 1); err != nil || next.ID != 3 {
		t.Errorf("the job after is %d, %v", next.ID, err)
	}
}

// TestT32GuestsAreFew: what all guests together can make a PC hold is bounded, and keeps no member out.
func TestT32GuestsAreFew(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: filepath.Join(t.TempDir(), "missing")}}, func(o *printing.Options) {
		o.Limits = printing.Limits{GuestJobs: 4, PerOwner: 3, GuestDocument: 3000, GuestSpool: 4000, OwnerSpool: 10_000}
	})
	large := pdf + strings.Repeat("x", 2500)
	for _, tt := range []struct {
		address, content string
		status           goipp.Status
	}{
		{"10.0.0.1", pdf + strings.Repeat("x", 4000), goipp.StatusErrorRequestEntity},
		{"10.0.0.1", large, goipp.StatusOk},
		{"10.0.0.1", large, goipp.StatusErrorTemporary},
		{"10.0.0.2", large, goipp.StatusErrorTemporary},
		{"10.0.0.1", pdf, goipp.StatusOk}, {"10.0.0.1", pdf, goipp.StatusOk},
		{"10.0.0.1", pdf, goipp.StatusErrorTooManyJobs},
		{"10.0.0.2", pdf, goipp.StatusOk},
		{"10.0.0.3", pdf, goipp.StatusErrorTooManyJobs},
	} {
		if a := desk.guest(tt.address, goipp.OpPrintJob, tt.content); goipp.Status(a.Code) != tt.status {
			t.Errorf("%d bytes from %s: %v, want %v", len(tt.content), tt.address, goipp.Status(a.Code), tt.status)
		}
	}
	for i, want := range []bool{true, true, true, false} { // four are more than a member's part of the spool
		doc := printing.Document{Name: "x", Reader: strings.NewReader(large), Size: int64(len(large))}
		if _, err := desk.as("ann").Print(t.Context(), "Folder", doc, nil, 1); (err == nil) != want {
			t.Errorf("document %d of a member: %v", i, err)
		}
	}
	a := desk.guest("10.0.0.9", goipp.OpGetPrinterAttributes, "")
	if attr, _ := ipp.Attrs(a.Printer).Get("copies-supported"); len(attr.Values) != 1 || attr.Values[0].V != (goipp.Range{Lower: 1, Upper: 20}) {
		t.Errorf("a guest may have %v copies", attr.Values)
	}
}

// TestOneDocumentOfTwo: two documents sent for one job at the same moment must not be mixed.
func TestOneDocumentOfTwo(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: t.TempDir()}})
	for range 20 {
		id := idOf(desk.send("ann", printing.Root+"Folder", goipp.OpCreateJob, ""))
		status := make(chan goipp.Status, 4)
		for range cap(status) {
			go func() {
				status <- goipp.Status(desk.serve("ann", "10.0.0.1:1", goipp.OpSendDocument, pdf, jobNumber(id), lastDocument).Code)
			}()
		}
		taken := 0
		for range cap(status) {
			if <-status == goipp.StatusOk {
				taken++
			}
		}
		if taken != 1 {
			t.Fatalf("%d documents were taken for one job", taken)
		}
	}
}

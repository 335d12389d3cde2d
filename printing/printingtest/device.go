package printingtest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Device is an IPP printer on the network, or one on USB behind ipp-usb: it takes jobs, prints them a page at a time and
// reports the troubles that a test gives it.
type Device struct {
	URI string // ipp://127.0.0.1:PORT/ipp/print

	t      testing.TB
	server *http.Server
	addr   string

	mu      sync.Mutex // guards the below
	jobs    []*DeviceJob
	reasons []string // printer-state-reasons
	page    time.Duration
	pages   int
	fate    int // state that jobs end in, when not completed
}

// DeviceJob is a job that a Device has.
type DeviceJob struct {
	Name     string
	Options  goipp.Attributes
	Document []byte
	State    int // job-state (RFC 8011 section 5.3.7)
	Pages    int // that the document is taken to have
	Done     int // pages printed

	last time.Time // when a page came out
	gone bool
}

// Option is an option that the job came with, "" where it didn't.
func (j DeviceJob) Option(name string) string {
	attr, ok := ipp.Attrs(j.Options).Get(name)
	if !ok {
		return ""
	}
	return attr.Values.String()
}

// The states that a Device can end a job in.
const (
	Canceled, Aborted, Completed = 7, 8, 9
)

// NewDevice starts an idle printer.
func NewDevice(t testing.TB) *Device {
	d := &Device{t: t, fate: Completed, pages: 1}
	d.listen("127.0.0.1:0")
	t.Cleanup(d.Unplug)
	return d
}

func (d *Device) listen(addr string) {
	d.t.Helper()
	listener, err := net.Listen("tcp", addr)
	for range 50 { // the one before may not be gone yet
		if err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
		listener, err = net.Listen("tcp", addr)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.addr = listener.Addr().String()
	if d.URI == "" {
		d.URI = "ipp://" + d.addr + "/ipp/print"
	}
	d.server = &http.Server{Handler: d}
	go func(s *http.Server) { _ = s.Serve(listener) }(d.server)
}

// Unplug takes the printer off the network, with its jobs in it.
func (d *Device) Unplug() { _ = d.server.Close() }

// Plug brings it back.
func (d *Device) Plug() { d.listen(d.addr) }

// Forget makes it lose its jobs, as one does that is switched off.
func (d *Device) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settle()
	for _, j := range d.jobs {
		j.gone = true
	}
}

// SetReasons gives the printer troubles; those that are errors stop it. None lets it print on.
func (d *Device) SetReasons(reasons ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settle()
	d.reasons = reasons
}

// SetPace makes documents have that many pages, and a page take that long.
func (d *Device) SetPace(pages int, page time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages, d.page = pages, page
}

// SetFate makes the jobs from now on end as Canceled, at the printer, or Aborted.
func (d *Device) SetFate(state int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fate = state
}

// Jobs returns all jobs there were.
func (d *Device) Jobs() []DeviceJob {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settle()
	var all []DeviceJob
	for _, j := range d.jobs {
		all = append(all, *j)
	}
	return all
}

func (d *Device) stopped() bool {
	return slices.ContainsFunc(d.reasons, func(r string) bool { return strings.HasSuffix(r, "-error") || r == "paused" })
}

// settle prints what had time to be printed. The caller holds mu.
func (d *Device) settle() {
	now := time.Now()
	for _, j := range d.jobs {
		switch {
		case j.State >= Canceled || j.State == 4 || j.gone:
			continue
		case d.stopped():
			j.State, j.last = 6, now
			return
		}
		j.State = 5
		for j.Done < j.Pages && now.Sub(j.last) >= d.page {
			j.Done++
			j.last = j.last.Add(max(d.page, 1))
		}
		if d.fate != Completed {
			j.State = d.fate
		} else if j.Done == j.Pages {
			j.State = Completed
		}
		if j.State < Canceled {
			return
		}
	}
}

// ServeHTTP is the printer's IPP.
func (d *Device) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := bufio.NewReader(r.Body)
	m, err := ipp.Read(in)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	document, err := io.ReadAll(in)
	if err != nil {
		return
	}
	d.mu.Lock()
	d.settle()
	a := d.answer(m, document)
	d.mu.Unlock()
	b, err := a.EncodeBytes()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", goipp.ContentType)
	_, _ = w.Write(b)
}

func (d *Device) answer(m *goipp.Message, document []byte) *goipp.Message {
	a := goipp.NewResponse(m.Version, goipp.StatusOk, m.RequestID)
	a.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	a.Operation.Add(goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")))
	op := ipp.Attrs(m.Operation)
	id, _ := op.Int("job-id")
	switch goipp.Op(m.Code) {
	case goipp.OpGetPrinterAttributes:
		a.Printer = d.describe()
	case goipp.OpValidateJob:
	case goipp.OpPrintJob, goipp.OpCreateJob:
		j := &DeviceJob{Name: op.String("job-name"), Options: m.Job, State: 4}
		d.jobs = append(d.jobs, j)
		if id = len(d.jobs); goipp.Op(m.Code) == goipp.OpPrintJob {
			d.take(j, document)
		}
		a.Job = d.describeJob(id)
	case goipp.OpGetJobs:
		for i, j := range d.jobs {
			if j.gone {
				continue
			}
			if completed := op.String("which-jobs") == "completed"; completed == (j.State >= Canceled) || op.String("which-jobs") == "all" {
				a.Groups.Add(goipp.Group{Tag: goipp.TagJobGroup, Attrs: d.describeJob(i + 1)})
			}
		}
		a.Groups = append(goipp.Groups{{Tag: goipp.TagOperationGroup, Attrs: a.Operation}}, a.Groups...)
	case goipp.OpSendDocument, goipp.OpGetJobAttributes, goipp.OpCancelJob, goipp.OpCloseJob:
		if id < 1 || id > len(d.jobs) || d.jobs[id-1].gone {
			a.Code = goipp.Code(goipp.StatusErrorNotFound)
			break
		}
		j := d.jobs[id-1]
		if goipp.Op(m.Code) == goipp.OpSendDocument && len(document) > 0 {
			d.take(j, document)
		}
		if goipp.Op(m.Code) == goipp.OpCancelJob && j.State < Canceled {
			j.State = Canceled
		}
		a.Job = d.describeJob(id)
	default:
		a.Code = goipp.Code(goipp.StatusErrorOperationNotSupported)
	}
	return a
}

func (d *Device) take(j *DeviceJob, document []byte) {
	j.Document, j.State, j.last, j.Pages = document, 3, time.Now(), d.pages
}

func (d *Device) describeJob(id int) goipp.Attributes {
	j := d.jobs[id-1]
	reason := map[int]string{4: "job-incoming", 5: "job-printing", 6: "printer-stopped", Canceled: "job-canceled-at-device", Aborted: "aborted-by-system",
		Completed: "job-completed-successfully"}[j.State]
	if reason == "" {
		reason = "none"
	}
	integer := func(name string, n int) goipp.Attribute {
		return goipp.MakeAttr(name, goipp.TagInteger, goipp.Integer(n))
	}
	return goipp.Attributes{
		goipp.MakeAttr("job-uri", goipp.TagURI, goipp.String(d.URI+"/"+string(rune('0'+id)))), integer("job-id", id),
		goipp.MakeAttr("job-name", goipp.TagName, goipp.String(j.Name)),
		goipp.MakeAttr("job-state", goipp.TagEnum, goipp.Integer(j.State)), goipp.MakeAttr("job-state-reasons", goipp.TagKeyword, goipp.String(reason)),
		integer("job-impressions", j.Pages), integer("job-impressions-completed", j.Done), integer("job-media-sheets-completed", j.Done),
	}
}

// describe is what the printer says of itself: enough for a print system to drive it without a driver.
func (d *Device) describe() goipp.Attributes {
	state := 3
	if slices.ContainsFunc(d.jobs, func(j *DeviceJob) bool { return j.State == 5 && !j.gone }) {
		state = 4
	}
	reasons := d.reasons
	if d.stopped() {
		state = 5
	}
	if len(reasons) == 0 {
		reasons = []string{"none"}
	}
	words := goipp.Attribute{Name: "printer-state-reasons"}
	for _, r := range reasons {
		words.Values.Add(goipp.TagKeyword, goipp.String(r))
	}
	return append(goipp.Attributes{goipp.MakeAttr("printer-state", goipp.TagEnum, goipp.Integer(state)), words}, deviceAttrs(d.URI)...)
}

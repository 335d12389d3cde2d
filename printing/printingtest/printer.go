package printingtest

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Printer is a fake IPP printer, or print system, or PC: it answers every request as the test says, however wrong.
type Printer struct {
	URL string

	mu       sync.Mutex // guards the below
	answer   func(op goipp.Op, request, answer *goipp.Message)
	raw      func(w http.ResponseWriter, r *http.Request) bool
	requests []goipp.Op
}

// NewPrinter starts a printer that answers everything with success and the attributes of Attrs.
func NewPrinter(t testing.TB) *Printer {
	p := &Printer{}
	server := httptest.NewServer(p)
	p.URL = server.URL
	t.Cleanup(server.Close)
	return p
}

// Answer has change edit each answer before it is sent.
func (p *Printer) Answer(change func(op goipp.Op, request, answer *goipp.Message)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = change
}

// Raw has handle take over HTTP requests for which it returns true.
func (p *Printer) Raw(handle func(w http.ResponseWriter, r *http.Request) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.raw = handle
}

// Requests returns the operations that were asked for.
func (p *Printer) Requests() []goipp.Op {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]goipp.Op(nil), p.requests...)
}

// ServeHTTP answers a request.
func (p *Printer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	raw, change := p.raw, p.answer
	p.mu.Unlock()
	if raw != nil && raw(w, r) {
		return
	}
	in := bufio.NewReader(r.Body)
	m, err := ipp.Read(in)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.Copy(io.Discard, in)
	op := goipp.Op(m.Code)
	p.mu.Lock()
	p.requests = append(p.requests, op)
	p.mu.Unlock()
	answer := goipp.NewResponse(m.Version, goipp.StatusOk, m.RequestID)
	answer.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	answer.Operation.Add(goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")))
	switch op {
	case goipp.OpGetPrinterAttributes, goipp.OpCupsGetPrinters:
		answer.Printer = Attrs()
	case goipp.OpPrintJob, goipp.OpCreateJob, goipp.OpSendDocument, goipp.OpGetJobAttributes, goipp.OpGetJobs:
		answer.Job = goipp.Attributes{
			goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(7)),
			goipp.MakeAttr("job-state", goipp.TagEnum, goipp.Integer(9)),
			goipp.MakeAttr("job-state-reasons", goipp.TagKeyword, goipp.String("none")),
		}
	}
	if change != nil {
		change(op, m, answer)
	}
	b, err := answer.EncodeBytes()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", goipp.ContentType)
	_, _ = w.Write(b)
}

// Attrs are the attributes of an honest printer.
func Attrs() goipp.Attributes {
	return goipp.Attributes{
		goipp.MakeAttr("printer-name", goipp.TagName, goipp.String("fake")),
		goipp.MakeAttr("printer-state", goipp.TagEnum, goipp.Integer(3)),
		goipp.MakeAttr("printer-state-reasons", goipp.TagKeyword, goipp.String("none")),
		goipp.MakeAttr("printer-is-accepting-jobs", goipp.TagBoolean, goipp.Boolean(true)),
		goipp.MakeAttr("printer-make-and-model", goipp.TagText, goipp.String("Fake")),
		goipp.MakeAttr("document-format-supported", goipp.TagMimeType, goipp.String("application/pdf"), goipp.String("image/jpeg")),
		goipp.MakeAttr("copies-supported", goipp.TagRange, goipp.Range{Lower: 1, Upper: 99}),
		goipp.MakeAttr("sides-supported", goipp.TagKeyword, goipp.String("one-sided"), goipp.String("two-sided-long-edge")),
		goipp.MakeAttr("media-supported", goipp.TagKeyword, goipp.String("iso_a4_210x297mm")),
	}
}

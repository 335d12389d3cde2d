package printing

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

const (
	// fateAgain is how long it is waited before the other PC is asked again what became of a document.
	fateAgain = time.Second
	// backWait is how long who wants to make a job is kept waiting for a PC that is away, so that it goes on at once when that
	// is back. CUPS asks again only after ten seconds.
	backWait = 20 * time.Second
	// againWait is how long who is to bring a document again is kept waiting: CUPS does so at once.
	againWait = 3 * time.Second
)

// relayed is a request of a program of this PC.
type relayed struct {
	msg      *goipp.Message
	op       ipp.Attrs // operation attributes
	document io.Reader
	printer  FarPrinter
	job      string // the part of the path behind the printer, with its slash; "" for none
}

// answer asks the gate, then the other PC.
func (r *Relay) answer(ctx context.Context, name, rest string, q *relayed) *goipp.Message {
	h, known := handlers[goipp.Op(q.msg.Code)]
	if !known {
		h.verb = See
	}
	r.mu.Lock()
	printer, there := r.printers[name]
	r.mu.Unlock()
	id, ok := jobID(rest)
	switch {
	case !there || !ok:
		return errGone.encodeFor(q.msg)
	case !r.opt.Allow(name, h.verb): // a print system gives up for good on a printer that isn't there, and this may change
		return refuse(goipp.StatusErrorServiceUnavailable, "this PC is set to have nothing to do with the PC of this printer").encodeFor(q.msg)
	case !known:
		return refuse(goipp.StatusErrorOperationNotSupported, "").encodeFor(q.msg)
	}
	if q.printer = printer; id != 0 {
		q.job = "/" + strconv.Itoa(id)
	}
	switch goipp.Op(q.msg.Code) {
	case goipp.OpValidateJob, goipp.OpCreateJob, goipp.OpPrintJob:
		r.awaitBack(ctx, name)
	}
	if why := r.opt.Away(name); why != "" {
		return r.away(q, why)
	}
	switch goipp.Op(q.msg.Code) {
	case goipp.OpPrintJob:
		return r.printJob(ctx, q)
	case goipp.OpSendDocument:
		return r.sendDocument(ctx, q)
	}
	m, err := r.ask(ctx, q, nil)
	if err != nil || goipp.Op(q.msg.Code) == goipp.OpGetPrinterAttributes && goipp.Status(m.Code) == goipp.StatusErrorNotFound {
		return r.away(q, r.whyAway(name))
	}
	return awaited(m)
}

// awaitBack waits a while until a printer can be reached.
func (r *Relay) awaitBack(ctx context.Context, name string) {
	ctx, done := context.WithTimeout(ctx, backWait)
	defer done()
	for {
		changed := r.opt.Changed()
		if r.opt.Away(name) == "" {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// whyAway is why a printer that was there a moment ago doesn't answer.
func (r *Relay) whyAway(name string) string {
	if why := r.opt.Away(name); why != "" {
		return why
	}
	return "the PC with the printer doesn't answer; what is sent to it waits"
}

// away answers for a printer that can't be reached: what it can do, and that it takes nothing now.
func (r *Relay) away(q *relayed, why string) *goipp.Message {
	if goipp.Op(q.msg.Code) == goipp.OpGetPrinterAttributes {
		if attrs := r.describeAway(q.printer.Name, why); attrs != nil {
			return pickPrinterAttrs(q.op, attrs).encodeFor(q.msg)
		}
	}
	return refuse(goipp.StatusErrorServiceUnavailable, why).encodeFor(q.msg)
}

// ask sends a request to the other PC and makes the answer fit for this one.
func (r *Relay) ask(ctx context.Context, q *relayed, document io.Reader) (*goipp.Message, error) {
	m, err := ipp.Forward(ctx, q.printer.Transport, q.printer.URL+q.job, q.msg, document)
	if err != nil {
		r.log.Debug("printer of another PC doesn't answer", "printer", q.printer.Name, "operation", goipp.Op(q.msg.Code).String(), "error", err)
		return nil, err
	}
	m = tame(m, r.base(q.printer.Name))
	if goipp.Op(q.msg.Code) == goipp.OpGetPrinterAttributes {
		for i, attr := range m.Printer { // what it is called there may be what others are called, too
			switch attr.Name {
			case "printer-info":
				m.Printer[i] = goipp.MakeAttr(attr.Name, goipp.TagText, goipp.String(q.printer.Info))
			case "printer-dns-sd-name":
				m.Printer[i] = goipp.MakeAttr(attr.Name, goipp.TagName, goipp.String(ipp.Clean(q.printer.Info, 63)))
			}
		}
	}
	return m, nil
}

// printJob makes a job of its own number before it sends the document: only so can be found out what became of it when
// the connection is lost.
func (r *Relay) printJob(ctx context.Context, q *relayed) *goipp.Message {
	create, send := *q, *q
	create.msg, send.msg = splitPrintJob(q.msg)
	made, err := r.ask(ctx, &create, nil)
	if err != nil {
		return r.away(q, r.whyAway(q.printer.Name))
	}
	id, ok := ipp.Attrs(made.Job).Int("job-id")
	if goipp.Status(made.Code) >= goipp.StatusRedirectionOtherSite || !ok {
		return made
	}
	send.msg.Groups[0].Attrs = slices.Insert(send.msg.Groups[0].Attrs, 3, goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(id)))
	send.op = ipp.Attrs(send.msg.Groups[0].Attrs)
	sent := r.sendDocument(ctx, &send)
	if goipp.Status(sent.Code) != goipp.StatusOk {
		return sent
	}
	return goipp.NewMessageWithGroups(made.Version, made.Code, made.RequestID, append(made.Groups[:len(made.Groups):len(made.Groups)], sent.Groups[1:]...))
}

// splitPrintJob makes Create-Job and Send-Document out of Print-Job (RFC 8011 sections 4.2.4 and 4.3.1). The job's number
// is still to come, behind the first three attributes of the latter.
func splitPrintJob(m *goipp.Message) (create, send *goipp.Message) {
	var job, document goipp.Attributes
	for i, attr := range m.Groups[0].Attrs {
		about := strings.HasPrefix(attr.Name, "document-") || attr.Name == "compression"
		if i < 3 || attr.Name == "requesting-user-name" {
			job.Add(attr)
			document.Add(attr)
		} else if about {
			document.Add(attr)
		} else {
			job.Add(attr)
		}
	}
	document.Add(goipp.MakeAttr("last-document", goipp.TagBoolean, goipp.Boolean(true)))
	groups := append(goipp.Groups{{Tag: goipp.TagOperationGroup, Attrs: job}}, m.Groups[1:]...)
	return goipp.NewMessageWithGroups(m.Version, goipp.Code(goipp.OpCreateJob), m.RequestID, groups),
		goipp.NewMessageWithGroups(m.Version, goipp.Code(goipp.OpSendDocument), m.RequestID, goipp.Groups{{Tag: goipp.TagOperationGroup, Attrs: document}})
}

// sendDocument brings a document to the other PC. When the connection is lost before the document's end has left, it can't
// be there whole, and is not printed there: the program is to bring it again. When it is lost later, the other PC is asked, as
// soon as it is back, and until then the program has no answer: one that is told to bring it again would print it twice.
func (r *Relay) sendDocument(ctx context.Context, q *relayed) *goipp.Message {
	document := &wholeReader{r: q.document}
	m, err := r.ask(ctx, q, document)
	switch {
	case err == nil && !tryAgain(goipp.Status(m.Code)):
		return m
	case err != nil && document.whole.Load() && !errors.As(err, new(*ipp.HTTPError)):
		return r.fate(ctx, q)
	}
	why := r.whyAway(q.printer.Name)
	if err == nil {
		why = ipp.Attrs(m.Operation).String("status-message")
	}
	select {
	case <-ctx.Done():
	case <-time.After(againWait):
	}
	return r.away(q, why)
}

// fate finds out whether the other PC has the document of a job.
func (r *Relay) fate(ctx context.Context, q *relayed) *goipp.Message {
	ask := *q
	id, ok := q.op.Int("job-id")
	if !ok {
		uri := q.op.String("job-uri")
		id, _ = jobID(uri[strings.LastIndexByte(uri, '/')+1:])
	}
	ask.msg, ask.job = r.request(goipp.OpGetJobAttributes, q.printer.Name, goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(id))), ""
	again := time.NewTicker(fateAgain)
	defer again.Stop()
	for {
		changed := r.opt.Changed()
		if r.opt.Away(q.printer.Name) == "" {
			m, err := r.ask(ctx, &ask, nil)
			if err == nil {
				if a, known := told(m); known {
					return a.encodeFor(q.msg)
				}
			}
		}
		select {
		case <-ctx.Done():
			return r.away(q, r.whyAway(q.printer.Name))
		case <-changed:
		case <-again.C:
		}
	}
}

// told is the answer to a program that sent a document, by what the other PC says of the job; known is false while it
// doesn't know itself.
func told(m *goipp.Message) (a answer, known bool) {
	job := ipp.Attrs(m.Job)
	_, ok := job.Int("job-state")
	switch {
	case goipp.Status(m.Code) == goipp.StatusErrorNotFound, interrupted(job):
		return refuse(goipp.StatusErrorServiceUnavailable, "the document did not arrive whole"), true
	case goipp.Status(m.Code) >= goipp.StatusRedirectionOtherSite, !ok, slices.Contains(job.Strings("job-state-reasons"), "job-incoming"):
		return answer{}, false
	}
	return answer{groups: goipp.Groups{{Tag: goipp.TagJobGroup, Attrs: m.Job}}}, true
}

// interrupted tells whether a job has ended because its document didn't come.
func interrupted(job ipp.Attrs) bool {
	n, _ := job.Int("job-state")
	return JobState(n) == JobAborted && slices.Contains(job.Strings("job-state-reasons"), reasonInterrupted)
}

// awaited leaves out jobs whose document didn't come: they are not the program's, which is to make another. One that asks for
// such a job is told nothing of its state. CUPS, which watches a job while it brings the document, would take the end of
// it for that of its own job; and where the Relay itself ended in the middle of a document, CUPS takes that for brought and
// waits for the job: of a printer that doesn't tell the state of a job it keeps its own, and stops (see Installer.Tell).
// For the same reason a job whose document is still to come is not shown as held: for CUPS that would be the end of it, too.
func awaited(m *goipp.Message) *goipp.Message {
	var groups goipp.Groups
	for _, g := range m.Groups {
		if g.Tag == goipp.TagJobGroup {
			if interrupted(ipp.Attrs(g.Attrs)) {
				continue
			}
			if slices.Contains(ipp.Attrs(g.Attrs).Strings("job-state-reasons"), "job-incoming") {
				i := slices.IndexFunc(g.Attrs, func(a goipp.Attribute) bool { return a.Name == "job-state" })
				if i >= 0 {
					g.Attrs[i] = goipp.MakeAttr("job-state", goipp.TagEnum, goipp.Integer(JobPending))
				}
			}
		}
		groups.Add(g)
	}
	return goipp.NewMessageWithGroups(m.Version, m.Code, m.RequestID, groups)
}

// request is one of the Relay's own.
func (r *Relay) request(op goipp.Op, printer string, more ...goipp.Attribute) *goipp.Message {
	attrs := goipp.Attributes{
		goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("attributes-natural-language", goipp.TagLanguage, goipp.String("en")),
		goipp.MakeAttr("printer-uri", goipp.TagURI, goipp.String(r.URI(printer))),
	}
	return goipp.NewMessageWithGroups(goipp.MakeVersion(2, 0), goipp.Code(op), 1, goipp.Groups{{Tag: goipp.TagOperationGroup, Attrs: append(attrs, more...)}})
}

// wholeReader reads a document and remembers that its end was seen.
type wholeReader struct {
	r     io.Reader
	whole atomic.Bool
}

func (w *wholeReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err == io.EOF {
		w.whole.Store(true)
	}
	return n, err
}

package printing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// delivery is how much of its document a printer was given in this run. The zero delivery is that of a run before, of
// which nobody knows.
type delivery int

const (
	unknownDelivery delivery = iota
	nothingSent
	cutOff // what has arrived ipp-usb ends as if it were whole
	wholeSent
)

// Submit makes a job, has its number remembered, and only then sends the document (Create-Job and Send-Document).
func (u *IPPUSB) Submit(ctx context.Context, job SystemJob, document io.Reader, accept func(ref string) error) error {
	p := u.printer(job.Queue)
	if p == nil {
		return fmt.Errorf("make job at printer: %w", ErrOffline)
	}
	conn, name := u.conn(p.port), title(job.Name)
	made, err := conn.Do(ctx, ipp.Request{
		Op: goipp.OpCreateJob, Job: job.Template, Operation: goipp.Attributes{goipp.MakeAttr("job-name", goipp.TagName, goipp.String(name))},
	})
	if err != nil {
		return refused("make job at printer", err)
	}
	id, _ := ipp.Attrs(made.Job).Int("job-id")
	if id <= 0 {
		return errors.New("make job at printer: it has no number")
	}
	ref := usbRef{job.Queue, id, jobUUID(made.Job)}
	if ref.mark == "" {
		ref.mark = url.QueryEscape(name)
	}
	if err := accept(ref.String()); err != nil {
		_ = conn.Cancel(ctx, "", id) // an empty job: the printer itself drops it later
		return err
	}
	u.delivered(ref.String(), nothingSent)
	ctx, done := context.WithTimeout(ctx, uploadTime)
	defer done()
	sent := &countingReader{r: document}
	_, err = conn.Do(ctx, ipp.Request{
		Op: goipp.OpSendDocument, JobID: id, Document: sent, Size: job.Size,
		Operation: goipp.Attributes{
			goipp.MakeAttr("document-format", goipp.TagMimeType, goipp.String(job.Format)),
			goipp.MakeAttr("last-document", goipp.TagBoolean, goipp.Boolean(true)),
		},
	})
	switch {
	case err == nil:
		u.delivered(ref.String(), wholeSent)
	case sent.n > 0 && !errors.As(err, new(*ipp.StatusError)):
		u.delivered(ref.String(), cutOff)
	}
	if err = refused("send document to printer", err); errors.As(err, new(*Refusal)) {
		_ = conn.Cancel(ctx, "", id)
	}
	return err
}

func (u *IPPUSB) delivered(ref string, how delivery) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.sent) >= maxFollowed {
		clear(u.sent)
	}
	u.sent[ref], u.followed = how, time.Now()
}

// usbRef names a job at a printer: by the queue, the number, and what tells it from one that has the same number after
// the printer was switched off: its UUID or, where it has none, its title.
type usbRef struct {
	queue string
	id    int
	mark  string
}

func (r usbRef) String() string { return r.queue + " " + strconv.Itoa(r.id) + " " + r.mark }

func readUSBRef(ref string) (r usbRef) {
	queue, rest, _ := strings.Cut(ref, " ")
	number, mark, _ := strings.Cut(rest, " ")
	id, _ := strconv.Atoi(number)
	return usbRef{queue, id, mark}
}

// names tells whether these are the attributes of the job.
func (r usbRef) names(attrs ipp.Attrs) bool {
	if uuid := jobUUID(goipp.Attributes(attrs)); uuid != "" {
		return uuid == r.mark
	}
	name := url.QueryEscape(attrs.String("job-name")) // a printer may have cut it
	return name != "" && strings.HasPrefix(r.mark, name)
}

// Find asks the printer for a job and, while it has it, for its troubles.
func (u *IPPUSB) Find(ctx context.Context, ref string) (SystemState, error) {
	job := readUSBRef(ref)
	u.mu.Lock()
	u.followed = time.Now()
	sent, unwanted := u.sent[ref], u.unwanted[ref]
	u.mu.Unlock()
	p := u.printer(job.queue)
	if p == nil && unwanted {
		return SystemState{}, ErrNoJob
	}
	if p == nil {
		return offline("offline-report")
	}
	ctx, done := context.WithTimeout(ctx, deviceTime)
	defer done()
	conn := u.conn(p.port)
	attrs, err := conn.JobAttributes(ctx, "", job.id, "job-id", "job-uuid", "job-name", "job-state", "job-state-reasons", "job-state-message",
		"job-impressions", "job-impressions-completed", "job-media-sheets-completed", "number-of-documents", "time-at-processing")
	switch {
	case sent == cutOff && (notFound(err) || err == nil && !job.names(attrs)):
		return SystemState{State: JobAborted, Partial: true, Device: true}, nil
	case notFound(err), err == nil && !job.names(attrs):
		return SystemState{}, ErrNoJob
	case err != nil:
		return silent(err)
	}
	st, err := stateOf(attrs)
	if err != nil {
		return SystemState{}, fmt.Errorf("ask printer for job %d: %w", job.id, err)
	}
	st.Device, st.Confirmed = true, true
	st.Message = ipp.Clean(attrs.String("job-state-message"), 1023)
	st.deliver(sent, attrs)
	if st.State.Ended() {
		u.forget(ref)
		return st, nil
	}
	if st.State != JobPending { // what stops a job is the printer
		st.State = JobProcessing
	}
	attrs, err = conn.PrinterAttributes(ctx, "", "printer-state", "printer-state-reasons")
	if err != nil {
		return silent(err)
	}
	st.Printer = reasonsOf(attrs, "printer-state-reasons")
	if n, _ := attrs.Int("printer-state"); n == 5 && len(blocking(st.Printer)) == 0 {
		st.Printer = append(st.Printer, "other-error") // it has stopped and doesn't say why
	}
	return st, nil
}

// deliver tells what the printer has of the document. In the words of a printer it is whole also when it was cut off.
func (st *SystemState) deliver(sent delivery, job ipp.Attrs) {
	documents, counts := job.Int("number-of-documents")
	waits := slices.Contains(st.Reasons, "job-incoming") || slices.Contains(st.Reasons, "job-data-insufficient")
	empty := st.Pages == 0 && (counts && documents == 0 || waits && (st.State == JobPending || st.State == JobHeld))
	st.Received = sent == wholeSent
	st.Partial = !st.Received && sent != nothingSent && !empty
	if st.Begun == "" && st.State != JobPending { // makes it remembered over a restart that the printer has it
		st.Begun = "begun"
	}
}

// silent says of a printer that it can't be reached, or doesn't answer.
func silent(err error) (SystemState, error) {
	if notRunning(err) {
		return offline("offline-report")
	}
	return offline("timed-out")
}

func offline(reason string) (SystemState, error) {
	return SystemState{Printer: []string{reason}, Device: true}, ErrOffline
}

func (u *IPPUSB) forget(ref string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.sent, ref)
	delete(u.unwanted, ref)
}

// Cancel cancels a job. At a printer that is away, as soon as it is back.
func (u *IPPUSB) Cancel(ctx context.Context, ref string) error {
	job := readUSBRef(ref)
	p := u.printer(job.queue)
	if p == nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		if len(u.unwanted) >= maxFollowed {
			clear(u.unwanted)
		}
		u.unwanted[ref] = true
		return nil
	}
	return u.cancel(ctx, p.port, job)
}

func (u *IPPUSB) cancel(ctx context.Context, port int, job usbRef) error {
	ctx, done := context.WithTimeout(ctx, deviceTime)
	defer done()
	conn := u.conn(port)
	attrs, err := conn.JobAttributes(ctx, "", job.id, "job-id", "job-uuid", "job-name")
	if err == nil && job.names(attrs) {
		err = conn.Cancel(ctx, "", job.id)
	}
	var status *ipp.StatusError
	if notFound(err) || errors.As(err, &status) && status.Status == goipp.StatusErrorNotPossible {
		return nil // it has ended already
	}
	if err != nil {
		return fmt.Errorf("cancel job at printer: %w", err)
	}
	return nil
}

// dropUnwanted cancels the jobs of a printer that is back that nobody wants any more.
func (u *IPPUSB) dropUnwanted(ctx context.Context, port int) {
	u.mu.Lock()
	var jobs []usbRef
	for ref := range u.unwanted {
		if job := readUSBRef(ref); u.printers[job.queue] != nil && u.printers[job.queue].port == port {
			jobs = append(jobs, job)
		}
	}
	u.mu.Unlock()
	for _, job := range jobs {
		if u.cancel(ctx, port, job) == nil {
			u.forget(job.String())
		}
	}
}

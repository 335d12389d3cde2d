package printing

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Find asks CUPS for a job and, while it is at the printer, for the printer's troubles: CUPS, and the printer itself
// where it can say.
func (c *CUPS) Find(ctx context.Context, ref string) (SystemState, error) {
	id, uuid := readRef(ref)
	attrs, err := c.conn.JobAttributes(ctx, "", id, "job-id", "job-uuid", "job-state", "job-state-reasons", "job-state-message", "job-name",
		"job-originating-user-name", "job-printer-state-message", "job-printer-state-reasons", "job-impressions", "job-impressions-completed",
		"job-media-sheets-completed", "number-of-documents", "job-printer-uri", "time-at-processing", "copies")
	switch {
	case notFound(err):
		return SystemState{}, ErrNoJob
	case err != nil:
		if notRunning(err) {
			c.boots.found()
		}
		return SystemState{}, fmt.Errorf("ask CUPS for job %d: %w", id, err)
	case uuid != "" && jobUUID(goipp.Attributes(attrs)) != uuid:
		return SystemState{}, ErrNoJob
	}
	st, err := stateOf(attrs)
	if err != nil {
		return SystemState{}, fmt.Errorf("ask CUPS for job %d: %w", id, err)
	}
	st.Boot, st.Since = c.boots.now(), c.boots.since(ref)
	switch st.State {
	case JobPending, JobProcessing, JobStopped:
		err = c.atPrinter(ctx, &st, attrs, ref)
	case JobCompleted:
		if q, err := c.queueOf(ctx, attrs, "device-uri"); err == nil {
			st.Confirmed = confirms(q.device)
			st.Nothing = st.Pages == 0 && c.devices.asks(q.device) &&
				c.devices.never(ctx, q.device, ref, attrs.String("job-name"), attrs.String("job-originating-user-name"))
		}
	}
	if st.State.Ended() {
		c.devices.forget(ref)
		c.boots.forget(ref)
	}
	return st, err
}

// stateOf reads what CUPS says of a job.
func stateOf(attrs ipp.Attrs) (SystemState, error) {
	count := func(name string) int {
		n, _ := attrs.Int(name)
		return max(0, n)
	}
	n := count("job-state")
	st := SystemState{
		State: JobState(n), Reasons: reasonsOf(attrs, "job-state-reasons"), Received: count("number-of-documents") > 0,
		Pages: count("job-impressions-completed"), Sheets: count("job-media-sheets-completed"), Total: count("job-impressions"),
		Message: ipp.Clean(attrs.String("job-printer-state-message"), 1023),
	}
	if st.Pages == 0 {
		st.Pages = st.Sheets
	}
	if begun := count("time-at-processing"); begun > 0 {
		st.Begun = strconv.Itoa(begun)
	}
	if n < int(JobPending) || n > int(JobCompleted) {
		return st, fmt.Errorf("state %d", n)
	}
	return st, nil
}

// queueState is how the queue is that a job is in.
type queueState struct {
	ipp.Attrs
	device *url.URL
}

// queueOf asks for the queue of a job.
func (c *CUPS) queueOf(ctx context.Context, job ipp.Attrs, names ...string) (queueState, error) {
	q := queueState{device: &url.URL{}}
	u, err := url.Parse(job.String("job-printer-uri"))
	if err != nil {
		return q, nil
	}
	queue, ok := strings.CutPrefix(u.Path, "/printers/")
	if !ok {
		return q, nil
	}
	if q.Attrs, err = c.conn.PrinterAttributes(ctx, queue, names...); err != nil {
		return q, fmt.Errorf("ask CUPS for printer %s: %w", queue, err)
	}
	if device, err := url.Parse(q.String("device-uri")); err == nil {
		q.device = device
	}
	return q, nil
}

// atPrinter adds how the printer is that a job is at.
func (c *CUPS) atPrinter(ctx context.Context, st *SystemState, job ipp.Attrs, ref string) error {
	q, err := c.queueOf(ctx, job, "printer-state", "printer-state-reasons", "device-uri")
	if err != nil {
		return err
	}
	st.Printer = reasonsOf(q.Attrs, "printer-state-reasons")
	if n, _ := q.Int("printer-state"); n == 5 && len(blocking(st.Printer)) == 0 {
		st.Printer = append(st.Printer, "paused")
	}
	if st.State == JobProcessing && c.devices.asks(q.device) {
		copies, _ := job.Int("copies")
		st.take(c.devices.look(ctx, q.device, ref, job.String("job-name"), job.String("job-originating-user-name")), copies > 1)
	}
	return nil
}

package printing

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Hold makes a job of ours wait until it is released. One that is at the printer already is ErrPrinting, unless recall is
// set: then its print system is told to let go of it, and it is held when that has; some of it may have come out.
func (c *Client) Hold(ctx context.Context, printer string, id int, recall bool) error {
	var attrs goipp.Attributes
	if recall {
		attrs.Add(goipp.MakeAttr(recallAttr, goipp.TagBoolean, goipp.Boolean(true)))
	}
	_, err := c.do(ctx, "hold job", ipp.Request{Op: goipp.OpHoldJob, Printer: printer, JobID: id, Operation: attrs})
	return err
}

// Release lets a held job be printed: one of ours, or, on the PC with the printer, one that waits for this PIN. ErrNotHeld says
// that it waits for nobody; what is wrong with a PIN is a *Denial.
func (c *Client) Release(ctx context.Context, printer string, id int, pin string) error {
	_, err := c.do(ctx, "release job", ipp.Request{Op: goipp.OpReleaseJob, Printer: printer, JobID: id, Operation: pinAttrs(pin)})
	return err
}

// Withdraw is Cancel with a reason that is shown to who may see the job.
func (c *Client) Withdraw(ctx context.Context, printer string, id int, why string) error {
	_, err := c.do(ctx, "cancel job", ipp.Request{Op: goipp.OpCancelJob, Printer: printer, JobID: id,
		Operation: goipp.Attributes{goipp.MakeAttr("message", goipp.TagText, goipp.String(ipp.Clean(why, maxWhy)))}})
	return err
}

// Restart prints a job of ours that has ended once more, as a job of its own, of which it returns the number and the
// state. ErrNotEnded and ErrNoDocument say why not.
func (c *Client) Restart(ctx context.Context, printer string, id int) (Job, error) {
	m, err := c.do(ctx, "print job again", ipp.Request{Op: goipp.OpResubmitJob, Printer: printer, JobID: id})
	if err != nil {
		return Job{}, err
	}
	return jobOf(printer, ipp.Attrs(m.Job)), nil
}

// Move sends a job of ours to another printer of the same PC. ErrClosed, ErrEnded, ErrPrinting and ErrSamePrinter say
// why not; Takes tells beforehand of options that it doesn't have.
func (c *Client) Move(ctx context.Context, printer string, id int, to string) error {
	if !goodName(to) {
		return ErrNotFound
	}
	there := url.URL{Scheme: "ipp", Host: c.conn.Base.Host, Path: Root + to}
	_, err := c.do(ctx, "move job", ipp.Request{Op: goipp.OpCupsMoveJob, Printer: printer, JobID: id,
		Job: goipp.Attributes{goipp.MakeAttr("job-printer-uri", goipp.TagURI, goipp.String(there.String()))}})
	return err
}

// Fetch writes the document of a job of ours, which has no more than so many bytes: more is an error.
func (c *Client) Fetch(ctx context.Context, printer string, id int, into io.Writer, most int64) error {
	_, err := c.do(ctx, "fetch document", ipp.Request{Op: goipp.OpCupsGetDocument, Printer: printer, JobID: id, Into: &boundedWriter{into, most},
		Operation: goipp.Attributes{goipp.MakeAttr("document-number", goipp.TagInteger, goipp.Integer(1))}})
	return err
}

// boundedWriter takes no more than left bytes.
type boundedWriter struct {
	w    io.Writer
	left int64
}

var errMore = errors.New("the other PC sends more than the job has")

func (b *boundedWriter) Write(p []byte) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errMore
	}
	return b.w.Write(p)
}

// Template is the options that a job was given, to print it elsewhere with.
type Template struct{ attrs goipp.Attributes }

// Template asks for the options of a job of ours.
func (c *Client) Template(ctx context.Context, printer string, id int) (t Template, err error) {
	if !goodName(printer) {
		return t, ErrNotFound
	}
	attrs, err := c.conn.JobAttributes(ctx, printer, id, "job-template")
	for _, attr := range attrs {
		if _, known := findOption(attr.Name); known && attr.Name != "job-hold-until" && len(attr.Values) > 0 {
			t.attrs.Add(attr)
		}
	}
	return t, clientError("ask for the options of the job", err)
}

// Takes tells why a printer doesn't print a document of a format (a MIME type) with these options: *OptionError or
// *FormatError, as of Print, or ErrClosed.
func (c *Client) Takes(ctx context.Context, printer, format string, t Template) error {
	attrs, err := c.attributes(ctx, printer)
	if err != nil {
		return err
	}
	if !attrs.Bool("printer-is-accepting-jobs") {
		return ErrClosed
	}
	return takes(checkedCaps(attrs), format, t.attrs)
}

// PrintHeld is Print with the options of another job. The new job waits until it is released.
func (c *Client) PrintHeld(ctx context.Context, printer string, doc Document, t Template) (Job, error) {
	attrs, err := c.attributes(ctx, printer)
	if err != nil {
		return Job{}, err
	}
	caps := checkedCaps(attrs)
	template := append(slices.Clone(t.attrs), keywords("job-hold-until", "indefinite"))
	if err := takesOptions(caps, template); err != nil {
		return Job{}, err
	}
	taken, _ := checkTemplate(template, caps)
	return c.send(ctx, printer, doc, caps, taken)
}

// do sends a request about a job of ours and gives its errors our own names.
func (c *Client) do(ctx context.Context, what string, r ipp.Request) (*goipp.Message, error) {
	if !goodName(r.Printer) {
		return nil, ErrNotFound
	}
	m, err := c.conn.Do(ctx, r)
	return m, clientError(what, err)
}

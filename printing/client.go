package printing

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Client prints on the printers of another PC's Server.
type Client struct{ conn *ipp.Conn }

// NewClient makes a Client for the Server at base (an HTTP URL without a path) over a transport that has made sure
// who the other side is. It sends nothing yet.
func NewClient(transport http.RoundTripper, base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("reach printer: bad address %q", base)
	}
	path := func(printer string) string { return Root + url.PathEscape(printer) }
	return &Client{&ipp.Conn{Transport: transport, Base: u, User: "lanyard", Path: path}}, nil
}

// Document is what is printed. Its format is told by its content.
type Document struct {
	Name   string // for people
	Reader io.Reader
	Size   int64  // bytes; -1 when not known
	PIN    string // that the job is to wait for at the printer; "" none
}

// Capabilities is what a printer can do.
type Capabilities struct {
	MakeModel string
	Formats   []string            // MIME types it takes
	Values    map[string][]string // option → values it takes, as Print reads them
	Defaults  map[string]string   // option → its default
	Copies    int                 // most copies
	Media     []Medium            // the sizes among the values of media
	PIN       bool                // it takes jobs that wait for a PIN
	State     Printer             // how it is now; without what only its own PC knows
}

// Capabilities asks a printer what it can do. A printer that isn't there, or not for us, is ErrNotFound.
func (c *Client) Capabilities(ctx context.Context, printer string) (*Capabilities, error) {
	attrs, err := c.attributes(ctx, printer)
	if err != nil {
		return nil, err
	}
	caps := checkedCaps(attrs)
	out := &Capabilities{MakeModel: caps.String("printer-make-and-model"), Values: optionValues(caps), Defaults: map[string]string{}, Copies: maxCopies(caps),
		Media: mediaOf(caps), PIN: takesPIN(attrs)}
	for _, f := range caps.Strings("document-format-supported") {
		if f != formatOctet {
			out.Formats = append(out.Formats, f)
		}
	}
	for name := range out.Values {
		o, ok := findOption(name)
		def, has := caps.Get(name + "-default")
		if texts := o.texts(def); ok && has && len(texts) > 0 {
			out.Defaults[name] = texts[0]
		}
	}
	q := queueOf(attrs)
	queued, _ := attrs.Int("queued-job-count")
	out.State = Printer{Shared: Shared{Name: printer, Info: q.Info, Location: q.Location}, MakeModel: out.MakeModel, State: q.State,
		Reasons: q.Reasons, Message: q.Message, Accepting: q.Accepting, Queued: max(0, queued), Color: q.Color, Duplex: q.Duplex,
		Supplies: suppliesOf(caps)}
	return out, nil
}

func (c *Client) attributes(ctx context.Context, printer string) (ipp.Attrs, error) {
	if !goodName(printer) {
		return nil, ErrNotFound
	}
	attrs, err := c.conn.PrinterAttributes(ctx, printer, "all", "media-col-database")
	return attrs, clientError("ask printer", err)
}

// Print checks options and format against what the printer takes and sends the document. It returns when the other PC
// has the job on its disk. An option or format the printer doesn't take is an *OptionError or a *FormatError, and
// nothing is sent. copies of 0 is the printer's default.
func (c *Client) Print(ctx context.Context, printer string, doc Document, asked map[string]string, copies int) (Job, error) {
	attrs, err := c.attributes(ctx, printer)
	if err != nil {
		return Job{}, err
	}
	caps := checkedCaps(attrs)
	template, err := ticket(caps, asked, copies)
	if err != nil {
		return Job{}, err
	}
	switch {
	case doc.PIN != "" && !goodPIN(doc.PIN):
		return Job{}, ErrBadPIN
	case doc.PIN != "" && !takesPIN(attrs): // it would be printed at once
		return Job{}, ErrNoPINs
	}
	return c.send(ctx, printer, doc, caps, template)
}

// send gives a printer a document with options that it takes.
func (c *Client) send(ctx context.Context, printer string, doc Document, caps ipp.Attrs, template goipp.Attributes) (Job, error) {
	in := bufio.NewReaderSize(doc.Reader, copyBuffer)
	head, err := in.Peek(sniffLength)
	if err != nil && err != io.EOF {
		return Job{}, fmt.Errorf("read document: %w", err)
	}
	format := SniffFormat(head)
	if takes := caps.Strings("document-format-supported"); len(head) == 0 {
		return Job{}, errors.New("read document: it is empty")
	} else if format == "" || !slices.Contains(takes, format) {
		takes = slices.DeleteFunc(takes, func(s string) bool { return s == formatOctet })
		return Job{}, &FormatError{Format: format, Takes: takes}
	}
	name := ipp.Clean(doc.Name, 255)
	made, err := c.conn.Print(ctx, ipp.Request{
		Printer: printer, Document: in, Size: doc.Size, Job: template,
		// What can't be done exactly is an error, not a surprise on paper.
		Operation: append(goipp.Attributes{goipp.MakeAttr("ipp-attribute-fidelity", goipp.TagBoolean, goipp.Boolean(len(template) > 0))}, pinAttrs(doc.PIN)...),
	}, name, format)
	if err != nil {
		return Job{}, clientError("print", err)
	}
	job := jobOf(printer, made)
	job.Name, job.Format, job.Size = name, format, max(0, doc.Size)
	if job.ID <= 0 {
		return Job{}, errors.New("print: the other PC gave the job no number")
	}
	return job, nil
}

// PrintFile prints a local file, once the PIN is typed if there is one.
func (c *Client) PrintFile(ctx context.Context, printer, file, pin string, asked map[string]string, copies int) (Job, error) {
	f, err := os.Open(file) // #nosec G304 -- the document that the person named
	if err != nil {
		return Job{}, fmt.Errorf("read document: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Job{}, fmt.Errorf("read document: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Job{}, fmt.Errorf("read document: %s is no file", file)
	}
	return c.Print(ctx, printer, Document{Name: info.Name(), Reader: io.LimitReader(f, info.Size()), Size: info.Size(), PIN: pin}, asked, copies)
}

// Job asks how a job is.
func (c *Client) Job(ctx context.Context, printer string, id int) (Job, error) {
	if !goodName(printer) {
		return Job{}, ErrNotFound
	}
	attrs, err := c.conn.JobAttributes(ctx, printer, id, "all")
	if err != nil {
		return Job{}, clientError("ask for job", err)
	}
	return jobOf(printer, attrs), nil
}

// Jobs asks for the jobs of a printer that have not ended, and for one's own that have.
func (c *Client) Jobs(ctx context.Context, printer string) ([]Job, error) {
	if !goodName(printer) {
		return nil, ErrNotFound
	}
	all, err := c.conn.Jobs(ctx, printer, "all", "all")
	if err != nil {
		return nil, clientError("ask for jobs", err)
	}
	var jobs []Job
	for _, attrs := range all {
		if j := jobOf(printer, attrs); !j.State.Ended() || j.Name != "" {
			jobs = append(jobs, j)
		}
	}
	return jobs, nil
}

// Cancel cancels a job of ours. ErrNotFound and ErrEnded say why not.
func (c *Client) Cancel(ctx context.Context, printer string, id int) error {
	if !goodName(printer) {
		return ErrNotFound
	}
	return clientError("cancel job", c.conn.Cancel(ctx, printer, id))
}

func jobOf(printer string, attrs ipp.Attrs) Job {
	id, _ := attrs.Int("job-id")
	state, _ := attrs.Int("job-state")
	pages, _ := attrs.Int("job-impressions-completed")
	total, _ := attrs.Int("job-impressions")
	size, _ := attrs.Int("job-k-octets")
	j := Job{
		ID: id, Printer: printer, State: JobState(state), Reasons: reasonsOf(attrs, "job-state-reasons"), Pages: max(0, pages), Total: max(0, total),
		Message: ipp.Clean(attrs.String("job-state-message"), 1023), Name: ipp.Clean(attrs.String("job-name"), 255),
		OwnerName: ipp.Clean(attrs.String("job-originating-user-name"), 255), Size: int64(max(0, size)) << 10,
		Format: formatOf(attrs),
	}
	j.Kept, j.PIN = slices.Contains(j.Reasons, reasonKept), slices.Contains(j.Reasons, reasonPIN)
	if before, ok := attrs.Int("number-of-intervening-jobs"); ok && before >= 0 && !j.State.Ended() {
		j.Place = min(before, maxPlace) + 1
	}
	for _, at := range []struct {
		name string
		t    *time.Time
	}{{"date-time-at-creation", &j.Created}, {"date-time-at-completed", &j.Ended}} {
		if attr, ok := attrs.Get(at.name); ok {
			if t, ok := attr.Values[0].V.(goipp.Time); ok {
				*at.t = t.Time
			}
		}
	}
	return j
}

// maxPlace is the last place in a line that is believed: no Server lets so many wait.
const maxPlace = 1_000_000

// formatOf is the format that a job says it is in, if it is one that there is.
func formatOf(attrs ipp.Attrs) string {
	if f := attrs.String("document-format"); formats[f] != "" {
		return f
	}
	return ""
}

// Denial is the other PC's word that its owner's rules don't let us do this, for people.
type Denial struct{ Words string }

func (d *Denial) Error() string { return d.Words }

// denials are the answers that say so.
var denials = map[goipp.Status]bool{goipp.StatusErrorAccountLimitReached: true, goipp.StatusErrorNotAuthorized: true,
	goipp.StatusErrorNotAcceptingJobs: true, goipp.StatusErrorRequestEntity: true}

// clientError gives the other PC's answers our own names.
func clientError(what string, err error) error {
	var status *ipp.StatusError
	var page *ipp.HTTPError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &page) && page.Code == http.StatusNotFound: // refused before IPP was looked at
		return ErrNotFound
	case errors.As(err, &status) && status.Status == goipp.StatusErrorNotFound:
		return ErrNotFound
	case errors.As(err, &status) && status.Status == goipp.StatusErrorNotPossible && strings.HasPrefix(what, "cancel"):
		return ErrEnded
	case errors.As(err, &status):
		for _, known := range refusals {
			if status.Message == known.Error() {
				return known
			}
		}
		if denials[status.Status] && status.Message != "" {
			return &Denial{status.Message}
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// refusals are the errors that a Server's answers have in words.
var refusals = []error{ErrPrinting, ErrEnded, ErrNotHeld, ErrNotEnded, ErrTooMany, ErrNoDocument, ErrSamePrinter, ErrClosed}

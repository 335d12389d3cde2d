package ipp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/OpenPrinting/goipp"
	goippclient "github.com/phin1x/go-ipp"
)

// Conn sends IPP requests to one print system or one PC, through the client of go-ipp over an adapter of our own:
// encoded and checked by goipp, bounded, cancellable, never panicking. It may be used by several goroutines.
type Conn struct {
	Transport http.RoundTripper
	Base      *url.URL // HTTP URL of the service, e.g. http://localhost/
	User      string   // requesting-user-name
	PeerCred  bool     // prove User by the credentials of the unix socket, the way CUPS asks for it
	// Path returns the HTTP path of a printer. The path of "" is where requests about the whole service go.
	Path func(printer string) string
}

// StatusError is an answer that is no success.
type StatusError struct {
	Status  goipp.Status
	Message string // the other side's words, cleaned; may be ""
}

func (e *StatusError) Error() string {
	if e.Message == "" {
		return e.Status.String()
	}
	return e.Message + " (" + e.Status.String() + ")"
}

// HTTPError is an answer that is not even IPP.
type HTTPError struct{ Code int }

func (e *HTTPError) Error() string { return fmt.Sprintf("got HTTP status %d", e.Code) }

// Request is what Do sends.
type Request struct {
	Op           goipp.Op
	Printer      string // "" for the whole service
	JobID        int    // 0 for none
	Operation    goipp.Attributes
	Job          goipp.Attributes
	Subscription goipp.Attributes
	Set          goipp.Attributes // of the printer
	Document     io.Reader        // or nil
	Size         int64            // bytes of the document; -1 when not known
	Into         io.Writer        // gets the document that comes with the answer; nil when there is none
}

// Do sends r and returns the answer. An answer of 0x0100 and more is a *StatusError; one below is success, with what
// was ignored in its Unsupported group.
func (c *Conn) Do(ctx context.Context, r Request) (*goipp.Message, error) {
	return c.run(ctx, r, func(client *goippclient.CUPSClient, call *call) error {
		req := goippclient.NewRequest(int16(r.Op), 1)
		req.File = r.Document
		_, err := client.SendRequestContext(ctx, "", req, nil)
		return err
	})
}

// PrinterAttributes returns the attributes of a printer.
func (c *Conn) PrinterAttributes(ctx context.Context, printer string, names ...string) (Attrs, error) {
	m, err := c.run(ctx, Request{Printer: printer}, func(client *goippclient.CUPSClient, _ *call) error {
		_, err := client.GetPrinterAttributesContext(ctx, printer, names)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Attrs(m.Printer), nil
}

// Printers returns the attributes of every queue of a CUPS.
func (c *Conn) Printers(ctx context.Context, names ...string) ([]Attrs, error) {
	m, err := c.run(ctx, Request{}, func(client *goippclient.CUPSClient, _ *call) error {
		_, err := client.GetPrintersContext(ctx, names)
		return err
	})
	var status *StatusError
	if errors.As(err, &status) && status.Status == goipp.StatusErrorNotFound { // CUPS' way to say: none
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return groups(m, goipp.TagPrinterGroup), nil
}

// Print sends one document as one job and returns its attributes.
func (c *Conn) Print(ctx context.Context, r Request, name, format string) (Attrs, error) {
	m, err := c.run(ctx, r, func(client *goippclient.CUPSClient, _ *call) error {
		_, err := client.PrintJobContext(ctx, goippclient.Document{Document: r.Document, Name: name, MimeType: format}, r.Printer, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Attrs(m.Job), nil
}

// JobAttributes returns the attributes of a job.
func (c *Conn) JobAttributes(ctx context.Context, printer string, id int, names ...string) (Attrs, error) {
	m, err := c.run(ctx, Request{Printer: printer, JobID: id}, func(client *goippclient.CUPSClient, _ *call) error {
		_, err := client.GetJobAttributesContext(ctx, id, names)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Attrs(m.Job), nil
}

// Jobs returns the attributes of jobs; which is a keyword of which-jobs (RFC 8011 section 4.2.6.1).
func (c *Conn) Jobs(ctx context.Context, printer, which string, names ...string) ([]Attrs, error) {
	m, err := c.run(ctx, Request{Printer: printer}, func(client *goippclient.CUPSClient, _ *call) error {
		_, err := client.GetJobsContext(ctx, printer, "", which, false, 0, 0, names)
		return err
	})
	if err != nil {
		return nil, err
	}
	return groups(m, goipp.TagJobGroup), nil
}

// Cancel cancels a job.
func (c *Conn) Cancel(ctx context.Context, printer string, id int) error {
	_, err := c.run(ctx, Request{Printer: printer, JobID: id}, func(client *goippclient.CUPSClient, _ *call) error {
		return client.CancelJobContext(ctx, id, false)
	})
	return err
}

func groups(m *goipp.Message, tag goipp.Tag) []Attrs {
	var all []Attrs
	for _, g := range m.Groups {
		if g.Tag == tag {
			all = append(all, Attrs(g.Attrs))
		}
	}
	return all
}

// run lets go-ipp's client make its request over a fresh call and returns the whole answer as goipp read it, because
// go-ipp's own picture of an answer loses collections and ranges. A panic of go-ipp, which trusts the shape of
// answers, is an error here.
func (c *Conn) run(ctx context.Context, r Request, ask func(*goippclient.CUPSClient, *call) error) (m *goipp.Message, err error) {
	a := &call{ctx: ctx, conn: c, request: r}
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("read IPP answer: it lacks what it must have: %v", p)
		}
	}()
	err = ask(goippclient.NewCUPSClientWithAdapter(c.User, a), a)
	if a.err != nil {
		return nil, a.err
	}
	return a.answer, err
}

// call is go-ipp's Adapter for one request. It holds the context because go-ipp does not hand on the one it is given.
type call struct {
	ctx     context.Context
	conn    *Conn
	request Request
	answer  *goipp.Message
	err     error
}

// GetHttpUri is not used: the call knows where to go.
//
//lint:ignore ST1003 go-ipp named it
func (a *call) GetHttpUri(string, any) string { return "" }

// TestConnection is not used.
func (a *call) TestConnection() error { return nil }

// SendRequestContext is SendRequest.
func (a *call) SendRequestContext(_ context.Context, url string, req *goippclient.Request, w io.Writer) (*goippclient.Response, error) {
	return a.SendRequest(url, req, w)
}

// SendRequest encodes, sends and checks.
func (a *call) SendRequest(_ string, req *goippclient.Request, _ io.Writer) (*goippclient.Response, error) {
	if a.answer, a.err = a.send(req); a.err != nil {
		return nil, a.err
	}
	return simplified(a.answer), nil
}

func (a *call) send(req *goippclient.Request) (*goipp.Message, error) {
	body, err := a.encode(goipp.Op(req.Operation), uint32(req.RequestId), req.OperationAttributes).EncodeBytes()
	if err != nil {
		return nil, fmt.Errorf("write IPP request: %w", err)
	}
	target := a.conn.Base.JoinPath(a.conn.Path(a.request.Printer)) // #nosec G125 -- Path escapes slashes, and ".." meets no printer
	x := exchange{transport: a.conn.Transport, target: target.String(), message: body, document: req.File, size: a.request.Size, into: a.request.Into}
	if a.conn.PeerCred {
		x.authorization = "PeerCred " + a.conn.User
	}
	m, err := x.do(a.ctx)
	if err != nil {
		return nil, err
	}
	if status := goipp.Status(m.Code); status >= 0x0100 {
		return nil, &StatusError{Status: status, Message: Clean(Attrs(m.Operation).String("status-message"), 255)}
	}
	return m, nil
}

// simplified is the part of an answer that go-ipp's client looks at: integers and strings of jobs and printers.
func simplified(m *goipp.Message) *goippclient.Response {
	r := goippclient.NewResponse(goippclient.StatusOk, int32(m.RequestID))
	for _, g := range m.Groups {
		attrs := goippclient.Attributes{}
		for _, attr := range g.Attrs {
			for _, v := range attr.Values {
				var value any = v.V
				if n, ok := v.V.(goipp.Integer); ok {
					value = int(n)
				} else if s, ok := Text(v.V); ok {
					value = s
				}
				attrs[attr.Name] = append(attrs[attr.Name], goippclient.Attribute{Name: attr.Name, Value: value})
			}
		}
		switch g.Tag {
		case goipp.TagJobGroup:
			r.JobAttributes = append(r.JobAttributes, attrs)
		case goipp.TagPrinterGroup:
			r.PrinterAttributes = append(r.PrinterAttributes, attrs)
		}
	}
	return r
}

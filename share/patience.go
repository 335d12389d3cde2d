package share

import (
	"context"
	"io"
	"net/http"
	"time"
)

// How long a request waits for the other PC to take or send a byte.
const (
	patience   = 10 * time.Minute // a slow USB disk that syncs what memory held back takes minutes in which it reads nothing
	renewAfter = time.Second      // deadlines are moved no more often than that

	insistEvery = 50 * time.Millisecond // a request that is ended is told so again
)

// ended is a deadline that makes whoever waits for the other PC stop at once.
var ended = time.Unix(1, 0)

// patient gives a request the context of its folder and deadlines that move on as long as bytes do: a PC that is switched
// off, or that stops to read, doesn't hold files and memory here for good. rest ends that.
func patient(ctx context.Context, w http.ResponseWriter, r *http.Request) (_ http.ResponseWriter, _ *http.Request, rest func()) {
	c := http.NewResponseController(w) // a door without deadlines has none: errors don't matter
	over := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		for { // until it takes notice: net/http closes a connection that fails, for which crypto/tls gives itself 5 s
			_ = c.SetReadDeadline(ended)
			_ = c.SetWriteDeadline(ended)
			select {
			case <-over:
				return
			case <-time.After(insistEvery):
			}
		}
	})
	r = r.WithContext(ctx)
	r.Body = &patientBody{ReadCloser: r.Body, ctx: ctx, deadline: deadline{set: c.SetReadDeadline}}
	return &patientWriter{ResponseWriter: w, ctx: ctx, deadline: deadline{set: c.SetWriteDeadline}}, r, func() {
		close(over)
		if stop() {
			_ = c.SetWriteDeadline(time.Time{}) // net/http does that itself for reading
		}
	}
}

// deadline moves on with time.
type deadline struct {
	set  func(time.Time) error
	last time.Time
}

// renew puts the deadline off, unless the request has been ended: also where that was done at this very moment.
func (d *deadline) renew(ctx context.Context) error {
	if now := time.Now(); now.Sub(d.last) > renewAfter && ctx.Err() == nil {
		d.last = now
		_ = d.set(now.Add(patience))
	}
	if ctx.Err() != nil {
		_ = d.set(ended)
	}
	return ctx.Err()
}

type patientBody struct {
	io.ReadCloser
	ctx context.Context // of the one request that it is the body of
	deadline
}

func (b *patientBody) Read(p []byte) (int, error) {
	if err := b.renew(b.ctx); err != nil {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		_ = b.set(time.Time{}) // the server now waits for the next request, for as long as this one takes
	}
	return n, err
}

type patientWriter struct {
	http.ResponseWriter
	ctx context.Context // of the one request that it is the answer to
	deadline
}

func (w *patientWriter) Write(p []byte) (int, error) {
	if err := w.renew(w.ctx); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Forgo leaves the rest of a request unread, which may never come. The answer, which is yet to be written, says that the
// connection ends with it: a client that went on with it would lose its next request.
func Forgo(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
}

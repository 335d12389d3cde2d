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
)

// patient gives a request the context of its folder and deadlines that move on as long as bytes do: a PC that is switched
// off, or that stops to read, doesn't hold files and memory here for good. rest ends that.
func patient(ctx context.Context, w http.ResponseWriter, r *http.Request) (_ http.ResponseWriter, _ *http.Request, rest func()) {
	c := http.NewResponseController(w) // a door without deadlines has none: errors don't matter
	stop := context.AfterFunc(ctx, func() {
		_ = c.SetReadDeadline(time.Unix(1, 0))
		_ = c.SetWriteDeadline(time.Unix(1, 0))
	})
	r = r.WithContext(ctx)
	r.Body = &patientBody{ReadCloser: r.Body, ctx: ctx, deadline: deadline{set: c.SetReadDeadline}}
	return &patientWriter{ResponseWriter: w, ctx: ctx, deadline: deadline{set: c.SetWriteDeadline}}, r, func() {
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

func (d *deadline) renew() {
	if now := time.Now(); now.Sub(d.last) > renewAfter {
		d.last = now
		_ = d.set(now.Add(patience))
	}
}

type patientBody struct {
	io.ReadCloser
	ctx context.Context // of the one request that it is the body of
	deadline
}

func (b *patientBody) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	b.renew()
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
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	w.renew()
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

package ipp

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/OpenPrinting/goipp"
)

// answerTime bounds a request that carries no document. A print system answers in milliseconds; one that is stuck
// must not hold its caller for ever.
const answerTime = 20 * time.Second

// storeTime bounds the wait for an answer once the document has gone out: as long as it may take to get it safely onto
// a slow disk.
const storeTime = 5 * time.Minute

var errNoAnswer = fmt.Errorf("wait for IPP answer: %w", context.DeadlineExceeded)

// Forward sends a message of somebody else, and the document that follows it or nil, to a URL and returns the answer,
// whatever its status is.
func Forward(ctx context.Context, transport http.RoundTripper, target string, m *goipp.Message, document io.Reader) (*goipp.Message, error) {
	body, err := m.EncodeBytes()
	if err != nil {
		return nil, fmt.Errorf("write IPP request: %w", err)
	}
	return exchange{transport: transport, target: target, message: body, document: document, size: -1}.do(ctx)
}

// exchange is one request and its answer.
type exchange struct {
	transport     http.RoundTripper
	target        string // URL
	authorization string
	message       []byte
	document      io.Reader // or nil
	size          int64     // bytes of the document; -1 when not known
	into          io.Writer // gets the document that comes with the answer; nil when there is none
}

func (x exchange) do(ctx context.Context) (*goipp.Message, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(answerTime, func() { cancel(errNoAnswer) })
	defer timer.Stop()
	if x.document != nil {
		timer.Stop() // until the document has gone out
	}
	httpReq, err := http.NewRequestWithContext(ctx, http.MethodPost, x.target, bytes.NewReader(x.message))
	if err != nil {
		return nil, err
	}
	if x.document != nil {
		httpReq.Body = io.NopCloser(io.MultiReader(bytes.NewReader(x.message), &sentReader{x.document, timer}))
		httpReq.GetBody = nil // a document is sent once: a retry behind our back could print it twice
		httpReq.ContentLength = -1
		if x.size >= 0 {
			httpReq.ContentLength = int64(len(x.message)) + x.size
		}
	}
	httpReq.Header.Set("Content-Type", goipp.ContentType)
	if x.authorization != "" {
		httpReq.Header.Set("Authorization", x.authorization)
	}
	// The transport itself, not a client: redirects are not followed and cookies not kept.
	resp, err := x.transport.RoundTrip(httpReq)
	if err != nil {
		return nil, causeOf(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &HTTPError{resp.StatusCode}
	}
	in := bufio.NewReader(resp.Body)
	m, err := Read(in)
	if err == nil && x.into != nil && goipp.Status(m.Code) < 0x0100 {
		_, err = io.Copy(&arrivingWriter{x.into, timer}, in)
	}
	if err != nil {
		return nil, causeOf(ctx, err)
	}
	// Reading to the end lets the connection be used again. The limit ends an answer that does not end.
	_, _ = io.CopyN(io.Discard, resp.Body, MaxHeader)
	return m, nil
}

// causeOf is why a request was broken off, where that was done by ourselves, and err where not.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// sentReader reads a document and starts the time for the answer at its end.
type sentReader struct {
	r     io.Reader
	timer *time.Timer
}

func (s *sentReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err == io.EOF {
		s.timer.Reset(storeTime)
	}
	return n, err
}

// arrivingWriter writes a document that comes with an answer: the time for the answer is that for its next piece.
type arrivingWriter struct {
	w     io.Writer
	timer *time.Timer
}

func (a *arrivingWriter) Write(p []byte) (int, error) {
	a.timer.Reset(answerTime)
	return a.w.Write(p)
}

package node

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"lanyard/app/node/gate"
	"lanyard/share"
)

// meter adds up the time that one goroutine waits for the network.
type meter struct {
	waited, since atomic.Int64 // nanoseconds; of the wait that has begun, if any
}

var epoch = time.Now() // of monotonic time

func (m *meter) begin() { m.since.Store(max(1, int64(time.Since(epoch)))) }

func (m *meter) end() {
	if since := m.since.Swap(0); since != 0 {
		m.waited.Add(int64(time.Since(epoch)) - since)
	}
}

// total is all the time waited, until now.
func (m *meter) total() time.Duration {
	sum := m.waited.Load()
	if since := m.since.Load(); since != 0 {
		sum += max(0, int64(time.Since(epoch))-since)
	}
	return time.Duration(sum)
}

type meteredReader struct {
	io.ReadCloser
	m *meter
}

func (r meteredReader) Read(b []byte) (int, error) {
	r.m.begin()
	defer r.m.end()
	return r.ReadCloser.Read(b)
}

type meteredWriter struct {
	io.Writer
	m *meter
}

func (w meteredWriter) Write(b []byte) (int, error) {
	w.m.begin()
	defer w.m.end()
	return w.Writer.Write(b)
}

// meteredBody is the body of a request, which net/http has write itself.
type meteredBody struct {
	io.ReadCloser
	m *meter
}

// WriteTo implements io.WriterTo.
func (b meteredBody) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(meteredWriter{w, b.m}, b.ReadCloser)
}

// meteredTransport measures the streams of one transfer.
type meteredTransport struct {
	http.RoundTripper
	m *meter
}

// RoundTrip implements http.RoundTripper.
func (t meteredTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/v1/put/") && r.Body != nil {
		copied := *r
		copied.Body = meteredBody{r.Body, t.m}
		if again := r.GetBody; again != nil {
			copied.GetBody = func() (io.ReadCloser, error) {
				body, err := again()
				return meteredBody{body, t.m}, err
			}
		}
		return t.RoundTripper.RoundTrip(&copied)
	}
	answer, err := t.RoundTripper.RoundTrip(r)
	if err == nil && strings.HasPrefix(r.URL.Path, "/v1/get/") {
		answer.Body = meteredReader{answer.Body, t.m}
	}
	return answer, err
}

// metered is a client for a PC's files whose streams are measured.
func (n *Node) metered(c *share.Client, m *meter) *share.Client {
	client := *c.HTTP
	client.Transport = meteredTransport{client.Transport, m}
	return &share.Client{HTTP: &client, Base: c.Base}
}

// served measures a stream that another PC uses.
func (n *Node) served(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := n.who(r)
		if who.Kind != gate.Member {
			h.ServeHTTP(w, r)
			return
		}
		m, end := n.paces.begin(who.ID)
		defer end()
		if strings.HasPrefix(r.URL.Path, "/v1/put/") {
			copied := *r
			copied.Body = meteredReader{r.Body, m}
			h.ServeHTTP(w, &copied)
			return
		}
		h.ServeHTTP(servedWriter{w, m}, r)
	})
}

type servedWriter struct {
	http.ResponseWriter
	m *meter
}

func (w servedWriter) Write(b []byte) (int, error) {
	return meteredWriter{w.ResponseWriter, w.m}.Write(b)
}

// Unwrap is for http.ResponseController.
func (w servedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

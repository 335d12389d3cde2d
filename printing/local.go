package printing

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// Local returns a Client that prints on this Server's printers from inside this process, as caller.
func (s *Server) Local(caller Caller) *Client {
	c, _ := NewClient(&localTransport{s, caller}, "http://localhost/")
	return c
}

type localTransport struct {
	server *Server
	caller Caller
}

// RoundTrip serves the request on the goroutine that made it. Answers are small, but for a document that is fetched.
func (t *localTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &localWriter{header: http.Header{}, status: http.StatusOK}
	ctx := context.WithValue(r.Context(), localCaller{}, t.caller)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.server.ServeHTTP(w, r.WithContext(ctx))
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: w.status, Header: w.header, Body: io.NopCloser(strings.NewReader(w.body.String())), Request: r,
		ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

type localWriter struct {
	header http.Header
	status int
	body   strings.Builder
}

func (w *localWriter) Header() http.Header         { return w.header }
func (w *localWriter) WriteHeader(status int)      { w.status = status }
func (w *localWriter) Write(b []byte) (int, error) { return w.body.Write(b) }

package control

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// answering is a node at the other end of the socket that answers everything the same.
type answering struct {
	status int
	body   []byte
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Body: io.NopCloser(bytes.NewReader(a.body)), Request: r}, nil
}

// FuzzCall: whatever is sent to the control socket, and whatever the node behind a client says to it, the answer is JSON
// with a status that a client knows.
func FuzzCall(f *testing.F) {
	for method := range methods {
		for _, seed := range []string{`{}`, `"a"`, `[]`, `null`, `{"PC":"a","Printer":"b","Job":-1}`, `{"From":[{"pc":"a","share":"b","path":"../c"}],"Dest":"/"}`} {
			f.Add(method, []byte(seed), true, []byte(seed))
		}
	}
	f.Add("snapshot", []byte(`{`), false, []byte(`{"kind":"nothing","text":"\u202e"}`))
	f.Add("no-such-method", bytes.Repeat([]byte(`[`), 20_000), false, []byte("<html>"))
	f.Fuzz(func(t *testing.T, method string, body []byte, well bool, answer []byte) {
		node := answering{http.StatusOK, answer}
		if !well {
			node.status = http.StatusUnprocessableEntity
		}
		s := &Server{service: &Client{&http.Client{Transport: node}}, log: slog.New(slog.DiscardHandler)}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		r.SetPathValue("method", method)
		w := httptest.NewRecorder()
		s.call(w, r)
		known := methods[method] != nil
		switch w.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusUnprocessableEntity:
			if !known {
				t.Errorf("%q is answered with %d", method, w.Code)
			}
		case http.StatusNotFound:
			if known {
				t.Errorf("%q is not known", method)
			}
		default:
			t.Errorf("status %d", w.Code)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	})
}

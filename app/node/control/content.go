package control

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"lanyard/app/node"
)

// failureTrailer is the trailer (RFC 9110 section 6.5) with which a content ends that isn't whole: it says why.
const failureTrailer = "Lanyard-Failure"

// open streams the content of a file.
func (s *Server) open(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	defer s.calls.Done()
	var at node.Location
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall)).Decode(&at); err != nil {
		answer(w, http.StatusBadRequest, fault(err))
		return
	}
	content, err := s.service.Open(r.Context(), at)
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, fault(err))
		return
	}
	defer content.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Trailer", failureTrailer)
	if _, err := io.Copy(w, content); err != nil {
		why, err := json.Marshal(fault(err))
		if err != nil {
			panic(http.ErrAbortHandler) // so that the client doesn't take a part for the whole
		}
		w.Header().Set(failureTrailer, string(why))
	}
}

// Open implements node.Service.
func (c *Client) Open(ctx context.Context, at node.Location) (io.ReadCloser, error) {
	answer, err := c.ask(ctx, http.MethodPost, "content", at)
	if err != nil {
		return nil, err
	}
	return openFile{answer}, nil
}

// openFile is a content that comes over the socket.
type openFile struct{ answer *http.Response }

// Read implements io.Reader.
func (f openFile) Read(p []byte) (int, error) {
	n, err := f.answer.Body.Read(p)
	switch {
	case err == nil:
		return n, nil
	case err != io.EOF:
		return n, notRunning(err)
	}
	if why := f.answer.Trailer.Get(failureTrailer); why != "" {
		e := &node.Error{}
		if json.Unmarshal([]byte(why), e) != nil {
			e = &node.Error{Kind: node.Failed, Text: "the file could not be read to its end"}
		}
		return n, e
	}
	return n, io.EOF
}

// Close implements io.Closer.
func (f openFile) Close() error { return f.answer.Body.Close() }

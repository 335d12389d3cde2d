package control

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"lanyard/app/node"
)

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
	if _, err := io.Copy(w, content); err != nil {
		panic(http.ErrAbortHandler) // so that the client doesn't take a part for the whole
	}
}

// Open implements node.Service.
func (c *Client) Open(ctx context.Context, at node.Location) (io.ReadCloser, error) {
	return c.do(ctx, http.MethodPost, "content", at)
}

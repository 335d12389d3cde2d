package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"lanyard/app/node"
	"lanyard/share"
)

// listEnd says that a list is whole; the lines before it are its entries. It is written as one folder's on the wire.
var listEnd = []byte("{}\n")

// list streams what is in a folder.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	defer s.calls.Done()
	var at node.Location
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall)).Decode(&at); err != nil {
		answer(w, http.StatusBadRequest, fault(err))
		return
	}
	control := http.NewResponseController(w)
	var buf []byte
	begun := false
	send := func() error {
		begun = true
		_, err := w.Write(buf)
		buf = buf[:0]
		return errors.Join(err, control.Flush())
	}
	err := s.service.List(r.Context(), at, func(some []node.Entry) error {
		for _, e := range some {
			buf = e.AppendJSON(buf)
		}
		return send()
	})
	switch {
	case err == nil:
		buf = append(buf, listEnd...)
	case !begun:
		answer(w, http.StatusUnprocessableEntity, fault(err))
		return
	default:
		buf = share.AppendFailure(buf, fault(err))
	}
	_ = send() // a client that has gone needs no end
}

// List implements node.Service.
func (c *Client) List(ctx context.Context, at node.Location, show func([]node.Entry) error) error {
	body, err := c.do(ctx, http.MethodPost, "entries", at)
	if err != nil {
		return err
	}
	defer body.Close()
	var stop error
	err = share.ReadEntries(body, func(some []node.Entry) error {
		stop = show(some)
		return stop
	}, func(reason []byte) error {
		e := &node.Error{}
		if err := json.Unmarshal(reason, e); err != nil {
			return err
		}
		return e
	})
	if told := (*node.Error)(nil); err == nil || stop != nil || errors.As(err, &told) {
		return err
	}
	return notRunning(err)
}

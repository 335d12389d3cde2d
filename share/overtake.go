package share

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// takeOver is how long a request waits for the end of another one on the same transfer, whose connection has died unnoticed.
const takeOver = 20 * time.Second

var errBusy = &Error{Code: Failed, Text: "this transfer is still on its way by another connection"}

// overtake ends whatever else works on the same transfer, and says that this request does. h may be nil.
func (s *Server) overtake(ctx context.Context, f *folder, h *halves) (end func(), err error) {
	if h == nil {
		return func() {}, nil
	}
	key := f.Dir + "\x00" + h.ledgerName()
	deadline := time.After(takeOver)
	for {
		s.mu.Lock()
		other := s.moving[key]
		if other == nil {
			m := &moving{gone: make(chan struct{})}
			m.cancel = interrupt(ctx)
			if s.moving == nil {
				s.moving = map[string]*moving{}
			}
			s.moving[key] = m
			s.mu.Unlock()
			over := h.begin()
			return sync.OnceFunc(func() {
				over()
				s.mu.Lock()
				delete(s.moving, key)
				s.mu.Unlock()
				close(m.gone)
			}), nil
		}
		s.mu.Unlock()
		other.cancel()
		select {
		case <-other.gone:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-deadline:
			return nil, errBusy
		}
	}
}

// moving is a request that works on a transfer.
type moving struct {
	cancel context.CancelFunc
	gone   chan struct{} // closed at its end
}

// abandon removes what half stands of a put.
func (s *Server) abandon(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, err := f.open()
	if err != nil {
		return err
	}
	h := newHalves(root, s.o.Who(r), cut(r.URL.Query().Get("id"), maxTransferID))
	end, err := s.overtake(r.Context(), f, h)
	if err != nil {
		return err
	}
	defer end()
	h.remove()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

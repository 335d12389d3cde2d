package share

import (
	"net/http"
	"sync/atomic"
)

// wrote tells how it ended that somebody else wanted to change something in a folder: err is nil, or why it can't be done.
// What is not the fault of the disk or the system here is nobody's business but the caller's.
func (s *Server) wrote(folder, who string, err error) {
	if s.o.Wrote == nil || who == "" {
		return
	}
	if err == nil {
		s.o.Wrote(folder, who, nil)
		return
	}
	if e := asError(err, ""); !e.Remote && (e.Code == Full || e.Code == Denied && e.Text != textOpen) {
		s.o.Wrote(folder, who, e)
	}
}

// changed is wrote for one that has a request of its own.
func (s *Server) changed(f *folder, r *http.Request, path string, err error) error {
	if err != nil {
		err = asError(err, path)
	}
	s.wrote(f.Name, s.o.Who(r), err)
	return err
}

// wrote is that of the Server, for whoever has the tree.
func (t *Tree) wrote(err error) {
	if t.s != nil {
		t.s.wrote(t.f.Name, t.who, err)
	}
}

// failed is wrote where an end that is well is not yet one.
func (t *Tree) failed(err error) {
	if err != nil {
		t.wrote(err)
	}
}

// written notes of a stream of files whether any of them was written, and the first that the system did not let be.
type written struct {
	any    atomic.Bool
	denied atomic.Pointer[Error]
}

func (w *written) settled(i *incoming) {
	switch {
	case i.how == Sent || i.how == Known:
		w.any.Store(true)
	case i.how == Faulty && i.err.Code == Denied && !i.err.Remote:
		w.denied.CompareAndSwap(nil, i.err)
	}
}

// end tells the server, once the stream has ended with err.
func (w *written) end(s *Server, folder, who string, err error) {
	denied := w.denied.Load()
	switch {
	case err != nil:
		s.wrote(folder, who, err)
	case denied != nil:
		s.wrote(folder, who, denied)
	case w.any.Load():
		s.wrote(folder, who, nil)
	}
}

package share

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"lanyard/share/bin"
)

// maxRestored is how many items can be named in one request; all of them need no names.
const maxRestored = 100_000

// BinItem is what was replaced, removed or moved, and can be had back.
type BinItem struct {
	ID     string    `json:"id"`
	Action string    `json:"action"`       // all that one PC did in one go has the same
	Path   string    `json:"path"`         // where it was; "" where nobody knows any more
	To     string    `json:"to,omitempty"` // where it is, of what was moved
	Who    string    `json:"who"`          // whose doing it was, as Options.Who says; "" is the owner of the PC
	How    string    `json:"how"`          // removed | replaced | moved
	Folder bool      `json:"folder,omitempty"`
	Size   int64     `json:"size"`  // bytes, of a folder with all that is in it
	Files  int       `json:"files"` // in a folder; of a file 1
	Time   time.Time `json:"time"`
}

// RestoreRequest names what is to be put back, or to go for good.
type RestoreRequest struct {
	IDs []string `json:"ids,omitempty"` // of items, or of whole actions
	All bool     `json:"all,omitempty"` // instead: all of it
}

// Restored is what a restore has done.
type Restored struct {
	Items   int       `json:"items"`             // that are back
	Files   int       `json:"files"`             // in them
	Renamed []Renamed `json:"renamed,omitempty"` // the first of those that have another name, as something has theirs
	Failed  int       `json:"failed"`
	Error   *Error    `json:"fault,omitempty"` // of the first that failed
}

// Renamed is something that came back under another name.
type Renamed struct {
	Path string `json:"path"`
	As   string `json:"as"`
}

// picks tells which items a caller means, of those that it may know of: its own, and all if it is the owner.
func (s *Server) picks(r *http.Request, q RestoreRequest) (func(bin.Item) bool, error) {
	if len(q.IDs) > maxRestored || q.All == (len(q.IDs) > 0) {
		return nil, &Error{Code: Invalid, Text: "want the IDs of some items, or all"}
	}
	ids := map[string]bool{}
	for _, id := range q.IDs {
		ids[id] = true
	}
	owner, who := s.o.Owner(r), s.o.Who(r)
	return func(i bin.Item) bool { return (owner || i.Who == who) && (q.All || ids[i.ID] || ids[i.Action]) }, nil
}

// bin streams what is in a folder's bin and is the caller's doing, one JSON document a line, oldest first.
func (s *Server) bin(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, err := f.open()
	if err != nil {
		return err
	}
	mine, err := s.picks(r, RestoreRequest{All: true})
	if err != nil {
		return err
	}
	items, err := f.binOf(root).Items()
	if err != nil {
		return deedError(err)
	}
	w.Header().Set("Content-Type", listType)
	buf := bufio.NewWriterSize(w, listBuffer)
	enc := json.NewEncoder(buf)
	spelled := spellingOf(root)
	for _, i := range items {
		if mine(i) && err == nil {
			err = enc.Encode(BinItem{
				ID: i.ID, Action: i.Action, Path: spelled.wirePath(i.Path), To: spelled.wirePath(i.To), Who: i.Who, How: i.How,
				Folder: i.Folder, Size: i.Size, Files: i.Files, Time: sane(i.Time),
			})
		}
	}
	if err == nil {
		err = enc.Encode(BinItem{}) // the end: without it the list was cut
	}
	if err == nil {
		err = buf.Flush()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // begun: only a broken connection can tell
	}
	return nil
}

// restore puts back what is the caller's doing. It is never braked.
func (s *Server) restore(f *folder, w http.ResponseWriter, r *http.Request) error {
	var q RestoreRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	mine, err := s.picks(r, q)
	if err != nil {
		return err
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	done, err := f.binOf(root).Restore(r.Context(), s.o.Who(r), mine)
	if err != nil {
		return deedError(err)
	}
	writeJSON(w, http.StatusOK, spellingOf(root).told(done))
	return nil
}

// empty removes items for good, which is the owner's alone.
func (s *Server) empty(f *folder, w http.ResponseWriter, r *http.Request) error {
	if !s.o.Owner(r) {
		return &Error{Code: Denied, Text: "only the owner of the PC empties its bins"}
	}
	var q RestoreRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	those, err := s.picks(r, q)
	if err != nil {
		return err
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	if err := f.binOf(root).Empty(r.Context(), those); err != nil {
		return deedError(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// wirePath is the path of a file as others ask for it; "" if it can't be.
func (s spelling) wirePath(p string) string {
	names := strings.Split(p, "/")
	for n, name := range names {
		wire, ok := s.wire(name)
		if !ok {
			return ""
		}
		names[n] = wire
	}
	return strings.Join(names, "/")
}

// told puts what was restored in the words of the wire.
func (s spelling) told(r bin.Restored) Restored {
	out := Restored{Items: r.Items, Files: r.Files, Failed: r.Failed}
	for _, n := range r.Renamed {
		out.Renamed = append(out.Renamed, Renamed{s.wirePath(n.Path), s.wirePath(n.As)})
	}
	if r.Err != nil {
		out.Error = asError(deedError(r.Err), s.wirePath(r.Path))
	}
	return out
}

// add adds what was restored in another folder.
func (r *Restored) add(o Restored) {
	if r.Error == nil {
		r.Error = o.Error
	}
	r.Items, r.Files, r.Failed = r.Items+o.Items, r.Files+o.Files, r.Failed+o.Failed
	r.Renamed = append(r.Renamed, o.Renamed...)
}

// SetBin replaces what the bins keep, and what the brake lets pass. What is too much by that goes with the next TendBins.
func (s *Server) SetBin(b Bin) { s.deeds.set(b) }

// TendBins removes from the bins what is too old or too much. It is for the start, and once a day after it.
func (s *Server) TendBins(ctx context.Context) error {
	var errs []error
	for _, f := range s.all() {
		_, done := f.use(ctx)
		root, err := f.open()
		if err == nil && ctx.Err() == nil {
			b := f.binOf(root)
			err = b.Tend(f.keep(b))
		}
		done()
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, ctx.Err())...)
}

func (s *Server) all() []*folder {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.folders))
}

// Stopped tells whom the brake has stopped.
func (s *Server) Stopped() []bin.Stop { return slices.Collect(maps.Values(s.deeds.brake.Stopped())) }

// SetStopped replaces the set of those whom the brake has stopped: it is for what was kept over a restart.
func (s *Server) SetStopped(list []bin.Stop) { s.deeds.brake.SetStopped(list) }

// Release lets go on whom the brake has stopped.
func (s *Server) Release(who string) { s.deeds.brake.Release(who) }

// RollBack undoes in all folders what one other has replaced, removed and moved since a time. New files that it made and
// that look encrypted go to the bin. An error is of the first folder that could not be looked at; the others are rolled back.
func (s *Server) RollBack(ctx context.Context, who string, since time.Time) (Restored, error) {
	var all Restored
	var errs []error
	for _, f := range s.all() {
		r, err := f.rollBack(ctx, who, since)
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, deedError(err))
		}
		all.add(r)
	}
	return all, errors.Join(errs...)
}

func (f *folder) rollBack(ctx context.Context, who string, since time.Time) (Restored, error) {
	ctx, done := f.use(ctx)
	defer done()
	root, err := f.open()
	if err != nil {
		return Restored{}, err
	}
	r, err := f.binOf(root).RollBack(ctx, who, since)
	return spellingOf(root).told(r), err
}

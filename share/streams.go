package share

import (
	"errors"
	"io"
	"net/http"
	"os"
)

const streamType = "application/vnd.lanyard.stream"

// getRequest asks for files and whole folders.
type getRequest struct {
	Paths []string         `json:"paths"`
	Have  map[string]stamp `json:"have,omitempty"` // by path in the stream: those that need not be sent
}

// get streams files and folders. Each comes under its last name.
func (s *Server) get(f *folder, w http.ResponseWriter, r *http.Request) error {
	var q getRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	if len(q.Paths) == 0 {
		return &Error{Code: Invalid, Text: "nothing is asked for"}
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	names := map[string]bool{}
	sources := make([]source, len(q.Paths))
	for n, p := range q.Paths {
		at, err := seek(root, p)
		if err != nil {
			return err
		}
		as := baseName(p, f.Name)
		if names[as] {
			return &Error{Code: Invalid, Text: "two of the files have the same name", Path: p}
		}
		names[as] = true
		sources[n] = source{root: root, path: at.at, as: as, asked: p}
	}
	w.Header().Set("Content-Type", streamType)
	sender := &sender{sources: sources, have: q.Have, p: NewProgress(), remote: true}
	if err := sender.run(r.Context(), w); err != nil {
		panic(http.ErrAbortHandler) // begun: only a broken connection can tell
	}
	return nil
}

// putResult is the answer to a put; one that failed as a whole has the Error beside it.
type putResult struct {
	Files  int      `json:"files"` // complete
	Failed int      `json:"failed"`
	Errors []*Error `json:"errors,omitempty"` // the first of those
}

type putFailure struct {
	*Error
	putResult
}

// put takes a stream. Who may not Change never replaces, and who may not Read puts into the folder itself and learns
// nothing of what is in it.
func (s *Server) put(f *folder, w http.ResponseWriter, r *http.Request) error {
	at, err := f.at(r)
	if err != nil {
		return err
	}
	root, p := at.root, at.asked
	mode := replace
	switch r.URL.Query().Get("existing") {
	case "keep":
		mode = keepBoth
	case "", "replace":
	default:
		return &Error{Code: Invalid, Text: "existing: want replace or keep"}
	}
	change := s.o.Allow(r, f.Name, Change)
	if !change {
		mode = keepBoth
	}
	if !s.o.Allow(r, f.Name, Read) {
		if p != "" {
			return errNotFound
		}
		mode = dropBox
	} else if info, err := root.Stat(rooted(at.at)); err == nil && !info.IsDir() {
		return &Error{Code: Exists, Text: "it is a file, not a folder", Path: p}
	}
	progress := NewProgress()
	dec, err := newDecoder(r.Body)
	if err == nil {
		err = (&receiver{
			root: root, dir: at.at, mode: mode, p: progress, careful: !change, reserve: true,
			may:     func() bool { return s.o.Allow(r, f.Name, Add) },
			replace: func(temp, at string) error { return f.replace(root, temp, at, s.o.Who(r)) },
			room:    func(file *os.File, size int64) error { return f.makeRoom(root, file, size) },
		}).run(r.Context(), dec)
	}
	result := putResult{progress.Files(), progress.Failed(), progress.Errors()}
	if err == nil {
		writeJSON(w, http.StatusOK, result)
		return nil
	}
	if errors.Is(err, errStream) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = &Error{Code: Invalid, Text: err.Error()}
	}
	e := asError(err, "")
	writeJSON(w, httpStatus(e.Code), putFailure{e, result})
	return nil
}

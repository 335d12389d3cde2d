package share

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
)

// Limits of what a request has in memory.
const (
	maxRequest = 16 << 20 // a get that names 100,000 files that are there already
	listBuffer = 64 << 10
)

// The types of what is sent.
const (
	streamType = "application/vnd.lanyard.stream"
	listType   = "application/x-ndjson"
)

// refuse answers with an error. Nothing that tells of this PC's own paths is in it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := asError(err, "")
	if r.Context().Err() == nil {
		s.o.Logger.Debug("request refused", "method", r.Method, "folder", r.PathValue("folder"), "err", err)
	}
	writeJSON(w, httpStatus(e.Code), e)
}

func httpStatus(c Code) int {
	if code, ok := status[c]; ok {
		return code
	}
	return http.StatusInternalServerError
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}

func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(v); err != nil {
		return &Error{Code: Invalid, Text: "the request makes no sense"}
	}
	return nil
}

// at opens the folder for a request and checks its path.
func (f *folder) at(r *http.Request) (root *os.Root, p string, err error) {
	p = strings.TrimSuffix(r.PathValue("path"), "/")
	if err := CheckPath(p); err != nil {
		return nil, "", err
	}
	root, err = f.open()
	return root, p, err
}

// list streams the entries of a folder, one JSON document a line, in no order.
func (s *Server) list(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	info, _, err := look(root, rooted(p), nil)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &Error{Code: Invalid, Text: "it is a file, not a folder", Path: p}
	}
	buf := bufio.NewWriterSize(w, listBuffer)
	enc := json.NewEncoder(buf)
	w.Header().Set("Content-Type", listType)
	begun := false
	err = readDir(root, p, func(d fs.DirEntry) error {
		begun = true
		e, ok := entry(root, p, d)
		if !ok {
			return nil
		}
		return enc.Encode(e)
	})
	if err != nil && !begun {
		return asError(err, p)
	}
	if err == nil {
		err = enc.Encode(Entry{}) // the end: without it the list was cut
	}
	if err == nil {
		err = buf.Flush()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the list has begun: only a broken connection can tell
	}
	return nil
}

// entry describes what is in a folder; false where nothing is shown.
func entry(root *os.Root, dir string, d fs.DirEntry) (Entry, bool) {
	if !visible(d.Name()) {
		return Entry{}, false
	}
	info, _, err := look(root, path.Join(dir, d.Name()), d)
	if err != nil {
		return Entry{}, false // gone since, a link that leads out, a pipe: not there
	}
	e := Entry{Name: d.Name(), Folder: info.IsDir(), Modified: sane(info.ModTime())}
	if !e.Folder {
		e.Size = info.Size()
	}
	return e, true
}

// content serves one file, with ranges (RFC 9110 section 14).
func (s *Server) content(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	if info, _, err := look(root, rooted(p), nil); err != nil || info.IsDir() {
		return errNotFound // before anything is opened: a pipe's writer would notice
	}
	file, info, err := openFile(root, rooted(p))
	if err != nil {
		return err
	}
	defer file.Close()
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(p)})
	if disposition == "" {
		disposition = "attachment"
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream") // never anything that a browser would run
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", disposition)
	http.ServeContent(w, r, "", info.ModTime(), file)
	return nil
}

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
		if err := CheckPath(p); err != nil {
			return err
		}
		as := baseName(p, f.Name)
		if names[as] {
			return &Error{Code: Invalid, Text: "two of the files have the same name", Path: p}
		}
		names[as] = true
		sources[n] = source{root: root, path: p, as: as}
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
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	mode := replace
	switch r.URL.Query().Get("existing") {
	case "keep":
		mode = keepBoth
	case "", "replace":
	default:
		return &Error{Code: Invalid, Text: "existing: want replace or keep"}
	}
	if !s.o.Allow(r, f.Name, Change) {
		mode = keepBoth
	}
	if !s.o.Allow(r, f.Name, Read) {
		if p != "" {
			return errNotFound
		}
		mode = dropBox
	} else if info, err := root.Stat(rooted(p)); err == nil && !info.IsDir() {
		return &Error{Code: Exists, Text: "it is a file, not a folder", Path: p}
	}
	progress := NewProgress()
	dec, err := newDecoder(r.Body)
	if err == nil {
		err = (&receiver{root: root, dir: p, mode: mode, p: progress}).run(r.Context(), dec)
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

// mkdir makes a folder. Who may not Read is not told that there was one.
func (s *Server) mkdir(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	blind := !s.o.Allow(r, f.Name, Read)
	switch {
	case p == "":
		return &Error{Code: Exists, Text: "the folder is there already"}
	case blind && strings.Contains(p, "/"):
		return errNotFound
	}
	err = root.Mkdir(p, 0o777)
	if err != nil && !(blind && errors.Is(err, fs.ErrExist)) {
		return asError(err, p)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// moveRequest asks for a rename within one shared folder.
type moveRequest struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// move renames. It never replaces.
func (s *Server) move(f *folder, w http.ResponseWriter, r *http.Request) error {
	var q moveRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	for _, p := range []string{q.From, q.To} {
		if p == "" {
			return errRoot
		}
		if err := CheckPath(p); err != nil {
			return err
		}
	}
	if q.To == q.From {
		return &Error{Code: Exists, Text: "that is its name already", Path: q.To}
	}
	if strings.HasPrefix(q.To, q.From+"/") {
		return &Error{Code: Invalid, Text: "a folder can't be moved into itself", Path: q.To}
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	if _, _, err := look(root, q.From, nil); err != nil {
		return asError(err, q.From)
	}
	if err := moveNew(root, q.From, q.To); err != nil {
		return asError(err, q.To)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// remove removes a file or a whole folder, the hidden files in it too.
func (s *Server) remove(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	if p == "" {
		return errRoot
	}
	if _, _, err := look(root, p, nil); err != nil {
		return asError(err, p)
	}
	if err := root.RemoveAll(p); err != nil {
		return asError(err, p)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

package share

import (
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Limits of what a request has in memory.
const (
	maxRequest = 16 << 20 // a get that names 50,000 files that are there already
	maxRanges  = 16       // of a file in one request: more ask for the same bytes by other words (RFC 9110 section 14.2)
)

// refuse answers with an error. Nothing that tells of this PC's own paths is in it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := asError(err, "")
	if r.Context().Err() == nil {
		s.o.Logger.Debug("request refused", "method", r.Method, "folder", clean(cut(r.PathValue("folder"), maxName)), "err", clean(err.Error()))
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

// at opens the folder for a request, and finds what its path is there.
func (f *folder) at(r *http.Request) (spot, error) {
	p := strings.TrimSuffix(r.PathValue("path"), "/")
	if err := CheckPath(p); err != nil { // before anything is opened
		return spot{}, err
	}
	root, err := f.open()
	if err != nil {
		return spot{}, err
	}
	return seek(root, p)
}

// list streams the entries of a folder, in no order; with only=NAME, that one.
func (s *Server) list(f *folder, w http.ResponseWriter, r *http.Request) error {
	dir, err := f.at(r)
	if err != nil {
		return err
	}
	info, _, err := dir.look()
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &Error{Code: Invalid, Text: "it is a file, not a folder", Path: dir.asked}
	}
	w.Header().Set("Content-Type", listType)
	out := listing{to: w, sent: time.Now()}
	if only := r.URL.Query().Get("only"); only != "" {
		err = dir.one(only, out.add)
	} else {
		err = dir.list(out.add)
	}
	switch {
	case err != nil && out.count == 0:
		return asError(err, dir.asked)
	case err != nil:
		out.buf = AppendFailure(out.buf, asError(err, dir.asked))
	default:
		out.buf = append(out.buf, listEnd...)
	}
	if out.send() != nil {
		panic(http.ErrAbortHandler) // only a broken connection can tell
	}
	return nil
}

// content serves one file, with ranges (RFC 9110 section 14).
func (s *Server) content(f *folder, w http.ResponseWriter, r *http.Request) error {
	at, err := f.at(r)
	if err != nil {
		return err
	}
	if info, _, err := at.look(); err != nil || info.IsDir() {
		return errNotFound // before anything is opened: a pipe's writer would notice
	}
	file, info, err := openFile(at.root, rooted(at.at))
	if err != nil {
		return err
	}
	defer file.Close()
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(at.asked)})
	if disposition == "" {
		disposition = "attachment"
	}
	h := w.Header()
	h.Set("ETag", Entry{Size: info.Size(), Modified: sane(info.ModTime())}.Tag())
	h.Set("Content-Type", "application/octet-stream") // never anything that a browser would run
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", disposition)
	if strings.Count(r.Header.Get("Range"), ",") >= maxRanges {
		r = r.Clone(r.Context()) // others read its header, too
		r.Header.Del("Range")    // the whole file is an answer too
	}
	http.ServeContent(w, r, "", info.ModTime(), file)
	return nil
}

// mkdir makes a folder. Who may not Read is not told that there was one: the new one gets another name.
func (s *Server) mkdir(f *folder, w http.ResponseWriter, r *http.Request) error {
	at, err := f.at(r)
	if err != nil {
		return err
	}
	p := at.asked
	blind, why := !s.o.Allow(r, f.Name, Read), risky(p, true)
	switch {
	case p == "":
		return &Error{Code: Exists, Text: "the folder is there already"}
	case blind && strings.Contains(p, "/"):
		return errNotFound
	case why != "" && !s.o.Allow(r, f.Name, Change):
		return doubtful(why)
	}
	err = roomIn(at.root)
	if err == nil && blind {
		_, err = mkdirNew(at.root, "", at.at)
	} else if err == nil {
		err = at.root.Mkdir(at.at, 0o777)
	}
	if err = s.changed(f, r, p, err); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// moveRequest asks for a rename, or a copy, within one shared folder.
type moveRequest struct {
	From string `json:"from"`
	To   string `json:"to"`
	Over bool   `json:"over,omitempty"` // in place of what is there
}

// move renames.
func (s *Server) move(f *folder, w http.ResponseWriter, r *http.Request) error {
	return s.relocate(f, w, r, func(t *Tree, q moveRequest) error { return t.Rename(q.From, q.To, q.Over) })
}

// copy makes another of what is there.
func (s *Server) copy(f *folder, w http.ResponseWriter, r *http.Request) error {
	return s.relocate(f, w, r, func(t *Tree, q moveRequest) error { return t.Copy(r.Context(), q.From, q.To, q.Over) })
}

func (s *Server) relocate(f *folder, w http.ResponseWriter, r *http.Request, do func(*Tree, moveRequest) error) error {
	var q moveRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	root, err := f.open()
	if err == nil {
		err = do(s.tree(f, root, r), q)
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// touchRequest gives something a time.
type touchRequest struct {
	Path     string    `json:"path"`
	Modified time.Time `json:"modified"`
}

// touch sets the time of the last change.
func (s *Server) touch(f *folder, w http.ResponseWriter, r *http.Request) error {
	var q touchRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	root, err := f.open()
	if err == nil {
		err = s.tree(f, root, r).Chtimes(q.Path, q.Modified)
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// remove removes a file or a whole folder, the hidden files in it too.
func (s *Server) remove(f *folder, w http.ResponseWriter, r *http.Request) error {
	at, err := f.at(r)
	if err != nil {
		return err
	}
	if at.asked == "" {
		return errRoot
	}
	if _, _, err := at.look(); err != nil {
		return asError(err, at.asked)
	}
	if err := s.changed(f, r, at.asked, f.remove(at.root, at.at, s.o.Who(r))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

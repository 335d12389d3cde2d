package share

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
)

// Limits of what is read into memory of a request.
const (
	maxRequest = 16 << 20 // a list of 100,000 paths
	listBuffer = 64 << 10
)

// Folder is a folder of this PC that is shared.
type Folder struct {
	Name string // a path segment
	Dir  string // absolute
}

// Options are what a Server needs.
type Options struct {
	// Allow is the gate, asked for every request before anything is done. nil allows nothing. Who is refused gets the
	// answer for a folder that does not exist.
	Allow  func(r *http.Request, folder string, v Verb) bool
	Logger *slog.Logger
}

// Server answers the requests of Routes.
type Server struct {
	o   Options
	mux *http.ServeMux

	mu      sync.Mutex
	folders map[string]*folder // mu guards the below
}

// folder is a shared folder, open.
type folder struct {
	Folder
	mu   sync.Mutex
	root *os.Root // nil while it can't be opened; mu guards the below
	err  error
}

// NewServer returns a Server that shares nothing.
func NewServer(o Options) *Server {
	if o.Allow == nil {
		o.Allow = func(*http.Request, string, Verb) bool { return false }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, mux: http.NewServeMux(), folders: map[string]*folder{}}
	for _, r := range routes {
		s.mux.HandleFunc(r.Method+" "+r.Pattern, func(w http.ResponseWriter, q *http.Request) {
			err := s.answer(w, q, r.Verb, r.serve)
			if err != nil {
				s.refuse(w, q, err)
			}
		})
	}
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// SetFolders replaces the set of shared folders. A folder that can't be opened now is kept and tried again when asked for;
// FolderErrors tells why. Requests that run on a folder that is no longer shared end with its root.
func (s *Server) SetFolders(set []Folder) error {
	next := make(map[string]*folder, len(set))
	for _, f := range set {
		switch {
		case f.Name == "" || strings.ContainsAny(f.Name, "/\x00"):
			return fmt.Errorf("share %s: %q can't be its name", f.Dir, f.Name)
		case next[f.Name] != nil:
			return fmt.Errorf("share %s: the name %q is taken", f.Dir, f.Name)
		case !absolute(f.Dir):
			return fmt.Errorf("share %s: the path is not absolute", f.Dir)
		}
		next[f.Name] = &folder{Folder: f}
	}
	s.mu.Lock()
	old := s.folders
	for name, f := range next {
		if o := old[name]; o != nil && o.Dir == f.Dir {
			next[name] = o
			delete(old, name)
		}
	}
	s.folders = next
	s.mu.Unlock()
	for _, f := range next {
		_, _ = f.open()
	}
	for _, f := range old {
		f.close()
	}
	return nil
}

// FolderErrors tells for which shared folders there is trouble now, and what.
func (s *Server) FolderErrors() map[string]error {
	s.mu.Lock()
	folders := maps.Clone(s.folders)
	s.mu.Unlock()
	faults := map[string]error{}
	for name, f := range folders {
		f.mu.Lock()
		if f.err != nil {
			faults[name] = f.err
		}
		f.mu.Unlock()
	}
	return faults
}

// Close ends all sharing.
func (s *Server) Close() error { return s.SetFolders(nil) }

// open returns the folder's root. A disk that was pulled and is back has the folder anew.
func (f *folder) open() (*os.Root, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root != nil {
		there, err := os.Stat(f.Dir)
		if err == nil {
			var here fs.FileInfo
			if here, err = f.root.Stat("."); err == nil && os.SameFile(here, there) {
				f.err = nil
				return f.root, nil
			}
		}
		f.root.Close()
		f.root = nil
	}
	f.root, f.err = openRoot(f.Dir)
	if f.err != nil {
		f.root = nil
		return nil, &Error{Code: Gone, Text: "the shared folder can't be opened now"}
	}
	return f.root, nil
}

func (f *folder) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root != nil {
		f.root.Close()
		f.root, f.err = nil, nil
	}
}

var errNotFound = &Error{Code: NotFound, Text: "there is no such file or folder"}

// answer asks the gate, then does what the route does.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, v Verb, serve func(*Server, *folder, http.ResponseWriter, *http.Request) error) error {
	name := r.PathValue("folder")
	if !s.o.Allow(r, name, v) {
		return errNotFound
	}
	s.mu.Lock()
	f := s.folders[name]
	s.mu.Unlock()
	if f == nil {
		return errNotFound
	}
	return serve(s, f, w, r)
}

// refuse answers with an error. Nothing that tells of this PC's own paths is in it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := asError(err, "")
	code, known := status[e.Code]
	if !known {
		code = http.StatusInternalServerError
	}
	if r.Context().Err() == nil {
		s.o.Logger.Debug("request refused", "method", r.Method, "code", e.Code, "err", err)
	}
	writeJSON(w, code, e)
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
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
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	buf := bufio.NewWriterSize(w, listBuffer)
	enc := json.NewEncoder(buf)
	err = readDir(root, p, func(name string, d fs.DirEntry) error {
		info, _, err := look(root, path.Join(p, name), d)
		if err != nil {
			return nil // gone since, a link that leads out, a pipe: not there
		}
		e := Entry{Name: name, Folder: info.IsDir(), Modified: info.ModTime()}
		if !e.Folder {
			e.Size = info.Size()
		}
		return enc.Encode(e)
	})
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

// content serves one file, with ranges (RFC 9110 14).
func (s *Server) content(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	file, info, err := openFile(root, rooted(p))
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream") // never anything that a browser would run
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(p)}))
	http.ServeContent(w, r, "", info.ModTime(), file)
	return nil
}

// getRequest asks for files and whole folders.
type getRequest struct {
	Paths []string `json:"paths"`
}

// get streams files and folders.
func (s *Server) get(f *folder, w http.ResponseWriter, r *http.Request) error {
	var q getRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	var sources []source
	names := map[string]bool{}
	for _, p := range q.Paths {
		if err := CheckPath(p); err != nil {
			return err
		}
		as := baseName(p, f.Name)
		if names[as] {
			return &Error{Code: Invalid, Text: "two of the files have the same name", Path: p}
		}
		names[as] = true
		if _, _, err := look(root, rooted(p), nil); err != nil {
			return asError(err, p)
		}
		sources = append(sources, source{root, p, as})
	}
	w.Header().Set("Content-Type", "application/vnd.lanyard.stream")
	if err := send(r.Context(), w, sources, NewProgress()); err != nil {
		panic(http.ErrAbortHandler) // begun: only a broken connection can tell
	}
	return nil
}

// putResult is the answer to a put.
type putResult struct {
	Files  int      `json:"files"`
	Bytes  int64    `json:"bytes"`
	Failed int      `json:"failed"`
	Errors []*Error `json:"errors"`
}

// put takes a stream. Who may not Change never replaces: both files are kept.
func (s *Server) put(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	mode := onConflict(r.URL.Query().Get("existing"))
	if mode == "" {
		mode = replace
	}
	if mode != replace && mode != keep {
		return &Error{Code: Invalid, Text: "existing: want replace or keep"}
	}
	if !s.o.Allow(r, f.Name, Change) {
		mode = keep
	}
	if p != "" && s.o.Allow(r, f.Name, Read) {
		if info, err := root.Stat(p); err == nil && !info.IsDir() {
			return &Error{Code: Exists, Text: "it is a file, not a folder", Path: p}
		}
	}
	dec, err := newDecoder(r.Body)
	if err != nil {
		return &Error{Code: Invalid, Text: err.Error()}
	}
	progress := NewProgress()
	err = receive(r.Context(), dec, &receiver{root: root, dir: p, mode: mode, p: progress})
	if err != nil {
		if errors.Is(err, errStream) {
			return &Error{Code: Invalid, Text: err.Error()}
		}
		return err
	}
	writeJSON(w, http.StatusOK, putResult{progress.Files(), progress.Bytes(), progress.Failed(), progress.Errors()})
	return nil
}

// mkdir makes a folder. Who may not Read is not told that there was one.
func (s *Server) mkdir(f *folder, w http.ResponseWriter, r *http.Request) error {
	root, p, err := f.at(r)
	if err != nil {
		return err
	}
	if p == "" {
		return &Error{Code: Exists, Text: "the folder is there already"}
	}
	err = root.Mkdir(p, 0o777)
	if errors.Is(err, fs.ErrExist) && !s.o.Allow(r, f.Name, Read) {
		err = nil
	}
	if err != nil {
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
			return &Error{Code: Invalid, Text: "the shared folder itself is its owner's"}
		}
		if err := CheckPath(p); err != nil {
			return err
		}
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	from, err := root.Lstat(q.From)
	if err != nil {
		return asError(err, q.From)
	}
	if q.To == q.From || strings.HasPrefix(q.To, q.From+"/") {
		return &Error{Code: Invalid, Text: "a folder can't be moved into itself", Path: q.To}
	}
	if to, err := root.Lstat(q.To); err == nil && !os.SameFile(from, to) { // the same: only its case changes
		return &Error{Code: Exists, Text: "there is something of that name already", Path: q.To}
	}
	if err := root.Rename(q.From, q.To); err != nil {
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
		return &Error{Code: Invalid, Text: "the shared folder itself is its owner's"}
	}
	if _, err := root.Lstat(p); err != nil {
		return asError(err, p)
	}
	if err := root.RemoveAll(p); err != nil {
		return asError(err, p)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(v)
	if err != nil {
		return &Error{Code: Invalid, Text: "the request makes no sense"}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1))
	return nil
}

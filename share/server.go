package share

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
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
	Allow func(r *http.Request, folder string, v Verb) bool
	// Who names whoever makes a request, by what can't be forged and stays the same from one request to the next: whose
	// doing something is, and whose half a transfer. nil: it is always the same one.
	Who    func(r *http.Request) string
	Logger *slog.Logger
}

// Server answers the requests of Routes.
type Server struct {
	o   Options
	mux *http.ServeMux

	mu      sync.Mutex
	folders map[string]*folder // mu guards the below
}

// NewServer returns a Server that shares nothing.
func NewServer(o Options) *Server {
	if o.Allow == nil {
		o.Allow = func(*http.Request, string, Verb) bool { return false }
	}
	if o.Who == nil {
		o.Who = func(*http.Request) string { return "" }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, mux: http.NewServeMux(), folders: map[string]*folder{}}
	for _, r := range routes {
		s.mux.HandleFunc(r.Method+" "+r.Pattern, func(w http.ResponseWriter, q *http.Request) {
			s.answer(w, q, r.Verb, r.serve)
		})
	}
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// SetFolders replaces the set of shared folders. A folder that can't be opened now is kept and tried again when asked for;
// FolderErrors tells why. Requests that run on a folder that is no longer shared are broken off.
func (s *Server) SetFolders(set []Folder) error {
	next := make(map[string]*folder, len(set))
	for _, f := range set {
		switch {
		case f.Name == "" || strings.ContainsAny(f.Name, "/\\\x00") || f.Name == "." || f.Name == "..":
			return fmt.Errorf("share %s: %q can't be its name", f.Dir, f.Name)
		case next[f.Name] != nil:
			return fmt.Errorf("share %s: the name %q is taken", f.Dir, f.Name)
		case !filepath.IsAbs(f.Dir):
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
		if root, err := f.open(); err == nil {
			sweep(root, "")
		}
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

// answer asks the gate, then does what the route does.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, v Verb, serve handler) {
	name := r.PathValue("folder")
	s.mu.Lock()
	f := s.folders[name]
	s.mu.Unlock()
	if !s.o.Allow(r, name, v) || f == nil {
		s.refuse(w, r, errNotFound)
		return
	}
	ctx, done := f.use(r.Context())
	defer done()
	w, r, rest := patient(ctx, w, r)
	defer rest()
	if err := serve(s, f, w, r); err != nil {
		s.refuse(w, r, err)
	}
}

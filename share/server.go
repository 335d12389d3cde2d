package share

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lanyard/share/bin"
)

// Folder is a folder of this PC that is shared.
type Folder struct {
	Name string // a path segment
	Dir  string // absolute

	// Mount is where the disk that Dir is on belongs: see MountOf. While no disk is there, the folder is Gone, although the
	// empty folder below the disk could be opened. "": that isn't looked at.
	Mount string
}

// Options are what a Server needs.
type Options struct {
	// Allow is the gate, asked for every request before anything is done. nil allows nothing. Who is refused gets the
	// answer for a folder that does not exist.
	Allow func(r *http.Request, folder string, v Verb) bool
	// Who names whoever makes a request, by what can't be forged and stays the same from one request to the next: whose
	// doing something is, and whose half a transfer. nil: it is always the owner.
	Who func(r *http.Request) string
	// Owner tells whether it is the owner of this PC who makes a request: the brake lets the owner pass, and all of the bins
	// is the owner's. nil: it never is.
	Owner  func(r *http.Request) bool
	Bin    Bin            // of each folder: see SetBin
	Braked func(bin.Stop) // told whom the brake has stopped, one call at a time or more; may be nil
	// Wrote is told how it ended that somebody else, who by Who, wanted to change something in a folder: with an error of Code
	// Full or Denied that is of this PC's disk or system, or with nil. Others are not told. Several goroutines call it; it may
	// be nil.
	Wrote  func(folder, who string, err *Error)
	Logger *slog.Logger
}

// Server answers the requests of Routes.
type Server struct {
	o     Options
	mux   *http.ServeMux
	deeds *deeds

	mu      sync.Mutex
	folders map[string]*folder // mu guards the below
	moving  map[string]*moving // transfers that can be gone on with, by their ledgers
}

// NewServer returns a Server that shares nothing.
func NewServer(o Options) *Server {
	if o.Allow == nil {
		o.Allow = func(*http.Request, string, Verb) bool { return false }
	}
	if o.Owner == nil {
		o.Owner = func(*http.Request) bool { return false }
	}
	o.Who = known(o.Who, o.Owner)
	if o.Braked == nil {
		o.Braked = func(bin.Stop) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, mux: http.NewServeMux(), deeds: newDeeds(o), folders: map[string]*folder{}}
	for _, r := range routes {
		s.mux.HandleFunc(r.Method+" "+r.Pattern, func(w http.ResponseWriter, q *http.Request) {
			s.answer(w, q, r.Verb, r.serve)
		})
	}
	return s
}

// nobody is whom a door can't name. It isn't the owner.
const nobody = "?"

// known makes the owner of this PC "" for all that asks who it is, and nobody else.
func known(who func(*http.Request) string, owner func(*http.Request) bool) func(*http.Request) string {
	return func(r *http.Request) string {
		if who == nil || owner(r) {
			return ""
		}
		return cmp.Or(who(r), nobody)
	}
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
		next[f.Name] = &folder{Folder: f, deeds: s.deeds}
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
	for _, f := range set {
		next[f.Name].setMount(f.Mount)
	}
	for _, f := range next {
		done := f.hold(func() {})
		if root, err := f.open(); err == nil {
			sweep(root, "", nil)
			expire(root, time.Now())
		}
		done()
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
	after := func() {}
	if strings.HasPrefix(r.URL.Path, "/v1/put/") {
		after = duplex(w, r)
	}
	name := r.PathValue("folder")
	s.mu.Lock()
	f := s.folders[name]
	s.mu.Unlock()
	if !s.o.Allow(r, name, v) || f == nil {
		s.refuse(w, r, errNotFound)
		after()
		return
	}
	ctx, done := f.use(r.Context())
	defer done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, r, rest := patient(context.WithValue(ctx, interruptKey{}, cancel), w, r)
	defer rest()
	if err := serve(s, f, w, r); err != nil {
		s.refuse(w, r, err)
	}
	if ctx.Err() == nil {
		after()
	}
}

// How much of a request that is refused while it is sent is still read, so that its sender takes notice of the answer, which
// a connection that is reset at once could lose.
const (
	drainTime  = time.Second
	drainBytes = 64 << 20
)

// duplex lets an answer be sent while the request is still read. after has the rest of the request be read.
func duplex(w http.ResponseWriter, r *http.Request) (after func()) {
	c, body := http.NewResponseController(w), r.Body
	if c.EnableFullDuplex() != nil {
		return func() {}
	}
	return func() {
		_ = c.Flush()
		_ = c.SetReadDeadline(time.Now().Add(drainTime))
		_, _ = io.CopyN(io.Discard, body, drainBytes)
		_ = c.SetReadDeadline(time.Time{})
	}
}

// interruptKey is where a request's context has the function that ends the request.
type interruptKey struct{}

// interrupt returns the function that ends a request.
func interrupt(ctx context.Context) context.CancelFunc {
	cancel, ok := ctx.Value(interruptKey{}).(context.CancelFunc)
	if !ok {
		return func() {}
	}
	return cancel
}

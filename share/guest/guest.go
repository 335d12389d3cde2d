// Package guest lets people without Lanyard open one shared folder in their browser, by a link that they were given: to
// read it, or to drop files into it unseen. It does not know who may give links, nor keeps them: its owner does, and asks a
// gate before a request gets here.
//
// # How it works
//
// A Link has a secret token. Its landing page (landing.go) opens a session, which is a cookie (session.go), so that the token
// leaves the address bar at once; with a PIN or a number of uses that takes a button, as messengers look at links before
// people do. Below /guest/ID/ a link to read has folders (browse.go), files and archives (fetch.go), one to drop files has
// the drop box (drop.go). An archive (zip.go, archive.go, content.go) is laid out before it is read, so that a broken download goes on
// where it was. Pages (page.go) have no script but their own, and say the same of whatever is not there.
package guest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lanyard/share"
)

// Options are what a Server needs.
type Options struct {
	Files *share.Server // has the folders
	// Allow is the gate: it is asked for every request below a session, before anything is done. nil allows nothing.
	Allow func(r *http.Request, folder string, v share.Verb) bool
	// Secure tells whether a request came over TLS. nil: none did.
	Secure func(*http.Request) bool
	// Changed is told that counts of links changed, before the request that did it is answered: who keeps Links then keeps
	// a use or a wrong PIN over a crash too. It may be nil.
	Changed func()
	// PC returns the name of this PC, for those who have opened a link. It may be nil.
	PC     func() string
	Logger *slog.Logger
}

// Server answers the requests of Routes.
type Server struct {
	o    Options
	mux  *http.ServeMux
	now  func() time.Time
	zips chan struct{} // a place for each archive that is being made
	puts chan struct{} // a place for each file that is being received
	sums sums

	mu       sync.Mutex
	links    map[string]*link    // by ID; mu guards the below
	tokens   map[digest]*link    // by the hash of the token: looking one up takes no longer for a good guess
	sessions map[digest]*session // by the hash of the cookie
	held     map[holder]int      // places that are taken
}

// holder is a link that has places of a kind.
type holder struct {
	places chan struct{}
	link   string
}

// place takes one of so many places for a request of a link, until leave is called; nil when there is none. A quarter is kept
// from any one link: who fetches ever so slowly must not lock out the guests of the others.
func (s *Server) place(places chan struct{}, link string) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := holder{places, link}
	if s.held[h] >= cap(places)*3/4 {
		return nil
	}
	select {
	case places <- struct{}{}:
	default:
		return nil
	}
	s.held[h]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		<-places
		if s.held[h]--; s.held[h] == 0 {
			delete(s.held, h)
		}
	}
}

// Route is one request that a Server answers.
type Route struct {
	Method  string
	Pattern string     // of http.ServeMux
	Verb    share.Verb // the least that it needs: of the session's folder where it is Inside one, else of guests being welcome at all
	Inside  bool       // it needs a session: Visitor tells the link, and with it the folder
}

// handler answers a request that may be answered.
type handler func(*Server, http.ResponseWriter, *http.Request)

// routes is the whole surface. Those inside are wrapped by (*Server).inside, which asks all there is to ask.
var routes = []struct {
	Route
	serve handler
}{
	{Route{"GET", "/g/{token}", share.See, false}, (*Server).land},
	{Route{"POST", "/g/{token}", share.See, false}, (*Server).enter},
	{Route{"GET", "/guest-page/{file}", share.See, false}, (*Server).asset},
	{Route{"GET", "/guest/{id}/{$}", share.See, true}, inside(share.See, (*visit).front)},
	{Route{"GET", "/guest/{id}/files/{path...}", share.Read, true}, inside(share.Read, (*visit).files)},
	{Route{"GET", "/guest/{id}/zip/{path...}", share.Read, true}, inside(share.Read, (*visit).zip)},
	{Route{"POST", "/guest/{id}/drop", share.Add, true}, inside(share.Add, (*visit).dropForm)},
	{Route{"GET", "/guest/{id}/drop/{path...}", share.Add, true}, inside(share.Add, (*visit).dropAsk)},
	{Route{"PUT", "/guest/{id}/drop/{path...}", share.Add, true}, inside(share.Add, (*visit).dropPut)},
}

// Routes lists all requests that a Server answers. A GET stands for a HEAD too.
func Routes() []Route {
	list := make([]Route, len(routes))
	for i, r := range routes {
		list[i] = r.Route
	}
	return list
}

// New returns a Server without links.
func New(o Options) *Server {
	if o.Allow == nil {
		o.Allow = func(*http.Request, string, share.Verb) bool { return false }
	}
	if o.Secure == nil {
		o.Secure = func(*http.Request) bool { return false }
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	if o.PC == nil {
		o.PC = func() string { return "" }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		o: o, mux: http.NewServeMux(), now: time.Now, zips: make(chan struct{}, maxZips), puts: make(chan struct{}, maxPuts),
		links: map[string]*link{}, tokens: map[digest]*link{}, sessions: map[digest]*session{}, held: map[holder]int{},
	}
	for _, r := range routes {
		s.mux.HandleFunc(r.Method+" "+r.Pattern, func(w http.ResponseWriter, q *http.Request) { r.serve(s, w, q) })
	}
	s.mux.HandleFunc("/", NotFound)
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// visit is a request of somebody who has a session.
type visit struct {
	s    *Server
	link Link
	ses  *session
	tree *share.Tree
	w    http.ResponseWriter
	r    *http.Request
}

// inside makes a handler of one that needs a session and a right. The request ends with its link.
func inside(v share.Verb, serve func(*visit)) handler {
	return func(s *Server, w http.ResponseWriter, r *http.Request) {
		if !s.fromOurPages(r) {
			s.problem(w, r, http.StatusForbidden, "That came from another page.", "Go back to the page that you opened with your link, and try from there.")
			return
		}
		ses, l, ok := s.visitor(r)
		wrongWay := l.Add && v == share.Read || !l.Add && v == share.Add
		if !ok || wrongWay || !s.o.Allow(r, l.Folder, v) {
			NotFound(w, r)
			return
		}
		ctx, done := s.use(r.Context(), l.ID)
		defer done()
		err := s.o.Files.Visit(w, r.WithContext(ctx), l.Folder, func(t *share.Tree, w http.ResponseWriter, r *http.Request) {
			serve(&visit{s, l, ses, t, w, r})
		})
		if err != nil {
			s.refuse(w, r, err)
		}
	}
}

// use returns a context for a request, which ends with its link.
func (s *Server) use(ctx context.Context, id string) (_ context.Context, done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.links[id]
	if l == nil {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return ctx, cancel
	}
	ctx, cancel := context.WithTimeout(ctx, l.Expires.Sub(s.now()))
	key := new(int)
	l.running[key] = cancel
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(l.running, key)
	}
}

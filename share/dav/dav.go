// Package dav serves a file system to WebDAV programs (RFC 4918, class 1, 2 and 3): file managers, editors, backups. It decides
// nothing about who may come in, and has no files of its own.
//
// # How it works
//
// A Handler keeps what outlives a request: locks (lock.go), dead properties (properties.go), and the throw-away files that
// some systems put beside everything (scrap.go). Each request (dav.go) is judged before anything is done: its paths (path.go),
// its preconditions and the tokens of locks (condition.go), its XML (xml.go). PROPFIND (propfind.go) is golang.org/x/net/webdav's,
// over a view that was read before. That package's other methods lose files or lack things: an interrupted PUT truncates, MOVE
// without Overwrite fails, dead properties and shared locks are missing, so those are here.
package dav

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"lanyard/share"
)

// FileSystem is what is served. Paths are slash-separated, without a slash at either end; "" is the whole. Names that
// share.CheckPath refuses are never asked for. Errors are *share.Error where somebody can be told more than that it failed.
type FileSystem interface {
	// May tells whether something may be done at a path, there or not.
	May(p string, v share.Verb) bool
	Stat(ctx context.Context, p string) (share.Entry, error)
	// List calls each for what is in a folder, in no order; an error of each ends it.
	List(ctx context.Context, p string, each func(share.Entry) error) error
	Open(ctx context.Context, p string) (io.ReadSeekCloser, error)
	// Create begins a file. size is -1 where none was announced; modified may be zero.
	Create(ctx context.Context, p string, size int64, modified time.Time) (Draft, error)
	Mkdir(ctx context.Context, p string) error
	Remove(ctx context.Context, p string) error
	// Move and Copy take the whole of a folder. With over they take the place of what is there.
	Move(ctx context.Context, from, to string, over bool) error
	Copy(ctx context.Context, from, to string, over bool) error
	Chtimes(ctx context.Context, p string, modified time.Time) error
	// Space is what is free and what is used, in bytes; negative: not known.
	Space(ctx context.Context, p string) (free, used int64)
}

// Draft is a file that is being written: nothing of it shows before Commit. Discard is always called, and does nothing after
// Commit.
type Draft interface {
	io.Writer
	// Commit gives the file its name. With fresh it fails with share.Exists rather than replace what has it by now.
	Commit(fresh bool) error
	Discard()
}

// Options are what a Handler needs.
type Options struct {
	Properties *Properties // nil: kept in memory
	Logger     *slog.Logger
}

// Handler answers WebDAV requests. Folders of several file systems may share one.
type Handler struct {
	o      Options
	locks  locks
	scraps scraps
	now    func() time.Time
}

// New returns a Handler.
func New(o Options) *Handler {
	if o.Properties == nil {
		o.Properties = &Properties{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Handler{o: o, now: time.Now}
}

// Site is where a file system is, and who asks.
type Site struct {
	FS   FileSystem
	Base string // the URL path that the whole has, decoded, without a slash at the end
	Who  string // names the caller: locks and throw-away files belong to it
}

// call is one request.
type call struct {
	h *Handler
	Site
	w   http.ResponseWriter
	r   *http.Request
	p   string // the path that is asked for
	now time.Time
}

// method answers a request, or returns why not.
type method struct {
	verb  share.Verb // the least that it needs
	serve func(*call) error
}

var methods = map[string]method{
	"OPTIONS":   {share.Read, (*call).options},
	"GET":       {share.Read, (*call).get},
	"HEAD":      {share.Read, (*call).get},
	"PROPFIND":  {share.Read, (*call).propfind},
	"PUT":       {share.Add, (*call).put},
	"MKCOL":     {share.Add, (*call).mkcol},
	"COPY":      {share.Read, (*call).copy}, // and more where it goes to
	"LOCK":      {share.Add, (*call).lock},
	"UNLOCK":    {share.Add, (*call).unlock},
	"DELETE":    {share.Change, (*call).remove},
	"MOVE":      {share.Change, (*call).move},
	"PROPPATCH": {share.Change, (*call).proppatch},
}

// Methods lists what is answered, with the least right that each needs besides Read; where something is replaced, Change is
// asked for too.
func Methods() map[string]share.Verb {
	list := make(map[string]share.Verb, len(methods))
	for name, m := range methods {
		list[name] = m.verb
	}
	return list
}

// Serve answers a request to a site. Who may not Read gets the answer for what isn't there.
func (h *Handler) Serve(w http.ResponseWriter, r *http.Request, s Site) {
	r = r.WithContext(r.Context()) // net/http goes by the body that it has given the request
	r.Body = &wholeBody{ReadCloser: r.Body}
	c := &call{h: h, Site: s, w: w, r: r, now: h.now()}
	c.FS = &withScraps{FileSystem: s.FS, s: &h.scraps, who: s.Base + "\x00" + s.Who}
	err := c.answer()
	if err == nil {
		return
	}
	if r.Context().Err() == nil {
		h.o.Logger.Debug("webdav request refused", "method", r.Method, "err", err)
	}
	refuse(w, r, err)
}

func (c *call) answer() error {
	m, ok := methods[c.r.Method]
	p, err := c.inside(c.r.URL.Path)
	switch {
	case !ok:
		c.w.Header().Set("Allow", allowed)
		return status(http.StatusMethodNotAllowed)
	case !c.FS.May(p, share.Read):
		return status(http.StatusNotFound)
	case err != nil && (m.verb == share.Read || c.r.Method == "UNLOCK"):
		return status(http.StatusNotFound) // names that can't be are not there
	case err != nil || !c.FS.May(p, m.verb):
		return status(http.StatusForbidden)
	}
	c.p = p
	return m.serve(c)
}

// allowed names all of methods.
const allowed = "COPY, DELETE, GET, HEAD, LOCK, MKCOL, MOVE, OPTIONS, PROPFIND, PROPPATCH, PUT, UNLOCK"

// options tells what can be done (RFC 4918 section 10.1). Office and Explorer look for the last header.
func (c *call) options() error {
	h := c.w.Header()
	h.Set("Allow", allowed)
	h.Set("DAV", "1, 2, 3")
	h.Set("MS-Author-Via", "DAV")
	h.Set("Content-Length", "0")
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// mkcol makes a folder (RFC 4918 section 9.3).
func (c *call) mkcol() error {
	if n, _ := io.ReadFull(c.r.Body, make([]byte, 1)); n > 0 {
		return status(http.StatusUnsupportedMediaType)
	}
	if _, err := c.FS.Stat(c.r.Context(), c.p); err == nil {
		return status(http.StatusMethodNotAllowed)
	}
	if err := c.inFolder(c.p); err != nil {
		return err
	}
	if err := c.unlocked(target{c.p, false, true}); err != nil {
		return err
	}
	if err := c.FS.Mkdir(c.r.Context(), c.p); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// remove removes a file or a whole folder (RFC 4918 section 9.6).
func (c *call) remove() error {
	if c.p == "" {
		return status(http.StatusForbidden)
	}
	if d := c.r.Header.Get("Depth"); d != "" && !strings.EqualFold(d, "infinity") && d != "0" {
		return status(http.StatusBadRequest)
	}
	e, err := c.FS.Stat(c.r.Context(), c.p)
	if err != nil {
		return err
	}
	if err := c.matches(&e); err != nil {
		return err
	}
	if err := c.unlocked(target{c.p, true, true}); err != nil {
		return err
	}
	if err := c.FS.Remove(c.r.Context(), c.p); err != nil {
		return err
	}
	c.h.locks.forget(c.key(c.p))
	c.h.o.Properties.remove(c.key(c.p))
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

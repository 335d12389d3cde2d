package guest

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"lanyard/share"
)

// Limits of sessions.
const (
	maxSessions = 1000            // of one link; the one that was not used for longest makes room
	maxCookies  = 20              // of one request that are looked at: another server on this address may have set some
	maxBatches  = 64              // heaps of files that one session has open
	maxDropped  = 20_000          // files that one session may drop: names cost the disk too
	again       = 5 * time.Minute // in which opening once more with the same page is the same use
)

// The names of a session's cookie; its path keeps those of several links apart. In the clear it has another, as a browser lets
// nobody replace there what it was given over TLS (RFC 6265bis, section 5.7): who opened a link that way first could not open
// it without any more.
const (
	cookieName      = "lanyard-guest"
	plainCookieName = "lanyard-guest-plain"
)

func cookieNameOf(secure bool) string {
	if secure {
		return cookieName
	}
	return plainCookieName
}

// session is what opening a link gives. Fields are guarded by the Server's mu.
type session struct {
	link    *link
	value   string // of the cookie
	page    string // the landing page that it was opened from
	opened  time.Time
	last    time.Time
	dropped int
	batches map[string]*share.Batch
}

// Visitor tells which link a request's session belongs to. It is false where there is none, where its link has ended, and
// where the request came in the clear over a link that is not Plain.
func (s *Server) Visitor(r *http.Request) (Link, bool) {
	_, l, ok := s.visitor(r)
	return l, ok
}

func (s *Server) visitor(r *http.Request) (*session, Link, bool) {
	secure := s.o.Secure(r)
	cookies := r.CookiesNamed(cookieNameOf(secure))
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, c := range cookies[:min(len(cookies), maxCookies)] {
		ses := s.sessions[digestOf(c.Value)]
		if ses == nil || !strings.HasPrefix(r.URL.Path, ses.link.home()) || !secure && !ses.link.Plain || !ses.link.lives(now) {
			continue
		}
		ses.last = now
		return ses, ses.link.Link, true
	}
	return nil, Link{}, false
}

// landing looks up the link that a token opens.
func (s *Server) landing(r *http.Request) (Link, bool) {
	secure := s.o.Secure(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.tokens[digestOf(r.PathValue("token"))]
	if l == nil || !l.lives(s.now()) || l.Locked() || !secure && !l.Plain {
		return Link{}, false
	}
	return l.Link, true
}

// outcome is what came of an attempt to open a link.
type outcome int

const (
	closed outcome = iota // there is no such link, or no more
	wrongPIN
	open
)

// open opens a session, from the landing page of that name, if the PIN is right. It is a use of the link, unless that page
// was used just now: people press twice, and answers get lost.
func (s *Server) open(token, pin, page string) (cookie string, left int, _ outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	l := s.tokens[digestOf(token)]
	if l == nil || !l.lives(now) || l.Locked() {
		return "", 0, closed
	}
	before := s.openedLocked(l, page, now)
	if before == nil && l.Spent() {
		return "", 0, closed
	}
	if subtle.ConstantTimeCompare([]byte(pin), []byte(l.PIN)) != 1 && l.PIN != "" {
		l.Wrong++
		return "", maxWrong - l.Wrong, wrongPIN
	}
	if before != nil {
		return before.value, 0, open
	}
	l.Used++
	s.makeRoomLocked(l)
	ses := &session{link: l, value: secret(tokenBytes), page: page, opened: now, last: now}
	s.sessions[digestOf(ses.value)] = ses
	return ses.value, 0, open
}

// openedLocked finds the session that a landing page has just opened.
func (s *Server) openedLocked(l *link, page string, now time.Time) *session {
	if page == "" {
		return nil
	}
	for _, ses := range s.sessions {
		if ses.link == l && subtle.ConstantTimeCompare([]byte(ses.page), []byte(page)) == 1 && now.Sub(ses.opened) < again {
			return ses
		}
	}
	return nil
}

// makeRoomLocked ends the session of a link that was not used for longest, if there are too many.
func (s *Server) makeRoomLocked(l *link) {
	var oldest *session
	n := 0
	for _, ses := range s.sessions {
		if ses.link != l {
			continue
		}
		if n++; oldest == nil || ses.last.Before(oldest.last) {
			oldest = ses
		}
	}
	if n >= maxSessions {
		delete(s.sessions, digestOf(oldest.value))
	}
}

// returns tells whether a request for a link comes from a browser that has opened it before.
func (s *Server) returns(r *http.Request, l Link) bool {
	cookies := r.CookiesNamed(cookieNameOf(s.o.Secure(r)))
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range cookies[:min(len(cookies), maxCookies)] {
		if ses := s.sessions[digestOf(c.Value)]; ses != nil && ses.link == s.links[l.ID] {
			return true
		}
	}
	return false
}

// setCookie gives a browser its session below a path, for no longer than the link lives.
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, l Link, path, value string) {
	http.SetCookie(w, &http.Cookie{ // #nosec G124 -- Secure but where the owner chose plain HTTP for the link
		Name: cookieNameOf(s.o.Secure(r)), Value: value, Path: path, MaxAge: max(1, int(l.Expires.Sub(s.now()).Seconds())),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.o.Secure(r),
	})
}

// batch returns a session's heap of files of that name, and counts one file more; nil when there were too many.
func (s *Server) batch(ses *session, name string) *share.Batch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ses.dropped++; ses.dropped > maxDropped {
		return nil
	}
	b := ses.batches[name]
	if b != nil {
		return b
	}
	if ses.batches == nil || len(ses.batches) >= maxBatches {
		ses.batches = map[string]*share.Batch{}
	}
	b = &share.Batch{}
	ses.batches[name] = b
	return b
}

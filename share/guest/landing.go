package guest

import (
	"net/http"
	"strings"
)

// maxForm is the size of what the landing page sends, in bytes: a PIN, and the page's own name.
const maxForm = 4 << 10

// land answers to the link itself. A link that costs nothing opens at once.
func (s *Server) land(w http.ResponseWriter, r *http.Request) {
	l, ok := s.landing(r)
	if ok && s.returns(r, l) {
		s.redirect(w, r, l.home())
		return
	}
	if !ok || l.Spent() {
		NotFound(w, r)
		return
	}
	if l.PIN != "" || l.Uses > 0 {
		s.show(w, r, http.StatusOK, "landing", landingPage{base: s.base(r, "A shared folder", Link{}), PIN: l.PIN != "", Page: secret(tokenBytes), Left: maxWrong})
		return
	}
	if r.Method == http.MethodHead { // somebody looks whether there is anything
		s.redirect(w, r, l.home())
		return
	}
	s.admit(w, r, l, "", "")
}

// enter takes the PIN, or just the wish to come in.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	if !s.fromOurPages(r) {
		s.problem(w, r, http.StatusForbidden, "That came from another page.", "Open your link again.")
		return
	}
	l, ok := s.landing(r)
	if !ok {
		NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		s.problem(w, r, http.StatusBadRequest, "That was not understood.", "Open your link again.")
		return
	}
	digits := strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' || c == '\u00a0' {
			return -1
		}
		return c
	}, r.PostForm.Get("pin"))
	s.admit(w, r, l, digits, r.PostForm.Get("page"))
}

// admit opens a session and shows the way to its pages.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, l Link, pin, page string) {
	value, left, came := s.open(l.Token, pin, page)
	if came != closed {
		s.o.Changed()
	}
	switch {
	case came == open:
		s.setCookie(w, r, l, l.home(), value)
		s.setCookie(w, r, l, l.Path(), value) // so that the link, opened once more in this browser, is no other use
		s.redirect(w, r, l.home())
	case came == wrongPIN && left > 0:
		s.show(w, r, http.StatusForbidden, "landing", landingPage{base: s.base(r, "A shared folder", Link{}), PIN: true, Wrong: true, Page: page, Left: left})
	default:
		NotFound(w, r)
	}
}

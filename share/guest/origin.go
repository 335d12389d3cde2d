package guest

import "net/http"

// fromOurPages tells whether a request was made by a page of this very server, or by somebody's own hand. Browsers say so
// (Fetch, Origin header; W3C, Fetch Metadata): a cookie alone would go with what another page makes a browser send. What
// changes nothing may come from anywhere as long as it is not to be shown within another page.
func (s *Server) fromOurPages(r *http.Request) bool {
	site, mode := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Mode")
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		switch site {
		case "", "none", "same-origin":
			return true
		}
		dest := r.Header.Get("Sec-Fetch-Dest")
		return mode == "navigate" && (dest == "" || dest == "document")
	}
	if site != "" && site != "same-origin" {
		return false
	}
	if len(r.Header.Values("Origin")) > 1 {
		return false
	}
	switch origin := r.Header.Get("Origin"); origin {
	case "", "null": // an older way of saying nothing: the other header has to
		return site == "same-origin"
	default:
		scheme := "http://"
		if s.o.Secure(r) {
			scheme = "https://"
		}
		return origin == scheme+r.Host
	}
}

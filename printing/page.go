package printing

import (
	"fmt"
	"html"
	"net/http"
	"strings"
)

// servePage shows in a browser how a printer is (printer-more-info, RFC 8011 section 5.4.7), to who may see it.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request, name string) {
	allowed := s.allowed(r, name, See)
	s.mu.Lock()
	shared := s.printers[name]
	var p printer
	queued := 0
	if shared != nil {
		p, queued = s.shownLocked(shared), s.queuedLocked(shared)
	}
	s.mu.Unlock()
	if !allowed || shared == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(pageOf(p, queued)))
}

// pageOf is the page: text of the printer stands in it as text alone.
func pageOf(p printer, queued int) string {
	states := map[string]string{StateIdle: "Ready", StateProcessing: "Printing", StateStopped: "Stopped"}
	text := html.EscapeString
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>%[1]s</title>
<h1><img src="%[2]s" alt="" width="64" height="64"> %[1]s</h1>
<p>%[3]s<br>%[4]s</p>
<p><strong>%[5]s</strong> %[6]s<br>Jobs that wait: %[7]d</p>
`, text(p.Info), text(Root+p.Name+"/"+iconName), text(modelOf(p.caps)), text(p.location()), states[p.state], text(p.message), queued)
	for _, s := range suppliesOf(p.caps) {
		level := "not known"
		if s.Level >= 0 {
			level = fmt.Sprintf("%d %%", s.Level)
		}
		fmt.Fprintf(&b, "<p>%s: %s</p>\n", text(s.Name), level)
	}
	return b.String()
}

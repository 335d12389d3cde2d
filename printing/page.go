package printing

import (
	"html/template"
	"net/http"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// page is what a browser shows of a printer (printer-more-info, RFC 8011 section 5.4.7): how it is, for those who may see it.
var page = template.Must(template.New("printer").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{{.Info}}</title>
<h1><img src="{{.Icon}}" alt="" width="64" height="64"> {{.Info}}</h1>
<p>{{.Model}}{{with .Location}}<br>{{.}}{{end}}</p>
<p><strong>{{.State}}</strong>{{with .Message}}: {{.}}{{end}}<br>Jobs that wait: {{.Queued}}</p>
{{with .Supplies}}<ul>{{range .}}<li>{{.Name}}: {{if lt .Level 0}}not known{{else}}{{.Level}} %{{end}}</li>{{end}}</ul>{{end}}
`))

// shownPrinter is what the page tells.
type shownPrinter struct {
	Info, Model, Location, Icon, State, Message string
	Queued                                      int
	Supplies                                    []shownSupply
}

type shownSupply struct {
	Name  string
	Level int // percent; below 0: not known
}

// servePage shows the page to who may see the printer.
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
	states := map[string]string{StateIdle: "Ready", StateProcessing: "Printing", StateStopped: "Stopped"}
	_ = page.Execute(w, shownPrinter{
		Info: p.Info, Model: modelOf(p.caps), Location: p.location(), Icon: Root + p.Name + "/" + iconName,
		State: states[p.state], Message: p.message, Queued: queued, Supplies: shownSupplies(p.caps),
	})
}

func shownSupplies(caps ipp.Attrs) (list []shownSupply) {
	levels, _ := caps.Get("marker-levels")
	for i, name := range caps.Strings("marker-names") {
		one := shownSupply{name, -1}
		if i < len(levels.Values) {
			if n, ok := levels.Values[i].V.(goipp.Integer); ok {
				one.Level = int(n)
			}
		}
		list = append(list, one)
	}
	return list
}

package node

import (
	"net/http"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/printing"
)

func (n *Node) allowPrint(r *http.Request, printer string, verb printing.Verb) bool {
	return n.visits.ask(&n.gate, r, gate.Question{Service: gate.Printing, Thing: printer, Verb: printVerb(verb)})
}

// caller is who owns a job: by the key, never by what the request says.
func (n *Node) caller(r *http.Request) printing.Caller {
	who := n.who(r)
	c := printing.Caller{ID: who.ID, Guest: who.Kind == gate.Guest || who.Kind == gate.Stranger, Owner: who.Kind == gate.Owner}
	if who.ID != "" {
		c.Name = n.nameOf(who.ID)
	}
	return c
}

// byOtherSite tells whether a page of another site asks, in a guest's browser. One may go from there to what changes nothing,
// but not read it from there.
func byOtherSite(q *http.Request) bool {
	if q.Method != http.MethodGet && q.Method != http.MethodHead {
		return crossOrigin.Check(q) != nil
	}
	site := q.Header.Get("Sec-Fetch-Site")
	going := site == "" || site == "none" || site == "same-origin" || q.Header.Get("Sec-Fetch-Mode") == "navigate"
	return !going || q.Header.Get("Origin") != ""
}

// serveOptions answers OPTIONS *, with which print systems ask what there is and for TLS.
func (n *Node) serveOptions(w http.ResponseWriter, r *http.Request) {
	if door.AsksForTLS(r) {
		n.door.Upgrade(w, r)
		return
	}
	w.Header().Set("Allow", "GET, HEAD, OPTIONS, POST")
}

package node

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
	"lanyard/printing"
	"lanyard/share"
	"lanyard/share/guest"
)

// route is one thing that other PCs or guests can ask for. A route without a policy can't be made: who adds one says what
// the gate is to be asked.
type route struct {
	pattern string // of http.ServeMux
	service gate.Service
	verb    gate.Verb
	thing   func(*http.Request) string // names the shared folder or printer; nil: none
	handler http.Handler
}

// allRoutes is every door's table.
func (n *Node) allRoutes() []route {
	routes := []route{
		{"GET /v1/link", gate.Presence, gate.See, nil, http.HandlerFunc(n.serveLink)},
		{"POST /v1/join/{step}", gate.Joining, gate.Add, nil, http.HandlerFunc(n.serveJoin)},
		{"POST /ipp/print/{printer}", gate.Printing, gate.See, named("printer"), n.print},
		{"GET /ipp/print/{printer}", gate.Printing, gate.See, named("printer"), n.print},
		{"GET /ipp/print/{printer}/icon.png", gate.Printing, gate.See, named("printer"), n.print},
		{"POST /ipp/print/{printer}/{job}", gate.Printing, gate.See, named("printer"), n.print},
		{optionsPattern, gate.Welcome, gate.See, nil, http.HandlerFunc(n.serveOptions)},
	}
	for _, r := range share.Routes() {
		var files http.Handler = http.HandlerFunc(n.serveFiles)
		if strings.HasPrefix(r.Pattern, "/v1/get/") || strings.HasPrefix(r.Pattern, "/v1/put/") {
			files = n.served(files)
		}
		routes = append(routes, route{r.Method + " " + r.Pattern, gate.Files, fileVerb(r.Verb), named("folder"), files})
	}
	return slices.Concat(routes, n.davRoutes(), n.offerRoutes(), n.doctorRoutes(), n.guestRoutes())
}

// optionsPattern stands for OPTIONS * (RFC 9110 9.3.7), which IPP clients ask and http.ServeMux doesn't know.
const optionsPattern = "OPTIONS *"

// named takes the thing from the path.
func named(value string) func(*http.Request) string {
	return func(r *http.Request) string { return r.PathValue(value) }
}

var crossOrigin http.CrossOriginProtection

// handler serves the routes: first the Host, then the gate, then the route's own.
func (n *Node) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", notFound)
	options := http.HandlerFunc(notFound)
	for _, r := range n.routes {
		if r.pattern == optionsPattern {
			options = n.gated(r)
			continue
		}
		mux.Handle(r.pattern, n.gated(r))
	}
	routed := n.withPassword(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch {
		case !n.knowsHost(q.Host):
			dontWait(w, q)
			http.Error(w, "this is not the host you asked for", http.StatusMisdirectedRequest)
		case q.Method == http.MethodOptions && !strings.HasPrefix(q.URL.Path, davPrefix):
			options(w, q)
		default:
			routed.ServeHTTP(w, q)
		}
	})
}

// gated asks the gate before a route.
func (n *Node) gated(r route) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		thing := ""
		if r.thing != nil {
			thing = r.thing(q)
		}
		q, done := n.visits.begin(q, n.who)
		defer done()
		if r.service != gate.Presence { // which lasts as long as the two PCs are on
			defer n.awake.Begin()()
		}
		if n.gate.Receives(thing) && !forOffers(r.pattern) || !n.visits.ask(&n.gate, q, gate.Question{Service: r.service, Thing: thing, Verb: r.verb}) {
			notFound(w, q) // no access and no such thing look the same
			return
		}
		if r.service == gate.Printing && byOtherSite(q) {
			http.Error(w, "pages of other sites may neither print nor look", http.StatusForbidden)
			return
		}
		r.handler.ServeHTTP(w, q)
	}
}

// notFound says that there is nothing, to a browser on a page.
func notFound(w http.ResponseWriter, r *http.Request) {
	dontWait(w, r)
	if door.CallerOf(r.Context()).Peer == nil {
		guest.NotFound(w, r)
		return
	}
	http.NotFound(w, r)
}

// dontWait has the rest of a request that is refused not waited for, which may never come.
func dontWait(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		share.Forgo(w)
	}
}

// knowsHost refuses names that somebody else's DNS made point here.
func (n *Node) knowsHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if inner, ok := strings.CutPrefix(host, "["); ok { // an IPv6 address without a port
		if host, ok = strings.CutSuffix(inner, "]"); !ok {
			return false
		}
	}
	host = strings.TrimSuffix(host, ".")
	_, err := netip.ParseAddr(host)
	return err == nil || strings.EqualFold(host, "localhost") || strings.EqualFold(host, identity.HostName(n.id.ID)) ||
		strings.EqualFold(host, identity.ShortHostName(n.id.ID))
}

// Allows is the one gate, for a door that isn't the Node's own.
func (n *Node) Allows(q gate.Question) bool { return n.gate.Allows(q) }

// who turns a request into the caller that the gate is asked about.
func (n *Node) who(r *http.Request) gate.Who {
	c := door.CallerOf(r.Context())
	switch {
	case c.Peer == nil:
		if id := n.program(r); id != "" {
			return n.gate.Peer(id)
		}
		l, _ := n.guests.Visitor(r)
		return gate.Who{Kind: gate.Guest, ID: l.ID}
	case c.Peer.ID == n.id.ID: // only this PC has this key
		return gate.Who{Kind: gate.Owner, ID: n.id.ID}
	default:
		return n.gate.Peer(c.Peer.ID)
	}
}

func (n *Node) allowFile(r *http.Request, folder string, verb share.Verb) bool {
	return n.visits.ask(&n.gate, r, gate.Question{Service: gate.Files, Thing: folder, Verb: fileVerb(verb)})
}

func fileVerb(v share.Verb) gate.Verb {
	switch v {
	case share.See:
		return gate.See
	case share.Read:
		return gate.Read
	case share.Add:
		return gate.Add
	case share.Change:
		return gate.Change
	}
	return gate.NoVerb
}

func printVerb(v printing.Verb) gate.Verb {
	switch v {
	case printing.See:
		return gate.See
	case printing.Print:
		return gate.Add
	case printing.Manage:
		return gate.Change
	}
	return gate.NoVerb
}

// plainWelcome tells whether there is anything to be had without encryption; else plain HTTP is not taken at all.
func (n *Node) plainWelcome() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if slices.Contains(n.settings.Off, serviceGuests) {
		return false
	}
	return !slices.Contains(n.settings.Off, servicePrinters) && slices.ContainsFunc(n.settings.Printers, func(p sharedPrinter) bool { return p.Guests }) ||
		slices.ContainsFunc(n.guests.Links(), func(l guest.Link) bool { return l.Plain && time.Now().Before(l.Expires) })
}

// applyRulesLocked hands the gate what the owner has decided, and ends what that no longer allows.
func (n *Node) applyRulesLocked() {
	off := n.settings.Off
	only, avoid := n.settings.Only, n.settings.Avoid
	r := gate.Rules{
		Member: n.list.Has,
		Avoids: func(id string) bool {
			return slices.Contains(avoid, id) || len(only) > 0 && !slices.Contains(only, id)
		},
		On: map[gate.Service]bool{
			gate.Files:    !slices.Contains(off, serviceFiles),
			gate.Printing: !slices.Contains(off, servicePrinters),
			gate.Sending:  !slices.Contains(off, serviceSending),
			gate.Welcome:  !slices.Contains(off, serviceGuests),
		},
		Folders: map[string]map[string]gate.Verbs{}, Printers: map[string]bool{}, Links: n.guestRules(), Local: n.settings.localPrinters(),
	}
	_, r.Inbox = n.offerFolders()
	for _, f := range n.settings.Folders {
		rule := map[string]gate.Verbs{}
		for who, access := range f.Allow {
			rule[who], _ = gate.ParseAccess(access)
		}
		if f.Error != "" { // it is not served, and need not be told of
			clear(rule)
		}
		r.Folders[f.Name] = rule
	}
	for _, p := range n.settings.Printers {
		r.Printers[p.Name] = p.Guests
	}
	n.gate.Set(r)
	n.visits.review(&n.gate)
	n.door.Recheck()
}

// base is the URL of a PC; newClient's transport finds where that is.
func base(id string) string { return "https://" + identity.HostName(id) }

// newClient makes the HTTP client for other PCs: it dials by ID, follows no redirects and knows no proxy.
func (n *Node) newClient() *http.Client {
	return &http.Client{CheckRedirect: noRedirect, Transport: &http.Transport{
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			id := strings.TrimSuffix(strings.TrimPrefix(host, "lanyard-"), ".local")
			c, _, err := n.dialer.Dial(ctx, n.whereIs(id), id)
			if err != nil {
				return nil, err // not a nil *sealed.Conn in an interface
			}
			return n.lines.add(n.limit(c, id), c.NetConn()), nil
		},
		MaxIdleConnsPerHost: 4, IdleConnTimeout: callerIdle, ReadBufferSize: 128 << 10, WriteBufferSize: 128 << 10,
		DisableCompression: true, ResponseHeaderTimeout: 0,
	}}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (n *Node) whereIs(id string) []string {
	if id == n.id.ID {
		return []string{n.loopback()}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.peers[id]; p != nil {
		return p.addresses()
	}
	return nil
}

// loopback is this PC's own port, for its own requests: they go the same way as everybody's.
func (n *Node) loopback() string {
	_, port, _ := net.SplitHostPort(n.door.Addr().String())
	return net.JoinHostPort("127.0.0.1", port)
}

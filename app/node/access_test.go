package node

import (
	"crypto/ed25519"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
)

// office is a node with a folder Plans and a printer Laser, and the PCs that one may be.
type office struct {
	*Node
	member, removed, unknown door.Caller
}

func newOffice(t *testing.T, allow map[string]string) *office {
	t.Helper()
	o := &office{Node: newNode(t)}
	if err := o.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	call := func() (c door.Caller) {
		public, _, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		return door.Caller{TLS: true, Peer: &identity.Peer{ID: identity.IDOf(public), Key: public}}
	}
	o.member, o.removed, o.unknown = call(), call(), call()
	for _, c := range []door.Caller{o.member, o.removed} {
		list, err := o.list.Admit(c.Peer.Key, o.id.Key)
		if err != nil {
			t.Fatal(err)
		}
		o.list = list
	}
	list, err := o.list.Remove(o.removed.Peer.ID, o.id.Key)
	if err != nil {
		t.Fatal(err)
	}
	o.list = list
	o.settings.Folders = []Folder{{Name: "Plans", Dir: t.TempDir(), Allow: allow}}
	o.settings.Printers = []sharedPrinter{{Name: "Laser"}}
	o.mu.Lock()
	o.applyRulesLocked()
	o.mu.Unlock()
	return o
}

const passed = 299 // the gate let a request through to the route

// visit makes a link for guests and opens it: the cookie is the visitor's session.
func (o *office) visit(t *testing.T, access string) (id string, session *http.Cookie) {
	t.Helper()
	l, err := o.LinkGuest(t.Context(), GuestLink{Folder: "Plans", Access: access})
	if err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(l.URL, "/g/")
	w := o.ask(door.Caller{TLS: true}, "GET", "/g/"+path, "localhost", "")
	if cookies := w.Result().Cookies(); w.Code == http.StatusSeeOther && len(cookies) > 0 {
		return l.ID, cookies[0]
	}
	t.Fatalf("opening a link: %d %v", w.Code, w.Header())
	return "", nil
}

// T7: every route of the table, as everybody that there can be. What gets through is what the policy of the route says
// for the right that was given, and nothing else; what doesn't looks like a thing that isn't there.
func TestT07EveryRouteAsksTheGate(t *testing.T) {
	for _, access := range []string{"", "see", "read", "add", "change"} {
		allow := map[string]string{}
		if access != "" {
			allow[gate.Everyone] = access
		}
		given, _ := gate.ParseAccess(access)
		o := newOffice(t, allow)
		reader, readerSession := o.visit(t, "read")
		dropper, dropperSession := o.visit(t, "add")
		if len(o.routes) < 20 {
			t.Fatalf("only %d routes", len(o.routes))
		}
		for i := range o.routes {
			o.routes[i].handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(passed) })
		}
		for _, r := range o.routes {
			if r.service == gate.NoService || r.verb == gate.NoVerb || r.handler == nil {
				t.Errorf("%s has no policy", r.pattern)
			}
			page := strings.Contains(r.pattern, "/guest/{id}/")
			stranger := r.service == gate.Presence && r.verb == gate.See || r.service == gate.Joining
			member := r.service == gate.Files && given.Has(r.verb) && !page || r.service == gate.Printing && r.verb <= gate.Add || r.service == gate.Presence || r.service == gate.Sending
			welcome := r.service == gate.Welcome
			guest := door.Caller{TLS: true}
			for who, c := range map[string]struct {
				caller  door.Caller
				id      string
				session *http.Cookie
				passes  bool
			}{
				"a member":                      {o.member, "x", nil, member},
				"a removed member":              {o.removed, "x", nil, stranger},
				"an unknown PC":                 {o.unknown, "x", nil, stranger},
				"a guest":                       {guest, reader, nil, welcome},
				"a guest with a link to read":   {guest, reader, readerSession, welcome || page && r.verb <= gate.Read},
				"the same over HTTP":            {door.Caller{}, reader, readerSession, welcome},
				"a guest with a link to add":    {guest, dropper, dropperSession, welcome || page && (r.verb == gate.See || r.verb == gate.Add)},
				"a guest with another's cookie": {guest, dropper, readerSession, welcome},
				"a member with a guest's":       {o.member, reader, readerSession, member || page && r.service == gate.Files && given.Has(r.verb)},
				"the owner of this PC":          {door.Caller{TLS: true, Peer: &identity.Peer{ID: o.id.ID, Key: o.id.Public()}}, "x", nil, true},
				"a key without an ID":           {door.Caller{TLS: true, Peer: &identity.Peer{}}, "x", nil, false},
				"an ID that isn't ours":         {door.Caller{TLS: true, Peer: &identity.Peer{ID: "ox4qqfqe"}}, "x", nil, stranger},
			} {
				method, path := request(r.pattern)
				var cookies []*http.Cookie
				if c.session != nil {
					cookies = append(cookies, c.session)
				}
				code := o.ask(c.caller, method, strings.ReplaceAll(path, "{id}", c.id), "localhost", "{}", cookies...).Code
				if want := map[bool]int{true: passed, false: http.StatusNotFound}[c.passes]; code != want {
					t.Errorf("%s as %s with %q: %d, want %d", r.pattern, who, access, code, want)
				}
			}
		}
	}
}

// T7: what the table doesn't name isn't there, with whatever verb.
func TestT07WhatIsNoRouteIsNotThere(t *testing.T) {
	o := newOffice(t, map[string]string{gate.Everyone: "change"})
	for _, path := range []string{"/v1", "/v1/", "/v1/snapshot", "/v2/list", "/debug/pprof/", "/metrics", "/.well-known/x", "/favicon.ico", "/dav", "/dav/", "/ipp", "/ipp/print", "/printers/Laser.ppd"} {
		for _, method := range []string{"GET", "POST", "PUT", "PROPFIND", "TRACE"} {
			if code := o.ask(o.member, method, path, "localhost", "").Code; code != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path, code)
			}
		}
	}
}

// T35: who is refused is not waited for, whatever it promised to send.
func TestT35WhoIsRefusedIsNotWaitedFor(t *testing.T) {
	o := newOffice(t, nil)
	server := httptest.NewServer(o.handler())
	defer server.Close()
	for what, head := range map[string]string{
		"no such route": "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"no right":      "POST /v1/get/Plans HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
		"not our host":  "POST /x HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 100\r\n\r\n",
	} {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(c, head); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(c) // until the other side closes
		c.Close()
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 4") {
			t.Errorf("%s: %.30q, %v", what, answer, err)
		}
	}
}

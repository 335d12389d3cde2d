package node

import (
	"crypto/ed25519"
	"net/http"
	"testing"

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
		if len(o.routes) < 10 {
			t.Fatalf("only %d routes", len(o.routes))
		}
		for i := range o.routes {
			o.routes[i].handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(passed) })
		}
		for _, r := range o.routes {
			if r.service == gate.NoService || r.verb == gate.NoVerb {
				t.Errorf("%s has no policy", r.pattern)
			}
			stranger := r.service == gate.Presence && r.verb == gate.See || r.service == gate.Joining
			member := r.service == gate.Files && given.Has(r.verb) || r.service == gate.Printing && r.verb <= gate.Add || r.service == gate.Presence
			for who, c := range map[string]struct {
				caller door.Caller
				passes bool
			}{
				"a member":              {o.member, member},
				"a removed member":      {o.removed, stranger},
				"an unknown PC":         {o.unknown, stranger},
				"a guest":               {door.Caller{TLS: true}, false},
				"a guest over HTTP":     {door.Caller{}, false},
				"the owner of this PC":  {door.Caller{TLS: true, Peer: &identity.Peer{ID: o.id.ID, Key: o.id.Public()}}, true},
				"a key without an ID":   {door.Caller{TLS: true, Peer: &identity.Peer{}}, false},
				"an ID that isn't ours": {door.Caller{TLS: true, Peer: &identity.Peer{ID: "ox4qqfqe"}}, stranger},
			} {
				method, path := request(r.pattern)
				code := o.ask(c.caller, method, path, "localhost", "{}").Code
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
	for _, path := range []string{"/v1", "/v1/", "/v1/snapshot", "/v2/list", "/debug/pprof/", "/metrics", "/.well-known/x", "/favicon.ico", "/dav/Plans/", "/ipp", "/ipp/print", "/printers/Laser.ppd"} {
		for _, method := range []string{"GET", "POST", "PUT", "PROPFIND", "TRACE"} {
			if code := o.ask(o.member, method, path, "localhost", "").Code; code != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path, code)
			}
		}
	}
}

// Package gate is the one place where Lanyard decides who may do what: every request from every door becomes a Question,
// and Allows answers it. It authenticates nobody and knows no protocol. The zero value of everything here is no.
package gate

import (
	"maps"
	"sync/atomic"
)

// Kind is what a caller is to this PC.
type Kind int

// The kinds of callers.
const (
	Nobody   Kind = iota
	Guest         // came through a door that asks for no key; with an ID, by that link
	Stranger      // a PC that proved its key, outside the workgroup
	Member        // a PC of the workgroup
	Owner         // the person at this PC, by the control socket
	Program       // a program of this PC, by the address for printing on other PCs' printers
)

// Who is a caller. ID is the peer ID of a Stranger or Member, and the link of a Guest that has one.
type Who struct {
	Kind Kind
	ID   string
}

// Service is what is asked for.
type Service int

// The services.
const (
	NoService Service = iota
	Presence          // the long-lived connection; See: to have one at all, Read: what members tell each other
	Joining           // the pairing of a newcomer
	Files             // Thing: a shared folder
	Printing          // Thing: a printer
	Welcome           // the way in for guests; See: to show a link
	Control           // the Service interface
	Sending           // something for the person at this PC; Add: to offer it
)

// Verb is what is to be done.
type Verb int

// The verbs. Files know them all; Printing: See, and Add to print; the others: See, Read and Change.
const (
	NoVerb Verb = iota
	See
	Read
	Add
	Change
)

// Question is one request.
type Question struct {
	Who     Who
	Service Service
	Thing   string
	Verb    Verb
}

// Verbs is a set of verbs; the zero value is empty.
type Verbs uint8

// Of makes a set.
func Of(verbs ...Verb) Verbs {
	var s Verbs
	for _, v := range verbs {
		s |= 1 << v
	}
	return s
}

// Has tells whether v is in the set. NoVerb never is.
func (s Verbs) Has(v Verb) bool { return v != NoVerb && s&(1<<v) != 0 }

// The access that an owner can give, in words. "none" takes from one PC what everyone has. "add" sees nothing but takes
// new files: a drop box.
var access = map[string]Verbs{
	"none":   0,
	"see":    Of(See),
	"read":   Of(See, Read),
	"add":    Of(See, Add),
	"change": Of(See, Read, Add, Change),
}

// ParseAccess reads none, see, read, add or change.
func ParseAccess(s string) (Verbs, bool) {
	v, ok := access[s]
	return v, ok
}

// Those to whom access is given besides single PCs.
const (
	Everyone = "everyone" // in the workgroup
	Guests   = "guests"
)

// Rules are what the owner has decided. They are never changed once set.
type Rules struct {
	Member   func(id string) bool        // nil: nobody is
	Avoids   func(id string) bool        // PCs to have nothing to do with; nil: none
	On       map[Service]bool            // what is offered at all, of Files, Printing, Sending and Welcome: that is, anything to guests
	Inbox    map[string]string           // folder into which something comes that the owner has accepted → peer ID of its sender
	Folders  map[string]map[string]Verbs // folder → peer ID, Everyone or Guests → verbs; none is none
	Links    map[string]Link             // open links for guests, by their IDs
	Printers map[string]bool             // shared printer → guests may print
	Local    map[string]string           // printer of another PC that this PC's programs may print on, as they call it → ID of its PC
}

// Link is what a guest may do who has one: in one folder, and no more than that folder's rule for Guests if it has one.
type Link struct {
	Folder string
	Verbs  Verbs
}

// Gate answers questions by the rules set last. Its zero value allows only the Owner.
type Gate struct{ rules atomic.Pointer[Rules] }

// Set replaces the rules, at once for all that is asked from now on.
func (g *Gate) Set(r Rules) {
	r.On = maps.Clone(r.On)
	r.Folders = maps.Clone(r.Folders)
	r.Inbox = maps.Clone(r.Inbox)
	r.Links = maps.Clone(r.Links)
	r.Printers = maps.Clone(r.Printers)
	r.Local = maps.Clone(r.Local)
	g.rules.Store(&r)
}

// Avoids tells whether the owner wants to have nothing to do with a PC.
func (g *Gate) Avoids(id string) bool {
	r := g.rules.Load()
	return r != nil && r.Avoids != nil && r.Avoids(id)
}

// Shares tells whether there is a shared folder of that name.
func (g *Gate) Shares(folder string) bool {
	r := g.rules.Load()
	if r == nil {
		return false
	}
	_, ok := r.Folders[folder]
	return ok
}

// Receives tells whether a folder is one into which something comes that the owner has accepted.
func (g *Gate) Receives(folder string) bool {
	r := g.rules.Load()
	return r != nil && r.Inbox[folder] != ""
}

// Peer names a PC that proved its key: a Member or a Stranger, or Nobody if it is to be avoided.
func (g *Gate) Peer(id string) Who {
	r := g.rules.Load()
	switch {
	case id == "", g.Avoids(id):
		return Who{}
	case r != nil && r.Member != nil && r.Member(id):
		return Who{Member, id}
	default:
		return Who{Stranger, id}
	}
}

// Allows is the one decision.
func (g *Gate) Allows(q Question) bool {
	if q.Verb == NoVerb || q.Who.Kind == Nobody {
		return false
	}
	if q.Who.Kind == Owner {
		return q.Service != NoService
	}
	r := g.rules.Load()
	if r == nil {
		r = &Rules{}
	}
	if q.Who.Kind == Guest && !r.On[Welcome] {
		return false
	}
	if q.Who.Kind == Program { // what more may be, that PC's gate says
		return q.Service == Printing && q.Verb <= Add && g.Peer(r.Local[q.Thing]).Kind == Member
	}
	switch q.Service {
	case Presence:
		return q.Who.Kind == Member || q.Who.Kind == Stranger && q.Verb == See
	case Joining:
		return q.Who.Kind == Stranger && q.Verb == Add
	case Sending:
		return q.Who.Kind == Member && q.Verb == Add && r.On[Sending]
	case Files:
		if sender, is := r.Inbox[q.Thing]; is { // who sends may look, to go on where it was broken off
			return r.On[Sending] && q.Who == Who{Member, sender} && q.Verb <= Add
		}
		return r.On[Files] && r.folder(q.Who, q.Thing).Has(q.Verb)
	case Printing:
		return r.On[Printing] && q.Verb <= Add && r.prints(q.Who, q.Thing)
	case Welcome:
		return q.Who.Kind == Guest && q.Verb == See && r.opensToGuests()
	}
	return false
}

// folder is what a caller may do with a folder: a rule for the PC itself goes before the one for everyone.
func (r *Rules) folder(who Who, name string) Verbs {
	rule := r.Folders[name]
	switch who.Kind {
	case Member:
		if v, own := rule[who.ID]; own {
			return v
		}
		return rule[Everyone]
	case Guest:
		l := r.Links[who.ID]
		if most, limited := rule[Guests]; limited {
			l.Verbs &= most
		}
		if who.ID != "" && l.Folder == name {
			return l.Verbs
		}
	}
	return 0
}

// opensToGuests tells whether there is anything at all for guests.
func (r *Rules) opensToGuests() bool {
	for _, guests := range r.Printers {
		if guests {
			return true
		}
	}
	return len(r.Links) > 0
}

// prints tells whether a caller may use a printer. A PC outside the workgroup is a guest there.
func (r *Rules) prints(who Who, name string) bool {
	guests, shared := r.Printers[name]
	return shared && (who.Kind == Member || guests && r.On[Welcome])
}

// String is the word for a set that an owner can give; "" for any other.
func (s Verbs) String() string {
	for word, verbs := range access {
		if verbs == s {
			return word
		}
	}
	return ""
}

// Package doctor concludes from what was seen on a network and its PCs what is wrong there. It looks at nothing by itself,
// and knows neither systems nor protocols: who gathers the facts is package examine, and the node.
//
// The rule in all of it: the first bad finding names the root, not what follows from it. What holds everything up is
// concluded first, and what it explains is then no longer held against anybody else. And what can't be seen is said to be
// unknown: on a network in order nothing may be called bad.
package doctor

import (
	"net/netip"
	"time"
)

// Answer is what is known of a question.
type Answer int8

// The answers.
const (
	NotKnown Answer = iota
	Yes
	No
)

// AnswerOf is what is known for certain.
func AnswerOf(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Reach is how it went to call an address.
type Reach string

// The outcomes.
const (
	NotTried Reach = ""
	Reached  Reach = "reached" // the PC answered and proved who it is
	Refused  Reach = "refused" // the port is closed there
	Silent   Reach = "silent"  // nothing came back
	NoWay    Reach = "no-way"  // nobody has that address, or none leads there
	Stranger Reach = "other"   // somebody else answered
	Mute     Reach = "mute"    // the port is open, but nothing was said there in time
)

// Talk is how it went to ask a PC that was reached.
type Talk string

// The outcomes.
const (
	NotAsked Talk = ""
	Answered Talk = "answered"
	HungUp   Talk = "hung-up" // before a word was said
	Declined Talk = "declined"
)

// Facts is what was seen.
type Facts struct {
	Self   Self
	PCs    []PC
	About  *PC    // the one asked about, one of PCs, or not known by an ID; nil: this PC and its network
	Helper string // ID of the PC whose Look it is
	Look   *Look  // nil: nobody could be asked
	Now    time.Time
}

// Self is this PC, as it sees itself.
type Self struct {
	ID, Name, Workgroup, Version string

	Cards      []Card // in use
	Chosen     bool   // the owner has chosen which, and none of those is there
	Neighbours int    // how many others than routers and known PCs have answered for an address of these networks of late
	Port       int
	Wanted     int    // the port that Lanyard would have
	PortAway   bool   // a program other than Lanyard has that
	PortHolder string // its name; "" not known
	Deaf       bool   // the port of multicast DNS can't be had
	DeafHolder string // the program that has it; "" not known
	HearsSelf  Answer // what it says to everybody comes back to it
	Filter     Filter
	Rivals     []Rival

	Synced    Answer // the system has set its clock by others
	Off       []string
	Folders   int     // shared
	Printers  []Queue // shared
	Full      []Room
	PrintDown bool // the print system of shared or installed printers doesn't run
}

// Card is a network adapter in use.
type Card struct {
	Name     string
	Wireless bool
	Networks []netip.Prefix // its own addresses, with the lengths of their networks' prefixes
	Taken    string         // another adapter that the system sends by what is for this network; "" none
	Router   Answer         // it has answered for its address; NotKnown when there is none, too
}

// Filter is the packet filter of this PC.
type Filter struct {
	Tool      string // ufw | firewalld | nft | iptables: by what it is set; "" there is none to be seen
	Chain     string // of nft, that drops: family table chain
	TCP, MDNS Answer // it lets in what comes from the LAN for Lanyard's port, and multicast DNS
}

// Rival is somebody who answers for this PC's name with addresses that aren't its own.
type Rival struct {
	Source netip.Addr
	Here   bool // a program on this PC
	Addrs  []netip.Addr
}

// Room is a disk with no room.
type Room struct {
	What string // for people: the shared folder Plans, the inbox
	Text string // in place of a sentence about it; "" the usual one
}

// Queue is a printer of this PC.
type Queue struct {
	Name    string
	Trouble string // for people; "" none
}

// PC is another PC.
type PC struct {
	ID, Name  string // Name is what to call it, also where it is known by an address only
	Member    bool
	Workgroup string
	Version   string
	Online    bool
	Left      bool // it has said goodbye
	LastSeen  time.Time
	Avoided   bool // by this PC
	Heard     Answer
	Apart     netip.Addr // heard from there, which is in none of this PC's networks
	Ways      []Way
	Printers  []Queue // with trouble, that it shares
	Talk      Talk
	Health    *Health // what it said; nil: it wasn't or couldn't be asked
}

// Way is one address of a PC, and how it went to call it.
type Way struct {
	Addr     netip.AddrPort
	OnLink   bool   // in a network of this PC
	Via      string // the adapter that the system sends by; "" not known
	Virtual  bool   // which is a VPN's or leads to machines on this PC
	Reach    Reach
	Alive    Answer // somebody answers for the address on this network
	AsRouter bool   // and that is the router
}

// Health is what a PC says of itself.
type Health struct {
	Offset    time.Duration // of its clock, seen from this PC's
	Synced    Answer
	Version   string
	Oldest    string // version of others that it still works with; "" any
	Off       []string
	Full      bool
	PrintDown bool
}

// Look is what the helper saw from its end.
type Look struct {
	HearsSelf Answer
	HearsYou  Answer
	Tried     int  // addresses of this PC that it has called
	Reached   bool // one of these answered
	Other     *Sight
}

// Sight is how the helper sees the PC asked about.
type Sight struct {
	Online bool
	Heard  Answer
	Reach  Reach
}

// on tells whether a PC is on for certain.
func (p *PC) on() bool { return p.Online || p.Heard == Yes || p.Apart.IsValid() || p.reached() }

func (p *PC) reached() bool { return p.any(func(w Way) bool { return w.Reach == Reached }) }

// onLink tells whether it has, or had, an address in a network of this PC.
func (p *PC) onLink() bool { return p.any(func(w Way) bool { return w.OnLink }) }

func (p *PC) any(is func(Way) bool) bool {
	for _, w := range p.Ways {
		if is(w) {
			return true
		}
	}
	return false
}

// tried tells whether calling it has failed at every address that was called.
func (p *PC) tried(how ...Reach) bool {
	some := false
	for _, w := range p.Ways {
		if w.Reach == NotTried {
			continue
		}
		hit := false
		for _, h := range how {
			hit = hit || w.Reach == h
		}
		if !hit {
			return false
		}
		some = true
	}
	return some
}

// alive tells whether somebody answers for one of its addresses on this network: No when nobody does for any.
func (p *PC) alive() Answer {
	answer := NotKnown
	for _, w := range p.Ways {
		switch {
		case !w.OnLink || w.Alive == NotKnown:
		case w.Alive == Yes && !w.AsRouter:
			return Yes
		default:
			answer = No
		}
	}
	return answer
}

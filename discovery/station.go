package discovery

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	waitingPackets = 256                   // heard and not yet looked at; more are lost, as they are in any network
	errorTime      = 50 * time.Millisecond // of rest after an error, lest one that stays takes a whole core
	budgetTime     = time.Second
	maxRate        = 100  // messages looked at in budgetTime from one address; a Lanyard sends 30 when it comes
	maxSources     = 1024 // addresses that a budget is kept for; in the same time no more are listened to
)

// station is this PC's presence on a set of interfaces: zeroconf that answers, and sockets that announce, ask and
// listen. When the interfaces or the announcement change, another one takes its place.
type station struct {
	interfaces   []Interface
	registration *registration
	sockets      []*socket
	complete     bool  // all of it could be had
	err          error // what could not
	readers      sync.WaitGroup
}

// open makes a station. What can't be had is missing from it. Its sockets are made after zeroconf's: of several
// sockets at one port Linux gives unicast packets to the latest, and this package knows to leave them unanswered, as
// zeroconf doesn't: it would answer a question from anywhere in the world.
func open(a Announcement, interfaces []Interface, heard chan<- packet, log *slog.Logger) *station {
	s := &station{interfaces: interfaces, complete: true}
	var err error
	if s.registration, err = register(a, interfaces); err != nil {
		log.Warn("answer on the network: trying again", "error", err)
		s.complete, s.err = false, err
	}
	for _, v6 := range []bool{false, true} {
		cards := slices.DeleteFunc(slices.Clone(interfaces), func(i Interface) bool { return !i.has(v6) })
		if len(cards) == 0 {
			continue
		}
		socket, err := listen(v6, cards)
		if err != nil {
			log.Warn("listen on the network: trying again", "error", err)
			s.complete, s.err = false, errors.Join(s.err, err)
		}
		if socket == nil {
			continue
		}
		s.sockets = append(s.sockets, socket)
		s.readers.Go(func() { read(socket, heard) })
	}
	return s
}

func (s *station) close() {
	for _, socket := range s.sockets {
		socket.close()
	}
	s.readers.Wait()
}

// send sends a message to everybody on an interface, by IPv4, IPv6 or both. What doesn't go out is lost, as it may be
// on the way: it will be said again.
func (s *station) send(data []byte, i Interface, families ...bool) {
	for _, socket := range s.sockets {
		if i.has(socket.v6) && slices.Contains(families, socket.v6) {
			socket.send(data, i)
		}
	}
}

// on returns the interface that a packet came in on, if the station is there and the packet's way is fair: sent to all
// on this link by a neighbour's responder (RFC 6762, section 11). Nothing else is for Lanyard: it never asks for
// answers by unicast. Whether a router has passed it on is not looked at: see near.
func (s *station) on(p packet) (Interface, bool) {
	if p.from.Port() != mdnsPort {
		return Interface{}, false
	}
	if !packetInfo {
		n := slices.IndexFunc(s.interfaces, func(i Interface) bool {
			return p.zone == i.Name || p.zone == "" && i.onLink(p.from.Addr())
		})
		if n < 0 {
			return Interface{}, false
		}
		return s.interfaces[n], true
	}
	n := slices.IndexFunc(s.interfaces, func(i Interface) bool { return i.Index == p.index })
	if n < 0 || p.to != group4 && p.to != group6 {
		return Interface{}, false
	}
	return s.interfaces[n], true
}

// near tells whether no router has passed a packet on.
func (p packet) near() bool { return !packetInfo || p.ttl == 255 }

// read passes on what a socket hears until the socket is closed.
func read(s *socket, heard chan<- packet) {
	buffer := make([]byte, maxMessage)
	for {
		p, err := s.receive(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // an interface that went, or on Windows an earlier packet that found nobody
			time.Sleep(errorTime)
			continue
		}
		p.data = slices.Clone(p.data)
		select {
		case heard <- p:
		default:
		}
	}
}

// budget is how much is listened to from each address, so that one that shouts can't drown the others.
type budget struct {
	since time.Time
	spent map[netip.Addr]int
}

// spend tells whether one more message may be looked at.
func (b *budget) spend(source netip.Addr, now time.Time) bool {
	if now.Sub(b.since) >= budgetTime {
		b.since, b.spent = now, make(map[netip.Addr]int)
	}
	n, ok := b.spent[source]
	if !ok && len(b.spent) >= maxSources || n >= maxRate {
		return false
	}
	b.spent[source] = n + 1
	return true
}

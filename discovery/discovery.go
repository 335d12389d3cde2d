// Package discovery finds the other PCs on the LAN that run Lanyard, and lets them find this one, by DNS-SD over
// multicast DNS (RFC 6763, RFC 6762). It trusts nothing it hears and doesn't watch whether a PC is alive: what it
// reports are hints, for a connection with a proof of identity to follow.
//
// Announcing and answering are grandcat/zeroconf's (zeroconf.go). Beside it the package asks and listens by itself,
// since it must notice what changes: other PCs come, change and go, and so do the networks of this one. What this PC
// offers to others than Lanyard (Instance) has a responder of its own, for names that people give.
package discovery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
)

// Announcement is what this PC tells everybody on its networks.
type Announcement struct {
	ID        string // 52 characters of lower-case base32 (RFC 4648, section 6)
	Name      string // of this PC, for people; may be "", and is cut to what fits a TXT record
	Workgroup string // its name; may be "", and is cut to what fits
	Version   string // of the protocol
	Port      int    // TCP
}

func (a Announcement) check() error {
	if !validID(a.ID) {
		return fmt.Errorf("announce: bad ID %q", a.ID)
	}
	if a.Port < 1 || a.Port > 65535 {
		return fmt.Errorf("announce: bad port %d", a.Port)
	}
	return nil
}

// Found is what another PC says of itself. None of it is proven. The texts are safe to show: valid UTF-8 with no
// control, bidirectional or invisible characters, at most 63 characters long.
type Found struct {
	ID        string
	Name      string // may be ""
	Workgroup string // may be ""
	Version   string // may be ""
	// Addrs are addresses on networks that this PC is on too, IPv4 first; link-local IPv6 ones carry the name of this
	// PC's own interface as their zone. There is at least one.
	Addrs []netip.AddrPort
}

func (f Found) equal(g Found) bool {
	return f.ID == g.ID && f.Name == g.Name && f.Workgroup == g.Workgroup && f.Version == g.Version &&
		slices.Equal(f.Addrs, g.Addrs)
}

// Interface is a network interface of this PC that is in use: allowed, up, with a carrier and an address.
type Interface struct {
	Name     string
	Index    int
	Prefixes []netip.Prefix // its addresses, each with the length of its network's prefix
}

// Options says what a Service announces and whom it tells. Functions that are nil aren't called; all are called from
// one goroutine, which waits for them.
type Options struct {
	Announcement Announcement
	// Host is the name of this PC to which what it publishes points: a label of up to 57 bytes, since the way by which
	// programs on Linux ask avahi for addresses takes no name that has more than 63 with ".local" (nss-mdns). It must be
	// this PC's alone: nobody is asked for it. "" is one made of the beginning of the ID.
	Host string

	// Found is called for a PC that is new, that has changed, or that announces itself afresh since it was started
	// or came to another network.
	Found func(Found)
	// Lost is called for a PC that said goodbye (a second later, RFC 6762, section 10.1), that wasn't heard for two
	// minutes, or that could only be reached over a network that is gone.
	Lost func(id string)
	// Network is called at the start, and when an interface comes, goes, loses its carrier or changes addresses, with
	// all that are in use now.
	Network func([]Interface)
	// Published is called when the instances of a name are announced, with the name they have got; again when they get
	// another, as somebody else turned out to have it.
	Published func(name, as string)

	// Interfaces tells which interfaces may be used, by name. usual is what is used when it is nil: all but loopback,
	// point-to-point ones and those of containers, virtual machines and VPNs. It is asked at every look: see Ask.
	Interfaces func(name string, usual bool) bool
	Logger     *slog.Logger // nil logs nothing
}

// Service announces this PC and finds others.
type Service struct {
	options Options
	wake    chan struct{}
	surveys chan *survey

	mu           sync.Mutex // guards the below
	announcement Announcement
	instances    []Instance
	asked        bool // Ask was called since take
	ran          bool
}

// New returns a Service that Run will start. It fails for an announcement without a proper ID or port.
func New(o Options) (*Service, error) {
	if err := o.Announcement.check(); err != nil {
		return nil, err
	}
	if o.Found == nil {
		o.Found = func(Found) {}
	}
	if o.Lost == nil {
		o.Lost = func(string) {}
	}
	if o.Network == nil {
		o.Network = func([]Interface) {}
	}
	if o.Host == "" {
		o.Host = hostPrefix + o.Announcement.ID[:16]
	}
	if !hostForm.MatchString(o.Host) {
		return nil, fmt.Errorf("announce: bad host %q", o.Host)
	}
	if o.Published == nil {
		o.Published = func(string, string) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{options: o, announcement: o.Announcement, wake: make(chan struct{}, 1), surveys: make(chan *survey)}, nil
}

// Run announces and finds until ctx ends; then it says goodbye and returns within a second. It returns an error only
// when called for the second time. That there is no network, or that port 5353 can't be had, is
// no error: it waits for better times.
func (s *Service) Run(ctx context.Context) error {
	s.mu.Lock()
	ran := s.ran
	s.ran = true
	s.mu.Unlock()
	if ran {
		return errors.New("run discovery: it ran before")
	}
	newRunner(s).run(ctx)
	return nil
}

// Announce replaces what this PC says of itself, at once. An announcement that is no good changes nothing.
func (s *Service) Announce(a Announcement) error {
	if err := a.check(); err != nil {
		return err
	}
	s.mu.Lock()
	s.announcement = a
	s.mu.Unlock()
	notify(s.wake)
	return nil
}

// Publish replaces what this PC offers beside its own. Who is no longer in the set says goodbye. A set of which one is no
// good changes nothing.
func (s *Service) Publish(set []Instance) error {
	if err := checkInstances(set); err != nil {
		return err
	}
	s.mu.Lock()
	s.instances = slices.Clone(set)
	s.mu.Unlock()
	notify(s.wake)
	return nil
}

// Ask asks all networks now who is there, as after a sleep, or when a person wants to know.
func (s *Service) Ask() {
	s.mu.Lock()
	s.asked = true
	s.mu.Unlock()
	notify(s.wake)
}

// take returns what to announce, and whether Ask was called since the last time.
func (s *Service) take() (a Announcement, instances []Instance, asked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked, s.asked = s.asked, false
	return s.announcement, s.instances, asked
}

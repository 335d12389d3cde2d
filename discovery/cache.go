package discovery

import (
	"net/netip"
	"slices"
	"time"
)

const (
	// lifetime is how long a PC counts as there after it was last heard. Questions go out often enough for two
	// chances to be heard within it.
	lifetime = addressTTL * time.Second
	// fresh is the age up to which a PC is named as known in a question, so that it doesn't answer.
	fresh = lifetime / 2
	// goodbyeTime is given to a PC that said goodbye to take it back (RFC 6762, section 10.1).
	goodbyeTime = time.Second
	// afreshTime is the least time between two reports that an unchanged PC announces itself: it does so three times.
	afreshTime = 5 * time.Second

	maxPeers     = 512 // a LAN has 254 addresses; whoever announces more means harm
	maxPerSource = 32  // homes on one machine
)

// cache holds the PCs heard of. Time is what its callers say it is.
type cache struct {
	self  string // ID of this PC, which isn't reported
	peers map[string]*peer
}

// peer is one PC heard of.
type peer struct {
	port      uint16
	text      text
	source    netip.Addr // that told of it first
	addrs     map[place]time.Time
	heard     time.Time
	leaving   time.Time // when it is lost after a goodbye; zero without one
	announced time.Time // when it was last reported as announcing itself
	reported  Found
}

// place is an address on an interface, and when it was heard.
type place struct {
	index int // of the interface
	zone  string
	addr  netip.Addr // without zone
}

func newCache(self string) *cache { return &cache{self: self, peers: make(map[string]*peer)} }

// hear takes in a sighting that came over an interface from a source. It returns what there is to report, and the PC
// that had to make room, or "".
func (c *cache) hear(s *sighting, on Interface, source netip.Addr, now time.Time) (found *Found, evicted string) {
	if s.id == c.self {
		return nil, ""
	}
	p := c.peers[s.id]
	if s.gone {
		if p != nil && p.leaving.IsZero() {
			p.leaving = now.Add(goodbyeTime)
		}
		return nil, ""
	}
	addrs := usable(s.addrs, on)
	if p == nil {
		if s.port == 0 || s.text == nil || len(addrs) == 0 {
			return nil, "" // it will be heard again, in full
		}
		var ok bool
		if evicted, ok = c.makeRoom(source); !ok {
			return nil, ""
		}
		p = &peer{source: source, addrs: make(map[place]time.Time)}
		c.peers[s.id] = p
	}
	p.update(s, addrs, on, now)
	return p.report(s.id, s.afresh, now), evicted
}

func (p *peer) update(s *sighting, addrs []netip.Addr, on Interface, now time.Time) {
	if s.port != 0 {
		p.port = s.port
	}
	if s.text != nil {
		p.text = *s.text
	}
	if s.pointer || s.port != 0 {
		p.heard, p.leaving = now, time.Time{}
	}
	// Addresses of a kind are announced together, so that what isn't among them is no more.
	for old := range p.addrs {
		sameKind := func(a netip.Addr) bool { return kindOf(a) == kindOf(old.addr) }
		if old.index == on.Index && slices.ContainsFunc(addrs, sameKind) {
			delete(p.addrs, old)
		}
	}
	for _, a := range addrs {
		p.addrs[place{on.Index, on.Name, a}] = now
	}
}

// report returns the PC if it differs from what was last reported, or announces itself after a while.
func (p *peer) report(id string, afresh bool, now time.Time) *Found {
	f := Found{ID: id, Name: p.text.name, Workgroup: p.text.workgroup, Version: p.text.version, Addrs: p.addresses()}
	if len(f.Addrs) == 0 {
		return nil
	}
	again := afresh && now.Sub(p.announced) >= afreshTime
	if f.equal(p.reported) && !again {
		return nil
	}
	if afresh {
		p.announced = now
	}
	p.reported = f
	f.Addrs = slices.Clone(f.Addrs)
	return &f
}

func (p *peer) addresses() []netip.AddrPort {
	var list []netip.AddrPort
	for at := range p.addrs {
		a := at.addr
		if kindOf(a) == ipv6LinkLocal {
			a = a.WithZone(at.zone)
		}
		list = append(list, netip.AddrPortFrom(a, p.port))
	}
	slices.SortFunc(list, func(a, b netip.AddrPort) int { return compare(a.Addr(), b.Addr()) })
	return slices.Compact(list)
}

// usable returns the addresses that can be reached over the interface with no router in between. Whoever announces
// another one wants this PC to call somebody else.
func usable(addrs []netip.Addr, on Interface) []netip.Addr {
	return slices.DeleteFunc(slices.Clone(addrs), func(a netip.Addr) bool {
		return a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() != on.loopback() || !on.onLink(a)
	})
}

// makeRoom sees to it that there is room for one more PC from the source. A source has its share and no more; when
// all is full, the source with the most gives one up for one with fewer.
func (c *cache) makeRoom(source netip.Addr) (evicted string, ok bool) {
	count := make(map[netip.Addr]int)
	for _, p := range c.peers {
		count[p.source]++
	}
	if count[source] >= maxPerSource {
		return "", false
	}
	if len(c.peers) < maxPeers {
		return "", true
	}
	greedy := source
	for s, n := range count {
		if n > count[greedy]+1 {
			greedy = s
		}
	}
	if greedy == source {
		return "", false
	}
	for id, p := range c.peers {
		if p.source == greedy && (evicted == "" || p.heard.Before(c.peers[evicted].heard)) {
			evicted = id
		}
	}
	delete(c.peers, evicted)
	return evicted, true
}

// sweep forgets what is too old or gone, and returns the PCs that are lost with it, and those that changed.
func (c *cache) sweep(now time.Time) (lost []string, changed []Found) {
	return c.prune(now, func(place) bool { return true })
}

// keep forgets what isn't on one of the interfaces, and returns likewise.
func (c *cache) keep(interfaces []Interface, now time.Time) (lost []string, changed []Found) {
	return c.prune(now, func(at place) bool {
		return slices.ContainsFunc(interfaces, func(i Interface) bool {
			return i.Index == at.index && len(usable([]netip.Addr{at.addr}, i)) == 1
		})
	})
}

func (c *cache) prune(now time.Time, stays func(place) bool) (lost []string, changed []Found) {
	for id, p := range c.peers {
		for at, heard := range p.addrs {
			if !stays(at) || now.Sub(heard) >= lifetime && len(p.addrs) > 1 {
				delete(p.addrs, at)
			}
		}
		if !now.Before(p.end()) || len(p.addrs) == 0 {
			delete(c.peers, id)
			lost = append(lost, id)
		} else if f := p.report(id, false, now); f != nil {
			changed = append(changed, *f)
		}
	}
	return lost, changed
}

// end is when the PC is lost if nothing more is heard of it.
func (p *peer) end() time.Time {
	if !p.leaving.IsZero() {
		return p.leaving
	}
	return p.heard.Add(lifetime)
}

// next returns when to sweep again, at the latest, and when somebody is so long unheard that asking is due. They are
// zero without PCs.
func (c *cache) next() (sweep, ask time.Time) {
	for _, p := range c.peers {
		sweep = earlier(sweep, p.end())
		for _, heard := range p.addrs {
			if len(p.addrs) > 1 {
				sweep = earlier(sweep, heard.Add(lifetime))
			}
		}
		if p.leaving.IsZero() {
			ask = earlier(ask, p.heard.Add(lifetime*3/4))
		}
	}
	return sweep, ask
}

// earlier returns the earlier of two times; a zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// known returns the PCs that needn't answer a question, the longest unheard last.
func (c *cache) known(now time.Time) []string {
	var list []string
	for id, p := range c.peers {
		if p.leaving.IsZero() && now.Sub(p.heard) < fresh {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return c.peers[b].heard.Compare(c.peers[a].heard) })
	return list
}

// knows tells whether all these PCs are known, this one aside.
func (c *cache) knows(ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return id != c.self && c.peers[id] == nil })
}

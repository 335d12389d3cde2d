package discovery

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// hearResponse takes in what others say: that a name is theirs, or that something of this PC's is no more.
func (r *responder) hearResponse(m *dns.Msg, on Interface, source netip.Addr, now time.Time) {
	if len(r.claims) == 0 {
		return
	}
	fromHere := slices.ContainsFunc(r.interfaces, func(i Interface) bool { return i.owns(source) })
	contested := map[*claim]string{} // under which of its names
	records := slices.Concat(m.Answer, m.Extra)
	for _, rr := range records[:min(len(records), maxRecords)] {
		h := rr.Header()
		for _, e := range r.index[strings.ToLower(h.Name)] {
			switch {
			case e.rr.Header().Rrtype != h.Rrtype:
			case e.of.taken(rr, r.host):
				contested[e.of] = h.Name
			case e.of.held && !fromHere && h.Ttl < e.rr.Header().Ttl/2 && e.rr.Header().Name != serviceType && keyOf(rr) == e.key:
				r.owe(e, on, netip.Addr{}, now, now, defendTime) // RFC 6762, sections 6.6 and 10.1
			}
		}
	}
	for c, name := range contested {
		r.contest(c, name, now)
	}
}

// contest follows that somebody else has a name. Where both have used it they find out whose it is by probing (RFC 6762,
// section 9); while one only wanted it, it is the other's.
func (r *responder) contest(c *claim, name string, now time.Time) {
	switch {
	case c.held:
		c.held = false
		c.begin(now)
		return
	case c.probes == 0 && c.conflicts >= maxConflicts: // it isn't asked for yet, and somebody shouts
		return
	}
	elsewhere := func(e entry) bool { return strings.EqualFold(e.rr.Header().Name, name) || pointsTo(e.rr, name) }
	gone := slices.DeleteFunc(slices.Clone(c.told()), elsewhere)
	c.retreat(r.host, now)
	r.rebuilt()
	r.farewell(gone, now)
}

func pointsTo(rr dns.RR, name string) bool {
	ptr, ok := rr.(*dns.PTR)
	return ok && strings.EqualFold(ptr.Ptr, name)
}

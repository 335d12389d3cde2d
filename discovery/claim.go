package discovery

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	probeTime  = 250 * time.Millisecond // between two probes, and at random before the first (RFC 6762, section 8.1)
	probeCount = 3
	// deferTime is how long the loser of two who probe for one name at once waits (RFC 6762, section 8.2).
	deferTime = time.Second
	// After maxConflicts within conflictTime each further name is tried only after slowTime (RFC 6762, section 8.1).
	maxConflicts = 15
	conflictTime = 10 * time.Second
	slowTime     = 5 * time.Second
)

// claim is the instances of one name, and how far this PC is in making that name its own (RFC 6762, sections 8 and 9).
type claim struct {
	wanted    string
	number    int // that follows the name; 1: none
	instances []Instance
	entries   []entry // under the present name

	held      bool      // the name is this PC's: it is told to who asks
	announced bool      // it was, since it has the present name: others may know of it
	probe     time.Time // when the next probe is due; zero: none is
	probes    int       // sent
	announces series
	conflicts int // since contested
	contested time.Time
}

// entry is a record and what it says as bytes, whatever its TTL.
type entry struct {
	rr  dns.RR
	key string
	of  *claim
}

// keyOf are the bytes of a record without its TTL and flush bit; "" if it can't be written.
func keyOf(rr dns.RR) string {
	c := dns.Copy(rr)
	h := c.Header()
	h.Name, h.Ttl = strings.ToLower(h.Name), 0
	h.Class &^= flush
	wire := make([]byte, dns.Len(c)+1)
	n, err := dns.PackRR(c, wire, 0, nil, false)
	if err != nil {
		return ""
	}
	return string(wire[:n])
}

func unique(rr dns.RR) bool { return rr.Header().Class&flush != 0 }

// build makes the records anew, for the name as it is now.
func (c *claim) build(host string) {
	c.entries = nil
	for _, i := range c.instances {
		for _, rr := range i.records(c.name(), host) {
			c.entries = append(c.entries, entry{rr, keyOf(rr), c})
		}
	}
}

func (c *claim) name() string { return numbered(c.wanted, c.number) }

// fullNames are the names of its instances.
func (c *claim) fullNames() []string {
	var list []string
	for _, i := range c.instances {
		list = append(list, instanceName(c.name(), i.Type))
	}
	return list
}

// has tells whether a name is one of them.
func (c *claim) has(name string) bool {
	return slices.ContainsFunc(c.entries, func(e entry) bool { return unique(e.rr) && strings.EqualFold(e.rr.Header().Name, name) })
}

// begin has the name probed for.
func (c *claim) begin(now time.Time) {
	c.probes, c.probe = 0, now.Add(rand.N(probeTime))
}

// retreat gives the name up to somebody else and begins with the next.
func (c *claim) retreat(host string, now time.Time) {
	if now.Sub(c.contested) > conflictTime {
		c.contested, c.conflicts = now, 0
	}
	c.conflicts++
	c.number++
	c.held, c.announced, c.announces = false, false, series{}
	c.build(host)
	c.begin(now)
	if c.conflicts >= maxConflicts {
		c.probe = now.Add(slowTime)
	}
}

// question asks whether anybody has the name, and says what this PC would have under it.
func (c *claim) question() ([]byte, error) {
	var m dns.Msg
	m.Compress = true
	for _, name := range c.fullNames() {
		m.Question = append(m.Question, dns.Question{Name: name, Qtype: dns.TypeANY, Qclass: dns.ClassINET})
	}
	for _, e := range c.entries {
		if proposed(e.rr) {
			rr := dns.Copy(e.rr)
			rr.Header().Class &^= flush
			m.Ns = append(m.Ns, rr)
		}
	}
	return m.Pack()
}

// proposed tells whether a record is one of those that a probe is about.
func proposed(rr dns.RR) bool {
	kind := rr.Header().Rrtype
	return unique(rr) && (kind == dns.TypeSRV || kind == dns.TypeTXT)
}

// taken tells whether a record in a response says that one of the names is somebody else's: a service at another host. Of
// a text alone nobody can tell that it isn't this PC's own, on its way since before a change.
func (c *claim) taken(rr dns.RR, host string) bool {
	srv, ok := rr.(*dns.SRV)
	return ok && srv.Hdr.Ttl > 0 && srv.Hdr.Class&^flush == dns.ClassINET && !strings.EqualFold(srv.Target, host) && c.has(srv.Hdr.Name)
}

// loses tells whether somebody else, who probes for one of the names at the same time, gets it: who has the greater
// records does (RFC 6762, section 8.2.1).
func (c *claim) loses(m *dns.Msg, host string) bool {
	for _, name := range c.fullNames() {
		var mine, theirs [][]byte
		self := false
		for _, rr := range m.Ns[:min(len(m.Ns), maxRecords)] {
			if strings.EqualFold(rr.Header().Name, name) {
				theirs = append(theirs, order(rr))
				srv, ok := rr.(*dns.SRV)
				self = self || ok && strings.EqualFold(srv.Target, host)
			}
		}
		for _, e := range c.entries {
			if proposed(e.rr) && strings.EqualFold(e.rr.Header().Name, name) {
				mine = append(mine, order(e.rr))
			}
		}
		slices.SortFunc(mine, bytes.Compare)
		slices.SortFunc(theirs, bytes.Compare)
		if len(theirs) > 0 && !self && slices.CompareFunc(mine, theirs, bytes.Compare) < 0 {
			return true
		}
	}
	return false
}

// order is a record as bytes that compare as RFC 6762 section 8.2 wants it: by class, type and data.
func order(rr dns.RR) []byte {
	key := []byte(keyOf(rr))
	_, at, err := dns.UnpackDomainName(key, 0)
	if err != nil || len(key) < at+10 {
		return nil
	}
	head := key[at:]
	return slices.Concat(head[2:4], head[:2], head[10:])
}

package discovery

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// againTime is when a goodbye is said for the second time: one may get lost.
const againTime = time.Second

// responder announces the instances that this PC offers beside its own, and answers for them: zeroconf escapes no names,
// probes for none, and answers who asks for a subtype with another name. It is driven by its runner, has no clock, and
// says all to everybody, never to one alone.
type responder struct {
	host      string // full name of this PC
	send      func(data []byte, on Interface)
	published func(wanted, as string)
	log       *slog.Logger

	interfaces []Interface
	instances  []Instance
	claims     []*claim
	index      map[string][]entry           // of all claims, by lower-case name
	owed       map[int]map[string]owed      // answers to come, by index of the interface and key
	said       map[int]map[string]time.Time // when each record was last told there
	farewells  []dns.RR                     // to be said once more
	again      time.Time                    // when; zero: never
}

func newResponder(host string, published func(wanted, as string), log *slog.Logger) *responder {
	return &responder{
		host: host + "." + domain, published: published, log: log,
		owed: map[int]map[string]owed{}, said: map[int]map[string]time.Time{},
	}
}

// set replaces the instances.
func (r *responder) set(instances []Instance, now time.Time) {
	if slices.EqualFunc(instances, r.instances, Instance.equal) {
		return
	}
	r.instances = instances
	var next []*claim
	for _, i := range instances {
		at := slices.IndexFunc(next, func(c *claim) bool { return strings.EqualFold(c.wanted, i.Name) })
		if at < 0 {
			next = append(next, &claim{wanted: i.Name, number: 1})
			at = len(next) - 1
		}
		next[at].instances = append(next[at].instances, i)
	}
	var gone []entry
	for _, old := range r.claims {
		at := slices.IndexFunc(next, func(c *claim) bool { return c.wanted == old.wanted })
		if at < 0 {
			gone = append(gone, old.told()...)
			continue
		}
		fresh := next[at].instances
		next[at] = old
		if !slices.EqualFunc(old.instances, fresh, Instance.equal) {
			gone = append(gone, r.change(old, fresh, now)...)
		}
	}
	for _, c := range next {
		if c.entries == nil {
			c.build(r.host)
			c.begin(now)
		}
	}
	r.claims = next
	r.rebuilt()
	r.farewell(gone, now)
}

// change gives a claim other instances, and returns what is no more.
func (r *responder) change(c *claim, instances []Instance, now time.Time) (gone []entry) {
	before := c.told()
	c.instances = instances
	c.build(r.host)
	for _, e := range before {
		replaced := func(n entry) bool {
			return n.key == e.key || unique(n.rr) && n.rr.Header().Rrtype == e.rr.Header().Rrtype && n.rr.Header().Name == e.rr.Header().Name
		}
		if !slices.ContainsFunc(c.entries, replaced) {
			gone = append(gone, e)
		}
	}
	if c.held {
		c.announces.begin(announceTimes, now)
	}
	if c.probes < probeCount || len(c.entries) > len(before) { // a type that is new may be somebody else's
		c.begin(now)
	}
	return gone
}

// told is what others may know of a claim; nothing of one that was never announced.
func (c *claim) told() []entry {
	if !c.announced {
		return nil
	}
	return c.entries
}

// rebuilt follows changes of claims' records.
func (r *responder) rebuilt() {
	r.index = map[string][]entry{}
	clear(r.owed)
	for _, c := range r.claims {
		for _, e := range c.entries {
			name := strings.ToLower(e.rr.Header().Name)
			r.index[name] = append(r.index[name], e)
		}
	}
}

// farewell takes records back (RFC 6762, section 10.1). That there are services of a type others say as well.
func (r *responder) farewell(gone []entry, now time.Time) {
	var list []dns.RR
	for _, e := range gone {
		h := e.rr.Header()
		if h.Name == serviceType || h.Rrtype == dns.TypeNSEC || slices.ContainsFunc(r.index[strings.ToLower(h.Name)], func(n entry) bool { return n.key == e.key }) {
			continue
		}
		rr := dns.Copy(e.rr)
		rr.Header().Ttl = 0
		list = append(list, rr)
	}
	if len(list) == 0 {
		return
	}
	r.farewells = append(r.farewells, list...)
	r.again = now.Add(againTime)
	r.broadcast(list)
}

func (r *responder) broadcast(records []dns.RR) {
	for _, on := range r.interfaces {
		r.tell(records, nil, on)
	}
}

// network follows a change of the interfaces. On those that are new, names may be taken that were free elsewhere.
func (r *responder) network(interfaces []Interface, now time.Time) {
	before := r.interfaces
	r.interfaces = interfaces
	known := func(i Interface) bool {
		return slices.ContainsFunc(before, func(b Interface) bool { return sameSockets(b, i) })
	}
	strange := slices.ContainsFunc(interfaces, func(i Interface) bool { return !known(i) })
	clear(r.owed)
	clear(r.said)
	for _, c := range r.claims {
		if strange {
			c.begin(now)
		}
		if c.held {
			c.announces.begin(announceTimes, now)
		}
	}
}

// next returns when there is something to do; zero: only when something happens.
func (r *responder) next() time.Time {
	at := r.again
	for _, c := range r.claims {
		at = earlier(at, earlier(c.probe, c.announces.next()))
	}
	for _, list := range r.owed {
		for _, o := range list {
			at = earlier(at, o.at)
		}
	}
	return at
}

// act does what is due.
func (r *responder) act(now time.Time) {
	due := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
	for _, c := range r.claims {
		if due(c.probe) {
			r.probe(c, now)
		}
		if due(c.announces.next()) {
			c.announces.advance(now)
			r.announceClaim(c, now)
		}
	}
	if due(r.again) {
		again := slices.DeleteFunc(r.farewells, func(rr dns.RR) bool { // what is back
			key := keyOf(rr)
			return slices.ContainsFunc(r.index[strings.ToLower(rr.Header().Name)], func(e entry) bool { return e.key == key })
		})
		r.farewells, r.again = nil, time.Time{}
		r.broadcast(again)
	}
	r.answer(now)
}

// probe asks for a claim's name once more, or finds that it is free.
func (r *responder) probe(c *claim, now time.Time) {
	if c.probes < probeCount {
		c.probes++
		c.probe = now.Add(probeTime)
		if data, err := c.question(); err == nil {
			for _, on := range r.interfaces {
				r.send(data, on)
			}
		}
		return
	}
	c.probe = time.Time{}
	c.held, c.announced = true, true
	c.announces.begin(announceTimes, now)
	r.published(c.wanted, c.name())
}

func (r *responder) announceClaim(c *claim, now time.Time) {
	var list []dns.RR
	for _, e := range c.entries {
		list = append(list, e.rr)
	}
	for _, on := range r.interfaces {
		all := slices.Concat(list, r.where(on))
		for _, rr := range all {
			r.note(on, keyOf(rr), now)
		}
		r.tell(all, nil, on)
	}
}

// tell sends records, and as many of the others as fit in with them.
func (r *responder) tell(answers, extra []dns.RR, on Interface) (told []dns.RR) {
	for len(answers) > 0 {
		var m dns.Msg
		m.Response, m.Authoritative, m.Compress = true, true, true
		for len(answers) > 0 {
			m.Answer = append(m.Answer, answers[0])
			if len(m.Answer) > 1 && m.Len() > maxQuery {
				m.Answer = m.Answer[:len(m.Answer)-1]
				break
			}
			answers = answers[1:]
		}
		if len(answers) == 0 {
			for _, rr := range extra {
				m.Extra = append(m.Extra, rr)
				if m.Len() > maxQuery {
					m.Extra = m.Extra[:len(m.Extra)-1]
				}
			}
		}
		data, err := m.Pack()
		if err != nil {
			r.log.Error("tell of services", "error", err)
			return told
		}
		told = append(append(told, m.Answer...), m.Extra...)
		r.send(data, on)
	}
	return told
}

package discovery

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

const (
	// A record that others may have a share in is told after a random time, so that not all tell at once; a question that
	// was cut off is waited out for the answers that are known (RFC 6762, sections 6 and 7.2).
	shareTime, shareSpread = 20 * time.Millisecond, 100 * time.Millisecond
	cutOffTime, cutSpread  = 400 * time.Millisecond, 100 * time.Millisecond
	// defendTime is the least time between two tellings of a record that somebody else is about to take or has taken back
	// (RFC 6762, section 6).
	defendTime = 250 * time.Millisecond
)

// owed is an answer to come.
type owed struct {
	entry
	at   time.Time
	from netip.Addr // who asked; zero: several
}

// hearQuery takes in a question.
func (r *responder) hearQuery(m *dns.Msg, on Interface, source netip.Addr, now time.Time) {
	if len(r.claims) == 0 {
		return
	}
	known := knownAnswers(m)
	if len(m.Question) == 0 { // more that is known to who asked before
		for key, o := range r.owed[on.Index] {
			if o.from == source && known[key] >= o.rr.Header().Ttl/2 && known[key] > 0 {
				delete(r.owed[on.Index], key)
			}
		}
		return
	}
	if len(m.Ns) > 0 {
		r.hearProbe(m, now)
	}
	wait := time.Duration(0)
	if m.Truncated {
		wait = cutOffTime + rand.N(cutSpread)
	}
	for _, q := range m.Question {
		for _, e := range r.answersTo(q, on) {
			switch ttl := known[e.key]; {
			case ttl > 0 && ttl >= e.rr.Header().Ttl/2:
			case len(m.Ns) > 0 && unique(e.rr):
				r.owe(e, on, source, now, now, defendTime)
			case unique(e.rr):
				r.owe(e, on, source, now.Add(wait), now, answerTime)
			default:
				r.owe(e, on, source, now.Add(max(wait, shareTime+rand.N(shareSpread))), now, answerTime)
			}
		}
	}
}

// hearProbe yields to somebody who wants a name at the same time and has the better right to it.
func (r *responder) hearProbe(m *dns.Msg, now time.Time) {
	for _, c := range r.claims {
		if !c.held && c.loses(m, r.host) {
			c.probes, c.probe = 0, now.Add(deferTime)
		}
	}
}

// answersTo returns the records that a question asks for, or the one that says that there are none.
func (r *responder) answersTo(q dns.Question, on Interface) (list []entry) {
	if class := q.Qclass &^ flush; class != dns.ClassINET && class != dns.ClassANY {
		return nil
	}
	var none []entry
	entries := r.index[strings.ToLower(q.Name)]
	if strings.EqualFold(q.Name, r.host) {
		entries = r.whereEntries(on)
	}
	for _, e := range entries {
		kind := e.rr.Header().Rrtype
		switch {
		case e.of != nil && !e.of.held:
		case kind == dns.TypeNSEC:
			none = append(none, e)
		case q.Qtype == kind || q.Qtype == dns.TypeANY:
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return none
	}
	return list
}

// knownAnswers are the answers that come with a question, with their TTLs (RFC 6762, section 7.1).
func knownAnswers(m *dns.Msg) map[string]uint32 {
	known := map[string]uint32{}
	for _, rr := range m.Answer[:min(len(m.Answer), maxRecords)] {
		if key := keyOf(rr); key != "" {
			known[key] = max(known[key], rr.Header().Ttl)
		}
	}
	return known
}

// owe has a record told on an interface, no sooner than a time after it was told there last.
func (r *responder) owe(e entry, on Interface, from netip.Addr, at, now time.Time, least time.Duration) {
	if last := r.said[on.Index][e.key]; at.Before(last.Add(least)) {
		at = last.Add(least)
	}
	if r.owed[on.Index] == nil {
		r.owed[on.Index] = map[string]owed{}
	}
	if old, is := r.owed[on.Index][e.key]; is {
		if old.from != from {
			from = netip.Addr{}
		}
		at = earlier(at, old.at)
	}
	r.owed[on.Index][e.key] = owed{e, at, from}
}

// answer tells what is due.
func (r *responder) answer(now time.Time) {
	for _, on := range r.interfaces {
		var answers, extra []dns.RR
		for key, o := range r.owed[on.Index] {
			if !now.Before(o.at) {
				answers = append(answers, o.rr)
				delete(r.owed[on.Index], key)
			}
		}
		if len(answers) == 0 {
			continue
		}
		slices.SortFunc(answers, func(a, b dns.RR) int { return strings.Compare(keyOf(a), keyOf(b)) })
		for _, rr := range r.helpful(answers, on) {
			if now.Sub(r.said[on.Index][keyOf(rr)]) >= answerTime {
				extra = append(extra, rr)
			}
		}
		for _, rr := range r.tell(answers, extra, on) {
			r.note(on, keyOf(rr), now)
		}
	}
}

// helpful returns what who gets these answers will ask next (RFC 6763, section 12).
func (r *responder) helpful(answers []dns.RR, on Interface) (list []dns.RR) {
	seen := map[string]bool{}
	for _, rr := range answers {
		seen[keyOf(rr)] = true
	}
	add := func(rr dns.RR) {
		if key := keyOf(rr); !seen[key] {
			seen[key] = true
			list = append(list, rr)
		}
	}
	for _, rr := range answers {
		name := rr.Header().Name
		if ptr, ok := rr.(*dns.PTR); ok {
			name = ptr.Ptr
		}
		for _, e := range r.index[strings.ToLower(name)] {
			if unique(e.rr) {
				add(e.rr)
			}
		}
	}
	for _, rr := range slices.Concat(answers, list) {
		if _, ok := rr.(*dns.SRV); ok {
			for _, a := range r.where(on) {
				add(a)
			}
		}
	}
	return list
}

// where are the addresses of this PC on an interface, and that there are no others.
func (r *responder) where(on Interface) []dns.RR {
	var kinds []uint16
	if on.has(false) {
		kinds = append(kinds, dns.TypeA)
	}
	if on.has(true) {
		kinds = append(kinds, dns.TypeAAAA)
	}
	return append(addressesOf(r.host, on), nothingElse(r.host, kinds...))
}

func (r *responder) whereEntries(on Interface) (list []entry) {
	for _, rr := range r.where(on) {
		list = append(list, entry{rr: rr, key: keyOf(rr)})
	}
	return list
}

// note keeps when a record was told on an interface, as long as that counts.
func (r *responder) note(on Interface, key string, now time.Time) {
	said := r.said[on.Index]
	if said == nil {
		said = map[string]time.Time{}
		r.said[on.Index] = said
	}
	for old, at := range said {
		if now.Sub(at) >= answerTime {
			delete(said, old)
		}
	}
	said[key] = now
}

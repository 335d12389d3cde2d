package discovery

import (
	"math/rand/v2"
	"time"

	"github.com/miekg/dns"
)

const (
	// answerTime is the least time between two answers about this PC's addresses (RFC 6762, section 6).
	answerTime = time.Second
	// denyTime is the least time between two denials of a forged goodbye; others wait a second before they believe it.
	denyTime = 500 * time.Millisecond
)

// hear takes in a message, and tells whether it was worth a look. A bad one is met with silence.
func (r *runner) hear(p packet, now time.Time) bool {
	on, ok := r.station.on(p)
	if !ok || !r.budget.spend(p.from.Addr(), now) {
		return false
	}
	var m dns.Msg
	if m.Unpack(p.data) != nil || m.Opcode != dns.OpcodeQuery || m.Rcode != dns.RcodeSuccess { // RFC 6762, sections 18.3, 18.11
		return false
	}
	switch {
	case m.Response && p.near():
		r.hearResponse(&m, on, p, now)
		r.responder.hearResponse(&m, on, p.from.Addr(), now)
	case m.Response:
		return false
	default:
		if p.near() {
			r.hearQuery(&m, on, now)
		}
		if on.onLink(p.from.Addr()) { // old programs ask with a TTL of 1, as is the default, and get no further with it
			r.responder.hearQuery(&m, on, p.from.Addr(), now)
		}
	}
	return true
}

func (r *runner) hearResponse(m *dns.Msg, on Interface, p packet, now time.Time) {
	sightings, of := readResponse(m)
	source := p.from.Addr()
	for _, s := range sightings {
		r.survey(s, on, p)
		if s.id == r.said.ID && s.gone && !on.owns(source) && now.Sub(r.denied) >= denyTime {
			r.denied = now
			r.announces.begin(announceTimes, now) // somebody else says that this PC is gone
		}
		found, evicted := r.cache.hear(s, on, source, now)
		if evicted != "" {
			r.options.Lost(evicted)
		}
		if found != nil {
			r.options.Found(*found)
		}
	}
	switch of {
	case stands:
		r.rescue = time.Time{}
	case withdrawn:
		r.rescue = now.Add(50*time.Millisecond + rand.N(200*time.Millisecond))
	}
}

func (r *runner) hearQuery(m *dns.Msg, on Interface, now time.Time) {
	forService, known, forHost := readQuery(m, r.said.ID)
	if forService && len(m.Ns) == 0 && r.cache.knows(known) {
		r.asked(on, now) // its answers serve this PC too
	}
	if forHost && len(m.Ns) == 0 && now.Sub(r.answered[on.Index]) >= answerTime {
		r.answered[on.Index] = now
		if data, err := response(addresses(r.said.ID, on)...); err == nil {
			r.station.send(data, on, false, true)
		}
	}
}

package discovery

import (
	"math/rand/v2"
	"time"
)

const (
	// askTime, and up to askSpread more, passes between two questions on a network, whoever asks them: a question that
	// another PC has asked needn't be asked again (RFC 6762, section 7.3).
	askTime, askSpread = 30 * time.Second, 15 * time.Second
	// urgentTime is the least time between a question and one for a PC that has long been silent.
	urgentTime = 10 * time.Second
)

// After a change, announcements and questions go out several times, for some get lost (RFC 6762, sections 8.3 and 5.2).
var (
	announceTimes = []time.Duration{0, time.Second, 3 * time.Second}
	askTimes      = []time.Duration{0, time.Second, 3 * time.Second, 9 * time.Second}
)

// announce announces this PC on every interface, with the addresses it has there.
func (r *runner) announce() {
	for _, i := range r.interfaces {
		data, err := announcement(r.said, i)
		if err != nil {
			r.log.Error("announce", "error", err)
			return
		}
		r.station.send(data, i, false, true)
	}
}

// ask asks on an interface who is there.
func (r *runner) ask(i Interface, now time.Time, families ...bool) {
	// This PC is among the known, or its own zeroconf would answer it.
	data, err := query(append([]string{r.said.ID}, r.cache.known(now)...))
	if err != nil {
		r.log.Error("ask", "error", err)
		return
	}
	r.station.send(data, i, families...)
	r.asked(i, now)
}

// asked takes note of a question on an interface, this PC's own or another's.
func (r *runner) asked(i Interface, now time.Time) {
	r.question = now
	r.regular[i.Index] = now.Add(askTime + rand.N(askSpread))
}

// urgent returns when to ask for a PC that was silent for so long that it will soon be lost; zero: for none.
func (r *runner) urgent() time.Time {
	_, ask := r.cache.next()
	if ask.IsZero() {
		return ask
	}
	if earliest := r.question.Add(urgentTime); ask.Before(earliest) {
		ask = earliest
	}
	return ask.Add(r.jitter)
}

// rescueType announces the service type again: zeroconf takes it back with each goodbye although others still offer
// it, and who browses for types would lose them all for a while.
func (r *runner) rescueType() {
	r.rescue = time.Time{}
	if data, err := response(typePointer()); err == nil {
		for _, i := range r.interfaces {
			r.station.send(data, i, false, true)
		}
	}
}

// leave says goodbye. zeroconf does too, but may still answer somebody after that; so the last word is said here.
func (r *runner) leave() {
	r.responder.set(nil, time.Now())
	r.station.registration.withdraw()
	if data, err := goodbye(r.said.ID); err == nil {
		for _, i := range r.interfaces {
			r.station.send(data, i, false, true)
		}
	}
	r.station.close()
}

// series is a number of times at which to do something, counted from a beginning.
type series struct {
	from time.Time
	left []time.Duration
}

func (s *series) begin(times []time.Duration, now time.Time) { s.from, s.left = now, times }

// next returns the next time, zero if none is left.
func (s *series) next() time.Time {
	if len(s.left) == 0 {
		return time.Time{}
	}
	return s.from.Add(s.left[0])
}

// advance leaves out the times that have come.
func (s *series) advance(now time.Time) {
	for len(s.left) > 0 && !now.Before(s.next()) {
		s.left = s.left[1:]
	}
}

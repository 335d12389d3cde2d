package discovery

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	// settleTime is the least time between two looks at the interfaces: changes come in swarms.
	settleTime = 100 * time.Millisecond
	// retryTime is how soon what couldn't be had of a station is tried again.
	retryTime = 10 * time.Second
	// askTime, and up to askSpread more, passes between two questions on a network, whoever asks them: a question that
	// another PC has asked needn't be asked again (RFC 6762, section 7.3).
	askTime, askSpread = 30 * time.Second, 15 * time.Second
	// urgentTime is the least time between a question and one for a PC that has long been silent.
	urgentTime = 10 * time.Second
	// answerTime is the least time between two answers about this PC's addresses (RFC 6762, section 6).
	answerTime = time.Second
	// denyTime is the least time between two denials of a forged goodbye; others wait a second before they believe it.
	denyTime = 500 * time.Millisecond
)

// After a change, announcements and questions go out several times, for some get lost (RFC 6762, sections 8.3 and 5.2).
var (
	announceTimes = []time.Duration{0, time.Second, 3 * time.Second}
	askTimes      = []time.Duration{0, time.Second, 3 * time.Second, 9 * time.Second}
)

// runner is a Service while it runs: one loop that owns all state, so that nothing in it needs a lock.
type runner struct {
	service *Service
	options *Options
	log     *slog.Logger

	changed chan struct{} // interfaces have changed
	heard   chan packet

	said       Announcement
	interfaces []Interface
	station    *station
	cache      *cache
	budget     budget

	looked    time.Time         // at the interfaces
	look      time.Time         // when to look again; zero: at the next change
	retry     time.Time         // when to make the station anew; zero: it is complete
	rescue    time.Time         // when to announce the service type again; zero: it stands
	announces series            // announcements to come
	asks      series            // questions to come, beside the regular ones
	regular   map[int]time.Time // when to ask on each interface again, by index
	turn      bool              // the family that regular questions use where there are both: IPv6
	question  time.Time         // the last one, asked or heard
	jitter    time.Duration     // keeps PCs that know the same from asking at the same time
	denied    time.Time         // when a forged goodbye was last contradicted
	answered  map[int]time.Time // when this PC's addresses were last told on each interface, by index
}

func newRunner(s *Service) *runner {
	said, _ := s.take()
	return &runner{
		service: s, options: &s.options, log: s.options.Logger,
		changed: make(chan struct{}, 1), heard: make(chan packet, waitingPackets),
		said: said, station: &station{complete: true}, cache: newCache(said.ID),
		regular: make(map[int]time.Time), answered: make(map[int]time.Time),
		jitter: rand.N(3 * time.Second),
	}
}

func (r *runner) run(ctx context.Context) {
	var watching sync.WaitGroup
	watching.Go(func() { watch(ctx, r.log, r.changed) })
	defer watching.Wait()
	defer r.leave()

	r.start(time.Now())
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.changed:
			r.look = earlier(r.look, r.looked.Add(settleTime))
		case <-r.service.wake:
			r.woken(time.Now())
		case p := <-r.heard:
			r.hear(p, time.Now())
		case <-timer.C:
		}
		r.act(time.Now())
		timer.Reset(time.Until(r.next()))
	}
}

// start takes the first look.
func (r *runner) start(now time.Time) {
	r.see(now)
	if len(r.interfaces) == 0 {
		r.options.Network(nil) // nothing has changed, so see didn't
	}
}

// next returns when there is something to do, if nothing happens before.
func (r *runner) next() time.Time {
	sweep, _ := r.cache.next()
	next := earlier(earlier(sweep, r.urgent()), earlier(r.look, earlier(r.retry, r.rescue)))
	next = earlier(next, earlier(r.announces.next(), r.asks.next()))
	for _, at := range r.regular {
		next = earlier(next, at)
	}
	if next.IsZero() {
		return time.Now().Add(time.Hour)
	}
	return next
}

// act does what is due.
func (r *runner) act(now time.Time) {
	due := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
	if due(r.look) {
		r.see(now)
	}
	if due(r.retry) {
		r.rebuild(now)
	}
	if due(r.rescue) {
		r.rescueType()
	}
	if due(r.announces.next()) {
		r.announces.advance(now)
		r.announce()
	}
	if due(r.asks.next()) || due(r.urgent()) {
		r.asks.advance(now)
		for _, i := range r.interfaces {
			r.ask(i, now, false, true)
		}
	}
	for _, i := range r.interfaces {
		if due(r.regular[i.Index]) {
			r.turn = !r.turn
			r.ask(i, now, r.turn && i.has(true) || !i.has(false))
		}
	}
	r.tell(r.cache.sweep(now))
}

// see looks at the interfaces and follows their changes.
func (r *runner) see(now time.Time) {
	r.looked, r.look = now, time.Time{}
	interfaces, err := inUse(r.options.Interfaces)
	if err != nil {
		r.log.Warn("look at the network: trying again", "error", err)
		r.look = now.Add(retryTime)
		return
	}
	if slices.EqualFunc(interfaces, r.interfaces, Interface.equal) {
		return
	}
	before := r.interfaces
	r.interfaces = interfaces
	for index := range r.regular {
		if !slices.ContainsFunc(interfaces, func(i Interface) bool { return i.Index == index }) {
			delete(r.regular, index)
			delete(r.answered, index)
		}
	}
	if slices.EqualFunc(before, interfaces, sameSockets) {
		r.station.interfaces = interfaces
		r.again(now)
	} else {
		r.rebuild(now)
	}
	r.tell(r.cache.keep(interfaces, now))
	real := slices.DeleteFunc(slices.Clone(interfaces), Interface.loopback)
	r.options.Network(real)
}

// sameSockets tells whether sockets made for one interface do for the other.
func sameSockets(a, b Interface) bool {
	return a.Index == b.Index && a.Name == b.Name && a.has(false) == b.has(false) && a.has(true) == b.has(true)
}

// rebuild makes the station anew and has everything said again. Others hear a goodbye, and that it was none, in one
// breath.
func (r *runner) rebuild(now time.Time) {
	old := r.station
	old.registration.withdraw()
	r.station = open(r.said, r.interfaces, r.heard, r.log)
	r.again(now)
	r.announces.advance(now)
	r.announce()
	old.close()
	r.retry = time.Time{}
	if !r.station.complete {
		r.retry = now.Add(retryTime)
	}
}

// again has everything announced and asked from the start.
func (r *runner) again(now time.Time) {
	r.announces.begin(announceTimes, now)
	r.asks.begin(askTimes, now)
}

// woken follows Announce and Ask.
func (r *runner) woken(now time.Time) {
	said, asked := r.service.take()
	if said != r.said {
		r.said, r.cache.self = said, said.ID
		r.rebuild(now)
	}
	if asked {
		r.look = earlier(r.look, now)
		r.again(now)
	}
}

// leave says goodbye. zeroconf does too, but may still answer somebody after that; so the last word is said here.
func (r *runner) leave() {
	r.station.registration.withdraw()
	if data, err := goodbye(r.said.ID); err == nil {
		for _, i := range r.interfaces {
			r.station.send(data, i, false, true)
		}
	}
	r.station.close()
}

// tell reports what pruning the cache has brought.
func (r *runner) tell(lost []string, changed []Found) {
	for _, id := range lost {
		r.options.Lost(id)
	}
	for _, f := range changed {
		r.options.Found(f)
	}
}

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

// hear takes in a message. There is nothing that a bad one deserves but silence.
func (r *runner) hear(p packet, now time.Time) {
	on, ok := r.station.on(p)
	if !ok || !r.budget.spend(p.from.Addr(), now) {
		return
	}
	var m dns.Msg
	if m.Unpack(p.data) != nil || m.Opcode != dns.OpcodeQuery || m.Rcode != dns.RcodeSuccess { // RFC 6762, sections 18.3, 18.11
		return
	}
	if !m.Response {
		r.hearQuery(&m, on, now)
		return
	}
	sightings, of := readResponse(&m)
	for _, s := range sightings {
		if s.id == r.said.ID && s.gone && !on.owns(p.from.Addr()) && now.Sub(r.denied) >= denyTime {
			r.denied = now
			r.announces.begin(announceTimes, now) // somebody else says that this PC is gone
		}
		found, evicted := r.cache.hear(s, on, p.from.Addr(), now)
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

package discovery

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	// settleTime is the least time between two looks at the interfaces: changes come in swarms.
	settleTime = 100 * time.Millisecond
	// retryTime is how soon what couldn't be had of a station is tried again; then after twice the time, and so on up
	// to maxRetryTime, since with each try the others hear this PC go and come.
	retryTime, maxRetryTime = 10 * time.Second, 10 * time.Minute
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
	responder  *responder
	cache      *cache
	budget     budget

	looked    time.Time         // at the interfaces
	look      time.Time         // when to look again; zero: at the next change
	patience  time.Duration     // before the next retry
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
	surveys   []*survey
	rivals    map[netip.Addr]rival // by source
}

func newRunner(s *Service) *runner {
	said, instances, _ := s.take()
	r := &runner{
		service: s, options: &s.options, log: s.options.Logger,
		changed: make(chan struct{}, 1), heard: make(chan packet, waitingPackets),
		said: said, station: &station{complete: true}, cache: newCache(said.ID),
		regular: make(map[int]time.Time), answered: make(map[int]time.Time), rivals: make(map[netip.Addr]rival),
		jitter: rand.N(3 * time.Second),
	}
	r.responder = newResponder(r.options.Host, r.options.Published, r.log)
	r.responder.send = func(data []byte, on Interface) { r.station.send(data, on, false, true) }
	r.responder.set(instances, time.Now())
	return r
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
		case q := <-r.mayBegin():
			r.begin(q, time.Now())
		case p := <-r.heard:
			if !r.hear(p, time.Now()) {
				continue // whoever floods the network gets as little of this PC's time as can be
			}
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
	next = earlier(next, earlier(r.responder.next(), r.nextSurvey()))
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
	r.responder.act(now)
	r.tendSurveys(now)
	if sweep, _ := r.cache.next(); due(sweep) {
		r.catchUp(now)
		r.tell(r.cache.sweep(now))
	}
}

// catchUp hears what has come while this PC had no time, before anybody is taken for gone: some of it may say otherwise.
func (r *runner) catchUp(now time.Time) {
	for range len(r.heard) {
		r.hear(<-r.heard, now)
	}
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
	r.responder.network(interfaces, now)
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
	if r.station.complete {
		r.retry, r.patience = time.Time{}, 0
		return
	}
	r.patience = min(max(retryTime, 2*r.patience), maxRetryTime)
	r.retry = now.Add(r.patience)
}

// again has everything announced and asked from the start.
func (r *runner) again(now time.Time) {
	r.announces.begin(announceTimes, now)
	r.asks.begin(askTimes, now)
}

// woken follows Announce and Ask.
func (r *runner) woken(now time.Time) {
	said, instances, asked := r.service.take()
	if said != r.said {
		r.said, r.cache.self = said, said.ID
		r.rebuild(now)
	}
	r.responder.set(instances, now)
	if asked {
		r.look = earlier(r.look, now)
		r.again(now)
	}
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

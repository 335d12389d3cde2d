package discovery

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

const (
	surveyTime = 1200 * time.Millisecond // long enough for an answer to the second question, over a busy Wi-Fi too
	secondTime = 400 * time.Millisecond  // when it is asked again: packets to everybody are lost easily
	maxSurveys = 4                       // at a time; each sends two questions to all networks
	maxRivals  = 16                      // sources
)

// Survey is what was heard on the networks of this PC while it asked them who is there, as if it knew nobody.
type Survey struct {
	Heard  map[string][]netip.AddrPort // IDs of the PCs that answered, with where they say they are: see Found
	Apart  map[string]netip.Addr       // IDs of those heard only from an address on none of this PC's networks, with it
	Self   bool                        // this PC's own answer came back to it, as on any network, whoever else is there
	Rivals []Rival                     // who else answers for this PC's name
	Err    error                       // why not everything can be heard or answered

	Interfaces []Interface // in use, loopback aside
}

// Rival is somebody who answers for this PC's name with addresses that aren't its own.
type Rival struct {
	Source netip.Addr   // where that came from
	Addrs  []netip.Addr // that are told
}

// survey is a Survey under way.
type survey struct {
	wanted []string // IDs to wait for
	begun  time.Time
	again  time.Time
	end    time.Time
	done   chan<- Survey
	Survey
}

// Survey asks all networks who is there, and listens for 1.2 s, or until this PC and all the wanted ones, by ID, are heard.
// With none wanted it listens all the time.
// With too many at a time, or when Run has ended, it ends with ctx.
func (s *Service) Survey(ctx context.Context, wanted []string) (Survey, error) {
	done := make(chan Survey, 1)
	q := &survey{wanted: wanted, done: done, Survey: Survey{Heard: map[string][]netip.AddrPort{}, Apart: map[string]netip.Addr{}}}
	select {
	case s.surveys <- q:
	case <-ctx.Done():
		return Survey{}, ctx.Err()
	}
	select {
	case result := <-done:
		return result, nil
	case <-ctx.Done():
		return Survey{}, ctx.Err()
	}
}

// mayBegin is where surveys come from, as long as there are few.
func (r *runner) mayBegin() <-chan *survey {
	if len(r.surveys) >= maxSurveys {
		return nil
	}
	return r.service.surveys
}

// begin starts a survey.
func (r *runner) begin(q *survey, now time.Time) {
	q.begun, q.again, q.end = now, now.Add(secondTime), now.Add(surveyTime)
	r.surveys = append(r.surveys, q)
	r.call(now)
}

// call asks everybody to answer, known or not.
func (r *runner) call(now time.Time) {
	data, err := query(nil)
	if err != nil {
		r.log.Error("ask", "error", err)
		return
	}
	for _, i := range r.interfaces {
		r.station.send(data, i, false, true)
		r.asked(i, now)
	}
}

// survey takes a sighting for the surveys under way.
func (r *runner) survey(s *sighting, on Interface, p packet) {
	if s.id == r.said.ID {
		r.noteRival(s, p.from.Addr(), p.at)
	}
	for _, q := range r.surveys {
		if s.pointer && p.at.After(q.begun) { // it may have waited here since before
			q.note(s, s.id == r.said.ID, on, p.from.Addr())
		}
	}
}

// note takes a sighting of a PC, or of this one.
func (q *survey) note(s *sighting, self bool, on Interface, source netip.Addr) {
	addrs := usable(s.addrs, on)
	switch {
	case self:
		q.Self = q.Self || on.owns(source)
	case len(addrs) > 0 || on.onLink(source):
		if _, known := q.Heard[s.id]; !known && len(q.Heard) < maxPeers {
			q.Heard[s.id] = []netip.AddrPort{}
		}
		for _, a := range addrs {
			at := netip.AddrPortFrom(zoned(a, on), s.port)
			if list, ok := q.Heard[s.id]; ok && s.port != 0 && len(list) < maxAddrs && !slices.Contains(list, at) {
				q.Heard[s.id] = append(list, at)
			}
		}
	case len(q.Apart) < maxPeers:
		q.Apart[s.id] = source
	}
}

// noteRival remembers who gives this PC's name addresses that it doesn't have.
func (r *runner) noteRival(s *sighting, source netip.Addr, now time.Time) {
	foreign := slices.DeleteFunc(slices.Clone(s.addrs), func(a netip.Addr) bool {
		return slices.ContainsFunc(r.interfaces, func(i Interface) bool { return i.owns(a) })
	})
	if _, known := r.rivals[source]; len(foreign) > 0 && (known || len(r.rivals) < maxRivals) {
		r.rivals[source] = rival{foreign, now}
	}
}

// rival is what a source said of this PC's name, and when.
type rival struct {
	addrs []netip.Addr
	heard time.Time
}

// tendSurveys asks again, and ends what is over.
func (r *runner) tendSurveys(now time.Time) {
	r.surveys = slices.DeleteFunc(r.surveys, func(q *survey) bool {
		if !q.again.IsZero() && !now.Before(q.again) {
			q.again = time.Time{}
			r.call(now)
		}
		missing := func(id string) bool { _, ok := q.Heard[id]; return !ok }
		if now.Before(q.end) && (!q.Self || len(q.wanted) == 0 || slices.ContainsFunc(q.wanted, missing)) {
			return false
		}
		r.finish(q, now)
		return true
	})
}

func (r *runner) finish(q *survey, now time.Time) {
	for id := range q.Heard {
		delete(q.Apart, id)
	}
	for source, v := range r.rivals {
		if now.Sub(v.heard) >= lifetime {
			delete(r.rivals, source)
			continue
		}
		q.Rivals = append(q.Rivals, Rival{source, v.addrs})
	}
	slices.SortFunc(q.Rivals, func(a, b Rival) int { return a.Source.Compare(b.Source) })
	q.Err = r.station.err
	q.Interfaces = slices.DeleteFunc(slices.Clone(r.interfaces), Interface.loopback)
	q.done <- q.Survey
}

// nextSurvey is when there is something to do for one; zero: never.
func (r *runner) nextSurvey() (at time.Time) {
	for _, q := range r.surveys {
		at = earlier(at, earlier(q.again, q.end))
	}
	return at
}

// zoned gives a link-local address the name of the interface that it is behind.
func zoned(a netip.Addr, on Interface) netip.Addr {
	if kindOf(a) == ipv6LinkLocal {
		return a.WithZone(on.Name)
	}
	return a
}

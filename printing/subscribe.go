package printing

import (
	"slices"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

const (
	// maxSubs, guestSubs and partySubs bound the subscriptions of all, of all guests and of one caller: each print dialog
	// and each phone has one or two.
	maxSubs, guestSubs, partySubs = 300, 100, 20
	// maxEvents is how many events are kept for a subscription, the newest: who comes back later looks at the jobs. Of
	// some two kilobytes each, all there can be take 20 MB.
	maxEvents = 30
	// eventLife is how long an event is kept (ippget-event-life), and a subscription to a job after its end.
	eventLife = 5 * time.Minute
	// defaultLease and maxLease bound how long a subscription to a printer lasts without being renewed.
	defaultLease, maxLease = time.Hour, 24 * time.Hour
	// maxUserData bounds what a subscriber may have given back with each event (RFC 3995 section 5.3.5).
	maxUserData = 63
)

// subscription is somebody's wish to be told what happens (RFC 3995 section 5). It waits in memory until it is asked
// (RFC 3996): nothing is ever sent to an address that a request names.
type subscription struct {
	id       int
	uuid     string
	party    party
	owner    bool // of the printer: sees everybody's jobs
	user     string
	printer  string
	job      int // 0 for the printer and all its jobs
	base     string
	events   []string
	userData []byte
	lease    time.Duration
	until    time.Time // of a job's while it goes on: zero
	next     int       // number of the next event, from 1
	kept     []event   // oldest first
}

// pruneSubsLocked drops subscriptions and events whose time is over.
func (s *Server) pruneSubsLocked(now time.Time) {
	for id, sub := range s.subs {
		j := s.jobs[sub.job]
		if sub.job != 0 && sub.until.IsZero() && (j == nil || j.State.Ended()) {
			sub.until = now.Add(eventLife)
		}
		if !sub.until.IsZero() && now.After(sub.until) || s.printers[sub.printer] == nil {
			delete(s.subs, id)
		}
		sub.kept = slices.DeleteFunc(sub.kept, func(e event) bool { return now.Sub(e.at) > eventLife })
	}
}

// mine tells whether a subscription is a caller's, or the caller owns the printer.
func (r *request) mine(sub *subscription) bool {
	return sub.printer == r.printer.Name && (r.caller.Owner || r.party == sub.party && r.party != party{guest: true})
}

// createPrinterSubscriptions and createJobSubscriptions are RFC 3995 section 11.1.
func (s *Server) createPrinterSubscriptions(r *request) answer {
	return subscribed(s.subscribe(r, 0))
}

func (s *Server) createJobSubscriptions(r *request) answer {
	id, _ := r.op.Int("notify-job-id")
	s.mu.Lock()
	j := s.jobs[id]
	ended := j != nil && j.State.Ended()
	s.mu.Unlock()
	switch {
	case j == nil || j.Printer != r.printer.Name || !r.sees(j):
		return errGone
	case ended:
		return refuse(goipp.StatusErrorNotPossible, ErrEnded.Error())
	}
	return subscribed(s.subscribe(r, id))
}

// subscribed is the answer to who wanted nothing but subscriptions.
func subscribed(groups goipp.Groups, made int, full bool) answer {
	a := answer{groups: groups}
	switch {
	case len(groups) == 0:
		return refuse(goipp.StatusErrorBadRequest, "subscription attributes are missing")
	case made == 0 && full:
		a.status = goipp.StatusErrorTooManySubscriptions
	case made == 0:
		a.status = goipp.StatusErrorIgnoredAllSubscriptions
	case made < len(groups):
		a.status = goipp.StatusOkIgnoredSubscriptions
	}
	return a
}

// subscribe makes a subscription of each group of a request that asks for one, and returns a group for each.
func (s *Server) subscribe(r *request, job int) (groups goipp.Groups, made int, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pruneSubsLocked(time.Now())
	for _, g := range r.msg.Groups {
		if g.Tag != goipp.TagSubscriptionGroup {
			continue
		}
		out := goipp.Group{Tag: goipp.TagSubscriptionGroup}
		sub, status := s.newSub(r, ipp.Attrs(g.Attrs), job)
		if status == goipp.StatusOk && !s.roomForSubLocked(r.party) {
			status = goipp.StatusErrorTooManySubscriptions
		}
		full = full || status == goipp.StatusErrorTooManySubscriptions
		if status == goipp.StatusOk {
			s.lastSub++
			sub.id = s.lastSub
			s.subs[sub.id] = sub
			made++
			out.Add(goipp.MakeAttr("notify-subscription-id", goipp.TagInteger, goipp.Integer(sub.id)))
			if job == 0 {
				out.Add(goipp.MakeAttr("notify-lease-duration", goipp.TagInteger, goipp.Integer(sub.lease/time.Second)))
			}
		} else {
			out.Add(goipp.MakeAttr("notify-status-code", goipp.TagEnum, goipp.Integer(status)))
		}
		groups.Add(out)
	}
	return groups, made, full
}

func (s *Server) roomForSubLocked(p party) bool {
	own, guests := 0, 0
	for _, sub := range s.subs {
		if sub.party == p {
			own++
		}
		if sub.party.guest {
			guests++
		}
	}
	return len(s.subs) < maxSubs && own < partySubs && !(p.guest && guests >= guestSubs)
}

// newSub reads the template of a subscription (RFC 3995 section 5.3).
func (s *Server) newSub(r *request, attrs ipp.Attrs, job int) (*subscription, goipp.Status) {
	if attrs.Has("notify-recipient-uri") { // we call nobody
		return nil, goipp.StatusErrorURIScheme
	}
	data := userData(attrs)
	if method := attrs.String("notify-pull-method"); method != "" && method != "ippget" || len(data) > maxUserData {
		return nil, goipp.StatusErrorAttributesOrValues
	}
	sub := &subscription{uuid: randomUUID(), party: r.party, owner: r.caller.Owner, user: r.user(), printer: r.printer.Name, job: job, base: r.base,
		userData: data, next: 1}
	for _, name := range attrs.Strings("notify-events") {
		if slices.Contains(eventNames, name) && !slices.Contains(sub.events, name) {
			sub.events = append(sub.events, name)
		}
	}
	if !attrs.Has("notify-events") {
		sub.events = []string{defaultEvent}
	}
	if len(sub.events) == 0 {
		return nil, goipp.StatusErrorAttributesOrValues
	}
	if job == 0 {
		seconds, asked := attrs.Int("notify-lease-duration")
		sub.renew(seconds, asked)
	}
	return sub, goipp.StatusOk
}

// defaultEvent is what is told to who doesn't say what it wants to hear.
const defaultEvent = "job-completed"

func userData(attrs ipp.Attrs) []byte {
	attr, _ := attrs.Get("notify-user-data")
	for _, v := range attr.Values {
		if b, ok := v.V.(goipp.Binary); ok {
			return slices.Clone(b)
		}
	}
	return nil
}

// renew makes a subscription last from now on: as long as wanted, if that is not for ever.
func (sub *subscription) renew(seconds int, asked bool) {
	longest := maxLease
	if sub.party.guest {
		longest = guestTime // after which its address may be another's
	}
	lease := defaultLease
	if asked {
		lease = longest // 0 is for ever
		if seconds > 0 && seconds < int(longest/time.Second) {
			lease = time.Duration(seconds) * time.Second
		}
	}
	sub.lease, sub.until = lease, time.Now().Add(lease)
}

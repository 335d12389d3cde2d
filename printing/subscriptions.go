package printing

import (
	"maps"
	"slices"
	"time"

	"github.com/OpenPrinting/goipp"
)

const (
	// waitTime is how long a Get-Notifications with notify-wait waits for something to happen.
	waitTime = 10 * time.Second
	// maxWaits bounds how many requests of one caller wait at once: each holds a connection.
	maxWaits = 4
	// askAgain is how soon somebody should ask again who didn't wait, in seconds: what happens is seen within three.
	askAgain = 2
)

// subOf finds the subscription that a request is about, if it is the caller's.
func (s *Server) subOfLocked(r *request) *subscription {
	s.pruneSubsLocked(time.Now())
	id, _ := r.op.Int("notify-subscription-id")
	if sub := s.subs[id]; sub != nil && r.mine(sub) {
		return sub
	}
	return nil
}

var errNoSub = refuse(goipp.StatusErrorNotFound, "no such subscription")

// getSubscriptionAttributes is RFC 3995 section 11.2.4, getSubscriptions 11.2.5.
func (s *Server) getSubscriptionAttributes(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subOfLocked(r)
	if sub == nil {
		return errNoSub
	}
	return answer{groups: goipp.Groups{s.subGroup(sub, r.op.Strings("requested-attributes"))}}
}

func (s *Server) getSubscriptions(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pruneSubsLocked(time.Now())
	job, ofJob := r.op.Int("notify-job-id")
	if j := s.jobs[job]; ofJob && (j == nil || j.Printer != r.printer.Name || !r.mayKnow(j)) {
		return errGone
	}
	wanted := r.op.Strings("requested-attributes")
	if len(wanted) == 0 {
		wanted = []string{"notify-subscription-id"}
	}
	limit, limited := r.op.Int("limit")
	var a answer
	for _, id := range slices.Sorted(maps.Keys(s.subs)) {
		sub := s.subs[id]
		if !r.mine(sub) || sub.job != job || r.op.Bool("my-subscriptions") && sub.party != r.party {
			continue
		}
		if limited && limit > 0 && len(a.groups) >= limit {
			break
		}
		a.groups.Add(s.subGroup(sub, wanted))
	}
	return a
}

// subGroup describes a subscription (RFC 3995 section 5).
func (s *Server) subGroup(sub *subscription, wanted []string) goipp.Group {
	integer := func(name string, n int) goipp.Attribute {
		return goipp.MakeAttr(name, goipp.TagInteger, goipp.Integer(n))
	}
	template := goipp.Attributes{
		keywords("notify-events", sub.events[0], sub.events[1:]...), keywords("notify-pull-method", "ippget"),
		goipp.MakeAttr("notify-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("notify-natural-language", goipp.TagLanguage, goipp.String("en")),
		integer("notify-time-interval", 0),
	}
	if len(sub.userData) > 0 {
		template.Add(goipp.MakeAttr("notify-user-data", goipp.TagString, goipp.Binary(sub.userData)))
	}
	about := goipp.Attributes{
		integer("notify-subscription-id", sub.id), integer("notify-sequence-number", sub.next-1),
		goipp.MakeAttr("notify-subscription-uuid", goipp.TagURI, goipp.String(sub.uuid)),
		goipp.MakeAttr("notify-printer-uri", goipp.TagURI, goipp.String(sub.base)),
		goipp.MakeAttr("notify-subscriber-user-name", goipp.TagName, goipp.String(sub.user)),
		integer("notify-printer-up-time", s.upTime(time.Now())),
	}
	if sub.job != 0 {
		about.Add(integer("notify-job-id", sub.job))
	} else {
		template.Add(integer("notify-lease-duration", int(sub.lease/time.Second)))
		about.Add(integer("notify-lease-expiration-time", s.upTime(sub.until)))
	}
	g := goipp.Group{Tag: goipp.TagSubscriptionGroup}
	for i, attrs := range []goipp.Attributes{template, about} {
		group := [...]string{"subscription-template", "subscription-description"}[i]
		for _, attr := range attrs {
			if len(wanted) == 0 || slices.Contains(wanted, "all") || slices.Contains(wanted, group) || slices.Contains(wanted, attr.Name) {
				g.Add(attr)
			}
		}
	}
	return g
}

// renewSubscription is RFC 3995 section 11.2.6, cancelSubscription 11.2.7.
func (s *Server) renewSubscription(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subOfLocked(r)
	switch {
	case sub == nil:
		return errNoSub
	case sub.job != 0: // lasts as long as its job
		return refuse(goipp.StatusErrorNotPossible, "a subscription to a job has no lease")
	}
	seconds, asked := r.op.Int("notify-lease-duration")
	sub.renew(seconds, asked)
	return answer{groups: goipp.Groups{s.subGroup(sub, []string{"notify-lease-duration"})}}
}

func (s *Server) cancelSubscription(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subOfLocked(r)
	if sub == nil {
		return errNoSub
	}
	delete(s.subs, sub.id)
	return answer{}
}

// getNotifications is RFC 3996 section 5. One with notify-wait is answered when something has happened, or after a
// while; it isn't kept for more than one answer, and no caller can have many wait.
func (s *Server) getNotifications(r *request) answer {
	timer := time.NewTimer(waitTime)
	defer timer.Stop()
	wait := r.op.Bool("notify-wait") && s.mayWait(r)
	if wait {
		defer s.waited(r)
	}
	for {
		s.mu.Lock()
		a, any := s.notificationsLocked(r)
		heard := s.heard
		s.mu.Unlock()
		again := askAgain
		if wait {
			again = 0
		}
		a.operation.Add(goipp.MakeAttr("notify-get-interval", goipp.TagInteger, goipp.Integer(again)))
		a.operation.Add(goipp.MakeAttr("printer-up-time", goipp.TagInteger, goipp.Integer(s.upTime(time.Now()))))
		if any || !wait {
			return a
		}
		select {
		case <-heard:
		case <-timer.C:
			wait = false
		case <-r.http.Context().Done():
			return a
		}
	}
}

func (s *Server) mayWait(r *request) bool {
	r.ended() // or the connection would be waited for as for a document
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits[r.party] >= maxWaits {
		return false
	}
	s.waits[r.party]++
	return true
}

func (s *Server) waited(r *request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits[r.party]--; s.waits[r.party] == 0 {
		delete(s.waits, r.party)
	}
}

// notificationsLocked are the events that a request asks for, and whether there is anything to tell.
func (s *Server) notificationsLocked(r *request) (answer, bool) {
	s.pruneSubsLocked(time.Now())
	ids, _ := r.op.Get("notify-subscription-ids")
	from, _ := r.op.Get("notify-sequence-numbers")
	if len(ids.Values) == 0 || len(ids.Values) > partySubs {
		return refuse(goipp.StatusErrorBadRequest, "notify-subscription-ids has none or too many"), true
	}
	a := answer{status: goipp.StatusOkEventsComplete}
	for i, v := range ids.Values {
		id, _ := v.V.(goipp.Integer)
		sub := s.subs[int(id)]
		if sub == nil || !r.mine(sub) {
			return answer{status: goipp.StatusErrorNotFound, message: errNoSub.message, unsupported: goipp.Attributes{ids}}, true
		}
		first := goipp.Integer(0)
		if i < len(from.Values) {
			first, _ = from.Values[i].V.(goipp.Integer)
		}
		for _, e := range sub.kept {
			if e.number >= int(first) {
				a.groups.Add(goipp.Group{Tag: goipp.TagEventNotificationGroup, Attrs: e.attrs})
			}
		}
		if j := s.jobs[sub.job]; sub.job == 0 || j != nil && !j.State.Ended() {
			a.status = goipp.StatusOk // there will be more
		}
	}
	return a, len(a.groups) > 0 || a.status == goipp.StatusOkEventsComplete
}

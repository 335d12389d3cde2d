package printing

import (
	"slices"
	"time"

	"github.com/OpenPrinting/goipp"
)

// The events of RFC 3995 section 5.3.3 that there are. What a subscriber is told first of the names it asked for, the
// special before the general, is what an event is called.
var eventNames = []string{"job-created", "job-completed", "job-stopped", "job-progress", "job-config-changed", "job-state-changed",
	"printer-stopped", "printer-config-changed", "printer-state-changed"}

// event is what has happened, as one subscriber may know it.
type event struct {
	number int
	at     time.Time
	attrs  goipp.Attributes
}

// jobTold and printerTold are what the last event of a job or printer said. The zero jobTold has said nothing.
type jobTold struct {
	state   JobState
	reasons []string
	pages   int
}

type printerTold struct {
	state         string
	reasons       []string
	accepting     bool
	configChanged time.Time
}

// tellJobLocked tells those who have subscribed how a job is now, if that is news, or that it was changed.
func (s *Server) tellJobLocked(j *job, also ...string) {
	state, reasons, _ := s.standingLocked(j)
	was, now := j.told, jobTold{state, slices.Clone(reasons), j.Pages}
	j.told = now
	names := also
	switch {
	case was.state == 0:
		names = append(names, "job-created", "job-state-changed")
	case was.state != now.state && now.state.Ended():
		names = append(names, "job-completed", "job-state-changed")
	case was.state != now.state && now.state == JobStopped:
		names = append(names, "job-stopped", "job-state-changed")
	case was.state != now.state || !slices.Equal(was.reasons, now.reasons):
		names = append(names, "job-state-changed")
	case was.pages != now.pages:
		names = append(names, "job-progress")
	}
	s.deliverLocked(names, j.Printer, j)
}

// tellPrintersLocked is tellJobLocked for the printers.
func (s *Server) tellPrintersLocked() {
	for _, p := range s.printers {
		shown := s.shownLocked(p)
		was, now := p.told, printerTold{shown.state, slices.Clone(shown.reasons), shown.accepting, p.configChanged}
		p.told = now
		var names []string
		switch {
		case was.state != now.state && now.state == StateStopped:
			names = []string{"printer-stopped", "printer-state-changed"}
		case was.state != now.state || was.accepting != now.accepting || !slices.Equal(was.reasons, now.reasons):
			names = []string{"printer-state-changed"}
		}
		s.deliverLocked(names, p.Name, nil)
		if !was.configChanged.Equal(now.configChanged) {
			s.deliverLocked([]string{"printer-config-changed", "printer-state-changed"}, p.Name, nil)
		}
	}
}

// deliverLocked gives an event, under the first of its names that each has subscribed to, to all who may know of it.
func (s *Server) deliverLocked(names []string, printer string, j *job) {
	if len(names) == 0 || len(s.subs) == 0 {
		return
	}
	now := time.Now()
	s.pruneSubsLocked(now)
	told := false
	for _, sub := range s.subs {
		i := slices.IndexFunc(names, func(name string) bool { return slices.Contains(sub.events, name) })
		if i < 0 || sub.printer != printer || sub.job != 0 && (j == nil || j.ID != sub.job) {
			continue
		}
		e := event{number: sub.next, at: now}
		if j == nil {
			e.attrs = s.printerEventLocked(sub, names[i])
		} else if e.attrs = s.jobEventLocked(sub, names[i], j); e.attrs == nil {
			continue
		}
		sub.next++
		sub.kept = append(sub.kept[max(0, len(sub.kept)-maxEvents+1):], e)
		told = true
	}
	if told {
		close(s.heard)
		s.heard = make(chan struct{})
	}
}

// eventHeader is what all events say (RFC 3996 section 5.2, table 5).
func (s *Server) eventHeader(sub *subscription, name, text string) goipp.Attributes {
	attrs := goipp.Attributes{
		goipp.MakeAttr("notify-charset", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("notify-natural-language", goipp.TagLanguage, goipp.String("en")),
		goipp.MakeAttr("notify-printer-uri", goipp.TagURI, goipp.String(sub.base)),
		goipp.MakeAttr("notify-subscription-id", goipp.TagInteger, goipp.Integer(sub.id)),
		goipp.MakeAttr("notify-subscription-uuid", goipp.TagURI, goipp.String(sub.uuid)),
		goipp.MakeAttr("notify-sequence-number", goipp.TagInteger, goipp.Integer(sub.next)),
		goipp.MakeAttr("notify-subscribed-event", goipp.TagKeyword, goipp.String(name)),
		goipp.MakeAttr("notify-text", goipp.TagText, goipp.String(text)),
		goipp.MakeAttr("printer-up-time", goipp.TagInteger, goipp.Integer(s.upTime(time.Now()))),
		goipp.MakeAttr("printer-current-time", goipp.TagDateTime, goipp.Time{Time: time.Now().UTC()}),
	}
	if len(sub.userData) > 0 {
		attrs.Add(goipp.MakeAttr("notify-user-data", goipp.TagString, goipp.Binary(sub.userData)))
	}
	return attrs
}

func (s *Server) printerEventLocked(sub *subscription, name string) goipp.Attributes {
	p := s.shownLocked(s.printers[sub.printer])
	attrs := s.eventHeader(sub, name, "The printer is "+p.state+".")
	attrs.Add(goipp.MakeAttr("printer-state", goipp.TagEnum, stateNumbers[p.state]))
	attrs.Add(reasonsAttr("printer-state-reasons", p.reasons))
	attrs.Add(goipp.MakeAttr("printer-is-accepting-jobs", goipp.TagBoolean, goipp.Boolean(p.accepting)))
	return attrs
}

// jobEventLocked is nil where the subscriber may not know that there is such a job. Of the jobs of others members
// learn the state, as in the list of jobs, and nothing that anybody has written.
func (s *Server) jobEventLocked(sub *subscription, name string, j *job) goipp.Attributes {
	sees := sub.owner || sub.party.owns(j)
	if sub.party.guest && !sees {
		return nil
	}
	state, reasons, message := s.standingLocked(j)
	attrs := s.eventHeader(sub, name, "A job is "+state.String()+".")
	attrs.Add(goipp.MakeAttr("notify-job-id", goipp.TagInteger, goipp.Integer(j.ID)))
	attrs.Add(goipp.MakeAttr("job-id", goipp.TagInteger, goipp.Integer(j.ID)))
	attrs.Add(goipp.MakeAttr("job-state", goipp.TagEnum, goipp.Integer(state)))
	attrs.Add(reasonsAttr("job-state-reasons", reasons))
	if !sees {
		return attrs
	}
	attrs.Add(goipp.MakeAttr("job-state-message", goipp.TagText, goipp.String(message)))
	attrs.Add(goipp.MakeAttr("job-impressions-completed", goipp.TagInteger, goipp.Integer(j.Pages)))
	if !sub.party.guest { // two guests can have one address
		name := j.Name
		if !sub.party.owns(j) {
			name = j.title()
		}
		attrs.Add(goipp.MakeAttr("job-name", goipp.TagName, goipp.String(name)))
	}
	return attrs
}

// standingLocked is how a job is, and why: where it waits for its printer, that too.
func (s *Server) standingLocked(j *job) (JobState, []string, string) {
	if j.Stage == stageWaiting && j.State == JobPending && s.rules[j.Printer].Paused {
		return j.State, []string{"printer-stopped"}, pausedText
	}
	if j.Stage == stageWaiting && j.State == JobPending && s.overLocked(j) {
		return JobHeld, []string{reasonLimit}, limitText(s.rules[j.Printer].Pages)
	}
	return j.State, j.Reasons, j.Message
}

// stateNumbers are the states of a printer on the wire (RFC 8011 section 5.4.11).
var stateNumbers = map[string]goipp.Integer{StateIdle: 3, StateProcessing: 4, StateStopped: 5}

// reasonsAttr is a list of reasons, or "none".
func reasonsAttr(name string, reasons []string) goipp.Attribute {
	if len(reasons) == 0 {
		return keywords(name, "none")
	}
	return keywords(name, reasons[0], reasons[1:]...)
}

// upTime is a time in printer-up-time's seconds, from 1 at the start of this printer.
func (s *Server) upTime(t time.Time) int { return max(0, int(t.Sub(s.boot)/time.Second)) + 1 }

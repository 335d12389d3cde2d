package printing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"lanyard/printing/ipp"
)

// Share replaces the set of printers that are offered. Jobs already taken for a printer that is no longer offered are
// still printed. A queue that the print system doesn't know, or doesn't answer for, is shared as stopped until it does.
func (s *Server) Share(ctx context.Context, set []Shared) error {
	next := make(map[string]*printer, len(set))
	var order []string
	for _, one := range set {
		switch {
		case !goodName(one.Name):
			return fmt.Errorf("share printer %q: only letters, digits, dots, - and _ may be in its name", one.Name)
		case next[one.Name] != nil:
			return fmt.Errorf("share printer %q: the name is taken", one.Name)
		case (one.Queue == "") == (one.Dir == ""):
			return fmt.Errorf("share printer %q: it needs either a queue or a folder", one.Name)
		}
		next[one.Name] = s.newPrinter(one)
		order = append(order, one.Name)
	}
	s.mu.Lock()
	for name, p := range next {
		if old := s.printers[name]; old != nil && old.target() == p.target() {
			p.caps, p.state, p.reasons, p.message, p.accepting = old.caps, old.state, old.reasons, old.message, old.accepting
			p.stateChanged, p.configChanged, p.told = old.stateChanged, old.configChanged, old.told
			p.said, p.saidAt = old.said, old.saidAt
		}
	}
	s.printers, s.order = next, order
	for _, j := range s.jobs {
		if j.MoveTo != "" && j.stop == nil && (j.Stage == stageWaiting || j.Stage == stageHeld) { // a run before didn't come to it
			s.moveOnLocked(j)
		}
	}
	s.mu.Unlock()
	s.refresh(ctx)
	return nil
}

func (s *Server) newPrinter(one Shared) *printer {
	if one.Info == "" {
		one.Info = one.Name
	}
	one.Info, one.Location = ipp.Clean(one.Info, maxName), ipp.Clean(one.Location, maxName)
	now := time.Now()
	p := &printer{Shared: one, uuid: stableUUID(s.opt.UUID, one.Name), stateChanged: now, configChanged: now, state: StateStopped,
		message: "the print system of this PC hasn't answered yet", reasons: []string{"connecting-to-device"}}
	if one.Dir != "" {
		p.caps, p.state, p.message, p.reasons, p.accepting = folderCaps(), StateIdle, "", nil, true
	}
	return p
}

// refresh asks the print system how the shared queues are and tells everybody who follows a job to look again.
func (s *Server) refresh(ctx context.Context) {
	s.mu.Lock()
	queues := map[string]bool{}
	for _, p := range s.printers {
		if p.Queue != "" {
			queues[p.Queue] = true
		} else {
			p.state, p.message = StateIdle, ""
			if _, err := os.Stat(p.Dir); err != nil {
				p.state, p.message = StateStopped, folderTrouble(err)
			}
		}
	}
	s.mu.Unlock()
	for queue := range queues {
		attrs, err := s.opt.System.Attributes(ctx, queue)
		if ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		for _, p := range s.printers {
			if p.Queue == queue {
				p.update(attrs, err)
			}
		}
		s.mu.Unlock()
	}
	s.mu.Lock()
	s.tellPrintersLocked()
	s.tellLocked()
	s.mu.Unlock()
	if _, err := s.Queues(ctx); err != nil {
		s.log.Debug("printers not listed", "error", err)
	}
	s.changed()
}

// tellLocked makes everybody who follows a job look again.
func (s *Server) tellLocked() {
	close(s.news)
	s.news = make(chan struct{})
}

// update takes over what the print system says.
func (p *printer) update(attrs ipp.Attrs, err error) {
	state, reasons, message, accepting := StateStopped, []string{"connecting-to-device"}, "", p.accepting
	switch {
	case errors.Is(err, ErrNoQueue):
		message, accepting = "the print system of this PC no longer has this printer", false
	case errors.Is(err, ErrOffline):
		reasons = []string{"offline-report"}
		message = reasonText(reasons)
	case err != nil:
		message = "the print system of this PC doesn't answer"
	default:
		if caps := checkedCaps(attrs); !sameCaps(p.caps, caps) {
			p.caps, p.configChanged = caps, time.Now()
		}
		q := queueOf(attrs)
		state, reasons, message, accepting = q.State, q.Reasons, q.Message, q.Accepting
	}
	if state != p.state || !slices.Equal(reasons, p.reasons) {
		p.stateChanged = time.Now()
	}
	p.state, p.reasons, p.message, p.accepting = state, reasons, message, accepting
}

// Queues returns the printers of this PC's print system that may be shared, whether they are or not.
func (s *Server) Queues(ctx context.Context) ([]Queue, error) {
	queues, err := s.opt.System.Queues(ctx)
	if err == nil || notThere(err) {
		s.mu.Lock()
		s.queues = queues
		s.mu.Unlock()
	}
	return queues, err
}

// Available returns what Queues last returned: when anything last changed.
func (s *Server) Available() []Queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.queues)
}

// Printers returns the shared printers in the order that Share was given them.
func (s *Server) Printers() []Printer {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Printer, 0, len(s.order))
	for _, name := range s.order {
		p := s.shownLocked(s.printers[name])
		all = append(all, Printer{
			Shared: p.Shared, MakeModel: p.caps.String("printer-make-and-model"), State: p.state, Rule: s.rules[name],
			Reasons: slices.Clone(p.reasons), Message: p.message, Accepting: p.accepting, Queued: s.queuedLocked(&p),
			Color: p.caps.Bool("color-supported"), Duplex: duplex(p.caps), UUID: p.uuid, Supplies: suppliesOf(p.caps),
		})
	}
	return all
}

// stateLocked is the printer's state: a folder works while a job is on it.
func (s *Server) stateLocked(p *printer) string {
	if p.Dir != "" && s.busy[p.target()] {
		return StateProcessing
	}
	return p.state
}

func (s *Server) queuedLocked(p *printer) int {
	n := 0
	for _, j := range s.jobs {
		if j.Printer == p.Name && !j.State.Ended() {
			n++
		}
	}
	return n
}

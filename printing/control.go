package printing

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"
)

// Rule is what the owner of a printer has decided about it, beside what its print system says. The zero Rule lets
// everything through.
type Rule struct {
	Paused  bool `json:"paused,omitempty"`   // jobs are taken and wait
	Closed  bool `json:"disabled,omitempty"` // no jobs are taken
	Release bool `json:"release,omitempty"`  // each job waits until its sender lets it go, or the PIN is typed that it was given
	Pages   int  `json:"pages,omitempty"`    // most impressions of one caller in a month, all guests being one; 0: as many as it likes
}

const (
	pausedText   = "the owner of the printer has paused it"
	disabledText = "the owner of the printer takes no jobs at the moment"
)

// SetRule replaces the rule of a printer, which it has over a restart too. A job that the print system already has is
// printed whatever the rule; one that was taken before it waits for no release. Whoever calls it has asked whether that
// is allowed.
func (s *Server) SetRule(printer string, rule Rule) error {
	return s.control(printer, func(r *Rule) { *r = rule })
}

func (s *Server) control(name string, change func(*Rule)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.printers[name] == nil {
		return ErrNotFound
	}
	before := s.rules[name]
	r := before
	if change(&r); r == before {
		return nil
	}
	if r.Pages < 0 {
		return fmt.Errorf("rule of %s: %d pages", name, r.Pages)
	}
	s.rules[name] = r
	if err := s.spool.saveRules(s.rules); err != nil {
		s.rules[name] = before
		return err
	}
	s.log.Info("printer controlled by its owner", "printer", name, "rule", r)
	s.tellPrintersLocked()
	s.tellWaitingLocked()
	s.changed()
	s.wakeUp()
	return nil
}

// tellWaitingLocked tells of the jobs that wait for another reason than before, or for none any more.
func (s *Server) tellWaitingLocked() {
	for _, j := range s.jobs {
		if j.Stage == stageWaiting {
			s.tellJobLocked(j)
		}
	}
}

// shownLocked is a printer as others see it: what its print system says under what its owner has decided.
func (s *Server) shownLocked(p *printer) printer {
	shown := *p
	shown.state = s.stateLocked(p)
	if time.Since(p.saidAt) < deviceFresh {
		shown.reasons, shown.message = p.said, ""
		if held := blocking(p.said); len(held) > 0 {
			shown.message = reasonText(held)
		}
	}
	if s.busy[p.target()] && len(blocking(shown.reasons)) > 0 {
		shown.state = StateStopped // RFC 8011 section 5.4.11: somebody must help. To CUPS it works, as it has begun a job.
	}
	c := s.rules[p.Name]
	if c.Closed {
		shown.accepting = false
	}
	switch {
	case c.Paused && shown.state == StateProcessing: // with the job that it has begun
		shown.reasons = append(slices.Clone(shown.reasons), "moving-to-paused")
	case c.Paused:
		shown.state, shown.reasons = StateStopped, append(slices.Clone(shown.reasons), "paused")
	}
	if shown.message == "" && c.Paused {
		shown.message = pausedText
	}
	if shown.message == "" && c.Closed {
		shown.message = disabledText
	}
	return shown
}

// rulesFile holds what owners decided about their printers, by name. No job has such a number.
const rulesFile = "printers.state"

func (s *spool) saveRules(all map[string]Rule) error {
	set := maps.Clone(all)
	maps.DeleteFunc(set, func(_ string, r Rule) bool { return r == Rule{} })
	if len(set) == 0 {
		if err := os.Remove(filepath.Join(s.dir, rulesFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("save %s: %w", rulesFile, err)
		}
		return nil
	}
	return s.saveState(rulesFile, set)
}

// errNotOwner is the answer to somebody who sees a printer and may not decide about it.
var errNotOwner = refuse(goipp.StatusErrorNotAuthorized, "only the owner of the printer may do this")

// mayManage tells whether a request comes from the owner of the printer, where the gate says so too.
func (s *Server) mayManage(r *request) bool {
	return r.caller.Owner && s.allowed(r.http, r.printer.Name, Manage)
}

// manage runs what only the owner of a printer may do.
func (s *Server) manage(r *request, run func() error) answer {
	if !s.mayManage(r) {
		return errNotOwner
	}
	if err := run(); err != nil {
		s.log.Warn("printer not controlled", "printer", r.printer.Name, "error", err)
		return refuse(goipp.StatusErrorTemporary, "the PC with the printer can't write to its disk")
	}
	return answer{}
}

// pausePrinter is RFC 8011 section 4.2.7, resumePrinter 4.2.8; disablePrinter and enablePrinter are RFC 3998
// section 3.1.
func (s *Server) pausePrinter(r *request) answer {
	return s.manage(r, func() error { return s.control(r.printer.Name, func(r *Rule) { r.Paused = true }) })
}

func (s *Server) resumePrinter(r *request) answer {
	return s.manage(r, func() error { return s.control(r.printer.Name, func(r *Rule) { r.Paused = false }) })
}

func (s *Server) disablePrinter(r *request) answer {
	return s.manage(r, func() error { return s.control(r.printer.Name, func(r *Rule) { r.Closed = true }) })
}

func (s *Server) enablePrinter(r *request) answer {
	return s.manage(r, func() error { return s.control(r.printer.Name, func(r *Rule) { r.Closed = false }) })
}

// purgeJobs is RFC 8011 section 4.2.9: the jobs of the printer are canceled, and those that have ended forgotten.
func (s *Server) purgeJobs(r *request) answer {
	return s.manage(r, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		var ended []*job
		for _, j := range s.jobs {
			if j.Printer != r.printer.Name || j.receiving {
				continue
			}
			if !j.State.Ended() {
				s.cancelForLocked(j, "job-canceled-by-operator")
			}
			if j.State.Ended() {
				ended = append(ended, j)
			}
		}
		s.changed()
		return s.dropLocked(ended)
	})
}

// setPrinterAttributes is RFC 3380 section 4.1: what a printer is called and shares is its owner's settings, so that
// nothing can be set from here, whoever asks.
func (s *Server) setPrinterAttributes(r *request) answer {
	if !s.mayManage(r) {
		return errNotOwner
	}
	if len(r.msg.Printer) == 0 {
		return refuse(goipp.StatusErrorBadRequest, "printer attributes are missing")
	}
	a := refuse(goipp.StatusErrorAttributesNotSettable, "")
	for _, attr := range r.msg.Printer {
		a.unsupported.Add(goipp.MakeAttr(attr.Name, goipp.TagNotSettable, goipp.Void{}))
	}
	return a
}

// getPrinterSupportedValues is RFC 3380 section 4.3: the values that attributes may be set to, of which there are none.
func (s *Server) getPrinterSupportedValues(r *request) answer {
	var a answer
	for _, name := range r.op.Strings("requested-attributes") {
		if name != "all" && !strings.HasPrefix(name, "printer-desc") && name != "job-template" {
			a.status = goipp.StatusOkIgnoredOrSubstituted
			a.unsupported = goipp.Attributes{keywords("requested-attributes", name)}
		}
	}
	a.groups = goipp.Groups{{Tag: goipp.TagPrinterGroup}}
	return a
}

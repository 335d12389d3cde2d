package printing

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"
)

// ruling is what the owner of a printer has decided about it, beside what its print system says. The zero ruling
// lets everything through.
type ruling struct {
	Paused   bool `json:"paused,omitempty"`   // jobs are taken and wait
	Disabled bool `json:"disabled,omitempty"` // no jobs are taken
}

const (
	pausedText   = "the owner of the printer has paused it"
	disabledText = "the owner of the printer takes no jobs at the moment"
)

// SetPaused makes a printer take jobs and let them wait, also over a restart, or print them again. A job that the
// print system already has is printed. Whoever calls it has asked whether that is allowed.
func (s *Server) SetPaused(printer string, paused bool) error {
	return s.control(printer, func(c *ruling) { c.Paused = paused })
}

// SetAccepting makes a printer take no new jobs, also over a restart, or take them again.
func (s *Server) SetAccepting(printer string, accepting bool) error {
	return s.control(printer, func(c *ruling) { c.Disabled = !accepting })
}

func (s *Server) control(name string, change func(*ruling)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.printers[name] == nil {
		return ErrNotFound
	}
	before := s.rulings[name]
	c := before
	if change(&c); c == before {
		return nil
	}
	s.rulings[name] = c
	if err := s.spool.saveRulings(s.rulings); err != nil {
		s.rulings[name] = before
		return err
	}
	s.log.Info("printer controlled by its owner", "printer", name, "paused", c.Paused, "disabled", c.Disabled)
	s.tellPrintersLocked()
	s.changed()
	s.wakeUp()
	return nil
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
	c := s.rulings[p.Name]
	if c.Disabled {
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
	if shown.message == "" && c.Disabled {
		shown.message = disabledText
	}
	return shown
}

// rulingsFile holds what owners decided about their printers, by name. No job has such a number.
const rulingsFile = "printers.state"

func (s *spool) saveRulings(all map[string]ruling) error {
	set := map[string]ruling{}
	for name, c := range all {
		if c != (ruling{}) {
			set[name] = c
		}
	}
	file := filepath.Join(s.dir, rulingsFile)
	if len(set) == 0 {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("save state of printers: %w", err)
		}
		return nil
	}
	b, err := json.Marshal(set)
	if err == nil {
		err = replaceSynced(file, b)
	}
	if err != nil {
		return fmt.Errorf("save state of printers: %w", err)
	}
	return nil
}

// loadRulings returns what saveRulings saved. What can't be read is set aside; the printers then print.
func (s *spool) loadRulings() (all map[string]ruling, damaged bool) {
	all = map[string]ruling{}
	file := filepath.Join(s.dir, rulingsFile)
	b, err := os.ReadFile(file) // #nosec G304 -- in the spool
	if errors.Is(err, os.ErrNotExist) {
		return all, false
	}
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		_ = os.Rename(file, file+".bak")
		return map[string]ruling{}, true
	}
	return all, false
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
	return s.manage(r, func() error { return s.SetPaused(r.printer.Name, true) })
}

func (s *Server) resumePrinter(r *request) answer {
	return s.manage(r, func() error { return s.SetPaused(r.printer.Name, false) })
}

func (s *Server) disablePrinter(r *request) answer {
	return s.manage(r, func() error { return s.SetAccepting(r.printer.Name, false) })
}

func (s *Server) enablePrinter(r *request) answer {
	return s.manage(r, func() error { return s.SetAccepting(r.printer.Name, true) })
}

// purgeJobs is RFC 8011 section 4.2.9: the jobs of the printer are canceled, and those that have ended forgotten.
func (s *Server) purgeJobs(r *request) answer {
	return s.manage(r, func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, j := range s.jobs {
			if j.Printer != r.printer.Name || j.receiving {
				continue
			}
			if !j.State.Ended() {
				s.cancelForLocked(j, "job-canceled-by-operator")
			}
			if j.State.Ended() {
				s.dropLocked(j)
			}
		}
		s.changed()
		return nil
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

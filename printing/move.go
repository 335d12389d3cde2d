package printing

import (
	"context"
	"errors"
	"slices"
)

// ErrSamePrinter is returned for a job that is to be moved to where it is.
var ErrSamePrinter = errors.New("the job is at this printer")

const reasonMoved = "job-canceled-by-operator" // what the print system is told of a job that moves on

// Move sends a job of the caller, or anybody's when the caller owns this PC, to another shared printer of this PC: one
// that waits or is held at once, and one that its print system has when that has let go of it. What has been printed by
// then is printed twice, as whoever moves a job that is being printed wants it; a job that came out meanwhile stays.
// A printer that takes no jobs of its kind is an *OptionError or a *FormatError, and nothing is changed. Whoever calls it
// has asked whether the caller may print there.
func (s *Server) Move(_ context.Context, printer string, id int, to string, caller Caller) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, p := s.jobs[id], s.printers[to]
	switch {
	case j == nil || j.Printer != printer || !j.visible(caller) || p == nil || p.caps == nil:
		return ErrNotFound
	case printer == to:
		return ErrSamePrinter
	case j.State.Ended():
		return ErrEnded
	case j.Stage == stageIncoming || j.Dir != "" && j.stop != nil:
		return ErrPrinting // as good as: it is a matter of moments
	}
	if !p.takesFormat(j.Format) {
		return &FormatError{Format: j.Format, Takes: p.caps.Strings("document-format-supported")}
	}
	if _, odd := checkTemplate(decodeTemplate(j.Template), p.caps); len(odd) > 0 {
		return optionError(p.caps, odd[0].Name, odd[0].Values.String())
	}
	j.MoveTo = to
	switch {
	case j.stop == nil:
		s.moveOnLocked(j)
	case j.Stage == stageWaiting: // for the print system, which has nothing of it
		s.keepLocked(j)
		j.stop()
	default:
		s.cancelForLocked(j, reasonMoved)
	}
	return nil
}

// moveOnLocked puts a job in line at the printer that it is to move to. A held one stays held there.
func (s *Server) moveOnLocked(j *job) {
	p := s.printers[j.MoveTo]
	if p == nil {
		j.MoveTo = ""
		s.holdLocked(j, "the printer that it was to move to is gone: print it again or cancel it")
		return
	}
	s.log.Info("a job moves", "from", j.Printer, "to", p.Name, "job", j.ID)
	if !slices.Contains(j.Before, j.Printer) {
		j.Before = append(j.Before, j.Printer)
	}
	j.spend()
	j.Printer, j.Queue, j.Dir, j.MoveTo = p.Name, p.Queue, p.Dir, ""
	j.Ref, j.Begun, j.Canceling, j.Written, j.Stuck = "", "", "", nil, false
	j.Hold = j.Hold || s.rules[j.Printer].Release
	s.waitLocked(j)
}

// letsGoLocked takes a job from the print system that has canceled it for Move. It moves on when nobody follows it.
func (s *Server) letsGoLocked(j *job) {
	s.moveLocked(j, stageHeld, JobHeld, "it moves to another printer", reasonHeld)
}

// at tells whether a job is known at a printer: it is, or was before it moved.
func (j *job) at(printer string) bool {
	return j.Printer == printer || slices.Contains(j.Before, printer)
}

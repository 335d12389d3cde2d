package printing

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// ErrSamePrinter is returned for a job that is to be moved to where it is.
var ErrSamePrinter = errors.New("the job is at this printer")

const reasonMoved = "job-canceled-by-operator" // what the print system is told of a job that moves on

// ErrClosed is returned for a job that is to move to a printer that takes none.
var ErrClosed = errors.New("the printer takes no jobs at the moment")

// Move sends a job of the caller, or anybody's when the caller owns this PC, to another shared printer of this PC: one
// that waits or is held at once, and one that its print system has when that has let go of it. What has been printed by
// then is printed twice, as whoever moves a job that is being printed wants it; a job that came out meanwhile stays.
// A printer that takes no jobs of its kind is an *OptionError or a *FormatError, and nothing is changed. Whoever calls it
// has asked whether the caller may print there.
func (s *Server) Move(_ context.Context, printer string, id int, to string, caller Caller) error {
	return s.withJob(printer, id, caller, func(j *job) error { return s.moveToLocked(j, to) })
}

func (s *Server) moveToLocked(j *job, to string) error {
	p := s.printers[to]
	switch {
	case p == nil || p.caps == nil:
		return ErrNotFound
	case j.Printer == to:
		return ErrSamePrinter
	case j.State.Ended():
		return ErrEnded
	case j.Stage == stageIncoming || j.Dir != "" && j.stop != nil:
		return ErrPrinting // as good as: it is a matter of moments
	case j.Canceling != "" && j.MoveTo == "":
		return ErrEnded // the same
	case !s.shownLocked(p).accepting:
		return ErrClosed
	}
	if err := takes(p.caps, j.Format, decodeTemplate(j.Template)); err != nil {
		return err
	}
	j.MoveTo = to
	switch {
	case j.stop == nil:
		s.moveOnLocked(j)
	case j.Stage == stageWaiting: // for the print system, which has nothing of it
		s.keepLocked(j)
		j.stop()
	default:
		s.withdrawLocked(j, reasonMoved)
	}
	return nil
}

// takes tells why a printer doesn't print a document of a format with the options of a job.
func takes(caps ipp.Attrs, format string, template goipp.Attributes) error {
	all := slices.DeleteFunc(caps.Strings("document-format-supported"), func(s string) bool { return s == formatOctet })
	if !slices.Contains(all, format) {
		return &FormatError{Format: format, Takes: all}
	}
	return takesOptions(caps, template)
}

func takesOptions(caps ipp.Attrs, template goipp.Attributes) error {
	_, odd := checkTemplate(template, caps)
	if len(odd) == 0 {
		return nil
	}
	name, value := inWords(odd[0], template)
	return optionError(caps, name, value)
}

// inWords names an option that is not taken, and its value, as people write them.
func inWords(odd goipp.Attribute, template goipp.Attributes) (name, value string) {
	attr, _ := ipp.Attrs(template).Get(odd.Name) // an option that isn't known at all comes back without its value
	if col, ok := odd.Values[0].V.(goipp.Collection); ok && len(col) > 0 {
		attr = col[0] // the first member that isn't taken
	}
	if size, ok := attr.Values[0].V.(goipp.Collection); ok {
		x, _ := ipp.Attrs(size).Int("x-dimension")
		y, _ := ipp.Attrs(size).Int("y-dimension")
		return "media", fmt.Sprintf("%gx%gmm", float64(x)/100, float64(y)/100)
	}
	o, _ := findOption(attr.Name)
	return attr.Name, strings.Join(o.texts(attr), ",")
}

// moveJob is CUPS-Move-Job, for a printer of this PC. Whoever asks must be allowed to print there.
func (s *Server) moveJob(r *request) answer {
	base, err1 := url.Parse(r.base)
	uri, err2 := url.Parse(ipp.Attrs(r.msg.Job).String("job-printer-uri"))
	if err1 != nil || err2 != nil || uri.Host != base.Host { // never another printer here that has the same name
		return errGone
	}
	to := uri.Path[strings.LastIndexByte(uri.Path, '/')+1:]
	if !s.allowed(r.http, to, Print) {
		return errGone
	}
	return s.onJob(r, func(j *job) error { return s.moveToLocked(j, to) })
}

// moveOnLocked puts a job in line at the printer that it is to move to. A held one stays held there.
func (s *Server) moveOnLocked(j *job) {
	p := s.printers[j.MoveTo]
	if p == nil {
		j.MoveTo = ""
		s.holdLocked(j, "the printer that it was to move to is gone: print it again or cancel it")
		return
	}
	s.log.Info("a job moves or is taken back", "from", j.Printer, "to", p.Name, "job", j.ID)
	if p.Name != j.Printer { // else it was only taken back
		j.Turn = 0
		if !slices.Contains(j.Before, j.Printer) {
			j.Before = append(j.Before, j.Printer)
		}
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

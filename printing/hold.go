package printing

import (
	"cmp"
	"context"
	"errors"

	"github.com/OpenPrinting/goipp"
)

const (
	// reasonHeld is the job-state-reason of a job that somebody wants held, reasonReview that of one of which nobody knows
	// whether it was printed.
	reasonHeld, reasonReview = "job-hold-until-specified", "job-held-for-review"

	heldText = "it is held until it is released"

	// recallAttr is an operation attribute of Hold-Job: a job that the print system has is taken back from it, too, and
	// then held. RFC 8011 section 4.3.5 has a plain Hold-Job refused for such a job.
	recallAttr = "lanyard-recall"
)

// ErrPrinting is the answer to who wants a job held or changed that is at the printer.
var ErrPrinting = errors.New("the job is being printed already")

// Hold sets a job aside that is not being printed yet, until Release. Its owner and the owner of this PC may.
func (s *Server) Hold(_ context.Context, printer string, id int, caller Caller) error {
	return s.withJob(printer, id, caller, s.holdForLocked)
}

func (s *Server) holdForLocked(j *job) error {
	switch j.Stage {
	case stageIncoming:
		j.Hold = true
		s.moveLocked(j, stageIncoming, JobHeld, j.Message, "job-incoming", reasonHeld)
	case stageWaiting:
		j.Hold = true
		s.setAsideLocked(j)
		s.tellLocked() // to who may be waiting with it for the print system
	case stageHeld:
	case stageEnded:
		return ErrEnded
	default:
		return ErrPrinting
	}
	return nil
}

// setAsideLocked sets a job aside until it is released.
func (s *Server) setAsideLocked(j *job) {
	reason, message := s.heldForLocked(j)
	s.moveLocked(j, stageHeld, JobHeld, message, reason)
}

// waitLocked puts a job in line, or sets it aside if it is to be held.
func (s *Server) waitLocked(j *job) {
	if j.Hold {
		s.setAsideLocked(j)
		return
	}
	s.moveLocked(j, stageWaiting, JobPending, "")
	s.wakeUp()
}

// recallLocked holds a job wherever it is. One that its print system has is held when that has let go of it; one that came
// out meanwhile stays so.
func (s *Server) recallLocked(j *job) error {
	if err := s.holdForLocked(j); !errors.Is(err, ErrPrinting) {
		return err
	}
	switch {
	case j.Dir != "":
		return ErrPrinting // it is a matter of moments
	case j.Canceling != "" && j.MoveTo == "":
		return ErrEnded // as good as
	}
	j.Hold = true
	if j.MoveTo == "" { // else it is on its way already, and held there
		j.MoveTo = j.Printer
	}
	s.withdrawLocked(j, reasonMoved)
	return nil
}

// releaseLocked lets a held job go on.
func (s *Server) releaseLocked(j *job) error {
	switch {
	case j.Stage == stageIncoming && j.Hold:
		j.Hold = false
		s.moveLocked(j, stageIncoming, JobHeld, j.Message, "job-incoming")
	case j.Hold && j.MoveTo != "" && !j.State.Ended(): // on its way back from the printer: it goes on once it is here
		j.Hold = false
		s.keepLocked(j)
	case j.Stage == stageHeld:
		j.spend()
		j.Hold, j.Ref, j.Begun, j.Written = false, "", "", nil
		s.waitLocked(j)
	default:
		return ErrNotHeld
	}
	return nil
}

// holdJob is RFC 8011 section 4.3.5.
func (s *Server) holdJob(r *request) answer {
	until := cmp.Or(r.op.String("job-hold-until"), "indefinite")
	if until != "indefinite" && until != "no-hold" {
		return answer{status: goipp.StatusErrorAttributesOrValues, unsupported: goipp.Attributes{keywords("job-hold-until", until)}}
	}
	return s.onJob(r, func(j *job) error {
		if until == "no-hold" {
			return s.releaseForLocked(j, r.sent(j), nil)
		}
		if r.op.Bool(recallAttr) {
			return s.recallLocked(j)
		}
		return s.holdForLocked(j)
	})
}

// releaseJob is RFC 8011 section 4.3.6, with the job-password of PWG 5100.11 where the job has one and who asks isn't its
// sender.
func (s *Server) releaseJob(r *request) answer {
	digest, bad := r.readPIN()
	if bad != nil {
		return *bad
	}
	return s.onJob(r, func(j *job) error { return s.releaseForLocked(j, r.sent(j), digest) })
}

// onJob does something to a job whose owner the caller is, or whose printer's.
func (s *Server) onJob(r *request, run func(*job) error) answer {
	s.mu.Lock()
	j := s.jobLocked(r)
	s.mu.Unlock()
	if j == nil || !s.mayTouch(r, j) {
		return errGone
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return refusal(run(j))
}

// refusal answers with why something is not done to a job.
func refusal(err error) answer {
	var option *OptionError
	var format *FormatError
	switch {
	case err == nil:
		return answer{}
	case errors.Is(err, ErrNotFound):
		return errGone
	case errors.Is(err, ErrPIN), errors.Is(err, ErrNeedsPIN), errors.Is(err, ErrPINLocked), errors.Is(err, ErrPINStays):
		return refuse(goipp.StatusErrorNotAuthorized, err.Error())
	case errors.Is(err, ErrClosed):
		return refuse(goipp.StatusErrorNotAcceptingJobs, err.Error())
	case errors.As(err, &option):
		return refuse(goipp.StatusErrorAttributesOrValues, err.Error())
	case errors.As(err, &format):
		return refuse(goipp.StatusErrorDocumentFormatNotSupported, err.Error())
	}
	return refuse(goipp.StatusErrorNotPossible, err.Error())
}

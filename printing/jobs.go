package printing

import (
	"context"
	"errors"
	"slices"
	"time"

	"lanyard/printing/ipp"
)

// Jobs returns the jobs of the caller, and for the owner of the PC everybody's, newest first.
func (s *Server) Jobs(caller Caller) []Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Job
	places := s.placesLocked()
	for _, j := range s.jobs {
		if j.visible(caller) {
			one := s.describedLocked(j, caller)
			one.Place = places[j.ID]
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b Job) int { return b.ID - a.ID })
	return all
}

// visible tells whether the caller may know more of the job than that there is one.
func (j *job) visible(c Caller) bool { return c.Owner || c.ID != "" && c.ID == j.Owner }

// withJob does something to a job that the caller may touch, with mu held; any other is ErrNotFound.
func (s *Server) withJob(printer string, id int, caller Caller, do func(*job) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jobs[id]
	if j == nil || !j.at(printer) || !j.visible(caller) {
		return ErrNotFound
	}
	return do(j)
}

// describedLocked is a job as the caller may see it.
func (s *Server) describedLocked(j *job, c Caller) Job {
	state, reasons, message := s.standingLocked(j)
	out := Job{
		ID: j.ID, Printer: j.Printer, State: state, Reasons: slices.Clone(reasons), Message: message, Kept: !j.Kept.IsZero(),
		PIN:   j.PIN != nil && j.Stage == stageHeld,
		Pages: j.Pages, Total: j.Total, Size: j.Size, Format: j.Format, Created: j.Created, Ended: j.Ended,
	}
	if j.visible(c) {
		out.Owner, out.OwnerName, out.Name = j.Owner, j.OwnerName, j.title()
	}
	if c.ID != "" && c.ID == j.Owner {
		out.Name = j.Name
	}
	return out
}

// Cancel ends a job of the caller, or of anybody when the caller owns this PC. A job that is not there, or is none of
// the caller's, is ErrNotFound; one that has ended ErrEnded.
func (s *Server) Cancel(_ context.Context, printer string, id int, caller Caller) error {
	return s.withJob(printer, id, caller, func(j *job) error { return s.cancelLocked(j, caller, "") })
}

// Release lets a held job go on: it was to wait for this, or somebody has looked and says that it was not printed. Its sender
// needs no PIN; the owner of this PC the one that the job was given, if it was: ErrPIN, ErrNeedsPIN and ErrPINLocked.
func (s *Server) Release(_ context.Context, printer string, id int, pin string, caller Caller) error {
	return s.withJob(printer, id, caller, func(j *job) error {
		s.log.Info("a held job goes on", "printer", printer, "job", id, "by", caller.ID)
		return s.releaseForLocked(j, caller.ID != "" && caller.ID == j.Owner, pinDigest(pin))
	})
}

// Errors of jobs.
var (
	ErrNotFound = errors.New("no such printer or job")
	ErrEnded    = errors.New("the job has ended already")
	ErrNotHeld  = errors.New("the job is not held")
)

// cancelLocked cancels a job. What whoever does it has to say to who may see the job is shown once it has ended.
func (s *Server) cancelLocked(j *job, by Caller, why string) error {
	if j.State.Ended() {
		return ErrEnded
	}
	s.cancelForLocked(j, cancelReason(j, by))
	if why = ipp.Clean(why, maxWhy); why != "" && j.State.Ended() {
		s.moveLocked(j, j.Stage, j.State, why, j.Reasons...)
	}
	return nil
}

// maxWhy is the most bytes of the message of Cancel-Job (RFC 8011 section 4.3.3.1).
const maxWhy = 127

// cancelForLocked cancels a job that has not ended, also one that was to move.
func (s *Server) cancelForLocked(j *job, reason string) {
	if j.MoveTo != "" {
		j.MoveTo, j.Canceling = "", ""
	}
	s.withdrawLocked(j, reason)
}

// withdrawLocked ends a job, or has its print system let go of it.
func (s *Server) withdrawLocked(j *job, reason string) {
	switch {
	case j.Stage == stageIncoming, j.Stage == stageWaiting && j.stop == nil, j.Stage == stageHeld:
		s.endLocked(j, JobCanceled, "", reason)
		return
	case j.Canceling != "":
		return
	}
	j.Canceling = reason
	s.moveLocked(j, j.Stage, j.State, j.Message, "processing-to-stop-point")
	if j.Dir != "" && j.stop != nil {
		j.stop()
	}
	s.tellLocked()
	poke(s.soon)
}

func cancelReason(j *job, by Caller) string {
	if by.ID == j.Owner {
		return "job-canceled-by-user"
	}
	return "job-canceled-by-operator"
}

// moveLocked sets stage and state, and makes them durable. A disk that fails doesn't stop a job: the record before is
// then what a crash leaves, which at worst holds the job for a person to decide.
func (s *Server) moveLocked(j *job, to stage, state JobState, message string, reasons ...string) {
	j.Stage, j.State, j.Message, j.Reasons = to, state, message, reasons
	s.keepLocked(j)
	s.tellJobLocked(j)
	s.changed()
}

func (s *Server) keepLocked(j *job) {
	if err := s.spool.save(&j.record); err != nil {
		s.log.Warn("job state not saved", "job", j.ID, "error", err)
	}
}

// endLocked ends a job and drops its document, unless that is to be kept for a while.
func (s *Server) endLocked(j *job, state JobState, message string, reasons ...string) {
	switch {
	case message != "" || state != JobCanceled:
	case slices.Contains(reasons, reasonTooOld):
		message = "the job waited too long to be printed"
	case slices.Contains(reasons, reasonTooMany):
		message = tooManyText
	}
	j.Ended, j.MoveTo = time.Now(), ""
	if keep := keepFor(j, state); keep > 0 {
		j.Kept = j.Ended.Add(keep)
		reasons = append(slices.Clone(reasons), reasonKept)
	}
	s.moveLocked(j, stageEnded, state, message, reasons...)
	if j.Kept.IsZero() {
		s.spool.dropDocument(j.ID)
		if !j.receiving {
			s.recv.release(j)
		}
	}
	s.log.Info("job ended", "printer", j.Printer, "job", j.ID, "state", state.String(), "message", message)
	s.forgetLocked()
	s.wakeUp()
}

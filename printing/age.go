package printing

import (
	"cmp"
	"slices"
	"time"
)

const (
	// incomingTime is how long a job may wait for its document (multiple-operation-time-out).
	incomingTime = 2 * time.Minute
	// lookForOld is the longest time between two looks for jobs that are too old: a PC may sleep in between.
	lookForOld = time.Hour
	// impossibleAge is longer than any job is kept.
	impossibleAge = 365 * 24 * time.Hour
	// keepEnded is how many ended jobs are remembered, for those who ask later what became of theirs.
	keepEnded = 200
)

// reasonTooOld is the job-state-reason (PWG 5100.11 section 7.1) of a job that waited longer than Limits.Wait.
const reasonTooOld = "job-canceled-after-timeout"

// expire ends jobs whose document didn't come and those that have waited too long, forgets the old ones, and returns
// when to look for more of them.
func (s *Server) expire() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := lookForOld
	for _, j := range s.jobs {
		switch left := s.timeLeft(j); {
		case left > 0:
			next = min(next, left)
		case j.State.Ended() && !j.Kept.IsZero():
			s.letGoLocked(j)
		case j.State.Ended() || j.receiving: // to be forgotten, or on its way, which has limits of its own
		case j.Stage == stageIncoming:
			s.endLocked(j, JobAborted, "the document did not come", "aborted-by-system")
		default:
			s.cancelForLocked(j, reasonTooOld)
		}
	}
	s.forgetLocked() // after: it takes its time, in which more become old
	return next
}

// timeLeft is how long a job may stay as it is.
func (s *Server) timeLeft(j *job) time.Duration {
	switch {
	case j.State.Ended():
		left := s.opt.Limits.Keep - s.age(j.Ended)
		if !j.Kept.IsZero() {
			left = min(left, s.keptLeft(j))
		}
		return left
	case j.Stage == stageIncoming:
		return incomingTime - time.Since(j.Created)
	}
	wait := s.opt.Limits.Wait
	if j.Hold && j.party.guest { // who will soon be nobody that could release it
		wait = min(wait, guestTime)
	}
	return wait - s.age(j.Created)
}

// keptLeft is how long the document of a job that has ended is still kept.
func (s *Server) keptLeft(j *job) time.Duration { return j.Kept.Sub(j.Ended) - s.age(j.Ended) }

// age is how long ago something was. What the clock says of a time before this start is not believed when it can't be:
// a PC may begin in 1970 each time, until the network tells it better.
func (s *Server) age(t time.Time) time.Duration {
	if age := time.Since(t); age >= 0 && age < impossibleAge {
		return age
	}
	return time.Since(s.boot)
}

// forgetLocked drops the ended jobs that are older than Limits.Keep, and those that ended first above keepEnded: a job that
// waited while hundreds of others came is remembered as long as they are.
func (s *Server) forgetLocked() {
	var ended []*job
	for _, j := range s.jobs {
		if j.State.Ended() && !j.receiving {
			ended = append(ended, j)
		}
	}
	slices.SortFunc(ended, func(a, b *job) int { return cmp.Or(b.Ended.Compare(a.Ended), b.ID-a.ID) })
	var old []*job
	for i, j := range ended {
		if !j.Kept.IsZero() && s.keptLeft(j) <= 0 {
			s.letGoLocked(j)
		}
		if i < keepEnded && s.timeLeft(j) > 0 {
			continue
		}
		old = append(old, j)
	}
	if err := s.dropLocked(old); err != nil {
		s.log.Warn("jobs that have ended are not forgotten yet", "error", err)
	}
}

// dropLocked forgets jobs that have ended, once what they printed is in the ledger.
func (s *Server) dropLocked(jobs []*job) error {
	jobs = slices.DeleteFunc(jobs, func(j *job) bool {
		return j.ID == s.lastID && s.spool.mark(j.ID) != nil // its number says which is next
	})
	if len(jobs) == 0 {
		return nil
	}
	if err := s.settleLocked(jobs); err != nil {
		return err
	}
	for _, j := range jobs {
		if !j.Kept.IsZero() {
			s.recv.release(j)
		}
		s.spool.forget(j.ID)
		delete(s.jobs, j.ID)
	}
	return nil
}

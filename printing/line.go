package printing

import (
	"cmp"
	"context"
	"slices"
)

// turn is a job's place in the line of its printer, among those of the other jobs: its number, unless the owner of the
// printer has put it elsewhere.
func (j *job) turn() float64 { return cmp.Or(j.Turn, float64(j.ID)) }

// begun tells whether a job is past waiting: it is being printed, or was when this PC stopped.
func (j *job) begun() bool {
	return j.stop != nil || j.Stage == stageSubmitting || j.Stage == stageSubmitted
}

// ahead compares two jobs of one printer that have not ended: less than 0 when a is before b. What is being printed is first,
// and what is held last: nobody knows when that is its turn.
func ahead(a, b *job) int { return cmp.Or(a.rank()-b.rank(), byTurn(a, b)) }

func (j *job) rank() int {
	switch {
	case j.begun():
		return 0
	case j.Stage == stageHeld || j.Hold:
		return 2
	}
	return 1
}

// byTurn is ahead without regard to how the jobs are.
func byTurn(a, b *job) int { return cmp.Or(cmp.Compare(a.turn(), b.turn()), a.ID-b.ID) }

// sameTarget tells whether two jobs wait in one line. Two shared printers may stand for one queue.
func (j *job) sameTarget(other *job) bool { return j.Queue == other.Queue && j.Dir == other.Dir }

// placesLocked are the places in line of all jobs that have not ended, from 1. Held ones have theirs behind the others.
func (s *Server) placesLocked() map[int]int {
	var all []*job
	for _, j := range s.jobs {
		if !j.State.Ended() {
			all = append(all, j)
		}
	}
	slices.SortFunc(all, ahead)
	places, last := make(map[int]int, len(all)), map[string]int{}
	for _, j := range all {
		target := targetOf(j.Queue, j.Dir)
		last[target]++
		places[j.ID] = last[target]
	}
	return places
}

// interveningLocked is how many jobs are printed before one, as far as one can tell (RFC 8011 section 5.3.15).
func (s *Server) interveningLocked(j *job) int {
	n := 0
	for _, other := range s.jobs {
		if other != j && !other.State.Ended() && other.sameTarget(j) && ahead(other, j) < 0 {
			n++
		}
	}
	return n
}

// Order puts a job that waits or is held before another one in the line of its printer, before 0 at its end, over a
// restart too. Only the owner of this PC may. A job that is being printed, or was, is ErrPrinting or ErrEnded: nobody
// goes before it, and it goes nowhere.
func (s *Server) Order(_ context.Context, printer string, id, before int, caller Caller) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, next := s.jobs[id], s.jobs[before]
	switch {
	case !caller.Owner || j == nil || !j.at(printer) || before != 0 && (next == nil || !next.sameTarget(j)):
		return ErrNotFound
	case j.State.Ended() || next != nil && next.State.Ended():
		return ErrEnded
	case j.begun() || next != nil && next.begun():
		return ErrPrinting
	case j == next:
		return nil
	}
	turn, ok := s.turnLocked(j, next)
	if !ok {
		s.spreadLocked(j)
		turn, _ = s.turnLocked(j, next)
	}
	was := j.Turn
	j.Turn = turn
	if err := s.spool.save(&j.record); err != nil {
		j.Turn = was
		return err
	}
	s.log.Info("a job is put elsewhere in the line", "printer", printer, "job", id, "before", before)
	s.changed()
	return nil
}

// waitingLocked are the jobs that wait in one line with j, without j itself, by their turns.
func (s *Server) waitingLocked(j *job) []*job {
	var line []*job
	for _, other := range s.jobs {
		if other != j && !other.State.Ended() && !other.begun() && other.sameTarget(j) {
			line = append(line, other)
		}
	}
	slices.SortFunc(line, byTurn)
	return line
}

// turnLocked is a turn right before that of next, or after all when that is nil. One number says it all, so that it is on
// disk as a whole or not at all; there is none when the numbers around it are as close as numbers can be.
func (s *Server) turnLocked(j, next *job) (turn float64, ok bool) {
	from, to := 0.0, float64(s.lastID+1) // who comes later is behind all
	for _, other := range s.waitingLocked(j) {
		if other == next {
			to = other.turn()
			break
		}
		from = other.turn()
	}
	turn = from + (to-from)/2
	return turn, from < turn && turn < to
}

// spreadLocked moves the turns of the jobs in line with j apart and leaves their order as it is. A crash meanwhile may
// leave some of them in another order, and all of them there.
func (s *Server) spreadLocked(j *job) {
	line := s.waitingLocked(j)
	for i, other := range line {
		other.Turn = float64(s.lastID+1) * float64(i+1) / float64(len(line)+1)
		s.keepLocked(other)
	}
}

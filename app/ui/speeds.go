package ui

import (
	"time"

	"lanyard/app/node"
)

// graphTime is how far back the graph of a transfer goes, in seconds: a value for each.
const graphTime = 60

// speeds is how fast each transfer that is under way went in the last minute, a value a second.
type speeds struct {
	logs map[string]*speedLog
}

// speedLog is one of them: a ring with the value of second n at n % graphTime.
type speedLog struct {
	values     [graphTime]float64
	first, now int64 // seconds since 1970: of the oldest value that was ever noted, and of the latest
}

// note takes down how fast everything goes now. What has ended is forgotten.
func (s *speeds) note(all []node.Transfer, now time.Time) {
	next := map[string]*speedLog{}
	for _, t := range all {
		if t.State.Ended() || t.State == node.TransferWaiting || t.State == node.TransferAsking {
			continue
		}
		log := s.logs[t.ID]
		if log == nil {
			log = &speedLog{first: now.Unix(), now: now.Unix() - 1}
		}
		log.note(t.Speed, now.Unix())
		next[t.ID] = log
	}
	s.logs = next
}

// note sets the value of a second. Seconds that passed without news went on as before.
func (l *speedLog) note(speed float64, now int64) {
	if now < l.now {
		return // the clock was put back
	}
	before := l.values[l.now%graphTime]
	for n := max(l.now+1, now-graphTime+1); n < now; n++ {
		l.values[n%graphTime] = before
	}
	l.values[now%graphTime], l.now = speed, now
}

// of returns the last minute of a transfer, the latest value last; before it began there are zeros.
func (s *speeds) of(id string) []float64 {
	log := s.logs[id]
	if log == nil {
		return nil
	}
	all := make([]float64, graphTime)
	for i := range all {
		if n := log.now - graphTime + 1 + int64(i); n >= log.first {
			all[i] = log.values[n%graphTime]
		}
	}
	return all
}

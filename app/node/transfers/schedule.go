package transfers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// How much runs at once: more only make each other slow.
const (
	maxRunning  = 4 // in all
	maxPerPC    = 2 // one can read while another one is checked
	maxPerDisk  = 2
	maxRotating = 1 // on a disk that turns: it would only seek
)

// backoff is after how long a transfer is tried again that can't go on; the last of it then counts for good.
var backoff = []time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second}

const (
	abandonWait = 5 * time.Second // how long a cancelled one tries to have the other PC remove what half stands there
	doubtWait   = 5 * time.Second // how long one may stand still after its PC was away for a moment: the connection may be dead
)

// Why an attempt is ended.
var (
	errPaused    = errors.New("paused")
	errCancelled = errors.New("cancelled")
	errDoubted   = errors.New("nothing moves any more")
)

// Run moves what is in the queue. It returns when ctx ends and nothing runs any more; what ran goes on when the queue is opened
// again.
func (q *Queue) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for ctx.Err() == nil {
		var timer <-chan time.Time
		if next := q.start(ctx, &wg); next > 0 {
			timer = time.After(next)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-q.wake:
		case <-timer:
		}
	}
	return nil
}

// place is where a transfer would run.
type place struct {
	away     string // why its PC can't be reached
	disk     string
	rotating bool
	ready    bool // what it waited for seems to be there
}

// start starts what may run, and returns when to look again; 0: when something changes.
func (q *Queue) start(ctx context.Context, wg *sync.WaitGroup) time.Duration {
	where := q.survey(time.Now()) // without the lock: disks and others may take their time
	var changed, blocked []*item
	q.mu.Lock()
	line := q.lineLocked()
	now, next := time.Now(), time.Duration(0)
	for _, it := range line {
		switch {
		case it.busy:
		case it.t.Ending:
			q.busyLocked(it, wg, func() { q.abandon(ctx, it) })
		case it.t.State == Blocked && !it.away && !it.due.After(now):
			if where[it].ready {
				it.t.State, it.t.Waits = Waiting, ""
			} else {
				it.due = now.Add(backoff[min(it.tries, len(backoff)-1)])
				it.tries++
			}
			changed = append(changed, it)
		}
	}
	slots := q.takenLocked(line, where)
	for _, it := range line {
		at, known := where[it]
		if it.busy || it.t.Ending || it.t.State != Waiting || !known {
			continue
		}
		if at.away != "" {
			it.t.State, it.t.Waits, it.away, it.due, it.ready = Blocked, at.away, true, now, nil
			blocked = append(blocked, it)
			continue
		}
		if slots.take(it.t.PC, at) {
			attempt, cancel := context.WithCancelCause(ctx)
			it.cancel, it.t.State = cancel, Running
			q.busyLocked(it, wg, func() { q.attempt(attempt, it, cancel) })
			changed = append(changed, it)
		}
	}
	for _, it := range line {
		if it.t.State == Blocked && !it.away && !it.busy {
			if wait := max(it.due.Sub(now), time.Millisecond); next == 0 || wait < next {
				next = wait
			}
		}
	}
	q.mu.Unlock()
	for _, it := range blocked {
		q.recheck(it)
		q.keep(it)
	}
	if len(changed)+len(blocked) > 0 {
		q.changed()
	}
	return next
}

// recheck looks again whether a PC is away, now that its coming back would be noticed. Where it is not, the transfer is tried
// again after a while.
func (q *Queue) recheck(it *item) {
	if q.o.Away(it.t.PC) != "" {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if it.t.State == Blocked {
		it.away = false
	}
}

// busyLocked runs something for a transfer; until it has ended nothing else does.
func (q *Queue) busyLocked(it *item, wg *sync.WaitGroup, do func()) {
	it.busy = true
	wg.Go(do)
}

// survey looks where those transfers would run that may be due.
func (q *Queue) survey(now time.Time) map[*item]place {
	q.mu.Lock()
	line := slices.DeleteFunc(q.lineLocked(), func(it *item) bool {
		return it.t.State != Running && it.t.State != Waiting && (it.t.State != Blocked || it.away || it.due.After(now))
	})
	ready := make([]func() bool, len(line))
	for n, it := range line {
		if it.t.State == Blocked {
			ready[n] = it.ready
		}
	}
	q.mu.Unlock()
	where, away := make(map[*item]place, len(line)), map[string]string{}
	for n, it := range line {
		at := place{ready: ready[n] == nil || ready[n]()}
		pc := it.t.PC
		why, asked := away[pc]
		if !asked {
			why = q.o.Away(pc)
			away[pc] = why
		}
		at.away = why
		if it.t.Local != "" {
			at.disk, at.rotating = q.o.Disk(it.t.Local)
		}
		where[it] = at
	}
	return where
}

// slots counts what runs.
type slots struct {
	all  int
	pc   map[string]int
	disk map[string]int
}

func (q *Queue) takenLocked(line []*item, where map[*item]place) slots {
	s := slots{pc: map[string]int{}, disk: map[string]int{}}
	for _, it := range line {
		if it.t.State == Running {
			s.add(it.t.PC, where[it])
		}
	}
	return s
}

func (s *slots) add(pc string, at place) {
	s.all++
	s.pc[pc]++
	if at.disk != "" {
		s.disk[at.disk]++
	}
}

// take takes a slot, if there is one.
func (s *slots) take(pc string, at place) bool {
	most := maxPerDisk
	if at.rotating {
		most = maxRotating
	}
	if s.all >= maxRunning || s.pc[pc] >= maxPerPC || at.disk != "" && s.disk[at.disk] >= most {
		return false
	}
	s.add(pc, at)
	return true
}

// Back tells that a PC can be reached again: what waits for it, or has asked it something, goes on. What still runs may do so over
// a connection that leads nowhere now.
func (q *Queue) Back(pc string) {
	q.mu.Lock()
	for _, it := range q.items {
		if it.t.PC == pc && it.t.State == Running {
			it.doubted = time.Now().Add(doubtWait)
		}
	}
	q.mu.Unlock()
	q.wakeAll(func(it *item) bool {
		return it.t.PC == pc && (it.t.State == Blocked || it.t.State == Asking)
	})
}

// Wake has a transfer go on that is asking or blocked, as what it waited for may be there.
func (q *Queue) Wake(id string) {
	q.mu.Lock()
	if it := q.items[id]; it != nil {
		it.woken = it.busy
	}
	q.mu.Unlock()
	q.wakeAll(func(it *item) bool { return it.t.ID == id && (it.t.State == Blocked || it.t.State == Asking) })
}

func (q *Queue) wakeAll(which func(*item) bool) {
	q.mu.Lock()
	woken := false
	for _, it := range q.items {
		if !it.busy && !it.t.Ending && which(it) {
			it.t.State, it.t.Waits, it.away, it.tries = Waiting, "", false, 0
			woken = true
		}
	}
	q.mu.Unlock()
	if woken {
		q.changed()
	}
}

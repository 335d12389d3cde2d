package transfers

import "time"

// Pause holds a transfer where it is; "" is all that have not ended.
func (q *Queue) Pause(id string) error {
	return q.steer(id, func(it *item) bool {
		switch {
		case it.t.Ending || it.t.State == Paused:
			return false
		case it.busy:
			it.pausing = true
			it.cancel(errPaused)
			return false // it is once it has
		}
		it.t.State, it.t.Waits, it.away = Paused, "", false
		return true
	})
}

// Resume has a transfer go on that is paused, or waits for something; "" is all of them.
func (q *Queue) Resume(id string) error {
	return q.steer(id, func(it *item) bool {
		if it.t.Ending {
			return false
		}
		it.pausing = false // where it is still about to
		if it.busy {
			return false
		}
		switch it.t.State {
		case Paused, Blocked, Asking:
			it.t.State, it.t.Waits, it.away, it.tries = Waiting, "", false, 0
			return true
		}
		return false
	})
}

// Cancel ends a transfer. What half stands of it is removed, at both ends where the other PC can be reached.
func (q *Queue) Cancel(id string) error {
	if id == "" {
		return ErrUnknown
	}
	return q.steer(id, func(it *item) bool {
		it.t.Ending = true
		if it.cancel != nil {
			it.cancel(errCancelled)
		}
		return true
	})
}

// steer does something with one or all transfers that have not ended; do tells whether that is to be saved.
func (q *Queue) steer(id string, do func(*item) bool) error {
	var edited []*item
	q.mu.Lock()
	if it := q.items[id]; id != "" && (it == nil || it.t.State.Ended()) {
		q.mu.Unlock()
		if it == nil {
			return ErrUnknown
		}
		return ErrEnded
	}
	for _, it := range q.items {
		if (id == "" || it.t.ID == id) && !it.t.State.Ended() && do(it) {
			edited = append(edited, it)
		}
	}
	q.mu.Unlock()
	q.changed()
	return q.saveAll(edited)
}

func (q *Queue) saveAll(items []*item) (err error) {
	for _, it := range items {
		if serr := q.save(it); err == nil {
			err = serr
		}
	}
	return err
}

// Retry has a transfer that has failed, or was cancelled or declined, go on at the end of the queue with what is missing.
func (q *Queue) Retry(id string) error {
	q.mu.Lock()
	it := q.items[id]
	var err error
	switch {
	case it == nil:
		err = ErrUnknown
	case !it.t.State.Ended():
		err = ErrNotEnded
	case it.t.State == Done:
		err = ErrDone
	}
	if err != nil {
		q.mu.Unlock()
		return err
	}
	q.turn++
	t := &it.t
	t.State, t.Error, t.Turn, it.tries = Waiting, "", q.turn, 0
	t.Ended = time.Time{}
	q.mu.Unlock()
	q.changed()
	return q.save(it)
}

// Damage notes that files of a transfer that had ended are not what was sent any more: it has failed, and Retry sends them again.
// why is its error.
func (q *Queue) Damage(id string, paths []string, why string) error {
	q.mu.Lock()
	it := q.items[id]
	if it == nil || !it.t.State.Ended() {
		q.mu.Unlock()
		return ErrNotEnded
	}
	it.t.State, it.t.Error, it.t.Damaged = Failed, why, paths
	q.mu.Unlock()
	q.changed()
	return q.save(it)
}

// Order puts a transfer before another one, which gives it that one's priority too; before "" is the end of its own priority.
func (q *Queue) Order(id, before string) error {
	q.mu.Lock()
	it, next := q.items[id], q.items[before]
	var err error
	switch {
	case it == nil || before != "" && next == nil:
		err = ErrUnknown
	case it.t.State.Ended() || next != nil && next.t.State.Ended():
		err = ErrEnded
	}
	if err != nil || it == next {
		q.mu.Unlock()
		return err
	}
	edited := q.orderLocked(it, next)
	q.mu.Unlock()
	q.changed()
	return q.saveAll(edited)
}

// orderLocked gives a transfer a turn between others; where there is none left between them, all get new ones.
func (q *Queue) orderLocked(it, next *item) []*item {
	if next == nil {
		q.turn++
		it.t.Turn = q.turn
		return []*item{it}
	}
	it.t.Priority = next.t.Priority
	low := next.t.Turn - 1
	for _, other := range q.lineLocked() {
		if other != it && rank(other.t.Priority) == rank(next.t.Priority) && other.t.Turn < next.t.Turn {
			low = other.t.Turn
		}
	}
	it.t.Turn = (low + next.t.Turn) / 2
	if low < it.t.Turn && it.t.Turn < next.t.Turn {
		return []*item{it}
	}
	line := q.lineLocked()
	q.turn = 0
	for _, other := range line {
		if other == it {
			continue
		}
		if other == next {
			q.turn++
			it.t.Turn = q.turn
		}
		q.turn++
		other.t.Turn = q.turn
	}
	return line
}

// Prioritize has a transfer go before others, or after them. What runs goes on.
func (q *Queue) Prioritize(id, priority string) error {
	if priority != Low && priority != Normal && priority != High {
		return ErrPriority
	}
	if id == "" {
		return ErrUnknown
	}
	return q.steer(id, func(it *item) bool {
		it.t.Priority = priority
		return true
	})
}

// Forget drops all transfers that have ended.
func (q *Queue) Forget() {
	q.mu.Lock()
	var gone []*item
	for id, it := range q.items {
		if it.t.State.Ended() && !it.busy {
			gone = append(gone, it)
			delete(q.items, id)
		}
	}
	q.mu.Unlock()
	for _, it := range gone {
		q.drop(it)
	}
	q.changed()
}

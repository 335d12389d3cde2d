package transfers

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	sampleEvery  = 250 * time.Millisecond // figures for the eye
	speedHorizon = 3 * time.Second        // over which speed is averaged
	leftHorizon  = 15 * time.Second       // and that from which the time left is told, which is not to jump
)

// Attempt is where whoever moves tells how it goes.
type Attempt struct {
	q  *Queue
	it *item

	tries int // before this one that got nowhere

	mu      sync.Mutex
	figures func() Figures // mu guards the below
	counted Transfer       // Files, Same, Skipped and Failed
	last    int64          // bytes at the last sample
}

// Watch gives the function that tells how far the attempt is. It is called a few times a second, one call at a time.
func (a *Attempt) Watch(figures func() Figures) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.figures = figures
}

// Result notes what became of a file.
func (a *Attempt) Result(r Result) {
	news := a.it.results.add(r)
	a.mu.Lock()
	defer a.mu.Unlock()
	if news {
		a.counted.count(r.How)
	}
}

// Hold notes files that were held back: the first of them, and how many they are. They take the place of those noted before.
func (a *Attempt) Hold(first []Held, count int) {
	a.q.mu.Lock()
	a.it.t.Held, a.it.t.HeldCount = first, count
	a.q.mu.Unlock()
}

// Keep notes something for the next attempt: it is on the disk when Keep returns nil.
func (a *Attempt) Keep(data []byte) error {
	a.q.mu.Lock()
	a.it.t.Kept = data
	a.q.mu.Unlock()
	return a.q.save(a.it)
}

// attempt is one attempt, from its slot to what it ended as.
func (q *Queue) attempt(ctx context.Context, it *item, cancel context.CancelCauseFunc) {
	defer cancel(nil)
	if err := it.results.open(); err != nil && q.o.Logger != nil {
		q.o.Logger.Warn("results not kept", "transfer", it.t.ID, "err", err)
	}
	a := &Attempt{q: q, it: it}
	q.mu.Lock()
	a.tries = it.tries
	it.t.Attempts++
	it.woken = false
	it.t.Failed = 0 // they are tried again
	a.counted = it.t
	t := it.t
	q.mu.Unlock()
	q.keep(it)
	moved := make(chan error, 1)
	go func() { moved <- q.o.Move(ctx, t, a) }() // waited for below
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		select {
		case err := <-moved:
			a.sample()
			if rerr := it.results.close(); rerr != nil && q.o.Logger != nil {
				q.o.Logger.Warn("results not kept", "transfer", it.t.ID, "err", rerr)
			}
			q.settle(ctx, a, err)
			return
		case <-tick.C:
			a.sample()
			it.results.flush()
			q.o.changed()
		}
	}
}

func (o *Options) changed() {
	if o.Changed != nil {
		o.Changed()
	}
}

// sample takes over how far the attempt is.
func (a *Attempt) sample() {
	a.mu.Lock()
	figures, counted := a.figures, a.counted
	a.mu.Unlock()
	f := Figures{Total: -1, Count: -1}
	if figures != nil {
		f = figures()
	}
	a.q.mu.Lock()
	defer a.q.mu.Unlock()
	t := &a.it.t
	moved := max(f.Bytes-t.Bytes, 0) // what was there counts at once, and was moved before
	t.Bytes += moved
	if f.Total >= 0 {
		t.Total = max(f.Total, t.Bytes)
	}
	if f.Count >= 0 {
		t.Count = f.Count
	}
	t.Files, t.Same, t.Skipped, t.Failed = max(counted.Files, f.Files), counted.Same, counted.Skipped, counted.Failed
	t.Limit = f.Limit
	rate := float64(moved) / sampleEvery.Seconds()
	t.Speed = smooth(t.Speed, rate, speedHorizon)
	a.it.slow = smooth(a.it.slow, rate, leftHorizon)
	t.Left = -1
	if t.Total >= 0 && a.it.slow > 1 {
		t.Left = float64(t.Total-t.Bytes) / a.it.slow
	}
	if f.Bytes != a.last {
		a.last, a.it.tries, a.it.doubted = f.Bytes, 0, time.Time{}
	}
	if d := a.it.doubted; !d.IsZero() && time.Now().After(d) && a.it.cancel != nil {
		a.it.cancel(errDoubted)
	}
}

func smooth(speed, now float64, over time.Duration) float64 {
	if speed == 0 {
		return now
	}
	return speed + (now-speed)*float64(sampleEvery)/float64(over)
}

// settle says what an attempt has ended as.
func (q *Queue) settle(ctx context.Context, a *Attempt, err error) {
	it := a.it
	var wait *Wait
	q.mu.Lock()
	t := &it.t
	t.Speed, t.Left, t.Limit, it.slow, it.cancel, it.busy, it.doubted = 0, -1, "", 0, nil, false, time.Time{}
	switch {
	case err == nil:
		t.State, t.Error, t.Damaged = Done, "", nil // though it be paused or cancelled: all is there
	case it.t.Ending: // what is left to do is done by start
		t.State = Waiting
	case it.pausing:
		t.State = Paused
	case errors.Is(context.Cause(ctx), errPaused), errors.Is(context.Cause(ctx), errDoubted):
		t.State = Waiting // resumed in the meantime, or for another try
	case ctx.Err() != nil: // the process ends: it stays as running on the disk
	case errors.As(err, &wait):
		if wait.Vain {
			it.tries = a.tries
		}
		q.waitLocked(it, wait)
	case errors.Is(err, ErrDeclined):
		t.State = Declined
	default:
		t.State, t.Error = Failed, err.Error()
	}
	if t.State.Ended() {
		t.Ended, it.t.Ending = time.Now(), false
	}
	it.pausing = false
	q.mu.Unlock()
	if wait != nil && wait.Away {
		q.recheck(it)
	}
	q.keep(it)
	q.trim()
	q.changed()
}

// waitLocked has a transfer wait.
func (q *Queue) waitLocked(it *item, w *Wait) {
	it.t.State, it.t.Waits, it.away, it.ready = Blocked, w.For, w.Away, w.Ready
	if it.woken && !w.Away {
		it.t.State, it.t.Waits = Waiting, ""
		return
	}
	if w.State == Asking {
		it.t.State = Asking
		return
	}
	it.due = time.Now().Add(backoff[min(it.tries, len(backoff)-1)])
	it.tries++
}

// abandon ends a cancelled transfer: nothing of it is left half done.
func (q *Queue) abandon(ctx context.Context, it *item) {
	q.mu.Lock()
	t := it.t
	q.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, abandonWait)
	defer cancel()
	if q.o.Abandon != nil && t.Attempts > 0 {
		q.o.Abandon(ctx, t)
	}
	q.mu.Lock()
	it.busy, it.t.Ending = false, false
	it.t.State, it.t.Waits, it.t.Ended = Cancelled, "", time.Now()
	q.mu.Unlock()
	q.keep(it)
	q.trim()
	q.changed()
}

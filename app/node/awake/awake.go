// Package awake keeps this PC from going to sleep while bytes move, and lets it go afterwards. It doesn't keep the screen
// on, and doesn't know what moves.
package awake

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	settle   = 300 * time.Millisecond // what is over by then, such as a listing, need not be told to the system
	linger   = 500 * time.Millisecond // between one file and the next the PC isn't let go; with look it must be below a second
	look     = 200 * time.Millisecond // how often it is looked whether bytes move, while they should
	stall    = 30 * time.Second       // without a byte, and the PC may sleep: nobody knows whether more will come
	holdWait = 2 * time.Second        // for the system to answer
	retry    = time.Minute            // after it said no
)

// reason is what the system shows to who asks why this PC doesn't sleep.
const reason = "Files are on their way to or from another PC"

// Options are what a Keeper needs.
type Options struct {
	// Moved counts the bytes that have moved since ever; what it counts of no use doesn't matter.
	Moved func() int64
	// Busy is called by Run when a use begins and then again and again until the last one has ended; nil: nobody.
	Busy   func()
	Logger *slog.Logger
}

// Keeper keeps this PC awake as long as any use lasts and bytes move.
type Keeper struct {
	o     Options
	hold  func(context.Context) (io.Closer, error) // asks the system; closing what it returns lets go
	stall time.Duration
	begun chan struct{} // holds one message: a use has begun
	held  atomic.Bool

	mu   sync.Mutex
	uses int       // mu guards the below
	last time.Time // that one began or ended
}

// New returns a Keeper that does nothing before Run.
func New(o Options) *Keeper {
	return &Keeper{o: o, hold: hold, stall: stall, begun: make(chan struct{}, 1)}
}

// Begin notes that something is about to move bytes. end, which may be called more than once, says that it is over.
func (k *Keeper) Begin() (end func()) {
	k.count(1)
	select {
	case k.begun <- struct{}{}:
	default:
	}
	var once sync.Once
	return func() { once.Do(func() { k.count(-1) }) }
}

func (k *Keeper) count(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.uses += n
	k.last = time.Now()
}

// used tells whether there is a use.
func (k *Keeper) used() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.uses > 0
}

// busy tells whether there is a use, or was one a moment ago: a lock that is held outlives the pause before the next one.
func (k *Keeper) busy() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.uses > 0 || time.Since(k.last) < linger
}

// Held tells whether this PC is kept awake now.
func (k *Keeper) Held() bool { return k.held.Load() }

// Run keeps awake until ctx ends, and lets go then.
func (k *Keeper) Run(ctx context.Context) error {
	w := watch{Keeper: k}
	defer w.release()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-k.begun:
		}
		w.follow(ctx)
	}
}

// watch is one time after another in which there are uses.
type watch struct {
	*Keeper
	lock  io.Closer // nil: the PC may sleep
	moved int64
	when  time.Time // that it moved last
	asked time.Time // that the system said no
	told  bool      // that it did
}

// follow looks after the uses from the first one's begin to the last one's end.
func (w *watch) follow(ctx context.Context) {
	begun := time.Now()
	w.moved, w.when = w.o.Moved(), begun
	tick := time.NewTicker(look)
	defer tick.Stop()
	for w.busy() {
		if w.o.Busy != nil {
			w.o.Busy()
		}
		if time.Since(begun) >= settle {
			w.step(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	w.release()
}

// step asks the system, or lets go, as bytes have moved or not.
func (w *watch) step(ctx context.Context) {
	now := time.Now()
	if m := w.o.Moved(); m != w.moved {
		w.moved, w.when = m, now
	}
	moving := now.Sub(w.when) < w.stall
	switch {
	case !moving:
		w.release()
	case w.lock == nil && w.used() && (w.asked.IsZero() || now.Sub(w.asked) > retry):
		ctx, cancel := context.WithTimeout(ctx, holdWait)
		defer cancel()
		lock, err := w.hold(ctx)
		if err != nil {
			w.asked = now
			if !w.told {
				w.told = true
				w.o.Logger.Info("this PC may go to sleep while files move", "err", err)
			}
			return
		}
		w.lock, w.asked = lock, time.Time{}
		w.held.Store(true)
	}
}

func (w *watch) release() {
	if w.lock == nil {
		return
	}
	if err := w.lock.Close(); err != nil {
		w.o.Logger.Warn("this PC may stay awake", "err", err)
	}
	w.lock = nil
	w.held.Store(false)
}

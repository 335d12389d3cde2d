package ui

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
)

// work keeps what is slow away from the window, and is the only way back to it: background tasks run in goroutines
// of their own, and one goroutine hands their results to Fyne, in order.
type work struct {
	wake chan struct{}
	log  *slog.Logger

	mu      sync.Mutex // guards the below
	tasks   []*task    // to be started
	results []func()   // to be called on Fyne's goroutine
	state   *node.State
}

// task is something under way in the background.
type task struct {
	do func(ctx context.Context) (then func())

	mu      sync.Mutex // guards the below
	stopped bool
	ended   bool
	cancel  context.CancelFunc
}

func newWork(log *slog.Logger) *work { return &work{wake: make(chan struct{}, 1), log: log} }

// frameTime is how long Fyne's goroutine may be kept: for one picture at 60 a second.
const frameTime = 16 * time.Millisecond

// start runs do in the background and then, unless the task was cancelled meanwhile, what it returned on Fyne's
// goroutine. nil does nothing.
func (w *work) start(do func(ctx context.Context) (then func())) *task {
	t := &task{do: do}
	w.mu.Lock()
	w.tasks = append(w.tasks, t)
	w.mu.Unlock()
	w.nudge()
	return t
}

// stop cancels the task: its context ends and its result is dropped. A nil task is none.
func (t *task) stop() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	if t.cancel != nil {
		t.cancel()
	}
}

// idle tells whether nothing of the task is to come any more.
func (t *task) idle() bool {
	if t == nil {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}

func (t *task) done() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stopped
}

// post calls f on Fyne's goroutine after what was posted before.
func (w *work) post(f func()) {
	w.mu.Lock()
	w.results = append(w.results, f)
	w.mu.Unlock()
	w.nudge()
}

// latest leaves a state to be shown; one that was not shown yet is skipped.
func (w *work) latest(s *node.State) {
	w.mu.Lock()
	w.state = s
	w.mu.Unlock()
	w.nudge()
}

func (w *work) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run starts tasks and posts results until ctx ends, then returns at once; the tasks it started, whose contexts have
// ended too, are in running.
func (w *work) run(ctx context.Context, show func(*node.State), running *sync.WaitGroup) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		}
		w.mu.Lock()
		tasks, results, state := w.tasks, w.results, w.state
		w.tasks, w.results, w.state = nil, nil, nil
		w.mu.Unlock()
		for _, t := range tasks {
			running.Go(func() { w.perform(ctx, t) })
		}
		if len(results) == 0 && state == nil {
			continue
		}
		shown := make(chan struct{})
		fyne.Do(func() {
			defer close(shown)
			if ctx.Err() != nil { // the program is ending; Fyne may run this on a goroutine other than its own
				return
			}
			begun := time.Now()
			if state != nil {
				show(state)
			}
			for _, f := range results {
				f()
			}
			if took := time.Since(begun); took > frameTime {
				w.log.Debug("the window was kept", "for", took)
			}
		})
		select { // so that a slow window makes states coalesce, not pile up
		case <-shown:
		case <-ctx.Done():
		}
	}
}

func (w *work) perform(ctx context.Context, t *task) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.mu.Lock()
	stopped := t.stopped
	t.cancel = cancel
	t.ended = stopped
	t.mu.Unlock()
	if stopped {
		return
	}
	then := t.do(ctx)
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	if then == nil {
		return
	}
	w.post(func() {
		if !t.done() {
			then()
		}
	})
}

// nextTurn does something once what is under way now has been drawn.
func (u *UI) nextTurn(do func()) { u.work.post(do) }

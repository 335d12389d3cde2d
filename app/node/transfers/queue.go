package transfers

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"
)

// Limits of what is remembered.
const (
	maxEnded   = 200       // transfers that have ended
	maxResults = 256 << 20 // bytes of the results of all: those of the oldest go first
)

// Options say how a Queue works.
type Options struct {
	// Move makes one attempt to do a transfer, and goes on where the last one ended. It returns nil when all is there, a *Wait
	// when the next attempt may get further, and any other error for good. It returns when ctx ends, and keeps what it has.
	Move func(ctx context.Context, t Transfer, a *Attempt) error
	// Abandon removes what half stands of a transfer that was cancelled.
	Abandon func(ctx context.Context, t Transfer)
	// Away tells in words why a PC can't be reached now; "" is that it can.
	Away func(pc string) string
	// Disk tells what disk a local path is on, and whether it turns. nil is this system's own word.
	Disk func(path string) (id string, rotating bool)
	// Changed is called after every change, and must return at once.
	Changed func()
	Logger  *slog.Logger
}

// Queue holds transfers. Its methods may be called from any goroutine.
type Queue struct {
	o       Options
	root    *os.Root
	damaged []string
	wake    chan struct{} // something may be due

	mu    sync.Mutex
	items map[string]*item // mu guards the below, and all that is in items
	turn  float64          // the last one given
}

// item is a transfer with what of it is not shown.
type item struct {
	t       Transfer
	results *results

	cancel  context.CancelCauseFunc // of the attempt that runs; nil: none
	busy    bool                    // an attempt runs, or what is left of one is removed
	woken   bool                    // while the attempt ran: what it will ask for may be there already
	pausing bool                    // the attempt is to end so
	away    bool                    // blocked until its PC is back
	due     time.Time               // blocked until then
	ready   func() bool             // and until this is true
	tries   int                     // attempts that got nowhere, one after another
	slow    float64                 // the speed over a longer time, for what is left
	doubted time.Time               // its PC was away for a moment: nothing moved since, and until then it may not be so

	saving sync.Mutex // held while its file is written; before Queue.mu
	gone   bool       // its file is not to be written any more
}

// Open reads a queue from its folder, which is made when needed. What can't be read is set aside, and told by Damaged.
func Open(dir string, o Options) (*Queue, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if o.Disk == nil {
		o.Disk = Disk
	}
	q := &Queue{o: o, root: root, wake: make(chan struct{}, 1), items: map[string]*item{}}
	if err := q.load(); err != nil {
		root.Close()
		return nil, err
	}
	return q, nil
}

// Close gives the folder free. Nothing may be asked of the queue any more, and Run must have returned.
func (q *Queue) Close() error { return q.root.Close() }

// Damaged are the names of the files that could not be read when the queue was opened, and were set aside.
func (q *Queue) Damaged() []string { return q.damaged }

// Add puts a transfer at the end of the queue. It returns once that is on the disk.
func (q *Queue) Add(s Spec) (Transfer, error) {
	id := make([]byte, 4)
	if _, err := rand.Read(id); err != nil {
		return Transfer{}, err
	}
	if rank(s.Priority) == rank(Normal) {
		s.Priority = Normal
	}
	it := &item{t: Transfer{ID: hex.EncodeToString(id), Spec: s, State: Waiting, Total: -1, Count: -1, Left: -1, Started: time.Now()}}
	it.results = &results{root: q.root, id: it.t.ID}
	q.mu.Lock()
	q.turn++
	it.t.Turn = q.turn
	q.items[it.t.ID] = it
	shown := it.t
	q.mu.Unlock()
	if err := q.save(it); err != nil {
		q.mu.Lock()
		delete(q.items, it.t.ID)
		q.mu.Unlock()
		return Transfer{}, err
	}
	q.trim()
	q.changed()
	return shown, nil
}

// changed has all look anew: those who watch, and those who say what runs.
func (q *Queue) changed() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
	if q.o.Changed != nil {
		q.o.Changed()
	}
}

// Get returns a transfer.
func (q *Queue) Get(id string) (Transfer, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it := q.items[id]
	if it == nil {
		return Transfer{}, false
	}
	return it.t, true
}

// List returns all transfers, newest first.
func (q *Queue) List() []Transfer {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := make([]Transfer, 0, len(q.items))
	place := map[string]int{}
	for n, it := range q.lineLocked() {
		place[it.t.ID] = n + 1
	}
	for _, it := range q.items {
		t := it.t
		t.Place = place[t.ID]
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b Transfer) int { return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.ID, a.ID)) })
	return list
}

// lineLocked are the transfers that have not ended, the next one first.
func (q *Queue) lineLocked() []*item {
	var line []*item
	for _, it := range q.items {
		if !it.t.State.Ended() {
			line = append(line, it)
		}
	}
	slices.SortFunc(line, func(a, b *item) int {
		return cmp.Or(cmp.Compare(rank(a.t.Priority), rank(b.t.Priority)), cmp.Compare(a.t.Turn, b.t.Turn), cmp.Compare(a.t.ID, b.t.ID))
	})
	return line
}

// Results returns what became of the files of a transfer, count of them from the from-th on, those that failed first; and how
// many there are in all.
func (q *Queue) Results(id string, from, count int) ([]Result, int, error) {
	q.mu.Lock()
	it := q.items[id]
	q.mu.Unlock()
	if it == nil {
		return nil, 0, ErrUnknown
	}
	return it.results.page(max(from, 0), max(count, 0))
}

// Each calls each with the results of all files of a transfer that didn't fail.
func (q *Queue) Each(id string, each func(Result) error) error {
	q.mu.Lock()
	it := q.items[id]
	q.mu.Unlock()
	if it == nil {
		return ErrUnknown
	}
	return it.results.each(each)
}

// Update changes what a transfer keeps: its Held, HeldCount and Kept. edit tells whether it did.
func (q *Queue) Update(id string, edit func(t *Transfer) bool) error {
	q.mu.Lock()
	it := q.items[id]
	if it == nil {
		q.mu.Unlock()
		return ErrUnknown
	}
	t := it.t
	edited := edit(&t)
	if edited {
		it.t.Held, it.t.HeldCount, it.t.Kept = t.Held, t.HeldCount, t.Kept
	}
	q.mu.Unlock()
	if !edited {
		return nil
	}
	q.changed()
	return q.save(it)
}

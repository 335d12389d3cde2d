package bin

import (
	"errors"
	"maps"
	"sync"
	"time"
)

// How the Brake counts.
const (
	brakeSpan   = time.Minute
	heavy       = 20   // as many files counts one that is made unreadable
	mostAtOnce  = 100  // as many counts a folder that is removed, at the most: one alone never trips it
	sameEnd     = 4    // files that are renamed to one new end of a name, from which on each is heavy
	maxLooks    = 1000 // new files of one caller that are looked at in a minute
	maxWatched  = 4096 // callers
	maxStopped  = 1000 // of them
	maxNewNames = 1000 // ends of names that are known
)

// ErrBraked is the error of a deed that a Brake does not let pass.
var ErrBraked = errors.New("too much was changed in a short time")

// Stop is a caller that was stopped.
type Stop struct {
	Who   string    `json:"who"`
	Files int       `json:"files"` // that it changed within the minute
	Since time.Time `json:"since"` // the first of those changes
}

// Deed is what a caller is about to do.
type Deed struct {
	Files      int    // replaced, removed or renamed
	Unreadable bool   // something readable becomes what looks encrypted
	Removes    bool   // something is taken away
	NewEnd     string // of a name that is changed: see NewEnd
}

// Brake stops a caller that changes too much. Its methods may be called at once.
type Brake struct {
	tripped func(Stop)
	now     func() time.Time

	mu      sync.Mutex
	limit   int               // files in a minute; mu guards the below
	callers map[string]*watch // by what can't be forged
	stopped map[string]Stop
}

// watch is what a caller did within the last minute.
type watch struct {
	began   time.Time // of its marks, the first
	marks   []mark    // oldest first, one for each second
	pending int       // new files that look encrypted, for each of which one that is removed is heavy
	looks   int       // new files looked at
	ends    map[string]int
}

type mark struct {
	at     time.Time
	weight int
	files  int
}

// NewBrake returns a Brake that stops nobody before it has a limit. tripped is told whom it stops.
func NewBrake(tripped func(Stop)) *Brake {
	return &Brake{tripped: tripped, now: time.Now, callers: map[string]*watch{}, stopped: map[string]Stop{}}
}

// SetLimit sets how many files one caller may change in a minute; 0 is any number, and lets those go on that are stopped.
func (b *Brake) SetLimit(files int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit = max(files, 0); b.limit == 0 {
		clear(b.stopped)
		clear(b.callers)
	}
}

// SetStopped replaces the set of callers that are stopped.
func (b *Brake) SetStopped(list []Stop) {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.stopped)
	for _, s := range list[:min(len(list), maxStopped)] {
		b.stopped[s.Who] = s
	}
}

// Stopped tells who is stopped.
func (b *Brake) Stopped() map[string]Stop {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.stopped)
}

// Stops tells whether a caller is stopped.
func (b *Brake) Stops(who string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.stopped[who]
	return ok
}

// Release lets a caller go on, as though it had done nothing so far.
func (b *Brake) Release(who string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.stopped, who)
	delete(b.callers, who)
}

// Watches tells whether a new file of a caller is worth a look.
func (b *Brake) Watches(who string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit == 0 {
		return false
	}
	w := b.watchLocked(who)
	w.looks++
	return w.looks <= maxLooks
}

// On tells whether there is a limit.
func (b *Brake) On() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.limit > 0
}

// Suspect notes that a caller has made a new file that looks encrypted: the next that it removes may be the readable one.
func (b *Brake) Suspect(who string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit > 0 {
		b.watchLocked(who).pending++
	}
}

// Ask tells whether a caller may do something, and counts it; the error is ErrBraked.
func (b *Brake) Ask(who string, d Deed) error {
	b.mu.Lock()
	if b.limit == 0 {
		b.mu.Unlock()
		return nil
	}
	if _, ok := b.stopped[who]; ok {
		b.mu.Unlock()
		return ErrBraked
	}
	now, w := b.now(), b.watchLocked(who)
	weight, files := w.weigh(d), 0
	total := min(weight, b.limit)
	for _, m := range w.marks {
		total, files = total+m.weight, files+m.files
	}
	if total <= b.limit {
		w.add(mark{now, min(weight, b.limit), d.Files})
		b.mu.Unlock()
		return nil
	}
	s := Stop{Who: who, Files: files, Since: now}
	if len(w.marks) > 0 {
		s.Since = w.marks[0].at
	}
	if len(b.stopped) < maxStopped {
		b.stopped[who] = s
	}
	b.mu.Unlock()
	b.tripped(s)
	return ErrBraked
}

// watchLocked is what is known of a caller, without what is older than a minute.
func (b *Brake) watchLocked(who string) *watch {
	now, w := b.now(), b.callers[who]
	if w == nil {
		if len(b.callers) >= maxWatched {
			maps.DeleteFunc(b.callers, func(_ string, w *watch) bool { return now.Sub(w.last()).Abs() > brakeSpan })
		}
		w = &watch{began: now, ends: map[string]int{}}
		b.callers[who] = w
	}
	for len(w.marks) > 0 && now.Sub(w.marks[0].at).Abs() > brakeSpan {
		w.marks = w.marks[1:]
	}
	if now.Sub(w.began).Abs() > 2*brakeSpan { // what isn't marked by the second is forgotten by the minute
		w.began, w.looks, w.pending = now, 0, 0
		clear(w.ends)
	}
	return w
}

func (w *watch) last() time.Time {
	if len(w.marks) == 0 {
		return w.began
	}
	return w.marks[len(w.marks)-1].at
}

// weigh tells as how many files a deed counts.
func (w *watch) weigh(d Deed) int {
	if d.NewEnd != "" && (len(w.ends) < maxNewNames || w.ends[d.NewEnd] > 0) {
		w.ends[d.NewEnd]++
	}
	switch {
	case d.Unreadable:
		return heavy
	case d.Removes && w.pending > 0:
		w.pending--
		return max(heavy, min(d.Files, mostAtOnce))
	case d.NewEnd != "" && w.ends[d.NewEnd] >= sameEnd:
		return heavy
	}
	return min(max(d.Files, 1), mostAtOnce)
}

// add marks a deed, with others of the same second.
func (w *watch) add(m mark) {
	if n := len(w.marks); n > 0 && m.at.Sub(w.marks[n-1].at).Abs() < time.Second {
		w.marks[n-1].weight += m.weight
		w.marks[n-1].files += m.files
		return
	}
	w.marks = append(w.marks, m)
}

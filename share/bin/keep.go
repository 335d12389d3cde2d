package bin

import (
	"errors"
	"hash/maphash"
	"io/fs"
	"iter"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How deeds are taken together.
const (
	actionGap  = 10 * time.Second // between two deeds of one action, at the most
	actionSpan = 10 * time.Minute // of an action
	maxAction  = 100_000          // items of one
	maxCallers = 1000             // whose actions are known at once
	stripes    = 64               // names that change at once
)

// Names is what a bin has to know of names.
type Names struct {
	Beside func(name string) iter.Seq[string]               // a name, then those to try while something has it
	Move   func(root *os.Root, from, to string) (err error) // renames, and fails with fs.ErrExist rather than replace
}

// Bin is that of one shared folder.
type Bin struct {
	root  *os.Root
	names Names
	now   func() time.Time
	seed  maphash.Seed

	naming [stripes]sync.Mutex // by path: held from looking what is there until it is in the bin; first of all

	working sync.Mutex // held while items are restored or go; before mu

	mu      sync.Mutex
	places  map[string]*place  // by folder; mu guards the below
	others  map[string]bool    // folders of other disks that have a bin; nil: not known yet
	actions map[string]*action // by caller
	bytes   int64              // about what is in the bin
	items   int                // about how many
	tended  time.Time
}

// action is what one caller does in one go.
type action struct {
	id          string
	began, last time.Time
	next        int // number of the next item
}

// New returns the bin of a shared folder. It makes and reads nothing before it is used. The root is the caller's own.
func New(root *os.Root, n Names) *Bin {
	return &Bin{
		root: root, names: n, now: time.Now, seed: maphash.MakeSeed(), places: map[string]*place{}, actions: map[string]*action{},
	}
}

// Root is the folder that the bin is for.
func (b *Bin) Root() *os.Root { return b.root }

// Reopen goes on with a bin that was closed, by another root of the same folder: it knows what it knew. The root is the
// caller's own.
func (b *Bin) Reopen(root *os.Root) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.root = root
}

// Close lets go of what a bin has open on the disk, while nobody uses it.
func (b *Bin) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.places {
		p.journal.Close()
	}
	clear(b.places)
}

// lock keeps others from a name. A and a may be one.
func (b *Bin) lock(p string) (unlock func()) {
	m := &b.naming[maphash.String(b.seed, strings.ToLower(p))%stripes]
	m.Lock()
	return m.Unlock
}

// May is asked before a deed, with what is there: nil says that it may be done, another error is returned.
type May func(there fs.FileInfo) error

// Remove takes a file, or a folder with all that is in it, into the bin.
func (b *Bin) Remove(p, who string, may func(files int) error) error {
	defer b.lock(p)()
	info, err := b.root.Lstat(p)
	if err != nil {
		return err
	}
	l := line{How: Removed, Path: p, Who: who, Size: info.Size(), Files: 1}
	if info.IsDir() {
		l.Folder = true
		l.Size, l.Files = b.measure(p)
	}
	if err := may(l.Files); err != nil {
		return err
	}
	return b.keep(l, func(at string) error { return b.root.Rename(p, at) })
}

// Replace gives the complete file temp the name p, and takes what has it now into the bin. may is told what that is; nil is
// nothing.
func (b *Bin) Replace(temp, p, who string, may May) error {
	defer b.lock(p)()
	return b.replace(temp, p, who, may)
}

func (b *Bin) replace(temp, p, who string, may May) error {
	info, err := b.root.Lstat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		info = nil
	case err != nil:
		return err
	case info.IsDir():
		return fs.ErrExist
	}
	if err := may(info); err != nil {
		return err
	}
	if info == nil {
		return b.root.Rename(temp, p)
	}
	l := line{How: Replaced, Path: p, Who: who, Size: info.Size(), Files: 1}
	return b.keep(l, func(at string) error { return b.swap(temp, p, at) })
}

// Overwrite is Replace without a bin: what has the name is gone.
func (b *Bin) Overwrite(temp, p string, may May) error {
	defer b.lock(p)()
	info, err := b.root.Lstat(p)
	if errors.Is(err, fs.ErrNotExist) {
		info, err = nil, nil
	}
	if err == nil {
		err = may(info)
	}
	if err != nil {
		return err
	}
	return b.root.Rename(temp, p)
}

// swap puts temp in the place of p, which becomes at. There is no moment without p, but on disks without hard links.
func (b *Bin) swap(temp, p, at string) error {
	linked := b.root.Link(p, at)
	if linked != nil {
		if err := b.root.Rename(p, at); err != nil {
			return err
		}
	}
	err := b.root.Rename(temp, p)
	switch {
	case err == nil:
	case linked == nil:
		_ = b.root.Remove(at) // its second name
	default:
		err = errors.Join(err, b.root.Rename(at, p))
	}
	return err
}

// Moved notes a move that was done, so that it can be undone.
func (b *Bin) Moved(from, to, who string) error {
	return b.record(line{How: Moved, Path: from, To: to, Who: who})
}

// Added notes a new file that a roll-back should take away.
func (b *Bin) Added(p, who string) error { return b.record(line{How: added, Path: p, Who: who}) }

// record writes a line that has no content.
func (b *Bin) record(l line) (err error) {
	for _, dir := range b.candidates(l.Path) {
		if _, err = b.note(dir, &l); errors.Is(err, fs.ErrNotExist) {
			b.lost(dir)
			_, err = b.note(dir, &l)
		}
		if err == nil {
			b.rememberPlace(dir)
		}
		if !elsewhere(err, false) {
			return err
		}
	}
	return err
}

// keep takes something into the bin: it writes the line, then has take move it to the path that it is given.
func (b *Bin) keep(l line, take func(at string) error) (err error) {
	for _, dir := range b.candidates(l.Path) {
		for range 2 { // somebody may have removed the bin from under it
			var at string
			if at, err = b.note(dir, &l); err == nil {
				err = take(at)
			}
			if err == nil {
				b.count(dir, l)
				return nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				break
			}
			b.lost(dir)
		}
		moving := b.has(dir)
		b.dropPlace(dir)
		if !elsewhere(err, moving) {
			return err
		}
	}
	if l.Folder { // some disks don't move folders, but what is in them (overlayfs)
		return b.carry(l)
	}
	return err
}

func (b *Bin) has(dir string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.places[dir] != nil
}

// lost forgets a bin that isn't where it was any more.
func (b *Bin) lost(dir string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.places[dir]
	if p == nil {
		return
	}
	clear(p.made)
	here, err := p.journal.Stat()
	there, lerr := b.root.Lstat(p.at(journalName))
	if err != nil || lerr != nil || !os.SameFile(here, there) {
		p.journal.Close()
		delete(b.places, dir)
	}
}

// note gives a deed its number, makes the folder for it and writes its line. It returns where the content belongs.
func (b *Bin) note(dir string, l *line) (at string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, err := b.placeLocked(dir, true)
	if err != nil {
		return "", err
	}
	now := b.now()
	a := b.actionLocked(l.Who, now)
	if l.How == Removed || l.How == Replaced {
		if err := b.makeFolder(p, a.id); err != nil {
			return "", err
		}
	}
	l.Action, l.N, l.Time = a.id, a.next, now.UnixNano()
	a.next++
	return p.at(a.id, strconv.Itoa(l.N)), p.write(*l)
}

// actionLocked is the action that a deed belongs to.
func (b *Bin) actionLocked(who string, now time.Time) *action {
	a := b.actions[who]
	if a == nil || a.next >= maxAction || now.Sub(a.last).Abs() > actionGap || now.Sub(a.began).Abs() > actionSpan {
		if len(b.actions) >= maxCallers {
			clear(b.actions)
		}
		a = &action{id: newAction(now), began: now}
		b.actions[who] = a
	}
	a.last = now
	return a
}

func (b *Bin) count(dir string, l line) {
	b.rememberPlace(dir)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes += l.Size
	b.items++
}

package bin

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// fresh is how long what was binned stays, however much it is: whoever fills a disk, or replaces all there is, can't make a
// bin forget what was there before within that time.
const fresh = time.Hour

// tendEvery is how long a bin is used before it is looked through for what is too old.
const tendEvery = time.Hour

// deadLines is how many lines of a journal may be of no use.
const deadLines = 1000

// Keep is how long and how much a bin keeps.
type Keep struct {
	Age   time.Duration
	Bytes int64 // beyond which the oldest go, but those of the last hour
}

// Due tells whether a bin should be tended: it was used for some time, or there is too much in it.
func (b *Bin) Due(k Keep) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	since := b.now().Sub(b.tended)
	return b.tended.IsZero() || since.Abs() > tendEvery || (b.bytes > k.Bytes || b.items > maxItems) && since > time.Minute
}

// Tend removes what is too old or too much, and versions of which there are many.
func (b *Bin) Tend(k Keep) error {
	b.working.Lock()
	defer b.working.Unlock()
	b.mu.Lock()
	b.tended = b.now()
	b.mu.Unlock()
	list, over, err := b.load()
	if err != nil {
		return err
	}
	now := b.now()
	old := map[string]bool{}
	for id := range thin(list, now) {
		old[id] = true
	}
	bytes := int64(0)
	for _, i := range slices.Backward(list) {
		if bytes += i.Size; now.Sub(i.Time) > k.Age || bytes > k.Bytes && now.Sub(i.Time) > fresh {
			old[i.ID] = true
		}
	}
	errs := []error{}
	bytes = 0
	for _, i := range append(over, list...) {
		if i.Time.IsZero() || old[i.ID] {
			errs = append(errs, b.destroy(i))
		} else {
			bytes += i.Size
		}
	}
	b.mu.Lock()
	b.bytes, b.items = bytes, len(list)-len(old)
	b.mu.Unlock()
	return errors.Join(append(errs, b.clear(now))...)
}

// GiveWay removes the oldest until there is enough room for something else, or only that of the last hour is left.
func (b *Bin) GiveWay(enough func() bool) {
	b.working.Lock()
	defer b.working.Unlock()
	list, over, err := b.load()
	if err != nil {
		return
	}
	now := b.now()
	for _, i := range append(over, list...) {
		if enough() || !i.Time.IsZero() && now.Sub(i.Time) <= fresh {
			return
		}
		if i.How == Removed || i.How == Replaced || i.How == "" {
			_ = b.destroy(i)
		}
	}
}

// Empty removes those items for good that pick says yes to.
func (b *Bin) Empty(ctx context.Context, pick func(Item) bool) error {
	b.working.Lock()
	defer b.working.Unlock()
	list, over, err := b.load()
	if err != nil {
		return err
	}
	var errs []error
	for _, i := range append(over, list...) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if pick(i) {
			errs = append(errs, b.destroy(i))
		}
	}
	return errors.Join(append(errs, b.clear(b.now()))...)
}

// clear removes what is left of items that have gone: half-removed contents, folders of actions, lines.
func (b *Bin) clear(now time.Time) error {
	b.mu.Lock()
	var places []*place
	for _, p := range b.places {
		places = append(places, p)
	}
	b.mu.Unlock()
	var errs []error
	for _, p := range places {
		var dying, actions []string
		err := b.eachName(p.at(), func(d fs.DirEntry) error {
			if began, ok := actionTime(d.Name()); ok && d.IsDir() && now.Sub(began).Abs() > 2*actionSpan {
				actions = append(actions, p.at(d.Name()))
			}
			return nil
		})
		if err == nil {
			err = b.eachContent(p, func(action, name string) {
				if strings.HasSuffix(name, gone) {
					dying = append(dying, p.at(action, name))
				}
			})
		}
		errs = append(errs, err)
		for _, name := range dying {
			errs = append(errs, b.root.RemoveAll(name))
		}
		for _, name := range actions {
			_ = b.root.Remove(name) // if nothing is in it
		}
		errs = append(errs, b.compact(p, now))
	}
	return errors.Join(errs...)
}

// compact writes a journal anew when much of it is of no use.
func (b *Bin) compact(p *place, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.places[p.dir] != p {
		return nil
	}
	contents, settled := map[string]bool{}, map[string]bool{}
	err := b.eachContent(p, func(action, name string) { contents[action+"-"+name] = true })
	if err != nil {
		return err
	}
	wanted := func(l line) bool {
		switch id := l.id(); {
		case now.Sub(time.Unix(0, l.Time)).Abs() <= fresh: // what it tells of may be on its way
			return true
		case l.How == Moved || l.How == added:
			return !l.Gone && !settled[id]
		default:
			return contents[id]
		}
	}
	lines, dead := 0, 0
	for _, pass := range []func(line){
		func(l line) {
			if lines++; l.Gone {
				settled[l.id()] = true
			}
		},
		func(l line) {
			if !wanted(l) {
				dead++
			}
		},
	} {
		journal, err := b.lines(p)
		if err == nil {
			err = readJournal(journal, pass)
		}
		if err != nil {
			return err
		}
	}
	if dead < deadLines || dead < lines/2 {
		return nil
	}
	return b.rewriteLocked(p, wanted)
}

// rewriteLocked replaces a journal with the lines of it that are wanted.
func (b *Bin) rewriteLocked(p *place, wanted func(line) bool) error {
	next := p.at(journalName + ".new")
	_ = b.root.Remove(next)
	f, err := b.openRegular(next, os.O_RDWR|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return err
	}
	fresh := &place{dir: p.dir, journal: f}
	journal, err := b.lines(p)
	if err == nil {
		var werr error
		err = readJournal(journal, func(l line) {
			if werr == nil && wanted(l) {
				werr = fresh.write(l)
			}
		})
		err = errors.Join(err, werr)
	}
	if err == nil {
		err = f.Sync()
	}
	f.Close() // Windows names no file that is open
	if err != nil {
		_ = b.root.Remove(next)
		return err
	}
	p.journal.Close()
	delete(b.places, p.dir) // opened again when it is needed
	return b.root.Rename(next, p.at(journalName))
}

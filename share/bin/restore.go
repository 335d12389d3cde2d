package bin

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"time"
)

// maxTold is how many of those that came back under another name are told.
const maxTold = 100

// Restored is what a restore has done.
type Restored struct {
	Items   int       // that are back
	Files   int       // in them
	Renamed []Renamed // the first of those whose name was taken
	Failed  int
	Err     error  // of the first that failed
	Path    string // of that
}

// Renamed is something that came back under another name.
type Renamed struct{ Path, As string }

// Restore puts those items back that pick says yes to, latest deeds first, so that what was changed more than once becomes
// what it was before the first of them. who is whose doing that is: what has to give way goes to the bin, and can be had back.
func (b *Bin) Restore(ctx context.Context, who string, pick func(Item) bool) (Restored, error) {
	b.working.Lock()
	defer b.working.Unlock()
	list, _, err := b.load()
	if err != nil {
		return Restored{}, err
	}
	var r Restored
	for _, i := range slices.Backward(list) {
		if i.How == added || !pick(i) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if i.How == Moved && b.movedOn(i) {
			continue
		}
		as, err := b.restore(i, who)
		r.note(i, as, err)
	}
	return r, nil
}

// RollBack undoes all that a caller has done since a time. New files of it that look encrypted go to the bin.
func (b *Bin) RollBack(ctx context.Context, who string, since time.Time) (Restored, error) {
	b.working.Lock()
	defer b.working.Unlock()
	list, _, err := b.load()
	if err != nil {
		return Restored{}, err
	}
	var r Restored
	for _, i := range slices.Backward(list) {
		if i.Who != who || i.Time.Before(since) || i.Path == "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if i.How == added {
			if b.Remove(i.Path, "", func(int) error { return nil }) == nil {
				b.settle(i)
			}
			continue
		}
		if i.How == Moved && b.neverMoved(i) {
			continue
		}
		as, err := b.restore(i, "")
		r.note(i, as, err)
	}
	return r, nil
}

// movedOn tells whether what was moved is no longer where it was moved to: whoever took it from there is to be undone instead.
func (b *Bin) movedOn(i Item) bool {
	_, err := b.root.Lstat(i.To)
	return errors.Is(err, fs.ErrNotExist)
}

// neverMoved tells whether a move that was noted was then not done, or was undone by hand.
func (b *Bin) neverMoved(i Item) bool {
	_, here := b.root.Lstat(i.Path)
	return here == nil && b.movedOn(i)
}

func (r *Restored) note(i Item, as string, err error) {
	switch {
	case err != nil:
		if r.Failed++; r.Failed == 1 {
			r.Err, r.Path = err, i.Path
		}
		return
	case as != i.Path && len(r.Renamed) < maxTold:
		r.Renamed = append(r.Renamed, Renamed{i.Path, as})
	}
	r.Items++
	r.Files += i.Files
}

// restore puts one item back, and returns where it is.
func (b *Bin) restore(i Item, who string) (as string, err error) {
	if i.Path == "" {
		i.Path = "found " + i.ID
	}
	defer b.lock(i.Path)()
	if dir := path.Dir(i.Path); dir != "." {
		if err := b.root.MkdirAll(dir, 0o777); err != nil {
			return "", err
		}
	}
	switch i.How {
	case Moved:
		if err := b.names.Move(b.root, i.To, i.Path); err != nil {
			return "", err
		}
		b.settle(i)
		return i.Path, nil
	case Replaced:
		err := b.replace(i.content(), i.Path, who, func(fs.FileInfo) error { return nil })
		if !errors.Is(err, fs.ErrExist) { // which a folder does
			return i.Path, err
		}
	}
	dir, name := path.Split(i.Path)
	for try := range b.names.Beside(name) {
		as = dir + try
		if err = b.names.Move(b.root, i.content(), as); !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return as, err
}

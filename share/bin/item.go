package bin

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxItems is how many items a bin has; the oldest of more go. A folder that was removed is one.
const maxItems = 300_000

// gone ends the names of contents that are being removed for good.
const gone = ".gone"

// Item is something that a bin keeps.
type Item struct {
	ID     string // of this one, in its bin
	Action string // of all that one caller did in one go
	Path   string // where it was; "" is not known any more
	To     string // where it is, of what was Moved
	Who    string // whose doing it was; of what has no line "", which is the owner
	How    How
	Folder bool
	Size   int64 // bytes, of a folder with all that is in it
	Files  int   // in it; of a file 1
	Time   time.Time

	place string // the folder that its bin is in
	n     int
}

// content is where an item is kept.
func (i *Item) content() string { return (&place{dir: i.place}).at(i.Action, strconv.Itoa(i.n)) }

// Items returns what is in the bin, oldest first. Moves that can't be undone any more are left out.
func (b *Bin) Items() ([]Item, error) {
	list, _, err := b.load()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(i Item) bool {
		if i.How == added {
			return true
		}
		if i.How != Moved {
			return false
		}
		_, err := b.root.Lstat(i.To)
		_, taken := b.root.Lstat(i.Path)
		return err != nil || taken == nil
	}), nil
}

// load reads what is in the bin, oldest first, and what is too much of it.
func (b *Bin) load() (list, over []Item, err error) {
	b.mu.Lock()
	b.findPlacesLocked()
	places := []*place{}
	for _, dir := range b.dirsLocked() {
		p, perr := b.placeLocked(dir, false)
		switch {
		case perr == nil:
			places = append(places, p)
		case !errors.Is(perr, fs.ErrNotExist) && dir == "": // another disk may be away
			err = perr
		}
	}
	b.mu.Unlock()
	for _, p := range places {
		items, more, perr := b.read(p)
		if perr != nil && err == nil {
			err = perr
		}
		list, over = append(list, items...), append(over, more...)
	}
	slices.SortStableFunc(list, func(a, b Item) int { return a.Time.Compare(b.Time) })
	return list, over, err
}

// dirsLocked are the folders that have a bin, the top first.
func (b *Bin) dirsLocked() []string {
	dirs := []string{""}
	for dir := range b.others {
		dirs = append(dirs, dir)
	}
	for dir := range b.places {
		if dir != "" && !b.others[dir] {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// reading is the state of reading one journal.
type reading struct {
	contents map[string]bool // that have no line yet
	settled  map[string]bool // moves that were undone
	who      map[string]string
	list     []Item
	over     []Item
	place    string
}

// read reads one place.
func (b *Bin) read(p *place) (list, over []Item, err error) {
	r := &reading{contents: map[string]bool{}, settled: map[string]bool{}, who: map[string]string{}, place: p.dir}
	err = b.eachContent(p, func(action, name string) {
		if n, ok := number(name); ok {
			r.contents[itemID(action, n)] = true
		}
	})
	if err != nil {
		return nil, nil, err
	}
	journal, err := b.lines(p)
	if err == nil {
		err = readJournal(journal, r.take)
	}
	if err != nil {
		return nil, nil, err
	}
	list = slices.DeleteFunc(r.list, func(i Item) bool { return r.settled[i.ID] })
	for id := range r.contents {
		list = append(list, b.found(p, id))
	}
	return list, r.over, nil
}

// lines is the part of a journal that is read.
func (b *Bin) lines(p *place) (io.Reader, error) {
	info, err := p.journal.Stat()
	if err != nil {
		return nil, err
	}
	from := max(info.Size()-maxJournal, 0)
	return io.NewSectionReader(p.journal, from, info.Size()-from), nil
}

// take takes a line. Of two for one item the first counts.
func (r *reading) take(l line) {
	id := l.id()
	if l.Gone {
		if l.How == Moved || l.How == added {
			r.settled[id] = true
		}
		return
	}
	if l.How == Removed || l.How == Replaced {
		if !r.contents[id] {
			return
		}
		delete(r.contents, id)
	}
	who, ok := r.who[l.Who]
	if !ok {
		who = strings.Clone(l.Who)
		r.who[who] = who
	}
	r.list = append(r.list, Item{
		ID: id, Action: l.Action, Path: l.Path, To: l.To, Who: who, How: l.How, Folder: l.Folder, Size: l.Size, Files: l.Files,
		Time: time.Unix(0, l.Time), place: r.place, n: l.N,
	})
	if len(r.list) >= maxItems+maxItems/10 {
		many := len(r.list) - maxItems
		for _, i := range r.list[:many] {
			if i.How == Removed || i.How == Replaced {
				r.over = append(r.over, Item{ID: i.ID, Action: i.Action, place: i.place, n: i.n})
			}
		}
		r.list = slices.Clone(r.list[many:])
	}
}

// found describes content of which no line tells.
func (b *Bin) found(p *place, id string) Item {
	action, name, _ := strings.Cut(id, "-")
	n, _ := number(name)
	i := Item{ID: id, Action: action, How: Removed, Files: 1, place: p.dir, n: n}
	i.Time, _ = actionTime(action)
	if info, err := b.root.Lstat(p.at(action, name)); err == nil {
		i.Folder, i.Size = info.IsDir(), info.Size()
	}
	return i
}

// eachContent calls each for all that is in the folders of actions.
func (b *Bin) eachContent(p *place, each func(action, name string)) error {
	return b.eachName(p.at(), func(d fs.DirEntry) error {
		if _, ok := actionTime(d.Name()); !ok || !d.IsDir() {
			return nil
		}
		err := b.eachName(p.at(d.Name()), func(c fs.DirEntry) error {
			each(d.Name(), c.Name())
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			err = nil // gone since
		}
		return err
	})
}

// eachName calls each for what is in a folder, a piece at a time.
func (b *Bin) eachName(dir string, each func(fs.DirEntry) error) error {
	info, err := b.root.Lstat(dir)
	if err != nil {
		return err
	}
	f, err := b.root.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if now, err := f.Stat(); err != nil || !os.SameFile(info, now) { // a link
		return errors.Join(ErrBlocked, err)
	}
	for {
		list, err := f.ReadDir(1024)
		for _, d := range list {
			if err := each(d); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// settle notes that a move, or a file that was added, is done with.
func (b *Bin) settle(i Item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, err := b.placeLocked(i.place, false); err == nil {
		_ = p.write(line{Time: i.Time.UnixNano(), Action: i.Action, N: i.n, How: i.How, Path: i.Path, To: i.To, Gone: true})
	}
}

// destroy removes an item for good. What is broken off goes the next time.
func (b *Bin) destroy(i Item) error {
	if i.How == Moved || i.How == added {
		b.settle(i)
		return nil
	}
	dying := i.content() + gone
	if err := b.root.Rename(i.content(), dying); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return b.root.RemoveAll(dying)
}

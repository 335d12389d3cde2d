package share

import (
	"io/fs"
	"path"
)

// walker goes through a source and all below it, a folder before what is in it.
type walker struct {
	each    func(*item) error
	skipped func() // called for what is left out on purpose; may be nil

	spelling // of what is walked
}

func (w walker) walk(s source) error {
	if s.err != nil {
		return w.each(&item{source: s})
	}
	w.spelling = spellingOf(s.root)
	info, link, err := look(s.root, rooted(s.path), nil)
	if err != nil {
		return w.fail(s, err)
	}
	return w.enter(s, info, link, 0)
}

func (w walker) fail(s source, err error) error {
	s.err = err
	return w.each(&item{source: s})
}

func (w walker) skip() error {
	if w.skipped != nil {
		w.skipped()
	}
	return nil
}

// enter takes one file or folder; a folder's link is followed only where a person named it, as it could lead in a circle.
func (w walker) enter(s source, info fs.FileInfo, link bool, depth int) error {
	i := &item{source: s, dir: info.IsDir(), header: header{Path: s.as, Modified: sane(info.ModTime())}}
	switch {
	case !i.dir:
		i.describe(info)
		return w.each(i)
	case link && depth > 0:
		return w.skip()
	case depth >= maxDepth:
		return w.fail(s, &Error{Code: Invalid, Text: "there are too many folders in folders"})
	}
	if err := w.each(i); err != nil {
		return err
	}
	stop := error(nil) // what each said, as against a folder that can't be read
	err := readDir(s.root, s.path, func(d fs.DirEntry) error {
		stop = w.below(s, d, depth)
		return stop
	})
	if err != nil && stop == nil {
		return w.fail(s, err)
	}
	return stop
}

func (w walker) below(dir source, d fs.DirEntry, depth int) error {
	name := d.Name()
	s := source{root: dir.root, path: path.Join(dir.path, name), asked: dir.asked}
	if hidden(name) {
		return w.skip()
	}
	info, link, err := look(s.root, s.path, d)
	if err != nil {
		return w.skip() // gone since, a link that leads out, a pipe: not there
	}
	as, ok := w.wire(name)
	if s.as = path.Join(dir.as, as); !ok { // better said than lost
		s.as = path.Join(dir.as, clean(name))
		return w.fail(s, errUntold)
	}
	return w.enter(s, info, link, depth+1)
}

package share

import (
	"io/fs"
	"path"
	"runtime"
)

// walker goes through a source and all below it, a folder before what is in it.
type walker struct {
	each    func(*item) error
	leftOut func(s source, why string, shown bool) error // called for what is left out on purpose; shown: a list has it; may be nil

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

func (w walker) skip(s source, why string, shown bool) error {
	if w.leftOut == nil {
		return nil
	}
	return w.leftOut(s, why, shown)
}

// enter takes one file or folder; a folder's link is followed only where a person named it, as it could lead in a circle.
func (w walker) enter(s source, info fs.FileInfo, link bool, depth int) error {
	i := &item{source: s, dir: info.IsDir(), link: link, header: header{Path: s.as, Modified: sane(info.ModTime())}}
	switch {
	case !i.dir:
		i.describe(info)
		return w.each(i)
	case link && depth > 0:
		return w.skip(s, "it is a link to a folder", true)
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
	as, told := w.wire(name)
	if !told {
		as = clean(name)
	}
	s := source{root: dir.root, path: path.Join(dir.path, name), as: path.Join(dir.as, as), asked: dir.asked}
	if hidden(name) {
		return w.skip(s, "hidden files are not shared", false)
	}
	info, link, err := look(s.root, s.path, d)
	if err != nil {
		return w.skip(s, "it is no file, or a link that leads elsewhere", false) // or gone since: not there
	}
	if !told { // better said than lost
		return w.fail(s, errUntold)
	}
	return w.enter(s, info, link, depth+1)
}

// describe fills the header of a file.
func (i *item) describe(info fs.FileInfo) {
	i.header = header{
		Path: i.as, Size: info.Size(), Modified: sane(info.ModTime()),
		Runs: runtime.GOOS != "windows" && info.Mode()&0o100 != 0,
	}
}

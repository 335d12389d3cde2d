package share

import (
	"errors"
	"os"
	"path"
	"sync/atomic"
)

// openDir is a folder that is kept open for the files in it, rather than found anew by its path for each. nil is one that
// could not be opened: files are found by their paths then.
type openDir struct {
	root *os.Root // of the folder itself
	in   *os.Root // what its path is below
	path string
	dir  *os.File // the folder, for what os.Root can't do; opened when it is needed
	uses atomic.Int32
}

// next returns the folder at a path, which is the same one where it is the same path, and lets go of this one else.
func (d *openDir) next(in *os.Root, p string) *openDir {
	if d.is(in, p) {
		return d
	}
	d.release()
	root, err := in.OpenRoot(rooted(p))
	if err != nil {
		return nil
	}
	n := &openDir{root: root, in: in, path: p}
	n.uses.Store(1)
	return n
}

func (d *openDir) is(in *os.Root, p string) bool { return d != nil && d.in == in && d.path == p }

// use says that one more needs it.
func (d *openDir) use() *openDir {
	if d != nil {
		d.uses.Add(1)
	}
	return d
}

// release says that one less does.
func (d *openDir) release() {
	if d != nil && d.uses.Add(-1) == 0 {
		_ = d.root.Close()
		if d.dir != nil {
			_ = d.dir.Close()
		}
	}
}

// moveNew renames a file of the folder within it, and fails with fs.ErrExist rather than replace what is there. Both are
// paths below in. One goroutine at a time calls it.
func (d *openDir) moveNew(in *os.Root, from, to string) error {
	root, from := d.at(in, from)
	_, to = d.at(in, to)
	if d != nil {
		if d.dir == nil {
			d.dir, _ = d.root.Open(".")
		}
		if d.dir != nil {
			if err := renameNew(d.dir, from, to); !errors.Is(err, errors.ErrUnsupported) {
				return err
			}
		}
	}
	return moveNew(root, from, to)
}

// at returns the root and the name in it for a file at path p below in, which is in this folder.
func (d *openDir) at(in *os.Root, p string) (*os.Root, string) {
	if d == nil {
		return in, p
	}
	return d.root, path.Base(p)
}

//go:build unix

package share

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// How the entries of a folder are looked at: two at a time, which takes two thirds of the time that one does, and no less
// with more.
const (
	lookers = 2
	lookFew = 64 // for which no other goroutine is worth while
)

// list calls each for what is shown of a folder, in no order, a piece at a time: any number costs the same memory. An error
// of each ends it.
func (s spot) list(each func(Entry) error) error {
	dir, err := s.root.OpenFile(rooted(s.at), os.O_RDONLY|noWait, 0)
	if err != nil {
		return err
	}
	defer dir.Close()
	seen := make([]seen, readDirStep)
	for {
		names, end := dir.Readdirnames(readDirStep)
		s.lookAt(dir, names, seen)
		for n := range names {
			if seen[n].err != nil {
				return seen[n].err
			}
			if seen[n].shown {
				if err := each(seen[n].Entry); err != nil {
					return err
				}
			}
		}
		if errors.Is(end, io.EOF) {
			return nil
		}
		if end != nil {
			return end
		}
	}
}

// seen is what was found out about a name in a folder.
type seen struct {
	Entry
	shown bool
	err   error
}

// lookAt looks at names of an open folder.
func (s spot) lookAt(dir *os.File, names []string, into []seen) {
	step := max((len(names)+lookers-1)/lookers, lookFew)
	var others sync.WaitGroup
	for from := 0; from < len(names); from += step {
		to := min(from+step, len(names))
		look := func() {
			for n := from; n < to; n++ {
				into[n] = s.see(dir, names[n])
			}
		}
		if to == len(names) {
			look()
		} else {
			others.Go(look)
		}
	}
	others.Wait()
}

// see describes one.
func (s spot) see(dir *os.File, name string) (e seen) {
	if e.Name, e.shown = s.wire(name); !e.shown {
		return e
	}
	var st unix.Stat_t
	var err error = unix.EINTR
	for errors.Is(err, unix.EINTR) {
		err = unix.Fstatat(int(dir.Fd()), name, &st, unix.AT_SYMLINK_NOFOLLOW) // of the open folder: never by way of a path
	}
	switch kind := st.Mode & unix.S_IFMT; {
	case errors.Is(err, fs.ErrNotExist):
		e.shown = false // gone since
	case err != nil:
		e.err = &fs.PathError{Op: "stat", Path: name, Err: err}
	case kind == unix.S_IFLNK:
		info, _, err := look(s.root, path.Join(s.at, name), nil)
		if e.shown = err == nil; e.shown { // else it leads out, or to nothing
			e.Entry = entryOf(e.Name, info)
		}
	case kind == unix.S_IFDIR, kind == unix.S_IFREG:
		e.Folder = kind == unix.S_IFDIR
		if !e.Folder {
			e.Size = st.Size
		}
		e.Modified = sane(time.Unix(st.Mtim.Unix()))
	default:
		e.shown = false // a pipe or a device
	}
	return e
}

package share

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// readDirStep is how many entries of a folder are in memory at a time.
const readDirStep = 1024

// rooted turns a checked path into one for os.Root.
func rooted(p string) string {
	if p == "" {
		return "."
	}
	return p
}

// openFile opens a regular file to read. It never waits, as a pipe would make it.
func openFile(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// look tells what is at a visible name: links are followed within the root, and what is neither file nor folder isn't
// there. d is what a listing told of it, or nil.
func look(root *os.Root, name string, d fs.DirEntry) (info fs.FileInfo, link bool, err error) {
	if d != nil && d.Type()&fs.ModeSymlink == 0 {
		info, err = d.Info() // of a folder opened in a Root: never by way of a path
	} else if info, err = root.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		link = true
		info, err = root.Stat(name)
	}
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	return info, link, err
}

// readDir calls each for the entries of a folder, in no order, a piece at a time: any number of them costs the same memory.
func readDir(root *os.Root, dir string, each func(d fs.DirEntry) error) error {
	return readPieces(root, dir, (*os.File).ReadDir, each)
}

// readNames is readDir for names alone, for which nothing is asked of the files: that costs a call for each.
func readNames(root *os.Root, dir string, each func(name string) error) error {
	return readPieces(root, dir, (*os.File).Readdirnames, each)
}

func readPieces[T any](root *os.Root, dir string, read func(f *os.File, n int) ([]T, error), each func(T) error) error {
	f, err := root.OpenFile(rooted(dir), os.O_RDONLY|noWait, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		list, err := read(f, readDirStep)
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

// regular tells whether there is a regular file, and no link to one.
func regular(root *os.Root, name string) (fs.FileInfo, bool) {
	info, err := root.Lstat(name)
	return info, err == nil && info.Mode().IsRegular()
}

// moveNew renames a file or folder, and fails with fs.ErrExist rather than replace what is there.
func moveNew(root *os.Root, from, to string) error {
	there, err := root.Lstat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		here, err := root.Lstat(from)
		if err != nil {
			return err
		}
		if os.SameFile(here, there) && strings.EqualFold(from, to) { // only its case changes
			return root.Rename(from, to)
		}
		return fs.ErrExist
	}
	// A link fails where something came to be in the meantime, which a rename would replace.
	switch err := root.Link(from, to); {
	case err == nil:
		return root.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return err
	}
	return root.Rename(from, to) // a folder, or a disk without hard links
}

// baseName is the last part of a path; of "" it is whole.
func baseName(p, whole string) string {
	if p == "" {
		return whole
	}
	return path.Base(p)
}

// sane makes a time one that JSON and every file system can hold; the zero time stands for one that can't be had.
func sane(t time.Time) time.Time {
	if year := t.UTC().Year(); year < 1680 || year > 2260 { // what 64 bits of nanoseconds hold
		return time.Time{}
	}
	return t.UTC()
}

package bin

import (
	"errors"
	"io/fs"
	"path"
)

// maxCounted is how many files of a folder are counted when it is removed: a mass of them must not take long.
const maxCounted = 200_000

// carry takes a folder into the bin piece by piece, where it can't be moved as one.
func (b *Bin) carry(l line) (err error) {
	for _, dir := range b.candidates(l.Path) {
		var at string
		if at, err = b.note(dir, &l); err == nil {
			if err = b.carryFolder(l.Path, at); err == nil {
				b.count(dir, l)
				return nil
			}
		}
	}
	return err
}

func (b *Bin) carryFolder(from, to string) error {
	info, err := b.root.Lstat(from)
	if err == nil {
		err = b.root.Mkdir(to, 0o700)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	list, err := fs.ReadDir(b.root.FS(), from)
	if err != nil {
		return err
	}
	for _, d := range list {
		at, as := path.Join(from, d.Name()), path.Join(to, d.Name())
		if err = b.root.Rename(at, as); elsewhere(err, true) && d.IsDir() {
			err = b.carryFolder(at, as)
		}
		if err != nil {
			return err // what was carried is in the bin, what was not is where it was
		}
	}
	_ = b.root.Chmod(to, info.Mode().Perm())
	_ = b.root.Chtimes(to, info.ModTime(), info.ModTime())
	return b.root.Remove(from)
}

var errEnough = errors.New("enough")

// measure counts what is in a folder: bytes, and files.
func (b *Bin) measure(p string) (size int64, files int) {
	seen := 0
	_ = fs.WalkDir(b.root.FS(), p, func(_ string, d fs.DirEntry, err error) error {
		if seen++; seen > maxCounted {
			return errEnough
		}
		if err != nil || d.IsDir() {
			return nil // what can't be read isn't counted
		}
		files++
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size, files
}

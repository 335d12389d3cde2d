package inbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	stagingPrefix = ".lanyard-offer-" // of the folder in which an offer arrives; hidden
	maxSame       = 10_000            // files of one name that are counted
)

// Staging is the folder in which an offer arrives, in the one that it goes to: so what is complete is only renamed.
func (e *Entry) Staging() string { return filepath.Join(e.Dir, stagingPrefix+e.ID) }

// Prepare makes the folders for an offer that is accepted.
func (e *Entry) Prepare() error {
	if err := os.MkdirAll(e.Dir, 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(e.Staging(), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Discard removes what has come of an offer and was not put where it belongs.
func (e *Entry) Discard() error {
	if e.Dir == "" {
		return nil
	}
	return os.RemoveAll(e.Staging())
}

// Measure tells how much of an offer is here.
func (e *Entry) Measure() (files, bytes int64, err error) {
	err = filepath.WalkDir(e.Staging(), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return skipGone(err)
		}
		info, err := d.Info()
		if err != nil {
			return skipGone(err)
		}
		files++
		bytes += info.Size()
		return nil
	})
	return files, bytes, err
}

// skipGone forgives what has got another name or was removed while somebody looked.
func skipGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Settle moves all that has come of an offer into its folder, where nothing is ever replaced, and returns the names there.
// When it was broken off it can be called again.
func (e *Entry) Settle() (names []string, err error) {
	root, err := os.OpenRoot(e.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	staging := filepath.Base(e.Staging())
	from, err := root.Open(staging)
	if err != nil {
		return nil, skipGone(err) // it was done already
	}
	list, err := from.ReadDir(-1)
	from.Close()
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if strings.HasPrefix(d.Name(), ".") { // a temporary that was left
			continue
		}
		as, err := moveBeside(root, path.Join(staging, d.Name()), d.Name(), d.IsDir())
		if err != nil {
			return names, fmt.Errorf("move %s into %s: %w", plain(d.Name(), maxName), e.Dir, err)
		}
		names = append(names, as)
	}
	return names, root.RemoveAll(staging)
}

// moveBeside moves a file or folder to a name that nothing has, and returns that.
func moveBeside(root *os.Root, from, name string, folder bool) (as string, err error) {
	move := moveFile
	if folder {
		move = moveFolder
	}
	for n := 1; n <= maxSame; n++ {
		as = name
		if n > 1 {
			ext := path.Ext(name)
			if folder {
				ext = ""
			}
			as = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
		}
		if err = move(root, from, as); !errors.Is(err, fs.ErrExist) {
			return as, err
		}
	}
	return as, err
}

// moveFile gives a file a name that nothing has: with a second name first, where the disk knows such a thing, so that
// nothing that comes up meanwhile is replaced.
func moveFile(root *os.Root, from, to string) error {
	err := root.Link(from, to)
	if err == nil {
		return root.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := root.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fs.ErrExist
	}
	return root.Rename(from, to)
}

// moveFolder gives a folder a name that nothing has. It takes the place of an empty one that was made for it.
func moveFolder(root *os.Root, from, to string) error {
	if err := root.Mkdir(to, 0o700); err != nil {
		return err
	}
	err := root.Rename(from, to)
	if err != nil { // a system that doesn't do that
		if err = root.Remove(to); err == nil {
			err = root.Rename(from, to)
		}
	}
	return err
}

package share

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Entry is a file or folder in a listing.
type Entry struct {
	Name     string    `json:"name"`
	Folder   bool      `json:"folder,omitempty"`
	Size     int64     `json:"size,omitempty"` // bytes
	Modified time.Time `json:"modified"`
}

// rooted turns a checked path into one for os.Root.
func rooted(p string) string {
	if p == "" {
		return "."
	}
	return p
}

// openFile opens a regular file to read. It never waits, as a pipe would make it, and opens no device.
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

// look tells what is at a visible name: links are followed within the root, and what is neither file nor folder isn't there.
func look(root *os.Root, name string, d fs.DirEntry) (info fs.FileInfo, link bool, err error) {
	if d != nil && d.Type()&fs.ModeSymlink == 0 {
		info, err = d.Info()
	} else {
		if info, err = root.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			link = true
			info, err = root.Stat(name)
		}
	}
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	return info, link, err
}

// readDir calls each for the visible names in a folder, in pieces, so that any number of them costs the same memory.
func readDir(root *os.Root, dir string, each func(name string, d fs.DirEntry) error) error {
	f, err := root.OpenFile(rooted(dir), os.O_RDONLY|noWait, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		list, err := f.ReadDir(1024)
		for _, d := range list {
			if visible(d.Name()) {
				if err := each(d.Name(), d); err != nil {
					return err
				}
			}
		}
		if len(list) == 0 || err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
	}
}

// sortEntries puts folders first, then sorts by name without regard to case.
func sortEntries(list []Entry) {
	keys := make(map[string]string, len(list))
	for _, e := range list {
		keys[e.Name] = strings.ToLower(e.Name)
	}
	slices.SortFunc(list, func(a, b Entry) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		if c := strings.Compare(keys[a.Name], keys[b.Name]); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// baseName is the last part of a path; of "" it is fallback.
func baseName(p, fallback string) string {
	if p == "" {
		return fallback
	}
	return path.Base(p)
}

// openRoot opens a folder for os.Root, and refuses what is none.
func openRoot(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	return root, nil
}

package thumbs

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

const (
	// maxDisk bounds the pictures on the disk, in bytes: some 6,000.
	maxDisk = 64 << 20
	// afterTrim is what is left of them when they were too many, so that that isn't done again at once.
	afterTrim = maxDisk * 3 / 4
	// unused is how long one is kept that nobody looks at: what another PC no longer shares is not kept for good.
	unused = 30 * 24 * time.Hour
	// touchAfter is how old the time of use may be: it is not written with every look.
	touchAfter = 24 * time.Hour

	unknown = -1 // how much there is
)

// disk is the pictures in a folder. What can't be read or written there is made anew: nothing of it is told.
type disk struct {
	dir string

	mu    sync.Mutex // guards the below
	bytes int64
}

func (d *disk) path(key string) string { return filepath.Join(d.dir, key+".jpg") }

func (d *disk) get(key string) []byte {
	path := d.path(key)
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxDisk {
		return nil
	}
	data, err := os.ReadFile(path) // #nosec G304 -- in a folder of our own, by a hash
	if err != nil {
		return nil
	}
	if now := time.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(path, now, now)
	}
	return data
}

// put keeps one. It isn't synced: one that is damaged is made anew.
func (d *disk) put(key string, data []byte) {
	if os.MkdirAll(d.dir, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(d.dir, ".new-*") // 0600
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), d.path(key))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bytes == unknown {
		d.trimLocked()
		return
	}
	if d.bytes += int64(len(data)); d.bytes > maxDisk {
		d.trimLocked()
	}
}

// trimLocked counts what is there, and removes what was not used for long, and the oldest of too much.
func (d *disk) trimLocked() {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return
	}
	var all []fs.FileInfo
	d.bytes = 0
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case time.Since(info.ModTime()) > unused:
			_ = os.Remove(filepath.Join(d.dir, info.Name()))
		default:
			all = append(all, info)
			d.bytes += info.Size()
		}
	}
	if d.bytes <= maxDisk {
		return
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for _, info := range all {
		if d.bytes <= afterTrim {
			return
		}
		if os.Remove(filepath.Join(d.dir, info.Name())) == nil {
			d.bytes -= info.Size()
		}
	}
}

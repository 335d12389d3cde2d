// Package home is the folder in which one Lanyard keeps what must outlive it: settings, key, workgroup, spool. It
// gives meaning to none of it: what a file holds is its owner's business.
package home

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds a file that is read whole; the member list of 10,000 PCs stays far below.
const maxFile = 16 << 20

// ErrBusy says that another process holds this home.
var ErrBusy = errors.New("home is in use by another process")

// Dir is an open home. One process holds it at a time.
type Dir struct {
	path string
	lock *os.File
}

// DefaultPath is the home of a person who chose none.
func DefaultPath() (string, error) {
	base, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the home folder: %w", err)
	}
	return filepath.Join(base, "lanyard"), nil
}

// Open makes the folder when needed (0700), takes its lock and checks that it can be written. It returns ErrBusy
// while another process has it open.
func Open(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("make home: %w", err)
	}
	lock, err := takeLock(filepath.Join(path, "lock"))
	if err != nil {
		return nil, fmt.Errorf("open home %s: %w", path, err)
	}
	d := &Dir{path: path, lock: lock}
	if err := d.Write("check", nil); err != nil {
		d.Close()
		return nil, fmt.Errorf("write in home %s: %w", path, err)
	}
	os.Remove(d.Path("check"))
	return d, nil
}

// Close gives the home free for another process.
func (d *Dir) Close() error { return d.lock.Close() }

// Path returns the absolute path of a file in the home.
func (d *Dir) Path(elem ...string) string {
	return filepath.Join(append([]string{d.path}, elem...)...)
}

// Damaged reports a file that could not be read and was kept under another name.
type Damaged struct {
	File string // base name
	Kept string // absolute path of the copy
	Err  error
}

func (e *Damaged) Error() string {
	return fmt.Sprintf("read %s: %v; it is kept as %s", e.File, e.Err, e.Kept)
}

func (e *Damaged) Unwrap() error { return e.Err }

// Read returns a file's bytes; ok is false when there is none.
func (d *Dir) Read(name string) (data []byte, ok bool, err error) {
	info, err := os.Stat(d.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err == nil && info.Size() > maxFile {
		err = fmt.Errorf("larger than %d bytes", maxFile)
	}
	if err == nil && info.Mode().Perm()&0o077 != 0 { // as after a backup was played back: it's nobody else's business
		err = os.Chmod(d.Path(name), 0o600)
	}
	if err == nil {
		data, err = os.ReadFile(d.Path(name))
	}
	return data, err == nil, err
}

// ReadJSON fills v from a file. A file that is not there leaves v as it is. One that does not parse is moved aside
// and reported as *Damaged; v is then unchanged only where the caller made it fresh.
func (d *Dir) ReadJSON(name string, v any) error {
	data, ok, err := d.Read(name)
	if err != nil || !ok {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return d.SetAside(name, err)
	}
	return nil
}

// SetAside moves a file that makes no sense out of the way and returns the *Damaged that tells of it.
func (d *Dir) SetAside(name string, cause error) error {
	kept, err := d.Keep(name)
	if err != nil {
		return fmt.Errorf("set aside %s: %w", name, err)
	}
	return &Damaged{File: name, Kept: kept, Err: cause}
}

// Keep renames a file to NAME.bak, NAME.bak2 or so on, whichever is free, and returns its new path.
func (d *Dir) Keep(name string) (kept string, err error) {
	for i := 1; ; i++ {
		kept = d.Path(name + ".bak")
		if i > 1 {
			kept = d.Path(fmt.Sprintf("%s.bak%d", name, i))
		}
		if _, err := os.Lstat(kept); err == nil {
			continue
		}
		return kept, os.Rename(d.Path(name), kept)
	}
}

// WriteJSON replaces a file with v as JSON.
func (d *Dir) WriteJSON(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return d.Write(name, append(data, '\n'))
}

// Write replaces a file (0600) so that a crash at any moment leaves the old or the new one.
func (d *Dir) Write(name string, data []byte) error { return replace(d.path, name, data, 0o600) }

// Replace is Write for a file anywhere. The folder is made, for the user alone, where it is missing.
func Replace(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return replace(filepath.Dir(path), filepath.Base(path), data, mode)
}

func replace(dir, name string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(dir, "."+name+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	syncDir(dir)
	return nil
}

package drive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"lanyard/share"
	"lanyard/share/dav"
)

func base(p string) string { return path.Base("/" + p) }

func parent(p string) string {
	if dir := path.Dir(p); dir != "." {
		return dir
	}
	return ""
}

func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// lost makes an error of the way to another PC one that can be told as such.
func lost(err error) error {
	var e *share.Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &share.Error{Code: share.Gone, Text: "the other PC can't be reached"}
}

// do makes a request that changes something at places on one PC.
func (d *Drive) do(ctx context.Context, request func(context.Context) error, changed ...place) error {
	ctx, cancel := context.WithTimeout(ctx, changeFor)
	defer cancel()
	err := request(ctx)
	d.forget(changed...)
	return lost(err)
}

// Mkdir implements dav.FileSystem.
func (d *Drive) Mkdir(ctx context.Context, p string) error {
	c, at, err := d.reach(p)
	if err != nil {
		return err
	}
	return d.do(ctx, func(ctx context.Context) error { return c.Mkdir(ctx, at.folder, at.path) }, at)
}

// Remove implements dav.FileSystem.
func (d *Drive) Remove(ctx context.Context, p string) error {
	c, at, err := d.reach(p)
	if err != nil {
		return err
	}
	return d.do(ctx, func(ctx context.Context) error { return c.Remove(ctx, at.folder, at.path) }, at)
}

// Chtimes implements dav.FileSystem.
func (d *Drive) Chtimes(ctx context.Context, p string, modified time.Time) error {
	c, at, err := d.reach(p)
	if err != nil {
		return err
	}
	return d.do(ctx, func(ctx context.Context) error { return c.Touch(ctx, at.folder, at.path, modified) }, at)
}

// Move implements dav.FileSystem. From one shared folder to another it is a copy, after which the file goes to the bin; a
// whole folder isn't moved so, as what is hidden in it would not come along.
func (d *Drive) Move(ctx context.Context, from, to string, over bool) error {
	c, here, err := d.reach(from)
	if err != nil {
		return err
	}
	_, there, err := d.reach(to)
	if err != nil {
		return err
	}
	if here.id == there.id && here.folder == there.folder {
		return d.do(ctx, func(ctx context.Context) error {
			if over {
				return c.RenameOver(ctx, here.folder, here.path, there.path)
			}
			return c.Rename(ctx, here.folder, here.path, there.path)
		}, here, there)
	}
	e, err := d.Stat(ctx, from)
	if err == nil && e.Folder {
		err = denied("a folder is copied to another shared folder, not moved")
	}
	if err == nil {
		err = d.Copy(ctx, from, to, over)
	}
	if err == nil {
		err = d.Remove(ctx, from)
	}
	return err
}

// Copy implements dav.FileSystem. Within one shared folder the other PC does it, else it goes through here.
func (d *Drive) Copy(ctx context.Context, from, to string, over bool) error {
	c, here, err := d.reach(from)
	if err != nil {
		return err
	}
	other, there, err := d.reach(to)
	if err != nil {
		return err
	}
	if here.id == there.id && here.folder == there.folder {
		return d.do(ctx, func(ctx context.Context) error { return c.Copy(ctx, here.folder, here.path, there.path, over) }, there)
	}
	dir, err := os.MkdirTemp(d.o.Dir, draftPrefix)
	if err != nil {
		return fmt.Errorf("copy by way of this PC: %w", err)
	}
	defer os.RemoveAll(dir)
	local := filepath.Join(dir, base(there.path))
	if e, err := d.Stat(ctx, from); err != nil {
		return err
	} else if e.Folder { // else it would be a file in it
		if err := os.Mkdir(filepath.Join(dir, "in"), 0o700); err != nil {
			return err
		}
		local = filepath.Join(dir, "in")
	}
	progress := share.NewProgress()
	if err := c.Get(ctx, here.folder, []string{here.path}, local, share.Moving{}, progress); err != nil {
		return lost(err)
	}
	if progress.HeldCount() > 0 {
		return denied("some files have names that a person should see before they are copied: get them in Lanyard")
	}
	if filepath.Base(local) == "in" {
		came := filepath.Join(dir, "in", base(here.path))
		local = filepath.Join(dir, "in", base(there.path))
		if came != local { // os.Rename refuses a folder its own name
			if err := os.Rename(came, local); err != nil {
				return fmt.Errorf("copy by way of this PC: %w", err)
			}
		}
	}
	if over {
		if err := d.clear(ctx, from, to); err != nil {
			return err
		}
	}
	err = other.Put(ctx, []string{local}, there.folder, parent(there.path), again(there.path), nil)
	d.forget(there)
	return lost(err)
}

// again has a file sent also where another of its size and time is there: whoever puts one has changed it.
func again(p string) share.Moving { return share.Moving{Again: map[string]bool{p: true}} }

// clear makes room for a copy, unless it is a file that takes the place of a file.
func (d *Drive) clear(ctx context.Context, from, to string) error {
	old, err := d.Stat(ctx, to)
	if err != nil {
		return nil // nothing is there any more
	}
	comes, err := d.Stat(ctx, from)
	if err != nil {
		return err
	}
	if !old.Folder && !comes.Folder {
		return nil
	}
	return d.Remove(ctx, to)
}

// draft is a file on its way to another PC: here, until it is whole.
type draft struct {
	*os.File
	d    *Drive
	dir  string
	at   place
	date time.Time
	size int64
	n    int64
	free func() error // fails where the name has been given to something else
	put  func(file string) error
}

// Create implements dav.FileSystem.
func (d *Drive) Create(ctx context.Context, p string, size int64, modified time.Time) (dav.Draft, error) {
	c, at, err := d.reach(p)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(d.o.Dir, draftPrefix)
	if err != nil {
		return nil, fmt.Errorf("keep a file on its way: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, base(at.path)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- a base name, in a folder made for it
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("keep a file on its way: %w", err)
	}
	free := func() error {
		if _, err := d.Stat(ctx, p); err == nil {
			return &share.Error{Code: share.Exists, Text: "there is something of that name already"}
		}
		return nil
	}
	return &draft{File: f, d: d, dir: dir, at: at, date: modified, size: size, free: free, put: func(file string) error {
		return c.Put(ctx, []string{file}, at.folder, parent(at.path), again(at.path), nil)
	}}, nil
}

// Write implements io.Writer.
func (f *draft) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	f.n += int64(n)
	return n, err
}

// Commit implements dav.Draft: it returns when the other PC has said that the file is whole and safe there.
func (f *draft) Commit(fresh bool) error {
	name := f.Name()
	if f.size >= 0 && f.n != f.size {
		return &share.Error{Code: share.Damaged, Text: "what arrived is not what was sent"}
	}
	err := f.Close()
	if err == nil && !f.date.IsZero() {
		err = os.Chtimes(name, f.date, f.date)
	}
	if err != nil {
		return fmt.Errorf("keep a file on its way: %w", err)
	}
	f.d.forget(f.at)
	if fresh {
		if err := f.free(); err != nil {
			return err
		}
	}
	err = f.put(name)
	f.d.forget(f.at)
	return lost(err)
}

// Discard implements dav.Draft.
func (f *draft) Discard() {
	_ = f.Close()
	_ = os.RemoveAll(f.dir)
}

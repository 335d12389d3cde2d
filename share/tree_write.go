package share

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// copyStep is how much of a file is copied between two looks at whether the caller still waits, in bytes.
const copyStep = 64 << 20

// May tells whether the caller may do something with the folder, now.
func (t *Tree) May(v Verb) bool { return t.may != nil && t.may(v) }

// writable judges a path that something is to be done with that needs a right, and finds what it is.
func (t *Tree) writable(p string, v Verb) (spot, error) {
	switch {
	case !t.May(v) || v == Add && !t.May(Read): // a drop box has Drop
		return spot{}, errNotFound
	case p == "":
		return spot{}, errRoot
	}
	return seek(t.root, p)
}

// inFolder is an error unless what is to be there is in a folder that the caller can see.
func (s spot) inFolder() error {
	info, _, err := look(s.root, path.Dir(s.at), nil)
	if err == nil && !info.IsDir() {
		err = errNotFound
	}
	return err
}

// Draft is a file that is being written. It is hidden, and harms nothing, until Commit; whoever made it calls Commit or Discard.
type Draft struct {
	t     *Tree
	i     *incoming
	f     *os.File // nil when it is over
	temps *temps

	at, looked, begun int64
}

// Create begins a file at path p. size is what was announced, in bytes; -1 if nothing was. modified may be zero.
func (t *Tree) Create(p string, size int64, modified time.Time) (_ *Draft, err error) {
	defer func() { t.failed(err) }()
	to, err := t.writable(p, Add)
	if err != nil {
		return nil, asError(err, p)
	}
	change := t.May(Change)
	if why := risky(p, false); why != "" && !change {
		return nil, doubtful(why)
	}
	if err := to.inFolder(); err != nil {
		return nil, asError(err, p)
	}
	if info, _, err := to.look(); err == nil && (info.IsDir() || !change) {
		return nil, asError(fs.ErrExist, p)
	}
	d := &Draft{t: t, temps: newTemps(nil)}
	d.i = &incoming{header: header{Path: p, Size: size, Modified: sane(modified)}, at: to.at, replaces: change}
	d.i.temp = path.Join(path.Dir(to.at), d.temps.prefix+"0")
	f, err := (&receiver{root: t.root, careful: true}).create(d.i)
	if err == nil {
		d.f = f
		err = t.f.makeRoom(t.root, f, max(size, 0))
	}
	if err != nil {
		d.Discard()
		return nil, asError(err, p)
	}
	return d, nil
}

// Write implements io.Writer. No more is taken than was announced.
func (d *Draft) Write(b []byte) (n int, err error) {
	defer func() { d.t.failed(err) }()
	if d.i.Size >= 0 && d.at+int64(len(b)) > d.i.Size {
		return 0, errDamaged
	}
	n, err = d.f.Write(b)
	if err != nil {
		return n, asError(err, d.i.Path)
	}
	return n, d.count(int64(n))
}

// count counts, has the disk begin to write, and sees to what is left of it.
func (d *Draft) count(n int64) error {
	if d.at += n; d.at-d.begun >= writeBehindStep {
		writeBehind(d.f, d.begun, d.at-d.begun)
		d.begun = d.at
	}
	if d.at-d.looked < roomEvery {
		return nil
	}
	d.looked = d.at
	return room(d.f, max(d.i.Size-d.at, 0), true)
}

// Commit makes the file durable and gives it its name, in one step. With fresh it fails with Exists rather than replace what
// has that name by now.
func (d *Draft) Commit(fresh bool) (err error) {
	defer func() { d.t.wrote(err) }()
	defer d.Discard()
	t, at, p := d.t, d.i.at, d.i.Path
	if d.i.Size >= 0 && d.at != d.i.Size {
		return errDamaged
	}
	f := d.f
	d.f = nil
	err = finish(t.root, f, d.i.temp, d.i.Modified, true)
	if err == nil {
		_, err = t.writable(p, Add) // it may have been withdrawn
	}
	switch {
	case err != nil:
	case d.i.veiled:
		err = fs.ErrExist
	case fresh || !d.i.replaces || !t.May(Change):
		err = t.f.move(t.root, d.i.temp, at, t.who)
	default:
		err = t.f.replace(t.root, d.i.temp, at, t.who)
	}
	if err == nil {
		d.i.temp = ""
		err = syncDirs(t.root, map[string]bool{path.Dir(at): true})
	}
	if err != nil {
		return asError(err, p)
	}
	return nil
}

// Discard ends a draft that was not committed, and leaves nothing of it.
func (d *Draft) Discard() {
	if d.f != nil {
		d.f.Close()
		d.f = nil
	}
	if d.i.temp != "" {
		_ = d.t.root.Remove(d.i.temp)
		d.i.temp = ""
	}
	d.temps.end()
}

// Mkdir makes a folder. The one that it is to be in must be there.
func (t *Tree) Mkdir(p string) (err error) {
	defer func() { t.wrote(err) }()
	at, err := t.writable(p, Add)
	if why := risky(p, true); err == nil && why != "" && !t.May(Change) {
		err = doubtful(why)
	}
	if err == nil {
		err = at.inFolder()
	}
	if err == nil {
		err = roomIn(t.root)
	}
	if err == nil {
		err = t.root.Mkdir(at.at, 0o777)
	}
	if err == nil {
		err = syncDirs(t.root, map[string]bool{path.Dir(at.at): true})
	}
	if err != nil {
		return asError(err, p)
	}
	return nil
}

// Remove removes a file, or a folder with all that is in it.
func (t *Tree) Remove(p string) (err error) {
	defer func() { t.wrote(err) }()
	at, err := t.writable(p, Change)
	if err == nil {
		_, _, err = at.look()
	}
	if err == nil {
		err = t.f.remove(t.root, at.at, t.who)
	}
	if err != nil {
		return asError(err, p)
	}
	return nil
}

// Rename renames or moves a file or folder. With over it takes the place of what has the name to, which goes where what is
// replaced or removed goes.
func (t *Tree) Rename(from, to string, over bool) (err error) {
	defer func() { t.wrote(err) }()
	a, b, err := t.journey(from, to, Change)
	if err != nil {
		return err
	}
	here, _, err := a.look()
	if err != nil {
		return asError(err, from)
	}
	if err := b.inFolder(); err != nil {
		return asError(err, to)
	}
	there, _, err := b.look()
	switch {
	case err != nil || !over || os.SameFile(here, there): // a name that differs in case may be the same file
		err = t.f.move(t.root, a.at, b.at, t.who)
	case !here.IsDir() && !there.IsDir():
		err = t.f.replace(t.root, a.at, b.at, t.who)
	default:
		if err = t.f.remove(t.root, b.at, t.who); err == nil {
			err = t.f.move(t.root, a.at, b.at, t.who)
		}
	}
	if err == nil {
		err = syncDirs(t.root, map[string]bool{path.Dir(a.at): true, path.Dir(b.at): true})
	}
	if err != nil {
		return asError(err, to)
	}
	return nil
}

// journey judges both ends of a move or copy, and finds what they are.
func (t *Tree) journey(from, to string, v Verb) (a, b spot, err error) {
	b, err = t.writable(to, v)
	if err == nil {
		a, err = t.writable(from, v)
	}
	switch {
	case err != nil:
		err = asError(err, "")
	case a.at == b.at:
		err = &Error{Code: Exists, Text: "that is its name already", Path: to}
	case strings.HasPrefix(b.at, a.at+"/"):
		err = &Error{Code: Invalid, Text: "a folder can't go into itself", Path: to}
	case strings.HasPrefix(a.at, b.at+"/"):
		err = &Error{Code: Invalid, Text: "a folder can't be replaced by what is in it", Path: to}
	}
	return a, b, err
}

// Copy copies a file, or a folder with what is shown of it. With over the copy takes the place of what has the name to.
func (t *Tree) Copy(ctx context.Context, from, to string, over bool) error {
	a, b, err := t.journey(from, to, Add)
	if err != nil {
		return err
	}
	here, _, err := a.look()
	if err != nil {
		return asError(err, from)
	}
	there, _, err := b.look()
	if err == nil {
		switch {
		case !over || !t.May(Change):
			return asError(fs.ErrExist, to)
		case here.IsDir() || there.IsDir():
			if err := t.Remove(to); err != nil {
				return err
			}
		}
	}
	if !here.IsDir() {
		return t.copyFile(ctx, from, to, !over)
	}
	return t.Walk(from, func(p string, e Entry, fault error) error {
		as := to + strings.TrimPrefix(p, from)
		switch {
		case fault != nil:
			return fault
		case ctx.Err() != nil:
			return ctx.Err()
		case e.Folder:
			return t.Mkdir(as)
		}
		return t.copyFile(ctx, p, as, true)
	})
}

// copyFile copies a file with its time; where the disk can, without its bytes going through here.
func (t *Tree) copyFile(ctx context.Context, from, to string, fresh bool) error {
	f, info, err := t.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := t.Create(to, info.Size(), info.ModTime())
	if err != nil {
		return err
	}
	defer d.Discard()
	for {
		n, err := io.CopyN(d.f, f, copyStep)
		d.at += n
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = room(d.f, max(d.i.Size-d.at, 0), true)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return asError(err, to)
		}
	}
	if err := unchanged(f, info); err != nil {
		return asError(err, from)
	}
	return d.Commit(fresh)
}

// Chtimes gives a file or folder the time of its last change.
func (t *Tree) Chtimes(p string, modified time.Time) (err error) {
	defer func() { t.failed(err) }()
	at, err := t.writable(p, Change)
	if err == nil {
		_, _, err = at.look()
	}
	if modified = sane(modified); err == nil && !modified.IsZero() {
		err = t.root.Chtimes(at.at, modified, modified)
	}
	if err != nil {
		return asError(err, p)
	}
	return nil
}

// Space tells how much more the folder's disk takes from others, and how much is on it, in bytes.
func (t *Tree) Space() (free, used int64, err error) {
	d, err := t.root.Open(".")
	if err != nil {
		return 0, 0, asError(err, "")
	}
	defer d.Close()
	s, err := spaceOf(d)
	if err != nil {
		return 0, 0, asError(err, "")
	}
	return max(s.free-reserveOf(s.total), 0), max(s.total-s.free, 0), nil
}

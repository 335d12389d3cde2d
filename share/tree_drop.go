package share

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// roomEvery is how many bytes of a file are written between two looks at what is left of the disk.
const roomEvery = 8 << 20

// Batch is a set of files that somebody drops together, one request each. A folder in it is one folder here, under a name
// that nothing had before. The zero value is ready for use.
type Batch struct {
	mu      sync.Mutex
	r       receiver    // places the files; mu guards it, and the below
	top     fs.FileInfo // the folder that they come into
	running int         // files that are being written
}

// Accepts tells why a drop box would not take a file of this name and size in bytes. It says nothing of what is there.
func (t *Tree) Accepts(p string, size int64) (err error) {
	defer func() { t.failed(err) }()
	if err := checkDrop(p); err != nil {
		return err
	}
	d, err := t.root.Open(".")
	if err != nil {
		return asError(err, "")
	}
	defer d.Close()
	return room(d, size, true)
}

// Drop writes body into the drop box that the folder is for this caller, at path p below it: under that name, or beside
// what has it already, which the caller is not told. What comes short or is broken off leaves nothing. size is what was
// announced, in bytes; -1 if nothing was. modified may be zero.
func (t *Tree) Drop(ctx context.Context, b *Batch, p string, size int64, modified time.Time, body io.Reader) (err error) {
	defer func() { t.wrote(err) }()
	if err := checkDrop(p); err != nil {
		return err
	}
	temps := newTemps(nil)
	defer temps.end()
	i, err := b.place(t.root, temps, header{Path: p, Size: size, Modified: sane(modified)})
	if err == nil {
		err = t.write(ctx, i, body)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = b.name(i)
	}
	if err == nil {
		err = syncDirs(t.root, map[string]bool{path.Dir(i.at): true})
	}
	if err != nil && i.temp != "" {
		_ = t.root.Remove(i.temp)
	}
	b.end(i, err == nil)
	if err != nil {
		e := asError(err, "")
		e.Path = "" // it is not the one that the caller knows
		return e
	}
	return nil
}

// checkDrop judges the name of a file that somebody who sees nothing hands in.
func checkDrop(p string) error {
	if p == "" {
		return &Error{Code: Invalid, Text: "a file without a name"}
	}
	if err := CheckPath(p); err != nil {
		return err
	}
	if why := Risky(p); why != "" {
		return &Error{Code: Invalid, Text: "files of such a name are not taken: " + why}
	}
	return nil
}

// place finds the names for a file, and makes the folders that it is in.
func (b *Batch) place(root *os.Root, temps *temps, h header) (*incoming, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running++
	if b.r.root != root { // the first file, or some time has gone by, or the disk was away
		top, err := root.Stat(".")
		if err != nil {
			return &incoming{}, err
		}
		if b.r.root = root; b.top == nil || !os.SameFile(b.top, top) {
			b.r = receiver{root: root, mode: dropBox, careful: true, p: NewProgress(), made: map[string]bool{}, tops: map[string]string{}}
		}
		b.top = top
	}
	b.r.temps = temps
	i, err := b.r.place(h, false)
	i.in.release()
	b.r.in.release()
	i.in, b.r.in = nil, nil // nobody would close it
	return i, err
}

// write fills a file's temporary and makes it durable.
func (t *Tree) write(ctx context.Context, i *incoming, body io.Reader) error {
	f, err := t.root.OpenFile(i.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	mark(f)
	if err := take(ctx, f, i.Size, body); err != nil {
		f.Close()
		return err
	}
	return finish(t.root, f, i.temp, i.Modified, true)
}

// take writes body to a file. Where a size was announced, no other is taken.
func take(ctx context.Context, f *os.File, size int64, body io.Reader) error {
	if err := room(f, max(size, 0), true); err != nil {
		return err
	}
	buf := newPiece()
	defer freePiece(buf)
	var at, looked, begun int64
	for {
		n, rerr := readPiece(body, buf[:pieceSize])
		if at += int64(n); size >= 0 && at > size {
			return errDamaged
		}
		if _, err := f.Write(buf[:n]); err != nil {
			return err
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case rerr == io.EOF && size >= 0 && at != size:
			return errDamaged
		case rerr == io.EOF:
			return nil
		case rerr != nil:
			return rerr
		}
		if at-begun >= writeBehindStep {
			writeBehind(f, begun, at-begun)
			begun = at
		}
		if at-looked >= roomEvery {
			looked = at
			if err := room(f, max(size-at, 0), true); err != nil {
				return err
			}
		}
	}
}

// readPiece fills p, as far as there is something. Unlike io.ReadFull it keeps apart an end and a cut, which a body tells by
// io.ErrUnexpectedEOF.
func readPiece(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

func (b *Batch) name(i *incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.r.nameNew(i)
}

// end notes that a file has been written, or not: folders that were made for nothing go again.
func (b *Batch) end(i *incoming, well bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running--; b.running > 0 || well || i.at == "" {
		return
	}
	clear(b.r.made)
	for dir := path.Dir(i.at); dir != "."; dir = path.Dir(dir) {
		if b.r.root.Remove(dir) != nil {
			return // there is something in it
		}
		if path.Dir(dir) != "." {
			continue
		}
		for name, as := range b.r.tops {
			if as == dir {
				delete(b.r.tops, name)
			}
		}
	}
}

package share

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/zeebo/blake3"
)

// writeBehindStep is how much of a large file the disk is given to write at a time, so that the sync at the end is short and
// one transfer does not fill the memory for all.
const writeBehindStep = 8 << 20

// fileWriter writes and hashes a file.
type fileWriter struct {
	f         *os.File
	room      func() error
	begun, at int64 // how much the disk was told to write, and how much there is
	pieces    chan filePiece
	wg        sync.WaitGroup
	hash      *blake3.Hasher
	hopeless  atomic.Bool // nothing more can be written
	err       error       // after close
}

func newFileWriter(ctx context.Context, f *os.File, room func() error) *fileWriter {
	w := &fileWriter{f: f, room: room, pieces: make(chan filePiece, pipeDepth), hash: blake3.New()}
	w.wg.Go(func() { w.run(ctx) })
	return w
}

func (w *fileWriter) run(ctx context.Context) {
	for p := range w.pieces {
		if w.err == nil {
			w.err = w.write(ctx, p)
			w.hopeless.Store(w.err != nil && hopeless(w.err))
		}
		if p.data != nil {
			freePiece(p.data)
		}
	}
}

func (w *fileWriter) write(ctx context.Context, p filePiece) error {
	switch {
	case p.there > 0:
		return w.goOn(p.there)
	case p.hole > 0:
		if err := hashZeros(ctx, w.hash, p.hole); err != nil {
			return err
		}
		w.at += p.hole
		return w.f.Truncate(w.at)
	}
	_, err := w.f.WriteAt(p.data, w.at)
	if err != nil {
		return err
	}
	w.hash.Write(p.data)
	w.at += int64(len(p.data))
	return w.behind()
}

// goOn takes the beginning of the file from what is there.
func (w *fileWriter) goOn(n int64) error {
	got, err := io.Copy(w.hash, io.NewSectionReader(w.f, 0, n))
	if err == nil && got < n {
		err = errDamaged
	}
	if err == nil {
		err = w.f.Truncate(n)
	}
	w.at, w.begun = n, n
	return err
}

func (w *fileWriter) behind() error {
	if w.at-w.begun < writeBehindStep {
		return nil
	}
	writeBehind(w.f, w.begun, w.at-w.begun)
	w.begun = w.at
	if w.room != nil {
		return w.room()
	}
	return nil
}

// close waits for the last write and returns the hash of all.
func (w *fileWriter) close() ([]byte, error) {
	close(w.pieces)
	w.wg.Wait()
	return w.hash.Sum(nil), w.err
}

// takeLarge writes a file as it comes.
func (r *receiver) takeLarge(ctx context.Context, dec *decoder, i *incoming) error {
	f, err := r.openLarge(i)
	if err != nil {
		r.fault(i, err)
		return r.skip(dec)
	}
	var full func() error
	if r.reserve {
		full = func() error { return r.room(f, 0) }
	}
	w := newFileWriter(ctx, f, full)
	sum, last, streamErr := r.pump(ctx, dec, w)
	got, err := w.close()
	if err != nil && hopeless(err) {
		f.Close()
		r.fault(i, err)
		return r.failed()
	}
	if err != nil && streamErr == nil {
		streamErr = ctx.Err()
	}
	if streamErr != nil || sum == nil { // broken off, which the sender has said why
		f.Close()
		r.breakOff(i, last)
		return streamErr
	}
	if err == nil && !bytes.Equal(sum, got) {
		err = errDamaged
	}
	copy(i.sum[:], got)
	if err == nil {
		r.dress(f, i)
		err = r.finish(f, i)
	} else {
		f.Close()
	}
	if err != nil {
		r.fault(i, err)
		return nil
	}
	r.commits.add(i)
	return nil
}

// openLarge opens the temporary of a large file: what half stands of it, or a new one.
func (r *receiver) openLarge(i *incoming) (*os.File, error) {
	at, ok := r.halves.take(i.header)
	if !ok {
		return r.create(i)
	}
	root, old := i.in.at(r.root, at)
	_, temp := i.in.at(r.root, i.temp)
	if temp != old {
		if err := root.Rename(old, temp); err != nil {
			return r.create(i)
		}
	}
	f, err := root.OpenFile(temp, os.O_RDWR|noWait, 0)
	if err != nil {
		_ = root.Remove(temp)
		return r.create(i)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, errors.Join(err, errDamaged)
	}
	return f, nil
}

// breakOff leaves what half stands of a file, or removes it.
func (r *receiver) breakOff(i *incoming, last frameType) {
	if r.halves == nil || last == frameError || last == frameAgain {
		root, name := i.in.at(r.root, i.temp)
		_ = root.Remove(name)
	}
	i.in.release()
	r.again(i)
}

// pump moves a file's content from the stream to its writer, and returns its hash; nil when the sender broke off, or the
// disk can take no more.
func (r *receiver) pump(ctx context.Context, dec *decoder, w *fileWriter) (sum []byte, last frameType, err error) {
	begun := false
	for {
		buf := newPiece()
		t, p, err := dec.next(buf)
		if err == nil {
			err = ctx.Err()
		}
		n := int64(0)
		if err == nil && (t == frameHole || t == frameGoesOn) {
			n = int64(binary.BigEndian.Uint64(p)) // #nosec G115 -- the decoder has compared it
		}
		if err == nil && !begun && t != frameGoesOn {
			err = w.f.Truncate(0) // what half stands is of no use
		}
		begun = true
		if err == nil && !w.hopeless.Load() {
			switch t {
			case frameContent:
				r.p.bytes.Add(int64(len(p)))
				w.pieces <- filePiece{data: p} // which gives the buffer back
				continue
			case frameHole:
				w.pieces <- filePiece{hole: n}
			case frameGoesOn:
				w.pieces <- filePiece{there: n}
			}
			if n > 0 {
				r.p.bytes.Add(n)
				freePiece(buf)
				continue
			}
		}
		defer freePiece(buf)
		switch {
		case err != nil:
			return nil, t, err
		case t == frameError:
			return nil, t, r.takeError(p)
		case t == frameAgain:
			return nil, t, nil
		case t != frameEnd:
			return nil, t, nil // there is no use in going on
		}
		return bytes.Clone(p), t, nil
	}
}

// takeKnown takes a file whose content is here already: a copy of it, if it is still what it was.
func (r *receiver) takeKnown(ctx context.Context, h header, n uint32, sum [hashSize]byte, at string) error {
	if r.content == nil {
		return fmt.Errorf("read stream: a content that isn't here: %w", errStream)
	}
	i, err := r.place(h, false)
	i.number, i.how, i.sum = n, Known, sum
	if err != nil {
		r.unplaced(i, err)
		return nil
	}
	if err := r.copyKnown(ctx, i, at); err != nil {
		r.fault(i, err)
		return ctx.Err()
	}
	r.p.bytes.Add(h.Size)
	r.commits.add(i)
	return nil
}

func (r *receiver) copyKnown(ctx context.Context, i *incoming, at string) error {
	from, err := r.content(i.sum, at)
	if err != nil {
		return errDamaged // it is to be sent, then
	}
	defer from.Close()
	f, err := r.create(i)
	if err != nil {
		return err
	}
	if !cloneFile(f, from) {
		if _, err = io.Copy(f, io.LimitReader(from, i.Size)); err != nil {
			f.Close()
			return err
		}
	}
	sum, size, err := hashOf(ctx, io.NewSectionReader(f, 0, i.Size+1))
	if err == nil && (size != i.Size || sum != i.sum) {
		err = errDamaged
	}
	if err != nil {
		f.Close()
		return err
	}
	return r.finish(f, i)
}

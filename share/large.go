package share

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"sync/atomic"

	"github.com/zeebo/blake3"
)

// A large file goes through two goroutines at either end: one has the disk and the hash, the other the network and the
// cipher.

const (
	pipeDepth = 4        // pieces of a large file between the two
	aloneSize = 16 << 20 // from which a file is made durable by itself; photos and documents are as a group
)

// pieces are the buffers that large files go through. All transfers share them: a sender that announces large files and
// breaks each off must not cost fresh memory for each.
var pieces = sync.Pool{New: func() any { return new([maxFrame]byte) }}

func newPiece() []byte { return pieces.Get().(*[maxFrame]byte)[:] }

func freePiece(p []byte) { pieces.Put((*[maxFrame]byte)(p[:maxFrame])) }

// writeLarge streams a file.
func (s *sender) writeLarge(ctx context.Context, i *item) error {
	f, info, err := openFile(i.root, rooted(i.path))
	if err != nil {
		return s.fail(i, err)
	}
	defer f.Close()
	i.describe(info)
	if err := s.enc.json(frameFile, i.header); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	r := newFileReader(f, i.Size)
	var wg sync.WaitGroup
	wg.Go(func() { r.run(ctx) })
	for piece := range r.pieces {
		if err == nil {
			if err = s.enc.frame(frameContent, piece); err != nil {
				cancel()
			}
			s.p.bytes.Add(int64(len(piece)))
		}
		freePiece(piece)
	}
	cancel()
	wg.Wait()
	if err != nil {
		return err
	}
	if r.err == nil {
		r.err = unchanged(f, info)
	}
	if r.err != nil {
		return s.fail(i, r.err)
	}
	s.p.files.Add(1)
	return s.enc.frame(frameEnd, r.hash.Sum(nil))
}

// fileReader reads and hashes a file.
type fileReader struct {
	f      io.Reader
	left   int64
	pieces chan []byte
	hash   *blake3.Hasher
	err    error // once pieces is closed
}

func newFileReader(f io.Reader, size int64) *fileReader {
	return &fileReader{f: f, left: size, pieces: make(chan []byte, pipeDepth), hash: blake3.New()}
}

// run reads exactly as many bytes as were announced.
func (r *fileReader) run(ctx context.Context) {
	defer close(r.pieces)
	for r.left > 0 {
		if r.err = ctx.Err(); r.err != nil {
			return
		}
		buf := newPiece()[:min(r.left, pieceSize)]
		if _, r.err = io.ReadFull(r.f, buf); r.err != nil {
			if r.err == io.EOF || r.err == io.ErrUnexpectedEOF {
				r.err = errChanged
			}
			freePiece(buf)
			return
		}
		r.hash.Write(buf)
		r.pieces <- buf
		r.left -= int64(len(buf))
	}
}

// unchanged tells whether a file is still what it was when it was opened.
func unchanged(f *os.File, then fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	if now.Size() != then.Size() || !now.ModTime().Equal(then.ModTime()) {
		return errChanged
	}
	return nil
}

// writeBehindStep is how much of a large file the disk is given to write at a time, so that the sync at the end is short and
// one transfer does not fill the memory for all.
const writeBehindStep = 8 << 20

// fileWriter writes and hashes a file.
type fileWriter struct {
	f         *os.File
	reserve   bool
	begun, at int64 // how much the disk was told to write, and how much there is
	pieces    chan []byte
	wg        sync.WaitGroup
	hash      *blake3.Hasher
	hopeless  atomic.Bool // nothing more can be written
	err       error       // after close
}

func newFileWriter(f *os.File, reserve bool) *fileWriter {
	w := &fileWriter{f: f, reserve: reserve, pieces: make(chan []byte, pipeDepth), hash: blake3.New()}
	w.wg.Go(w.run)
	return w
}

func (w *fileWriter) run() {
	for p := range w.pieces {
		if w.err == nil {
			_, w.err = w.f.Write(p)
			w.hash.Write(p)
			w.behind(len(p))
			w.hopeless.Store(w.err != nil && hopeless(w.err))
		}
		freePiece(p)
	}
}

func (w *fileWriter) behind(n int) {
	if w.at += int64(n); w.at-w.begun >= writeBehindStep {
		writeBehind(w.f, w.begun, w.at-w.begun)
		w.begun = w.at
		if w.err == nil && w.reserve {
			w.err = room(w.f, 0, true)
		}
	}
}

// close waits for the last write and returns the hash of all.
func (w *fileWriter) close() ([]byte, error) {
	close(w.pieces)
	w.wg.Wait()
	return w.hash.Sum(nil), w.err
}

// takeLarge writes a file as it comes.
func (r *receiver) takeLarge(ctx context.Context, dec *decoder, i *incoming) error {
	f, err := r.create(i)
	if err != nil {
		r.fault(i, err)
		return r.skip(frameFile, dec)
	}
	w := newFileWriter(f, r.reserve)
	sum, streamErr := r.pump(ctx, dec, w)
	got, err := w.close()
	if err != nil && hopeless(err) {
		f.Close()
		r.fault(i, err)
		return r.failed()
	}
	if streamErr != nil || sum == nil { // broken off, which the sender has said why
		f.Close()
		_ = r.root.Remove(i.temp)
		return streamErr
	}
	if err == nil && !bytes.Equal(sum, got) {
		err = errDamaged
	}
	if err != nil {
		f.Close()
		r.fault(i, err)
		return nil
	}
	alone := !groupSync || i.Size >= aloneSize
	err = finish(r.root, f, i, alone)
	if err == nil && alone {
		err = r.commits.allowed()
	}
	if alone || err != nil {
		r.name(i, err)
		r.commits.touch(path.Dir(i.at))
		return nil
	}
	r.commits.add(i)
	if r.commits.full() {
		r.running.Wait()
		return r.commits.commit()
	}
	return nil
}

// pump moves a file's content from the stream to its writer, and returns its hash; nil when the sender broke off, or the
// disk can take no more.
func (r *receiver) pump(ctx context.Context, dec *decoder, w *fileWriter) ([]byte, error) {
	for {
		buf := newPiece()
		t, p, err := dec.next(buf)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && t == frameContent && !w.hopeless.Load() {
			r.p.bytes.Add(int64(len(p)))
			w.pieces <- p // which gives the buffer back
			continue
		}
		defer freePiece(buf)
		switch {
		case err != nil:
			return nil, err
		case t == frameError:
			return nil, r.takeError(p)
		case t == frameContent:
			return nil, nil // there is no use in going on
		}
		return bytes.Clone(p), nil
	}
}

package share

import (
	"context"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/zeebo/blake3"
)

// A large file goes through two goroutines at either end: one has the disk and the hash, the other the network and the
// cipher.

const pipeDepth = 4 // pieces of a large file between the two

// pieces are the buffers that large files go through. All transfers share them: a sender that announces large files and
// breaks each off must not cost fresh memory for each.
var pieces = sync.Pool{New: func() any { return new([maxFrame]byte) }}

func newPiece() []byte { return pieces.Get().(*[maxFrame]byte)[:] }

func freePiece(p []byte) { pieces.Put((*[maxFrame]byte)(p[:maxFrame])) }

// writeLarge streams a file, and does so again when it changes meanwhile.
func (s *sender) writeLarge(ctx context.Context, i *item) error {
	for {
		again, err := s.tryLarge(ctx, i)
		if err != nil || !again {
			return err
		}
		i.tries++
	}
}

// tryLarge streams a file as it is now. again is that it changed, and the receiver was told that it comes anew.
func (s *sender) tryLarge(ctx context.Context, i *item) (again bool, err error) {
	f, info, err := i.open()
	if err != nil {
		return false, s.fail(i, err)
	}
	defer f.Close()
	i.describe(info)
	if !i.anew && s.has.sizes[i.Size] {
		switch err := hashFile(ctx, f, i); {
		case err == errChanged && i.tries < maxTries-1:
			return true, nil
		case err != nil:
			return false, s.fail(i, err)
		}
		if at, known := s.has.content(i); known && unchanged(f, info) == nil {
			return false, s.writeKnown(i, at)
		}
	}
	if err := s.enc.header(frameFile, i.header); err != nil {
		return false, err
	}
	number := s.number
	s.awaits(i, Sent)
	sum, sent, err := s.stream(ctx, f, i)
	if err == nil {
		if err = unchanged(f, info); err == nil {
			s.await.hash(number, sum)
			if !i.anew {
				s.p.files.Add(1)
			}
			return false, s.enc.frame(frameEnd, sum[:])
		}
	}
	if ctx.Err() != nil || s.enc.err != nil {
		return false, err
	}
	s.await.forget(number)
	if err == errChanged && i.tries < maxTries-1 {
		s.p.bytes.Add(-sent)
		return true, s.enc.frame(frameAgain, nil)
	}
	return false, s.fail(i, err)
}

// stream sends a file's content: what the receiver has not. sent is how much that counts for.
func (s *sender) stream(ctx context.Context, f *os.File, i *item) (sum [hashSize]byte, sent int64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	r := newFileReader(f, i.Size)
	if p, ok := s.has.parts[i.token()]; ok && !i.anew {
		r.part = p
	}
	var wg sync.WaitGroup
	wg.Go(func() { r.run(ctx) })
	for piece := range r.pieces {
		if err == nil {
			if err = s.piece(piece); err != nil {
				cancel()
			}
			sent += piece.size()
			s.p.bytes.Add(piece.size())
		}
		if piece.data != nil {
			freePiece(piece.data)
		}
	}
	cancel()
	wg.Wait()
	if err == nil {
		err = r.err
	}
	copy(sum[:], r.hash.Sum(nil))
	return sum, sent, err
}

// filePiece is content, or a hole, or what the receiver has.
type filePiece struct {
	data        []byte
	hole, there int64
}

func (p filePiece) size() int64 { return int64(len(p.data)) + p.hole + p.there }

func (s *sender) piece(p filePiece) error {
	switch {
	case p.hole > 0:
		return s.enc.number(frameHole, p.hole)
	case p.there > 0:
		return s.enc.number(frameGoesOn, p.there)
	}
	return s.enc.content(p.data)
}

// fileReader reads and hashes a file.
type fileReader struct {
	f        *os.File
	at, size int64
	data     int64 // up to where there is no hole
	sparse   bool
	part     part
	pieces   chan filePiece
	hash     *blake3.Hasher
	err      error // once pieces is closed
}

func newFileReader(f *os.File, size int64) *fileReader {
	return &fileReader{f: f, size: size, pieces: make(chan filePiece, pipeDepth), hash: blake3.New(), sparse: sparse(f, size)}
}

// run reads exactly as many bytes as were announced.
func (r *fileReader) run(ctx context.Context) {
	defer close(r.pieces)
	if r.err = r.compare(ctx); r.err != nil {
		return
	}
	for r.at < r.size {
		if r.err = ctx.Err(); r.err != nil {
			return
		}
		if n := r.hole(); n > 0 {
			if r.err = hashZeros(ctx, r.hash, n); r.err != nil {
				return
			}
			r.at += n
			r.pieces <- filePiece{hole: n}
			continue
		}
		buf := newPiece()[:min(r.size-r.at, pieceSize)]
		if r.err = r.fill(buf); r.err != nil {
			freePiece(buf)
			return
		}
		r.pieces <- filePiece{data: buf}
	}
}

// fill reads and hashes the next bytes.
func (r *fileReader) fill(buf []byte) error {
	n, err := r.f.ReadAt(buf, r.at)
	if n < len(buf) {
		if err == nil || err == io.EOF {
			err = errChanged
		}
		return err
	}
	r.hash.Write(buf)
	r.at += int64(n)
	return nil
}

// hole tells how many bytes from here on are a hole.
func (r *fileReader) hole() int64 {
	if !r.sparse || r.at < r.data {
		return 0
	}
	var n int64
	n, r.data = holeAt(r.f, r.at, r.size)
	return n
}

// compare goes through what the receiver has of the file, as long as it is the same.
func (r *fileReader) compare(ctx context.Context) error {
	if len(r.part.sums) == 0 || r.part.piece != pieceOf(r.size) {
		return nil
	}
	buf := newPiece()
	defer freePiece(buf)
	good, then, sum := int64(0), r.hash.Clone(), blake3.New()
	for _, want := range r.part.sums {
		end := min(good+r.part.piece, r.size)
		sum.Reset()
		for r.at < end {
			if err := ctx.Err(); err != nil {
				return err
			}
			b := buf[:min(end-r.at, pieceSize)]
			if err := r.fill(b); err != nil {
				return err
			}
			sum.Write(b)
		}
		if [hashSize]byte(sum.Sum(nil)) != want || end == good {
			break
		}
		good, then = end, r.hash.Clone()
	}
	r.at, r.hash = good, then
	if good > 0 {
		r.pieces <- filePiece{there: good}
	}
	return nil
}

var zeros [64 << 10]byte

// holeTurn is how much of a hole is hashed before another one has its turn, in bytes.
const holeTurn = 16 << 20

var hashingHole = make(chan struct{}, 1) // held by who hashes one

// hashZeros hashes a hole. It may be as long as a disk is large and cost who announces it nothing: so it ends with the
// request, and all of them together take one core.
func hashZeros(ctx context.Context, h *blake3.Hasher, n int64) error {
	for n > 0 {
		select {
		case hashingHole <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		turn := min(n, holeTurn)
		for n -= turn; turn > 0; {
			k := min(turn, int64(len(zeros)))
			h.Write(zeros[:k])
			turn -= k
		}
		<-hashingHole
	}
	return ctx.Err()
}

// hashFile hashes a file that goes into the stream, from its beginning.
func hashFile(ctx context.Context, f *os.File, i *item) error {
	sum, n, err := hashOf(ctx, io.NewSectionReader(f, 0, i.Size))
	if err == nil && n != i.Size {
		return errChanged
	}
	i.sum = sum
	return err
}

// hashOf hashes all there is to read.
func hashOf(ctx context.Context, r io.Reader) (sum [hashSize]byte, size int64, err error) {
	h, buf := blake3.New(), newPiece()
	defer freePiece(buf)
	for {
		n, err := io.ReadFull(r, buf[:pieceSize])
		h.Write(buf[:n])
		size += int64(n)
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return [hashSize]byte(h.Sum(nil)), size, nil
		case err != nil:
			return sum, size, err
		case ctx.Err() != nil:
			return sum, size, ctx.Err()
		}
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

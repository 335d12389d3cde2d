package share

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// How far a sender reads ahead. Small files cost calls, not bytes: several are opened and read at once.
const (
	readers   = 4
	readAhead = 64              // items, each with at most one piece of content
	planTime  = 2 * time.Second // for counting beforehand: a person should not wait for a figure
	pipeDepth = 4               // pieces of one large file
)

// source is a file or folder to send.
type source struct {
	root *os.Root
	path string // in root
	as   string // in the stream
}

// item is a file or folder on its way through a sender.
type item struct {
	source
	header
	dir   bool
	small bool
	ready chan struct{} // closed when a small file has been read
	data  []byte
	sum   [hashSize]byte
	err   error
}

// send writes files and folders, with all that is in them, as a stream. It returns only when the stream itself
// fails; what can't be read is said in it.
func send(ctx context.Context, w io.Writer, sources []source, p *Progress) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	enc := newEncoder(w)
	if plan, known := count(ctx, sources); known {
		p.plan(plan.Files, plan.Bytes)
		if err := enc.json(framePlan, plan); err != nil {
			return err
		}
	}
	s := &sender{enc: enc, p: p, items: make(chan *item, readAhead), work: make(chan *item, readAhead)}
	var wg sync.WaitGroup
	wg.Go(func() { s.walkAll(ctx, sources) })
	for range readers {
		wg.Go(s.readSmall)
	}
	err := s.write(ctx)
	cancel()
	for range s.items { // let the walk end
	}
	wg.Wait()
	if err != nil {
		return err
	}
	return enc.last()
}

type sender struct {
	enc   *encoder
	p     *Progress
	items chan *item // in the order of the stream
	work  chan *item // those to be read beforehand
}

// count walks quickly to find out how much there is. known is false when that takes too long.
func count(ctx context.Context, sources []source) (plan planFrame, known bool) {
	ctx, cancel := context.WithTimeout(ctx, planTime)
	defer cancel()
	for _, s := range sources {
		_ = walk(ctx, s, 0, func(i *item) error {
			if i.err == nil && !i.dir {
				plan.Files++
				plan.Bytes += i.Size
			}
			return ctx.Err()
		})
	}
	return plan, ctx.Err() == nil
}

// walk calls each for a source and all below it, a folder before what is in it.
func walk(ctx context.Context, s source, depth int, each func(*item) error) error {
	info, link, err := look(s.root, rooted(s.path), nil)
	if err != nil {
		return each(&item{source: s, err: err})
	}
	return walkInfo(ctx, s, info, link, depth, each)
}

func walkInfo(ctx context.Context, s source, info fs.FileInfo, link bool, depth int, each func(*item) error) error {
	i := &item{source: s, dir: info.IsDir(), header: header{Path: s.as, Modified: info.ModTime()}}
	if !i.dir {
		i.Size, i.Exec = info.Size(), info.Mode()&0o100 != 0
		return each(i)
	}
	if link && depth > 0 {
		return nil // a link to a folder could lead in a circle
	}
	if err := each(i); err != nil {
		return err
	}
	if depth > maxDepth {
		return each(&item{source: s, err: &Error{Code: Invalid, Text: "there are too many folders in folders"}})
	}
	err := readDir(s.root, s.path, func(name string, d fs.DirEntry) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		below := source{s.root, path.Join(s.path, name), path.Join(s.as, name)}
		info, link, err := look(s.root, below.path, d)
		if err != nil {
			return nil // gone since, a link that leads out, a pipe: not there
		}
		return walkInfo(ctx, below, info, link, depth+1, each)
	})
	if err != nil && ctx.Err() == nil {
		return each(&item{source: s, err: err})
	}
	return err
}

func (s *sender) walkAll(ctx context.Context, sources []source) {
	defer close(s.items)
	defer close(s.work)
	for _, src := range sources {
		err := walk(ctx, src, 0, func(i *item) error {
			i.small = i.err == nil && !i.dir && i.Size <= pieceSize
			if i.small {
				i.ready = make(chan struct{})
				s.work <- i // the readers take all of it, whatever happens
			}
			select {
			case s.items <- i:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil {
			return
		}
	}
}

// readSmall reads small files until there are no more.
func (s *sender) readSmall() {
	for i := range s.work {
		i.err = i.read()
		close(i.ready)
	}
}

// read takes the whole of a small file into memory.
func (i *item) read() error {
	f, info, err := openFile(i.root, rooted(i.source.path))
	if err != nil {
		return err
	}
	defer f.Close()
	i.header = header{Path: i.as, Size: info.Size(), Modified: info.ModTime(), Exec: info.Mode()&0o100 != 0}
	if i.Size > pieceSize {
		return errChanged
	}
	data := make([]byte, i.Size+1) // one more, to see whether it grows
	n, err := io.ReadFull(f, data)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	if int64(n) != i.Size {
		return errChanged
	}
	i.data, i.sum = data[:n], blake3.Sum256(data[:n])
	return nil
}

var errChanged = &Error{Code: Changed, Text: "the file changed while it was read"}

// write puts the items into the stream, in order.
func (s *sender) write(ctx context.Context) error {
	for i := range s.items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i.small {
			<-i.ready
		}
		if err := s.writeItem(ctx, i); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *sender) writeItem(ctx context.Context, i *item) error {
	switch {
	case i.err != nil:
		return s.fail(i, i.err)
	case i.dir:
		return s.enc.json(frameDir, i.header)
	case !i.small:
		return s.writeLarge(ctx, i)
	}
	if err := s.enc.json(frameFile, i.header); err != nil {
		return err
	}
	if len(i.data) > 0 {
		if err := s.enc.frame(frameContent, i.data); err != nil {
			return err
		}
	}
	s.p.bytes.Add(i.Size)
	s.p.files.Add(1)
	return s.enc.frame(frameEnd, i.sum[:])
}

// fail says in the stream that an item can't be sent, or not be ended.
func (s *sender) fail(i *item, err error) error {
	e := asError(err, i.as)
	s.p.fail(e)
	return s.enc.json(frameError, e)
}

// writeLarge streams a file: it is read and hashed in one goroutine while the other encrypts and sends.
func (s *sender) writeLarge(ctx context.Context, i *item) error {
	f, info, err := openFile(i.root, rooted(i.source.path))
	if err != nil {
		return s.fail(i, err)
	}
	defer f.Close()
	i.header = header{Path: i.as, Size: info.Size(), Modified: info.ModTime(), Exec: info.Mode()&0o100 != 0}
	if err := s.enc.json(frameFile, i.header); err != nil {
		return err
	}
	pieces, free := make(chan []byte, pipeDepth), make(chan []byte, pipeDepth+2)
	for range cap(free) {
		free <- make([]byte, pieceSize)
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var sum []byte
	var readErr error
	wg.Go(func() {
		defer close(pieces)
		sum, readErr = readPieces(ctx, f, i.Size, pieces, free)
	})
	var sendErr error
	for piece := range pieces {
		if sendErr == nil {
			if sendErr = s.enc.frame(frameContent, piece); sendErr != nil {
				cancel()
			}
			s.p.bytes.Add(int64(len(piece)))
		}
		free <- piece[:cap(piece)]
	}
	cancel()
	wg.Wait()
	if sendErr != nil {
		return sendErr
	}
	if readErr == nil {
		readErr = unchanged(f, info)
	}
	if readErr != nil {
		return s.fail(i, readErr)
	}
	s.p.files.Add(1)
	return s.enc.frame(frameEnd, sum)
}

// readPieces reads exactly size bytes and returns their hash.
func readPieces(ctx context.Context, f io.Reader, size int64, pieces chan<- []byte, free <-chan []byte) ([]byte, error) {
	h := blake3.New()
	for left := size; left > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		buf := <-free
		buf = buf[:min(left, int64(len(buf)))]
		n, err := io.ReadFull(f, buf)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, errChanged
		}
		if err != nil {
			return nil, err
		}
		h.Write(buf[:n])
		pieces <- buf[:n]
		left -= int64(n)
	}
	return h.Sum(nil), nil
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

// same compares hashes.
func same(a, b []byte) bool { return bytes.Equal(a, b) }

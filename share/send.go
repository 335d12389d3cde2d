package share

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// How far a sender reads ahead. Small files cost calls, not bytes: several are opened and read at once.
const (
	readers   = 4
	readAhead = 32              // items, each with at most one piece of content: 4 MiB a stream
	planTime  = 2 * time.Second // for counting beforehand: a person should not wait for a figure
)

// source is a file or folder to send.
type source struct {
	root *os.Root
	path string // in root
	as   string // in the stream
	err  error  // why it can't be

	asked string // the path that the first part of as stands for, where another PC asked for it
}

// told is the source's path for an error: what the one who asked knows it by.
func (s source) told(remote bool) string {
	if remote {
		_, below, _ := strings.Cut(s.as, "/")
		return path.Join(s.asked, below)
	}
	return s.as
}

// item is a file or folder on its way through a sender.
type item struct {
	source
	header
	dir   bool
	same  bool
	ready chan struct{} // of a small file: closed when it has been read
	data  []byte
	sum   [hashSize]byte
}

// sender writes files and folders, with all that is in them, as a stream.
type sender struct {
	sources []source
	have    map[string]stamp // what the receiver has already, by path in the stream
	p       *Progress
	remote  bool // the receiver asked for it; what is left out is none of its business

	enc   *encoder
	items chan *item // in the order of the stream
	work  chan *item // those to be read beforehand
}

// stamp is how a file that is there already is known again.
type stamp struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

func (s stamp) is(h header) bool {
	if s.Size != h.Size || h.Modified.IsZero() {
		return false
	}
	// Windows keeps 100 ns, others all.
	return s.Modified.Equal(h.Modified) || s.Modified.Equal(h.Modified.Truncate(100*time.Nanosecond))
}

// run writes the stream. It returns an error only when the stream itself fails; what can't be read is said in it.
func (s *sender) run(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.enc, s.items, s.work = newEncoder(w), make(chan *item, readAhead), make(chan *item, readAhead)
	if plan, known := s.count(ctx); known {
		s.p.plan(plan)
		if err := s.enc.json(framePlan, plan); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.walkAll(ctx) })
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
	return s.enc.last()
}

// count walks quickly to find out how much there is. known is false when that takes too long.
func (s *sender) count(ctx context.Context) (plan planFrame, known bool) {
	ctx, cancel := context.WithTimeout(ctx, planTime)
	defer cancel()
	for _, src := range s.sources {
		w := walker{each: func(i *item) error {
			if i.err == nil && !i.dir {
				plan.Files++
				plan.Bytes += i.Size
			}
			return ctx.Err()
		}}
		_ = w.walk(src)
	}
	return plan, ctx.Err() == nil
}

func (s *sender) walkAll(ctx context.Context) {
	defer close(s.items)
	defer close(s.work)
	w := walker{each: func(i *item) error { return s.queue(ctx, i) }}
	if !s.remote {
		w.skipped = func() { s.p.skipped.Add(1) }
	}
	for _, src := range s.sources {
		if w.walk(src) != nil {
			return
		}
	}
}

// queue puts an item in line, and a small file to the readers too.
func (s *sender) queue(ctx context.Context, i *item) error {
	if i.err == nil && !i.dir {
		have, ok := s.have[i.as]
		if i.same = ok && have.is(i.header); !i.same && i.Size <= pieceSize {
			i.ready = make(chan struct{})
			s.work <- i // the readers take all of it, whatever happens
		}
	}
	select {
	case s.items <- i:
		return nil
	case <-ctx.Done():
		return ctx.Err()
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
	f, info, err := openFile(i.root, rooted(i.path))
	if err != nil {
		return err
	}
	defer f.Close()
	i.describe(info)
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

// describe fills the header of a file.
func (i *item) describe(info fs.FileInfo) {
	i.header = header{Path: i.as, Size: info.Size(), Modified: sane(info.ModTime())}
}

// write puts the items into the stream, in order.
func (s *sender) write(ctx context.Context) error {
	for i := range s.items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i.ready != nil {
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
	case i.same:
		return s.enc.json(frameSame, i.header)
	case i.ready == nil:
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
	e := asError(err, i.told(s.remote))
	s.p.fail(e)
	return s.enc.json(frameError, e)
}

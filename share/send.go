package share

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// How far a sender reads ahead. Small files cost calls, not bytes: several are opened and read at once.
const (
	readers   = 4
	readAhead = 32              // items, each with at most one piece of content: 4 MiB a stream
	lookAhead = 4096            // items that the walk may be ahead, so that most trees are counted before they are sent
	planTime  = 2 * time.Second // for counting what is beyond: a person should not wait for a figure
	planAfter = time.Second     // before that: most trees have been walked by then, and a second walk would slow the first
	maxTries  = 3               // for a file that changes while it is read, or doesn't arrive as it was sent
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
	link  bool // it is opened by way of the root, not of its folder
	in    *openDir
	ready chan struct{} // of a small file: closed when it has been read
	data  []byte
	sum   [hashSize]byte
	tries int
	anew  bool // with its content, whatever the receiver has said to know
}

// sender writes files and folders, with all that is in them, as a stream.
type sender struct {
	sources []source
	has     receiverHas
	p       *Progress
	remote  bool // the receiver asked for it; what is hidden is none of its business

	told  func(Result) // of a put: what became of files at this end; may be nil
	await *awaited     // of a put: files whose fate the receiver will tell
	to    string       // of a put: the folder there

	enc    *encoder
	found  chan *item // in the order of the walk
	items  chan *item // in the order of the stream
	work   chan *item // those to be read beforehand
	plan   chan plans
	number uint32 // of the next file in the stream
	buffer sync.Pool
}

// plans are how much there is: what will be sent, which is what the receiver is told, and all.
type plans struct{ sent, all planFrame }

func (p *plans) add(size int64, sent bool) {
	p.all.Files++
	p.all.Bytes += size
	if sent {
		p.sent.Files++
		p.sent.Bytes += size
	}
}

// run writes the stream. It returns an error only when the stream itself fails; what can't be read is said in it.
func (s *sender) run(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.enc, s.found, s.items, s.work = newContentEncoder(w), make(chan *item, lookAhead), make(chan *item, readAhead), make(chan *item, readAhead)
	defer s.enc.release()
	s.plan = make(chan plans, 1)
	s.has.omit.sort()
	s.has.there.sort()
	var wg sync.WaitGroup
	wg.Go(func() { s.walkAll(ctx) })
	wg.Go(func() { s.feed(ctx) })
	for range readers {
		wg.Go(s.readSmall)
	}
	err := s.write(ctx)
	cancel()
	for i := range s.items { // let the walk end
		i.in.release()
	}
	wg.Wait()
	if err != nil {
		return err
	}
	return s.enc.last()
}

func (s *sender) tell(r Result) {
	if s.told != nil {
		s.told(r)
	}
}

// write puts the items into the stream, in order, and again those that the receiver wants again.
func (s *sender) write(ctx context.Context) error {
	plan := s.plan
	for i := range s.items {
		if i.ready != nil {
			<-i.ready
		}
		err := ctx.Err()
		if err == nil && plan != nil {
			plan, err = s.announce(plan)
		}
		if err == nil {
			err = s.writeItem(ctx, i)
		}
		i.in.release()
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if plan != nil {
		if _, err := s.announce(plan); err != nil {
			return err
		}
	}
	if s.await != nil {
		return s.repeat(ctx)
	}
	return nil
}

// announce tells how much there will be, as soon as that is known.
func (s *sender) announce(from chan plans) (chan plans, error) {
	select {
	case plan := <-from:
		if !s.remote {
			s.p.plan(plan.all)
		}
		return nil, s.enc.json(framePlan, plan.sent)
	default:
		return from, nil
	}
}

// askAgain is how long the receiver's word is waited for before it is asked for once more. On a connection that is gone that
// fails: net/http says nothing of that before the body has been written.
const askAgain = 2 * time.Second

// repeat waits for the receiver's word on all that was sent, and sends again what it didn't get right.
func (s *sender) repeat(ctx context.Context) error {
	for {
		if err := s.enc.frame(frameSettle, nil); err != nil {
			return err
		}
		if err := s.enc.flush(); err != nil {
			return err
		}
		waiting, cancel := context.WithTimeout(ctx, askAgain)
		again, err := s.await.wait(waiting)
		cancel()
		if err != nil && ctx.Err() == nil {
			continue
		}
		if err != nil {
			return err
		}
		for _, i := range again {
			i.anew, i.data, i.ready = true, nil, nil
			if i.Size <= pieceSize {
				if i.err = s.read(i); i.err == nil {
					i.ready = make(chan struct{})
				}
			}
			if err := s.writeItem(ctx, i); err != nil {
				return err
			}
		}
		if len(again) == 0 {
			return nil
		}
	}
}

func (s *sender) writeItem(ctx context.Context, i *item) error {
	switch {
	case i.err != nil:
		return s.fail(i, i.err)
	case i.dir:
		return s.enc.header(frameDir, i.header)
	case i.ready == nil || i.Size > pieceSize:
		return s.writeLarge(ctx, i)
	}
	data := i.data
	err := s.writeSmall(i)
	if data = data[:0]; cap(data) > 0 {
		s.buffer.Put(&data)
	}
	i.data = nil
	return err
}

func (s *sender) writeSmall(i *item) error {
	if at, known := s.has.content(i); known {
		return s.writeKnown(i, at)
	}
	if err := s.enc.header(frameFile, i.header); err != nil {
		return err
	}
	s.awaits(i, Sent)
	if len(i.data) > 0 {
		if err := s.enc.content(i.data); err != nil {
			return err
		}
	}
	s.counted(i)
	return s.enc.frame(frameEnd, i.sum[:])
}

// writeKnown tells of a file whose content the receiver has.
func (s *sender) writeKnown(i *item, at string) error {
	s.awaits(i, Known)
	s.counted(i)
	return s.enc.known(i.header, i.sum, at)
}

func (s *sender) counted(i *item) {
	if i.tries == 0 || !i.anew {
		s.p.bytes.Add(i.Size)
	}
	if !i.anew {
		s.p.files.Add(1)
	}
}

// awaits notes that the receiver will tell what became of a file.
func (s *sender) awaits(i *item, how How) {
	if s.await != nil {
		s.await.add(s.number, i, how)
	}
	s.number++
}

// streamError is an Error in a stream; As is what it is about, by its path in the stream.
type streamError struct {
	*Error
	As      string `json:"as,omitempty"`
	LeftOut bool   `json:"leftOut,omitempty"`
}

// fail says in the stream that an item can't be sent, or not be ended.
func (s *sender) fail(i *item, err error) error {
	e := asError(err, i.told(s.remote))
	var left leftOutError
	out := errors.As(err, &left)
	if !out {
		s.p.fail(e)
		s.tell(Result{Path: i.as, Size: i.Size, Modified: i.Modified, How: Faulty, Err: e})
	}
	return s.enc.json(frameError, streamError{e, i.as, out})
}

package share

import (
	"context"
	"io"
	"path"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// What a sender finds, and what it reads before its turn in the stream comes.

// walkAll finds all there is, and counts it.
func (s *sender) walkAll(ctx context.Context) {
	defer close(s.found)
	plan, once := plans{}, sync.Once{}
	var counting sync.WaitGroup
	defer counting.Wait()
	walking, walked := context.WithCancel(ctx)
	defer walked()
	w := walker{each: func(i *item) error {
		if i.err == nil && !i.dir {
			settled := s.settled(i)
			if plan.add(i.Size, !settled); settled {
				return ctx.Err()
			}
		}
		if len(s.found) == cap(s.found) {
			once.Do(func() { counting.Go(func() { s.count(walking) }) })
		}
		select {
		case s.found <- i:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}, leftOut: s.leftOut(ctx)}
	for _, src := range s.sources {
		if w.walk(src) != nil {
			return
		}
	}
	s.tellPlan(plan)
}

func (s *sender) tellPlan(plan plans) {
	select {
	case s.plan <- plan:
	default: // it is told already
	}
}

// count walks quickly to find out how much there is, of a tree that is too large for the walk to be much ahead, and takes
// too long for nobody to ask.
func (s *sender) count(ctx context.Context) {
	select {
	case <-time.After(planAfter):
	case <-ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(ctx, planTime)
	defer cancel()
	plan := plans{}
	for _, src := range s.sources {
		w := walker{each: func(i *item) error {
			if i.err == nil && !i.dir {
				plan.add(i.Size, s.has.omits(i.header) == "")
			}
			return ctx.Err()
		}}
		_ = w.walk(src)
	}
	if ctx.Err() == nil {
		s.tellPlan(plan)
	}
}

// leftOut is what a walk does with what is left out: who puts is told, who gets of what a list shows.
func (s *sender) leftOut(ctx context.Context) func(source, string, bool) error {
	return func(src source, why string, shown bool) error {
		e := &Error{Code: Invalid, Text: why, Path: src.told(s.remote)}
		if !s.remote {
			s.p.skipped.Add(1)
			s.tell(Result{Path: clean(src.as), How: LeftOut, Err: e})
			return nil
		}
		if !shown {
			return nil
		}
		src.err = leftOutError{e}
		select {
		case s.found <- &item{source: src}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// leftOutError is no failure.
type leftOutError struct{ why *Error }

func (e leftOutError) Error() string { return e.why.Error() }
func (e leftOutError) Unwrap() error { return e.why }

// settled tells whether a file need not be sent at all: it is there, or what is there is kept.
func (s *sender) settled(i *item) bool {
	how := s.has.omits(i.header)
	if how == "" {
		return false
	}
	if !s.remote {
		s.p.files.Add(1)
		s.p.bytes.Add(i.Size)
		s.tell(Result{Path: i.as, At: path.Join(s.to, i.as), Size: i.Size, Modified: i.Modified, How: how})
	}
	return true
}

// feed gives small files to the readers, with their folder open: it is opened once for all files in it.
func (s *sender) feed(ctx context.Context) {
	defer close(s.items)
	defer close(s.work)
	var in *openDir
	defer func() { in.release() }()
	for i := range s.found {
		if i.err == nil && !i.dir {
			if i.link {
				i.in = nil
			} else {
				in = in.next(i.root, path.Dir(i.path))
				i.in = in.use()
			}
			if i.Size <= pieceSize {
				i.ready = make(chan struct{})
				s.work <- i // the readers take all of it, whatever happens
			}
		}
		select {
		case s.items <- i:
		case <-ctx.Done():
			if i.ready != nil {
				<-i.ready
			}
			i.in.release()
			for range s.found { // let the walk end
			}
			return
		}
	}
}

// readSmall reads small files until there are no more.
func (s *sender) readSmall() {
	for i := range s.work {
		for i.err = s.read(i); i.err == errChanged && i.tries < maxTries-1; i.err = s.read(i) {
			i.tries++
		}
		close(i.ready)
	}
}

// read takes the whole of a small file into memory.
func (s *sender) read(i *item) error {
	f, info, err := i.open()
	if err != nil {
		return err
	}
	defer f.Close()
	i.describe(info)
	if i.Size > pieceSize {
		return nil // it has grown: it goes as a large one
	}
	buf, _ := s.buffer.Get().(*[]byte)
	if buf == nil || cap(*buf) < int(i.Size)+1 {
		b := make([]byte, i.Size+1+i.Size/8)
		buf = &b
	}
	data := (*buf)[:i.Size+1]                      // one more, to see whether it grows
	n, err := io.ReadAtLeast(f, data, int(i.Size)) // a regular file gives less than it was asked for only at its end
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	if int64(n) != i.Size {
		return errChanged
	}
	i.data, i.sum = data[:n], blake3.Sum256(data[:n])
	return nil
}

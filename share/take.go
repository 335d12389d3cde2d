package share

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// What a receiver does with each frame of a stream, as the decoder lets it through.

// frames reads until the end of the stream.
func (r *receiver) frames(ctx context.Context, dec *decoder) error {
	for {
		t, payload, err := dec.next(nil)
		if err != nil {
			return err
		}
		if t == frameLast {
			return dec.end()
		}
		if err = r.frame(ctx, dec, t, payload); err == nil {
			err = r.failed()
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && r.commits.full() {
			err = r.commits.begin()
		}
		if err != nil {
			return err
		}
	}
}

func (r *receiver) frame(ctx context.Context, dec *decoder, t frameType, payload []byte) error {
	switch t {
	case framePlan:
		return r.takePlan(payload)
	case frameError:
		return r.takeError(payload)
	case frameSettle:
		return r.settle()
	case frameDir, frameFile:
		h, err := dec.header(t, payload)
		if err != nil {
			return err
		}
		return r.takeEntry(ctx, dec, t, h)
	case frameKnown:
		h, sum, at, err := readKnown(payload)
		if err != nil {
			return err
		}
		n := r.count
		r.count++
		if asked, err := r.fresh(h, n); err != nil || !asked {
			return err
		}
		return r.takeKnown(ctx, h, n, sum, at)
	}
	return fmt.Errorf("read stream: frame of type %q: %w", byte(t), errStream)
}

func (r *receiver) takePlan(payload []byte) error {
	var plan planFrame
	if json.Unmarshal(payload, &plan) != nil || min(plan.Files, plan.Bytes) < 0 || max(plan.Files, plan.Bytes) > maxPlan || r.planned {
		return fmt.Errorf("read stream: plan: %w", errStream)
	}
	if r.planned = true; !r.counted {
		r.p.expect(plan)
	}
	return nil
}

// fresh tells whether a path was asked for and comes for the first time.
func (r *receiver) fresh(h header, n uint32) (bool, error) {
	if r.wanted != nil {
		first, _, _ := strings.Cut(h.Path, "/")
		if _, ok := r.wanted[first]; !ok {
			return false, fmt.Errorf("read stream: a file that wasn't asked for: %w", errStream)
		}
	}
	r.mu.Lock()
	first := r.seen.add(h.Path)
	r.mu.Unlock()
	if !first {
		r.fault(&incoming{header: h, number: n}, &Error{Code: Invalid, Text: "it came twice"})
	}
	return first, nil
}

func (r *receiver) takeEntry(ctx context.Context, dec *decoder, t frameType, h header) error {
	n := r.count
	if t == frameFile {
		r.count++
	} else {
		n = noNumber
	}
	first, err := r.fresh(h, n)
	switch {
	case err != nil:
		return err
	case t == frameDir:
		if first {
			r.takeDir(h)
		}
		return nil
	case !first:
		return r.skip(dec)
	}
	return r.takeFile(ctx, dec, h, n)
}

// noNumber is that of what is no file.
const noNumber = ^uint32(0)

func (r *receiver) takeError(payload []byte) error {
	e := streamError{Error: &Error{}}
	if err := json.Unmarshal(payload, &e); err != nil || e.Error == nil {
		return fmt.Errorf("read stream: error: %w", errStream)
	}
	if r.wanted == nil {
		return nil
	}
	i := &incoming{header: header{Path: clean(cut(e.As, maxPath))}, number: noNumber, how: Faulty, err: e.heard()}
	if e.LeftOut {
		i.how = LeftOut
	}
	r.end(i)
	return nil
}

func (r *receiver) takeDir(h header) {
	if r.reserve {
		if err := roomIn(r.root); err != nil {
			r.fault(&incoming{header: h, number: noNumber}, err)
			return
		}
	}
	i, err := r.place(h, true)
	if err == errHeld { // it is made for the files in it, once they are taken
		return
	}
	i.number = noNumber
	if err != nil {
		r.fault(i, err)
	} else {
		r.touchDir(i.at, h)
	}
}

// unplaced tells of a file that is not written.
func (r *receiver) unplaced(i *incoming, err error) {
	switch err {
	case errHeld:
		i.how = HeldUp
		r.p.hold(Held{Path: r.told(i.Path), Dest: r.root.Name(), Local: i.at, Why: Risky(i.at)})
		r.end(i)
	case errSame:
		i.how = Same
		r.end(i)
	case errKept:
		i.how = Skipped
		r.end(i)
	default:
		r.fault(i, err)
	}
}

// takeFile takes a file: a small one goes to the writers, a large one is written as it comes.
func (r *receiver) takeFile(ctx context.Context, dec *decoder, h header, n uint32) error {
	i, err := r.place(h, false)
	i.number, i.how = n, Sent
	if err != nil {
		r.unplaced(i, err)
		return r.skip(dec)
	}
	if h.Size > pieceSize {
		return r.takeLarge(ctx, dec, i)
	}
	return r.takeSmall(dec, i)
}

// takeSmall takes a small file into memory, and gives it to the writers.
func (r *receiver) takeSmall(dec *decoder, i *incoming) error {
	i.data = newPiece()[:0]
	for {
		buf := i.data // most come in one piece, which needs no copy
		if len(i.data) > 0 {
			buf = nil
		}
		t, p, err := dec.next(buf)
		switch {
		case err != nil:
		case t == frameContent:
			if len(i.data) == 0 {
				i.data = p
			} else {
				i.data = append(i.data, p...)
			}
			r.p.bytes.Add(int64(len(p)))
			continue
		case t == frameHole || t == frameGoesOn:
			err = fmt.Errorf("read stream: a hole in a small file: %w", errStream)
		case t == frameError:
			err = r.takeError(p)
		case t == frameAgain:
			r.again(i)
		default: // the end: the decoder lets nothing else through
			copy(i.sum[:], p)
			r.running.Add(1)
			r.jobs <- i
			return nil
		}
		i.free()
		i.in.release()
		return err
	}
}

// again forgets a file that comes anew.
func (r *receiver) again(i *incoming) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen.drop(i.Path)
}

// skip reads the rest of a file that isn't written, unless nothing will be any more: who sends is to learn that first.
func (r *receiver) skip(dec *decoder) error {
	for {
		if err := r.failed(); err != nil {
			return err
		}
		t, p, err := dec.next(nil)
		if err != nil || t == frameEnd || t == frameError || t == frameAgain {
			return err
		}
		if t == frameContent {
			r.p.bytes.Add(int64(len(p)))
		}
	}
}

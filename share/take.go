package share

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
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
		if err != nil {
			return err
		}
	}
}

func (r *receiver) frame(ctx context.Context, dec *decoder, t frameType, payload []byte) error {
	switch t {
	case framePlan:
		var plan planFrame
		if json.Unmarshal(payload, &plan) != nil || min(plan.Files, plan.Bytes) < 0 || max(plan.Files, plan.Bytes) > maxPlan || r.planned {
			return fmt.Errorf("read stream: plan: %w", errStream)
		}
		r.planned = true
		r.p.expect(plan)
		return nil
	case frameError:
		return r.takeError(payload)
	}
	h, err := dec.header(t, payload)
	if err != nil {
		return err
	}
	if r.wanted != nil {
		first, _, _ := strings.Cut(h.Path, "/")
		if _, ok := r.wanted[first]; !ok {
			return fmt.Errorf("read stream: a file that wasn't asked for: %w", errStream)
		}
	}
	if t == frameSame {
		return r.takeSame(h)
	}
	if !r.seen.add(h.Path) {
		r.fault(&incoming{header: h}, &Error{Code: Invalid, Text: "it came twice"})
		return r.skip(t, dec)
	}
	if t == frameDir {
		r.takeDir(h)
		return nil
	}
	return r.takeFile(ctx, dec, h)
}

// takeSame takes the word of the sender for a file that is here, as this PC has told it.
func (r *receiver) takeSame(h header) error {
	if have, ok := r.have[h.Path]; !ok || have.Size != h.Size || !r.seen.add(h.Path) {
		return fmt.Errorf("read stream: a file that isn't here: %w", errStream)
	}
	r.p.bytes.Add(h.Size)
	r.p.files.Add(1)
	return nil
}

func (r *receiver) takeError(payload []byte) error {
	e := &Error{}
	if err := json.Unmarshal(payload, e); err != nil {
		return fmt.Errorf("read stream: %w: %w", errStream, err)
	}
	if r.wanted != nil {
		r.p.fail(e.heard())
	}
	return nil
}

func (r *receiver) takeDir(h header) {
	if r.reserve {
		if err := roomIn(r.root); err != nil {
			r.fault(&incoming{header: h}, err)
			return
		}
	}
	i, err := r.place(h, true)
	if err == errHeld { // it is made for the files in it, once they are taken
		return
	}
	if err != nil {
		r.fault(i, err)
	} else if r.dirLen += len(i.at); r.dirLen < maxDirTime && !h.Modified.IsZero() {
		r.dirs = append(r.dirs, dirTime{i.at, h.Modified})
	}
}

// setTimes gives folders their times, innermost first, now that nothing is written in them any more.
func (r *receiver) setTimes() {
	for k := len(r.dirs) - 1; k >= 0; k-- {
		d := r.dirs[k]
		_ = r.root.Chtimes(d.at, d.time, d.time)
		r.commits.touch(path.Dir(d.at))
	}
}

// takeFile takes a file: a small one goes to the writers, a large one is written as it comes.
func (r *receiver) takeFile(ctx context.Context, dec *decoder, h header) error {
	i, err := r.place(h, false)
	if err == errHeld {
		r.p.hold(Held{Path: r.told(h.Path), Dest: r.root.Name(), Local: i.at, Why: Risky(i.at)})
		return r.skip(frameFile, dec)
	}
	if err != nil {
		r.fault(i, err)
		return r.skip(frameFile, dec)
	}
	if h.Size > pieceSize {
		return r.takeLarge(ctx, dec, i)
	}
	i.data = make([]byte, 0, h.Size)
	for {
		t, p, err := dec.next(nil)
		if err != nil {
			return err
		}
		switch t {
		case frameContent:
			i.data = append(i.data, p...)
			r.p.bytes.Add(int64(len(p)))
		case frameError:
			return r.takeError(p)
		default: // the end: the decoder lets nothing else through
			copy(i.sum[:], p)
			r.running.Add(1)
			r.jobs <- i
			if r.commits.full() {
				r.running.Wait()
				return r.commits.commit()
			}
			return nil
		}
	}
}

// skip reads the rest of a file that isn't written; of a folder there is none.
func (r *receiver) skip(t frameType, dec *decoder) error {
	for t != frameDir {
		t, p, err := dec.next(nil)
		if err != nil || t != frameContent {
			return err
		}
		r.p.bytes.Add(int64(len(p)))
	}
	return nil
}

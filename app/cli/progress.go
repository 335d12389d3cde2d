package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"lanyard/app/node"
)

// redrawEvery is how often the progress line changes: often enough to live, seldom enough to read.
const redrawEvery = 200 * time.Millisecond

// follow waits for a transfer and says how it went.
func (c *command) follow(ctx context.Context, s node.Service, id string) error {
	return c.report(c.await(ctx, s, id))
}

// await waits for a transfer, with progress on a terminal; Ctrl+C cancels it.
func (c *command) await(ctx context.Context, s node.Service, id string) (*node.Transfer, error) {
	line := newProgress(c.Err)
	watch, stop := context.WithCancel(ctx)
	defer stop()
	var last *node.Transfer
	err := s.Watch(watch, func(state *node.State) {
		for i := range state.Transfers {
			if t := &state.Transfers[i]; t.ID == id {
				last = t
				line.draw(t)
				if t.State.Ended() {
					stop()
				}
			}
		}
	})
	line.clear()
	if ctx.Err() != nil {
		late, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer done()
		_ = s.CancelTransfer(late, id)
		return nil, errCancelled
	}
	switch {
	case err != nil:
		return nil, err
	case last == nil:
		return nil, fmt.Errorf("transfer %s has vanished", id)
	case last.State == node.TransferCancelled:
		return nil, errCancelled
	case last.State == node.TransferFailed:
		return nil, errors.New(last.Error)
	}
	return last, nil
}

// report says how a transfer went.
func (c *command) report(last *node.Transfer, err error) error {
	if err != nil {
		return err
	}
	return c.show(last, func(w io.Writer) {
		took := last.Ended.Sub(last.Started)
		files := "1 file"
		if last.Files != 1 {
			files = fmt.Sprintf("%d files", last.Files)
		}
		fmt.Fprintf(w, "%s: %s, %s in %.1f s.\n", plain(last.Label), files, bytes(last.Bytes), took.Seconds())
	})
}

// progress is one line on a terminal; elsewhere it draws nothing.
type progress struct {
	w     io.Writer
	width int
	next  time.Time
	drawn bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if p.width, _, _ = term.GetSize(int(f.Fd())); p.width <= 0 {
			p.width = 80
		}
	}
	return p
}

func (p *progress) draw(t *node.Transfer) {
	if p.width == 0 || time.Now().Before(p.next) {
		return
	}
	p.next = time.Now().Add(redrawEvery)
	p.drawn = true
	line := []rune(describe(t))
	fmt.Fprintf(p.w, "\r\x1b[K%s", string(line[:min(len(line), p.width-1)]))
}

func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// describe puts a transfer into one line.
func describe(t *node.Transfer) string {
	var b strings.Builder
	b.WriteString(plain(t.Label))
	if t.State == node.TransferWaiting {
		b.WriteString("  waiting for its turn")
		return b.String()
	}
	if t.Total > 0 {
		fmt.Fprintf(&b, "  %d%%  %s of %s", t.Bytes*100/t.Total, bytes(t.Bytes), bytes(t.Total))
	} else {
		fmt.Fprintf(&b, "  %s", bytes(t.Bytes))
	}
	if t.Count > 1 {
		fmt.Fprintf(&b, "  %d of %d files", t.Files, t.Count)
	}
	if t.Speed > 0 {
		fmt.Fprintf(&b, "  %s/s", bytes(int64(t.Speed)))
		if t.Total > t.Bytes {
			fmt.Fprintf(&b, "  %s left", left(time.Duration(float64(t.Total-t.Bytes)/t.Speed*float64(time.Second))))
		}
	}
	return b.String()
}

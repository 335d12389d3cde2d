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
	var waits string
	var tired *time.Timer // ends the wait for what a transfer waits for
	var from int64        // what had been moved when that began
	err := s.Watch(watch, func(state *node.State) {
		for i := range state.Transfers {
			if t := &state.Transfers[i]; t.ID == id {
				last = t
				line.draw(func() string { return describe(t) })
				switch { // it tries again now and then: only what is moved ends the wait
				case tired == nil && t.State == node.TransferBlocked && line.width == 0:
					tired, from = time.AfterFunc(patience, stop), t.Bytes
				case tired != nil && (t.Bytes > from || t.State == node.TransferPaused):
					tired.Stop()
					tired = nil
				}
				if t.State == node.TransferBlocked {
					waits = t.Waits
				}
				if t.State.Ended() {
					stop()
				}
			}
		}
	})
	line.clear()
	if ctx.Err() != nil {
		withdraw(ctx, s, id)
		return nil, errCancelled
	}
	switch {
	case err != nil:
		return nil, err
	case last == nil:
		return nil, fmt.Errorf("transfer %s has vanished", id)
	case last.State == node.TransferCancelled:
		return nil, errCancelled
	case last.State == node.TransferDeclined:
		return nil, errors.New("declined")
	case last.State == node.TransferFailed:
		return nil, errors.New(last.Error)
	case !last.State.Ended():
		return nil, fmt.Errorf("not yet: %s; it goes on by itself then (`transfers` shows it, `transfers cancel %s` ends it)", waits, id)
	}
	return last, nil
}

// withdraw cancels a transfer after ctx has ended. One that has ended as well stays what it is.
func withdraw(ctx context.Context, s node.Service, id string) {
	late, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer done()
	_ = s.CancelTransfer(late, id)
}

// report says how a transfer went.
func (c *command) report(last *node.Transfer, err error) error {
	if err != nil {
		return err
	}
	return c.show(last, func(w io.Writer) {
		if last.Text != "" {
			fmt.Fprintf(w, "%s: sent.\n", plain(last.Label))
			return
		}
		took := last.Ended.Sub(last.Started)
		files := "1 file"
		if last.Files != 1 {
			files = fmt.Sprintf("%d files", last.Files)
		}
		fmt.Fprintf(w, "%s: %s, %s in %.1f s.\n", plain(last.Label), files, bytes(last.Bytes), took.Seconds())
		if last.Same > 0 {
			fmt.Fprintf(w, "%s there already and not sent again.\n", filesAre(last.Same))
		}
		if last.Skipped > 0 {
			fmt.Fprintf(w, "%s left as found, with another content.\n", filesAre(last.Skipped))
		}
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

func (p *progress) draw(describe func() string) {
	if p.width == 0 || time.Now().Before(p.next) {
		return
	}
	p.next = time.Now().Add(redrawEvery)
	p.drawn = true
	line := []rune(describe())
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
	switch t.State {
	case node.TransferWaiting:
		b.WriteString("  waiting for its turn")
		return b.String()
	case node.TransferAsking:
		b.WriteString("  waiting for the person there")
		return b.String()
	case node.TransferPaused:
		b.WriteString("  paused")
	case node.TransferBlocked:
		fmt.Fprintf(&b, "  waiting: %s", plain(t.Waits))
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
		if t.Left > 0 {
			fmt.Fprintf(&b, "  %s left", left(time.Duration(t.Left*float64(time.Second))))
		}
		if t.Limit != "" {
			fmt.Fprintf(&b, "  limited by %s", t.Limit)
		}
	}
	return b.String()
}

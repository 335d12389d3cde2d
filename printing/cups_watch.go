package printing

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// CUPS has events, but no way to wait for them (it answers Get-Notifications at once, notify-wait or not), so they are
// asked for: one small request, however many printers and jobs there are.
const (
	// watchBusy is the pace while a job is being printed, watchSoon right after something happened, watchIdle else.
	watchSoon = 15 * time.Millisecond
	watchBusy = 500 * time.Millisecond
	watchIdle = 2 * time.Second
	// leaseTime is how long CUPS keeps events for us without being asked.
	leaseTime = 600
)

// Watch follows CUPS' events.
func (c *CUPS) Watch(ctx context.Context, soon <-chan struct{}, active func() bool, changed func()) error {
	w := cupsWatch{conn: c.conn}
	pace := watchSoon
	down := false // CUPS was not running when last asked
	timer := time.NewTimer(0)
	defer timer.Stop()
	defer w.end(context.WithoutCancel(ctx))
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-soon:
			pace = watchSoon
			timer.Reset(pace)
			continue
		case <-timer.C:
		}
		// A CUPS that can't be asked for events counts as changed each time, so that everybody looks for himself.
		news, err := w.ask(ctx)
		if ctx.Err() != nil {
			return nil
		}
		wasDown := down
		if down = notRunning(err); down && !wasDown || w.anew {
			c.boots.found()
		}
		if (news || err != nil) && !(down && wasDown) { // where there is no CUPS nothing changes
			changed()
		}
		switch {
		case news && err == nil:
			pace = watchSoon
		case active():
			pace = min(pace*3/2, watchBusy)
		default:
			pace = watchIdle
		}
		timer.Reset(pace)
	}
}

// cupsWatch is a subscription to the events of a CUPS (RFC 3995, RFC 3996).
type cupsWatch struct {
	conn *ipp.Conn
	id   int  // of the subscription; 0 for none
	next int  // sequence number of the next event
	anew bool // CUPS said when last asked that it was started anew, or didn't know the subscription any more
}

var watchedEvents = []goipp.Value{goipp.String("job-state-changed"), goipp.String("job-completed"),
	goipp.String("job-stopped"), goipp.String("job-progress"), goipp.String("printer-state-changed"), goipp.String("printer-stopped"),
	goipp.String("printer-restarted"), goipp.String("printer-config-changed"), goipp.String("printer-added"), goipp.String("printer-deleted"),
	goipp.String("printer-modified"), goipp.String("server-started"), goipp.String("server-restarted")}

// ask tells whether anything happened since it was last asked.
func (w *cupsWatch) ask(ctx context.Context) (news bool, err error) {
	w.anew = false
	if w.id == 0 {
		return true, w.subscribe(ctx)
	}
	m, err := w.conn.Do(ctx, ipp.Request{Op: goipp.OpGetNotifications, Operation: goipp.Attributes{
		goipp.MakeAttr("notify-subscription-ids", goipp.TagInteger, goipp.Integer(w.id)),
		goipp.MakeAttr("notify-sequence-numbers", goipp.TagInteger, goipp.Integer(w.next)),
	}})
	if err != nil {
		w.id = 0
		var status *ipp.StatusError
		if w.anew = errors.As(err, &status); w.anew {
			return true, w.subscribe(ctx)
		}
		return true, err
	}
	for _, g := range m.Groups {
		if g.Tag == goipp.TagEventNotificationGroup {
			news = true
			w.anew = w.anew || strings.HasPrefix(ipp.Attrs(g.Attrs).String("notify-subscribed-event"), "server-")
			if n, ok := ipp.Attrs(g.Attrs).Int("notify-sequence-number"); ok {
				w.next = max(w.next, n+1)
			}
		}
	}
	return news, nil
}

func (w *cupsWatch) subscribe(ctx context.Context) error {
	m, err := w.conn.Do(ctx, ipp.Request{Op: goipp.OpCreatePrinterSubscriptions, Subscription: goipp.Attributes{
		keywords("notify-pull-method", "ippget"),
		goipp.MakeAttr("notify-events", goipp.TagKeyword, watchedEvents[0], watchedEvents[1:]...),
		goipp.MakeAttr("notify-lease-duration", goipp.TagInteger, goipp.Integer(leaseTime)),
	}})
	if err != nil {
		return err
	}
	w.id, _ = ipp.Attrs(m.Subscription).Int("notify-subscription-id")
	w.next = 1
	if w.id <= 0 {
		return errors.New("subscribe to CUPS: no subscription came back")
	}
	return nil
}

// end takes the subscription back. CUPS would otherwise keep it until its lease runs out.
func (w *cupsWatch) end(ctx context.Context) {
	if w.id == 0 {
		return
	}
	ctx, done := context.WithTimeout(ctx, time.Second)
	defer done()
	_, _ = w.conn.Do(ctx, ipp.Request{Op: goipp.OpCancelSubscription, Operation: goipp.Attributes{
		goipp.MakeAttr("notify-subscription-id", goipp.TagInteger, goipp.Integer(w.id)),
	}})
	if t, ok := w.conn.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

package x11

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// step is how often the pointer is looked at during a drag: once a frame.
const step = 16 * time.Millisecond

// leastMove is how far the pointer goes before it counts as a drag, in pixels: a hand that clicks may slip.
const leastMove = 6

// Drag drags files out of the window with the button that is down. The toolkit keeps the pointer and never notices.
//
// A file manager is offered to say where the files are to go (XDS), so that they are fetched to that place, once, and with
// everything that a download has. Whatever doesn't take that, a mail for example, is offered the list of their copies; those are
// made when the button has been let go, and only then is it told of the drop. So no program ever waits for us.
func (s Desktop) Drag(ctx context.Context, files exchange.Drag) (exchange.Outcome, error) {
	d, err := open(ctx, s.Display)
	if err != nil {
		return exchange.Outcome{}, fmt.Errorf("drag files: %w", err)
	}
	defer d.close()
	g := &drag{display: d, own: xproto.Window(s.Window), files: files, local: files.Local, tag: d.newTag()}
	outcome, err := g.play(ctx)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("drag files: %w", err)
	}
	return outcome, err
}

// drag is one drag, from our side.
type drag struct {
	*display
	own     xproto.Window // the window it comes from, on which nothing is dropped
	files   exchange.Drag
	local   []string // the copies, once there are any
	fetched bool     // they were made for this drop: nothing else is offered
	tag     *tag
	at      image.Point // of the pointer, on the screen

	offer // what the window under it knows
}

// play is the whole of it.
func (g *drag) play(ctx context.Context) (exchange.Outcome, error) {
	key := g.escapeKey()
	start, err := g.look(key)
	if err != nil {
		return exchange.Outcome{}, g.gone(ctx)
	}
	xproto.SetSelectionOwner(g.conn, g.window, g.atoms["XdndSelection"], xproto.TimeCurrentTime)
	g.setBytes(g.window, g.atoms["XdndDirectSave0"], g.atoms["text/plain"], []byte(g.files.Name))
	let, err := g.hold(ctx, key, start.at)
	if err != nil || !let {
		g.leave()
		return exchange.Outcome{}, err
	}
	if err := g.settle(ctx); err != nil {
		return exchange.Outcome{}, err
	}
	switch {
	case g.may && g.saves:
		g.tag.show(nil, g.at)
		return g.finish(ctx)
	case g.may && g.local != nil:
		g.tag.show(nil, g.at)
		return g.finish(ctx)
	case g.may || g.curious:
		return g.fetch(ctx)
	}
	g.leave()
	return exchange.Outcome{}, nil
}

// hold follows the pointer until the button is let go. It tells whether it was, rather than Escape pressed.
func (g *drag) hold(ctx context.Context, key xproto.Keycode, start image.Point) (let bool, err error) {
	moving := false
	beat := time.NewTicker(step)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case event, ok := <-g.events:
			if !ok {
				return false, g.gone(ctx)
			}
			g.happened(event)
		case <-beat.C:
			p, err := g.look(key)
			if err != nil {
				return false, g.gone(ctx)
			}
			off := p.at.Sub(start)
			moving = moving || max(off.X, -off.X, off.Y, -off.Y) >= leastMove
			if p.stop || !moving && !p.down {
				return false, nil
			}
			if moving {
				g.move(p.at)
				g.hang()
			}
			if !p.down {
				return true, nil
			}
		}
	}
}

// move follows the pointer: it tells the window there.
func (g *drag) move(at image.Point) {
	t, ok := g.under(at)
	if !ok || t.window == g.own {
		t = target{}
	}
	if t != g.target {
		g.leave()
		g.enter(t, true)
	}
	g.at = at
	g.position(at)
}

// hang shows the picture that fits.
func (g *drag) hang() {
	picture := g.files.Pictures.Refused
	if g.may {
		picture = g.files.Pictures.Taken
	}
	g.tag.show(picture, g.at)
}

// happened is an event of the display.
func (g *drag) happened(event xgb.Event) {
	switch e := event.(type) {
	case xproto.SelectionRequestEvent:
		g.requested(e)
	case xproto.ClientMessageEvent:
		if e.Format == 32 && (e.Type == g.atoms["XdndStatus"] || e.Type == g.atoms["XdndFinished"]) {
			g.told(e.Type == g.atoms["XdndFinished"], e.Data.Data32)
		}
	}
}

// settle waits for the window's word about the place where the button was let go.
func (g *drag) settle(ctx context.Context) error {
	if g.settled() {
		return nil
	}
	_, err := g.await(ctx, answerWait, func(event xgb.Event) bool {
		g.happened(event)
		return g.settled()
	})
	return err
}

// fetch makes the copies and then drops them, where they were meant to go.
func (g *drag) fetch(ctx context.Context) (exchange.Outcome, error) {
	meant := g.target
	spot, err := xproto.TranslateCoordinates(g.conn, g.root, meant.window, int16(g.at.X), int16(g.at.Y)).Reply()
	if err != nil {
		return exchange.Outcome{}, nil // closed just now
	}
	g.leave()
	if g.local == nil {
		if err := g.copies(ctx); err != nil {
			return exchange.Outcome{}, err
		}
	}
	g.tag.show(nil, g.at)
	g.fetched = true
	out := exchange.Outcome{Fetched: true}
	there, err := xproto.TranslateCoordinates(g.conn, meant.window, g.root, spot.DstX, spot.DstY).Reply()
	if err != nil {
		return out, nil // closed meanwhile
	}
	g.at = image.Pt(int(there.DstX), int(there.DstY))
	if now, ok := g.under(g.at); !ok || now != meant {
		return out, nil // hidden meanwhile
	}
	g.enter(meant, false)
	for i := range replays {
		g.position(g.at.Add(image.Pt(i%2, 0))) // some look again only at another place
		if err := g.settle(ctx); err != nil {
			return out, err
		}
		if g.may {
			return g.finish(ctx)
		}
		// Some programs read the list first, and can say yes the next time.
		if _, err := g.await(ctx, replayWait, func(event xgb.Event) bool { g.happened(event); return false }); err != nil {
			return out, err
		}
	}
	g.leave()
	return out, nil
}

// How often, and after which time, a program is asked again that has said no before it could read the list.
const (
	replays    = 5
	replayWait = 100 * time.Millisecond
)

// copies has the copies made, and answers other programs meanwhile.
func (g *drag) copies(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var fetching sync.WaitGroup
	defer fetching.Wait()
	defer cancel()
	pictures, done := make(chan image.Image, 1), make(chan error, 1)
	show := func(picture image.Image) {
		select {
		case pictures <- picture:
		default: // the one before is still to be shown
		}
	}
	var paths []string
	fetching.Go(func() {
		var err error
		paths, err = g.files.Fetch(ctx, show)
		done <- err
	})
	for {
		select {
		case picture := <-pictures:
			g.tag.show(picture, g.at)
		case event, ok := <-g.events:
			if !ok {
				return g.gone(ctx)
			}
			g.happened(event)
		case err := <-done:
			if err == nil && len(paths) == 0 {
				err = errors.New("nothing was fetched")
			}
			g.local = paths
			return err
		}
	}
}

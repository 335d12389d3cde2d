package x11

import (
	"context"
	"errors"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// answerWait is how long another program has to hand over what it offers, or the next piece of it. One that is busy takes
// a second; one that hangs should not hold a drop for longer than a person waits.
const answerWait = 5 * time.Second

// errRefused says that the owner of a selection doesn't have it in that format.
var errRefused = errors.New("the other program doesn't hand it over")

// errSilent says that it doesn't answer.
var errSilent = errors.New("the other program doesn't answer")

// convert reads a selection in a format: at most that many bytes. What happens meanwhile goes to other, which may be
// nil.
func (d *display) convert(ctx context.Context, selection, format string, at xproto.Timestamp, most int, other func(xgb.Event)) ([]byte, error) {
	into := d.atoms["LANYARD_LIST"]
	xproto.DeleteProperty(d.conn, d.window, into)
	xproto.ConvertSelection(d.conn, d.window, d.atoms[selection], d.atoms[format], into, at)
	given := false
	ok, err := d.await(ctx, answerWait, func(event xgb.Event) bool {
		if e, is := event.(xproto.SelectionNotifyEvent); is && e.Requestor == d.window && e.Selection == d.atoms[selection] {
			given = e.Property == into
			return true
		}
		if other != nil {
			other(event)
		}
		return false
	})
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, errSilent
	case !given:
		return nil, errRefused
	}
	p, err := d.take(into, most)
	if err != nil {
		return nil, err
	}
	if p.Type != d.atoms["INCR"] {
		return p.Value, nil
	}
	return d.pieces(ctx, into, most, other)
}

// take reads a property of our window, of at most that many bytes, and removes it.
func (d *display) take(property xproto.Atom, most int) (*xproto.GetPropertyReply, error) {
	p, err := xproto.GetProperty(d.conn, true, d.window, property, xproto.GetPropertyTypeAny, 0, uint32(most/4)).Reply()
	if err != nil {
		return nil, err
	}
	if p.BytesAfter > 0 {
		xproto.DeleteProperty(d.conn, d.window, property)
		return nil, exchange.ErrTooMany
	}
	return p, nil
}

// pieces reads what comes in pieces (ICCCM, 2.7.2): each is a new value of the property, and an empty one is the end.
func (d *display) pieces(ctx context.Context, property xproto.Atom, most int, other func(xgb.Event)) ([]byte, error) {
	var whole []byte
	for {
		ok, err := d.await(ctx, answerWait, func(event xgb.Event) bool {
			if e, is := event.(xproto.PropertyNotifyEvent); is {
				return e.Window == d.window && e.Atom == property && e.State == xproto.PropertyNewValue
			}
			if other != nil {
				other(event)
			}
			return false
		})
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, errSilent
		}
		p, err := d.take(property, most)
		switch {
		case err != nil:
			return nil, err
		case p.Format == 0: // read already
			continue
		case len(p.Value) == 0:
			return whole, nil
		case len(whole)+len(p.Value) > most:
			return nil, exchange.ErrTooMany
		}
		whole = append(whole, p.Value...)
	}
}

// formats are what a selection of ours is offered as: by the name of the format, how it reads.
type formats map[string]func() []byte

// answer hands a selection of ours over as it was asked for, or refuses. It tells in which format.
func (d *display) answer(e xproto.SelectionRequestEvent, offered formats) (given string) {
	property := e.Property
	if property == 0 {
		property = e.Target // a program from before 1989 (ICCCM, 2.2)
	}
	reply := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
	if e.Target == d.atoms["TARGETS"] {
		given = "TARGETS"
		d.setTargets(e.Requestor, property, offered)
	}
	for name, data := range offered {
		if e.Target == d.atoms[name] {
			given = name
			d.setBytes(e.Requestor, property, e.Target, data())
		}
	}
	if given != "" {
		reply.Property = property
	}
	xproto.SendEvent(d.conn, false, e.Requestor, xproto.EventMaskNoEvent, string(reply.Bytes()))
	return given
}

// setTargets lists the formats.
func (d *display) setTargets(of xproto.Window, property xproto.Atom, offered formats) {
	list := make([]byte, 4, 4+4*len(offered))
	xgb.Put32(list, uint32(d.atoms["TARGETS"]))
	for name := range offered {
		list = append(list, 0, 0, 0, 0)
		xgb.Put32(list[len(list)-4:], uint32(d.atoms[name]))
	}
	xproto.ChangeProperty(d.conn, xproto.PropModeReplace, of, property, xproto.AtomAtom, 32, uint32(len(list)/4), list)
}

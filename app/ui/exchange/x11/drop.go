package x11

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// Drop drops local files and folders, by their absolute paths, onto the window of a title on a display (":99"), at a
// place in pixels from the top left corner of its content, as a file manager would: for tests of a real window. It moves no
// pointer, needs no window manager, and returns when the window has said that it has them. A window that doesn't take them at once
// may be busy: it is asked again for dropPatience, as a hand moves on, too.
func Drop(ctx context.Context, name, title string, x, y int, paths []string) error {
	v, err := Visit(ctx, name, title, paths)
	if err != nil {
		return err
	}
	defer v.End()
	for late := time.Now().Add(dropPatience); ; time.Sleep(dropPatience / 20) {
		may, err := v.Move(ctx, x, y)
		switch {
		case err != nil:
			return err
		case may:
			return v.LetGo(ctx)
		case time.Now().After(late):
			return fmt.Errorf("drop onto %q: the window doesn't take it", title)
		}
	}
}

const dropPatience = 2 * time.Second

// Find returns the X11 ID of the window of a title on a display.
func Find(ctx context.Context, name, title string) (uint32, error) {
	d, err := open(ctx, name)
	if err != nil {
		return 0, err
	}
	defer d.close()
	t, err := d.find(d.root, title)
	return uint32(t.window), err
}

// Visitor is another program's drag over a window, step by step. End must be called.
type Visitor struct {
	*display
	title string
	over  target
	list  []byte
}

// Visit begins a drag over the window of a title.
func Visit(ctx context.Context, name, title string, paths []string) (*Visitor, error) {
	d, err := open(ctx, name)
	if err != nil {
		return nil, err
	}
	v := &Visitor{display: d, title: title, list: exchange.FormatList(paths)}
	if v.over, err = d.find(d.root, title); err != nil {
		d.close()
		return nil, fmt.Errorf("drop onto %q: %w", title, err)
	}
	xproto.SetSelectionOwner(d.conn, d.window, d.atoms["XdndSelection"], xproto.TimeCurrentTime)
	v.send(v.over.to, v.over.window, "XdndEnter", version<<24, uint32(d.atoms["text/uri-list"]), 0, 0)
	return v, nil
}

// find walks the tree of windows, since a window manager puts frames around them.
func (d *display) find(under xproto.Window, title string) (target, error) {
	for _, name := range []string{"_NET_WM_NAME", "WM_NAME"} {
		if under != d.root && string(d.property(under, name, 1024).Value) == title {
			if t, ok := d.takes(under); ok {
				return t, nil
			}
		}
	}
	tree, err := xproto.QueryTree(d.conn, under).Reply()
	if err != nil {
		return target{}, errors.New("find the window: it is gone")
	}
	for _, child := range tree.Children {
		if t, err := d.find(child, title); err == nil {
			return t, nil
		}
	}
	return target{}, errors.New("find the window: none of that title takes drops")
}

// Move moves to a place in the window, in pixels from the top left corner of its content, and tells whether the files could
// be dropped there.
func (v *Visitor) Move(ctx context.Context, x, y int) (may bool, err error) {
	at, err := xproto.TranslateCoordinates(v.conn, v.over.window, v.root, int16(x), int16(y)).Reply()
	if err != nil {
		return false, fmt.Errorf("find the place: %w", err)
	}
	place := uint32(uint16(at.DstX))<<16 | uint32(uint16(at.DstY))
	v.send(v.over.to, v.over.window, "XdndPosition", 0, place, xproto.TimeCurrentTime, uint32(v.atoms["XdndActionCopy"]))
	word, err := v.word(ctx, "XdndStatus")
	return word&1 != 0, err
}

// LetGo drops the files there, and waits until the window has them.
func (v *Visitor) LetGo(ctx context.Context) error {
	v.send(v.over.to, v.over.window, "XdndDrop", 0, xproto.TimeCurrentTime, 0, 0)
	word, err := v.word(ctx, "XdndFinished")
	// The protocol has bit 0 for "done", but GLFW puts the number of bytes it has read there.
	if err == nil && word == 0 {
		err = fmt.Errorf("drop onto %q: the window has refused it", v.title)
	}
	return err
}

// End leaves the window.
func (v *Visitor) End() {
	v.send(v.over.to, v.over.window, "XdndLeave", 0, 0, 0, 0)
	v.conn.Sync()
	v.close()
}

// word waits for what the window says, and hands over the list meanwhile.
func (v *Visitor) word(ctx context.Context, message string) (word uint32, err error) {
	ok, err := v.await(ctx, answerWait, func(event xgb.Event) bool {
		switch e := event.(type) {
		case xproto.SelectionRequestEvent:
			v.answer(e, formats{"text/uri-list": func() []byte { return v.list }})
		case xproto.ClientMessageEvent:
			word = e.Data.Data32[1]
			return e.Type == v.atoms[message]
		}
		return false
	})
	if err == nil && !ok {
		err = errSilent
	}
	if err != nil {
		err = fmt.Errorf("drop onto %q: %w", v.title, err)
	}
	return word, err
}

package xdnd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// version is that of the protocol.
const version = 5

// Drop drops local files and folders, by their absolute paths, onto the window of a title on a display (":99"), at a
// place in pixels from the top left corner of its content. It returns when the window has said that it has them.
func Drop(ctx context.Context, display, title string, x, y int, paths []string) error {
	s, err := open(display)
	if err != nil {
		return err
	}
	defer s.conn.Close()
	// A read from the X server knows no context; closing the connection ends it.
	defer context.AfterFunc(ctx, s.conn.Close)()
	err = s.drop(title, x, y, uriList(paths))
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("drop onto %q: %w", title, ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("drop onto %q: %w", title, err)
	}
	return nil
}

// Find returns the X11 ID of the window of a title on a display.
func Find(display, title string) (uint32, error) {
	s, err := open(display)
	if err != nil {
		return 0, err
	}
	defer s.conn.Close()
	w, err := s.find(s.root, title)
	return uint32(w), err
}

// uriList makes a text/uri-list (RFC 2483, 5).
func uriList(paths []string) []byte {
	var b strings.Builder
	for _, p := range paths {
		b.WriteString((&url.URL{Scheme: "file", Path: filepath.ToSlash(p)}).String() + "\r\n")
	}
	return []byte(b.String())
}

// source is our side of a drag.
type source struct {
	conn   *xgb.Conn
	root   xproto.Window
	window xproto.Window
	atoms  map[string]xproto.Atom
}

func open(display string) (*source, error) {
	xgb.Logger.SetOutput(io.Discard) // it remarks on a missing authority file, as Xvfb has none
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("open display %s: %w", display, err)
	}
	s := &source{conn: conn, root: xproto.Setup(conn).DefaultScreen(conn).Root, atoms: map[string]xproto.Atom{}}
	if err := s.prepare(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("open display %s: %w", display, err)
	}
	return s, nil
}

// prepare asks for the names the protocol uses and makes a window, never shown, that the drag comes from.
func (s *source) prepare() error {
	for _, name := range []string{"XdndAware", "XdndEnter", "XdndPosition", "XdndStatus", "XdndLeave", "XdndDrop", "XdndFinished", "XdndSelection", "XdndActionCopy",
		"text/uri-list", "_NET_WM_NAME", "UTF8_STRING"} {
		reply, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		s.atoms[name] = reply.Atom
	}
	w, err := xproto.NewWindowId(s.conn)
	if err != nil {
		return err
	}
	s.window = w
	return xproto.CreateWindowChecked(s.conn, 0, w, s.root, -10, -10, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil).Check()
}

// find walks the tree of windows, since a window manager puts frames around them.
func (s *source) find(under xproto.Window, title string) (xproto.Window, error) {
	for _, name := range []xproto.Atom{s.atoms["_NET_WM_NAME"], xproto.AtomWmName} {
		p, err := xproto.GetProperty(s.conn, false, under, name, xproto.GetPropertyTypeAny, 0, 256).Reply()
		if err == nil && string(p.Value) == title && under != s.root {
			if a, err := xproto.GetProperty(s.conn, false, under, s.atoms["XdndAware"], xproto.GetPropertyTypeAny, 0, 1).Reply(); err == nil && a.ValueLen > 0 {
				return under, nil
			}
		}
	}
	tree, err := xproto.QueryTree(s.conn, under).Reply()
	if err != nil {
		return 0, errors.New("find the window: it is gone")
	}
	for _, child := range tree.Children {
		if w, err := s.find(child, title); err == nil {
			return w, nil
		}
	}
	return 0, errors.New("find the window: none of that title takes drops")
}

// drop plays the whole of a drag.
func (s *source) drop(title string, x, y int, list []byte) error {
	target, err := s.find(s.root, title)
	if err != nil {
		return err
	}
	at, err := xproto.TranslateCoordinates(s.conn, target, s.root, int16(x), int16(y)).Reply()
	if err != nil {
		return fmt.Errorf("find the place: %w", err)
	}
	if err := xproto.SetSelectionOwnerChecked(s.conn, s.window, s.atoms["XdndSelection"], xproto.TimeCurrentTime).Check(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	place := uint32(uint16(at.DstX))<<16 | uint32(uint16(at.DstY))
	if err := s.send(target, "XdndEnter", version<<24, uint32(s.atoms["text/uri-list"]), 0, 0); err != nil {
		return err
	}
	if err := s.send(target, "XdndPosition", 0, place, xproto.TimeCurrentTime, uint32(s.atoms["XdndActionCopy"])); err != nil {
		return err
	}
	for {
		event, err := s.conn.WaitForEvent()
		switch {
		case err != nil:
			return fmt.Errorf("wait for the window: %w", err)
		case event == nil:
			return errors.New("wait for the window: the display has closed")
		}
		done, e := s.answer(target, event, list)
		if done || e != nil {
			return e
		}
	}
}

// answer does what an event asks for, and tells whether that was the last one.
func (s *source) answer(target xproto.Window, event xgb.Event, list []byte) (done bool, err error) {
	switch e := event.(type) {
	case xproto.SelectionRequestEvent:
		return false, s.give(e, list)
	case xproto.ClientMessageEvent:
		switch e.Type {
		case s.atoms["XdndStatus"]:
			if e.Data.Data32[1]&1 == 0 {
				return true, errors.Join(errors.New("the window doesn't take it"), s.send(target, "XdndLeave", 0, 0, 0, 0))
			}
			return false, s.send(target, "XdndDrop", 0, xproto.TimeCurrentTime, 0, 0)
		case s.atoms["XdndFinished"]:
			// The protocol has bit 0 for "done", but GLFW puts the number of bytes it has read there.
			if e.Data.Data32[1] == 0 {
				return true, errors.New("the window has refused it")
			}
			return true, nil
		}
	}
	return false, nil
}

// give hands over the list of files.
func (s *source) give(e xproto.SelectionRequestEvent, list []byte) error {
	answer := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
	if e.Target == s.atoms["text/uri-list"] {
		answer.Property = e.Property
		err := xproto.ChangePropertyChecked(s.conn, xproto.PropModeReplace, e.Requestor, e.Property, e.Target, 8, uint32(len(list)), list).Check()
		if err != nil {
			return fmt.Errorf("hand over the files: %w", err)
		}
	}
	return xproto.SendEventChecked(s.conn, false, e.Requestor, 0, string(answer.Bytes())).Check()
}

// send sends one message of the protocol, which has our window and up to four values.
func (s *source) send(target xproto.Window, name string, data ...uint32) error {
	values := make([]uint32, 5)
	values[0] = uint32(s.window)
	copy(values[1:], data)
	message := xproto.ClientMessageEvent{
		Format: 32, Window: target, Type: s.atoms[name],
		Data: xproto.ClientMessageDataUnionData32New(values),
	}
	if err := xproto.SendEventChecked(s.conn, false, target, xproto.EventMaskNoEvent, string(message.Bytes())).Check(); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	return nil
}

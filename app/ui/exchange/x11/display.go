package x11

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// version is that of XDND.
const version = 5

// names are what the protocols call their messages, properties and formats.
var names = []string{
	"XdndAware", "XdndProxy", "XdndEnter", "XdndPosition", "XdndStatus", "XdndLeave", "XdndDrop", "XdndFinished", "XdndSelection", "XdndTypeList", "XdndActionCopy",
	"XdndDirectSave0", "text/uri-list", "x-special/gnome-copied-files", "text/plain", "text/plain;charset=utf-8", "UTF8_STRING",
	"image/png", "image/jpeg", "image/webp", "image/bmp",
	"CLIPBOARD", "TARGETS", "INCR", "LANYARD_LIST", "WM_NAME", "_NET_WM_NAME", "_NET_WM_WINDOW_TYPE", "_NET_WM_WINDOW_TYPE_DND",
}

// Desktop is a display (":99"; "" is that of the environment) with a window on it, whoever made that.
type Desktop struct {
	Display string
	Window  uint32 // its ID
}

var _ exchange.Desktop = Desktop{}

// display is a connection to an X server, with a window of ours that is never shown. It belongs to one goroutine.
type display struct {
	conn   *xgb.Conn
	screen *xproto.ScreenInfo
	root   xproto.Window
	window xproto.Window
	atoms  map[string]xproto.Atom
	events chan xgb.Event // closed when the connection ends

	ending  chan struct{}
	reading sync.WaitGroup
	forget  func() bool
}

// open connects to a display (":99"); "" is the one of the environment. It ends with ctx, which makes every call fail, and
// close must be called in any case.
func open(ctx context.Context, name string) (*display, error) {
	xgb.Logger.SetOutput(io.Discard) // it remarks on a missing authority file, as Xvfb has none
	conn, err := xgb.NewConnDisplay(name)
	if err != nil {
		return nil, fmt.Errorf("open display %s: %w", name, err)
	}
	d := &display{conn: conn, screen: xproto.Setup(conn).DefaultScreen(conn), atoms: map[string]xproto.Atom{}, events: make(chan xgb.Event), ending: make(chan struct{})}
	d.root = d.screen.Root
	d.reading.Go(d.read)
	// A call to the X server knows no context; closing the connection ends it.
	d.forget = context.AfterFunc(ctx, conn.Close)
	if err := d.prepare(); err != nil {
		d.close()
		return nil, fmt.Errorf("open display %s: %w", name, err)
	}
	return d, nil
}

// prepare asks for the names and makes the window.
func (d *display) prepare() error {
	asked := make([]xproto.InternAtomCookie, len(names))
	for i, name := range names {
		asked[i] = xproto.InternAtom(d.conn, false, uint16(len(name)), name)
	}
	for i, name := range names {
		reply, err := asked[i].Reply()
		if err != nil {
			return err
		}
		d.atoms[name] = reply.Atom
	}
	w, err := xproto.NewWindowId(d.conn)
	if err != nil {
		return err
	}
	d.window = w
	// With an eye on its properties: lists come through them in pieces.
	return xproto.CreateWindowChecked(d.conn, 0, w, d.root, -10, -10, 1, 1, 0, xproto.WindowClassInputOnly, 0, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

// close ends the connection, with all that it has made on the display.
func (d *display) close() {
	d.forget()
	close(d.ending)
	d.conn.Close()
	d.reading.Wait()
}

// read hands on what happens. Errors are of windows that are gone meanwhile, and of no interest.
func (d *display) read() {
	defer close(d.events)
	for {
		event, err := d.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		if event == nil {
			continue
		}
		select {
		case d.events <- event:
		case <-d.ending:
			return
		}
	}
}

// await hands events to f until it says that the wait is over, or for some time at most. It tells whether f did.
func (d *display) await(ctx context.Context, most time.Duration, f func(xgb.Event) bool) (bool, error) {
	timeout := time.NewTimer(most)
	defer timeout.Stop()
	for {
		select {
		case event, ok := <-d.events:
			if !ok {
				return false, d.gone(ctx)
			}
			if f(event) {
				return true, nil
			}
		case <-timeout.C:
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// gone is why there are no more events.
func (d *display) gone(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the display has closed the connection")
}

// send sends one message of XDND, which has our window and up to four values, to a window.
func (d *display) send(to xproto.Window, about xproto.Window, name string, data ...uint32) {
	values := make([]uint32, 5)
	values[0] = uint32(d.window)
	copy(values[1:], data)
	message := xproto.ClientMessageEvent{Format: 32, Window: about, Type: d.atoms[name], Data: xproto.ClientMessageDataUnionData32New(values)}
	xproto.SendEvent(d.conn, false, to, xproto.EventMaskNoEvent, string(message.Bytes()))
}

// property reads a property of a window: at most so many bytes of it.
func (d *display) property(of xproto.Window, name string, most uint32) *xproto.GetPropertyReply {
	reply, err := xproto.GetProperty(d.conn, false, of, d.atoms[name], xproto.GetPropertyTypeAny, 0, (most+3)/4).Reply()
	if err != nil {
		return &xproto.GetPropertyReply{}
	}
	return reply
}

// number reads a property that is one number: a window or a version.
func (d *display) number(of xproto.Window, name string) (uint32, bool) {
	p := d.property(of, name, 4)
	if p.Format != 32 || len(p.Value) < 4 {
		return 0, false
	}
	return xgb.Get32(p.Value), true
}

// setNumber sets one.
func (d *display) setNumber(of xproto.Window, name string, kind xproto.Atom, value uint32) {
	b := make([]byte, 4)
	xgb.Put32(b, value)
	xproto.ChangeProperty(d.conn, xproto.PropModeReplace, of, d.atoms[name], kind, 32, 1, b)
}

// setBytes sets a property to bytes, however many: a request to the server holds a part of them.
func (d *display) setBytes(of xproto.Window, property, kind xproto.Atom, data []byte) {
	const most = 64 << 10
	mode := byte(xproto.PropModeReplace)
	for {
		n := min(len(data), most)
		xproto.ChangeProperty(d.conn, mode, of, property, kind, 8, uint32(n), data[:n])
		if data = data[n:]; len(data) == 0 {
			return
		}
		mode = xproto.PropModeAppend
	}
}

// target is a window that takes drops.
type target struct {
	window  xproto.Window // as it is called in messages
	to      xproto.Window // where they go: its proxy, or itself
	version uint32        // of XDND
}

// takes looks whether a window takes drops, itself or through a proxy. A proxy that is gone, or denies it, is none.
func (d *display) takes(w xproto.Window) (target, bool) {
	t := target{window: w, to: w}
	if p, ok := d.number(w, "XdndProxy"); ok {
		if self, ok := d.number(xproto.Window(p), "XdndProxy"); ok && self == p {
			t.to = xproto.Window(p)
		}
	}
	v, ok := d.number(t.to, "XdndAware")
	t.version = min(v, version)
	return t, ok && v >= 3 // older ones know nothing of actions
}

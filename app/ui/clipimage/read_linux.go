package clipimage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Possible tells whether pictures can be read here.
const Possible = true

// kinds are the forms of a picture that are asked for, best first.
var kinds = []string{"image/png", "image/jpeg", "image/webp", "image/bmp"}

// pieceWords is how much of a property is read at once, in units of 4 bytes.
const pieceWords = 1 << 18

// Read returns the picture on the clipboard of the X display (ICCCM 2.4, "Use of Selection Properties"; 2.7.2 for large ones) as the
// bytes of a file. It asks the program that has copied it, for patience at most.
func Read(ctx context.Context) ([]byte, error) {
	xgb.Logger.SetOutput(io.Discard)
	conn, err := xgb.NewConnDisplay(os.Getenv("DISPLAY"))
	if err != nil {
		return nil, fmt.Errorf("read the clipboard: %w", err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer context.AfterFunc(ctx, conn.Close)() // a read from the X server knows no context
	r := reader{conn: conn}
	data, err := r.read()
	switch {
	case ctx.Err() != nil:
		return nil, errors.New("read the clipboard: the program that the picture was copied in does not answer")
	case err != nil && !errors.Is(err, ErrNone):
		return nil, fmt.Errorf("read the clipboard: %w", err)
	}
	return data, err
}

type reader struct {
	conn   *xgb.Conn
	window xproto.Window
	prop   xproto.Atom
}

func (r *reader) atom(name string) (xproto.Atom, error) {
	reply, err := xproto.InternAtom(r.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0, err
	}
	return reply.Atom, nil
}

func (r *reader) read() (data []byte, err error) {
	screen := xproto.Setup(r.conn).DefaultScreen(r.conn)
	if r.window, err = xproto.NewWindowId(r.conn); err != nil {
		return nil, err
	}
	err = xproto.CreateWindowChecked(r.conn, 0, r.window, screen.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0,
		xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
	if err != nil {
		return nil, err
	}
	if r.prop, err = r.atom("LANYARD_PICTURE"); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if data, err = r.ask(kind); !errors.Is(err, ErrNone) {
			return data, err
		}
	}
	return nil, ErrNone
}

// ask asks for the picture in one form.
func (r *reader) ask(kind string) ([]byte, error) {
	clipboard, err := r.atom("CLIPBOARD")
	if err != nil {
		return nil, err
	}
	target, err := r.atom(kind)
	if err != nil {
		return nil, err
	}
	if err := xproto.ConvertSelectionChecked(r.conn, r.window, clipboard, target, r.prop, xproto.TimeCurrentTime).Check(); err != nil {
		return nil, err
	}
	for {
		event, err := r.event()
		if err != nil {
			return nil, err
		}
		if told, ok := event.(xproto.SelectionNotifyEvent); ok && told.Target == target {
			if told.Property == xproto.AtomNone {
				return nil, ErrNone
			}
			return r.receive()
		}
	}
}

func (r *reader) event() (xgb.Event, error) {
	event, err := r.conn.WaitForEvent()
	if event == nil && err == nil {
		return nil, errors.New("the display has closed the connection")
	}
	if err != nil {
		return nil, err
	}
	return event, nil
}

// receive takes what was put into the property: the whole, or piece after piece.
func (r *reader) receive() ([]byte, error) {
	incremental, err := r.atom("INCR")
	if err != nil {
		return nil, err
	}
	data, kind, err := r.take(0)
	if err != nil || kind != incremental {
		return data, err
	}
	data = nil
	for {
		event, err := r.event()
		if err != nil {
			return nil, err
		}
		if told, ok := event.(xproto.PropertyNotifyEvent); !ok || told.Atom != r.prop || told.State != xproto.PropertyNewValue {
			continue
		}
		piece, _, err := r.take(len(data))
		if err != nil || len(piece) == 0 {
			return data, err
		}
		data = append(data, piece...)
	}
}

// take reads the property and removes it, which asks for the next piece. have bytes were read before.
func (r *reader) take(have int) (data []byte, kind xproto.Atom, err error) {
	for {
		reply, err := xproto.GetProperty(r.conn, true, r.window, r.prop, xproto.GetPropertyTypeAny, uint32(len(data)/4), pieceWords).Reply()
		if err != nil {
			return nil, 0, err
		}
		data = append(data, reply.Value...)
		if have+len(data) > maxBytes {
			return nil, 0, errors.New("the picture is too large")
		}
		if reply.BytesAfter == 0 {
			return data, reply.Type, nil
		}
	}
}

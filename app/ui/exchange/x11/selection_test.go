package x11

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// owner returns who has the clipboard.
func (d *display) owner(t *testing.T) xproto.Window {
	t.Helper()
	o, err := xproto.GetSelectionOwner(d.conn, d.atoms["CLIPBOARD"]).Reply()
	if err != nil {
		t.Fatal(err)
	}
	return o.Owner
}

// inPieces owns the clipboard and hands it over in pieces, the last of which is empty.
func inPieces(t *testing.T, name string, pieces []string) {
	t.Helper()
	d := connect(t, name)
	xproto.SetSelectionOwner(d.conn, d.window, d.atoms["CLIPBOARD"], xproto.TimeCurrentTime)
	if d.owner(t) != d.window {
		t.Fatal("no clipboard")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var e xproto.SelectionRequestEvent
		for event := range d.events {
			switch event := event.(type) {
			case xproto.SelectionRequestEvent:
				e = event
				xproto.ChangeWindowAttributes(d.conn, e.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
				d.setNumber(e.Requestor, "LANYARD_LIST", d.atoms["INCR"], 1)
				answer := xproto.SelectionNotifyEvent{Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: e.Property}
				xproto.SendEvent(d.conn, false, e.Requestor, 0, string(answer.Bytes()))
			case xproto.PropertyNotifyEvent:
				if event.State == xproto.PropertyDelete && event.Window == e.Requestor && len(pieces) > 0 {
					d.setBytes(e.Requestor, e.Property, e.Target, []byte(pieces[0]))
					pieces = pieces[1:]
				}
			}
		}
	}()
	t.Cleanup(func() {
		d.conn.Close()
		<-done
	})
}

func TestAListInPieces(t *testing.T) {
	name := newDisplay(t)
	desktop := Desktop{Display: name}
	inPieces(t, name, []string{"copy\nfile:", "///a\nfile:///b", ""})
	got, err := desktop.Paste(shortly(t))
	if err != nil || strings.Join(got, " ") != "/a /b" {
		t.Errorf("%q, %v", got, err)
	}
	const size = 64 << 10
	inPieces(t, name, slices.Repeat([]string{strings.Repeat("x", size)}, exchange.MaxList/size+1))
	if _, err := desktop.Paste(shortly(t)); !errors.Is(err, exchange.ErrTooMany) {
		t.Errorf("without an end: %v", err)
	}
}

func TestAPictureIsPasted(t *testing.T) {
	desktop := Desktop{Display: newDisplay(t)}
	if got, err := desktop.Picture(shortly(t)); err != nil || got != nil {
		t.Errorf("nothing is there, and it is %d bytes, %v", len(got), err)
	}
	rest := strings.Repeat("x", 50_000) // what setBytes writes at once, as a piece has to be
	inPieces(t, desktop.Display, []string{"\x89PNG", rest, rest, rest, rest, ""})
	got, err := desktop.Picture(shortly(t))
	if err != nil || string(got) != "\x89PNG"+strings.Repeat(rest, 4) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

package clipimage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// newDisplay starts an X server of the test's own and makes it the display.
func newDisplay(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		t.Skipf("no X server: %v", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "64x64x24", "-nolisten", "tcp", "-noreset")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { x.Process.Signal(syscall.SIGTERM); x.Wait() })
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(line))
}

// owner is a program that has copied a picture; of a kind it was not asked for it has nothing.
type owner struct {
	kind  string
	data  []byte
	piece int  // bytes that it hands over at once; 0: all
	deaf  bool // it never answers
}

// own takes the clipboard and answers until the test ends.
func (o owner) own(t *testing.T) {
	t.Helper()
	conn, err := xgb.NewConnDisplay(os.Getenv("DISPLAY"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	r := reader{conn: conn}
	r.window, _ = xproto.NewWindowId(conn)
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	xproto.CreateWindow(conn, 0, r.window, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil)
	clipboard, _ := r.atom("CLIPBOARD")
	if err := xproto.SetSelectionOwnerChecked(conn, r.window, clipboard, xproto.TimeCurrentTime).Check(); err != nil {
		t.Fatal(err)
	}
	kind, _ := r.atom(o.kind)
	incremental, _ := r.atom("INCR")
	go func() {
		defer close(done)
		rest := o.data
		for {
			event, err := conn.WaitForEvent()
			if event == nil && err == nil {
				return
			}
			switch e := event.(type) {
			case xproto.SelectionRequestEvent:
				if o.deaf {
					continue
				}
				answer := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
				if e.Target == kind {
					answer.Property = e.Property
					if o.piece > 0 {
						xproto.ChangeWindowAttributes(conn, e.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
						xproto.ChangeProperty(conn, xproto.PropModeReplace, e.Requestor, e.Property, incremental, 32, 1, make([]byte, 4))
					} else {
						xproto.ChangeProperty(conn, xproto.PropModeReplace, e.Requestor, e.Property, kind, 8, uint32(len(o.data)), o.data)
					}
				}
				xproto.SendEvent(conn, false, e.Requestor, 0, string(answer.Bytes()))
			case xproto.PropertyNotifyEvent:
				if e.State == xproto.PropertyDelete && o.piece > 0 {
					n := min(o.piece, len(rest))
					xproto.ChangeProperty(conn, xproto.PropModeReplace, e.Window, e.Atom, kind, 8, uint32(n), rest[:n])
					rest = rest[n:]
				}
			}
		}
	}()
}

func TestAPictureIsRead(t *testing.T) {
	newDisplay(t)
	data := make([]byte, 3_000_001)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	if got, err := Read(t.Context()); got != nil || !errors.Is(err, ErrNone) {
		t.Errorf("an empty clipboard: %d bytes, %v", len(got), err)
	}
	for _, c := range []struct {
		rule string
		o    owner
		want []byte
		err  bool
	}{
		{"a small one", owner{kind: "image/png", data: data[:1001]}, data[:1001], false},
		{"a JPEG", owner{kind: "image/jpeg", data: data[:7]}, data[:7], false},
		{"a large one, in pieces", owner{kind: "image/png", data: data, piece: 200_000}, data, false},
		{"one without end", owner{kind: "image/png", data: make([]byte, maxBytes+1), piece: 200_000}, nil, true},
		{"a text", owner{kind: "UTF8_STRING", data: []byte("123 456")}, nil, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			c.o.own(t)
			got, err := Read(t.Context())
			if !bytes.Equal(got, c.want) || (err != nil) != c.err {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
	t.Run("from a program that hangs", func(t *testing.T) {
		owner{kind: "image/png", deaf: true}.own(t)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // as patience would, only sooner
		defer cancel()
		if got, err := Read(ctx); got != nil || err == nil {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}

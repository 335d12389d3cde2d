package xdnd

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
)

// newDisplay starts an X server without a screen and returns its name.
func newDisplay(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		without(t, "Xvfb")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-displayfd", "3", "-screen", "0", "640x480x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	number := make([]byte, 16)
	n, err := r.Read(number)
	if err != nil {
		t.Fatal(err)
	}
	return ":" + strings.TrimSpace(string(number[:n]))
}

// without skips a test loudly for the lack of something, and fails it where CI promises to have all.
func without(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("NOT RUN: this needs %s", what)
	}
	t.Skipf("NOT RUN: this needs %s", what)
}

// window is the other side of a drag: a window that takes drops, or refuses them.
type window struct {
	*source
	refuses bool
	at      chan [2]int
	got     chan string
}

func newWindow(t *testing.T, display, title string, refuses bool) *window {
	t.Helper()
	s, err := open(display)
	if err != nil {
		t.Fatal(err)
	}
	w := &window{source: s, refuses: refuses, at: make(chan [2]int, 1), got: make(chan string, 1)}
	id, err := xproto.NewWindowId(s.conn)
	if err != nil {
		t.Fatal(err)
	}
	xproto.CreateWindow(s.conn, 0, id, s.root, 50, 60, 300, 200, 0, xproto.WindowClassInputOutput, 0, 0, nil)
	xproto.ChangeProperty(s.conn, xproto.PropModeReplace, id, xproto.AtomWmName, xproto.AtomString, 8, uint32(len(title)), []byte(title))
	xproto.ChangeProperty(s.conn, xproto.PropModeReplace, id, s.atoms["XdndAware"], xproto.AtomAtom, 32, 1, []byte{version, 0, 0, 0})
	if err := xproto.MapWindowChecked(s.conn, id).Check(); err != nil {
		t.Fatal(err)
	}
	w.window = id
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.serve()
	}()
	t.Cleanup(func() {
		s.conn.Close()
		<-done
	})
	return w
}

// serve answers as the protocol asks of a target.
func (w *window) serve() {
	var from xproto.Window
	for {
		event, err := w.conn.WaitForEvent()
		if event == nil || err != nil {
			return
		}
		switch e := event.(type) {
		case xproto.ClientMessageEvent:
			switch e.Type {
			case w.atoms["XdndPosition"]:
				from = xproto.Window(e.Data.Data32[0])
				w.at <- [2]int{int(e.Data.Data32[2] >> 16), int(e.Data.Data32[2] & 0xffff)}
				yes := uint32(1)
				if w.refuses {
					yes = 0
				}
				w.send(from, "XdndStatus", yes, 0, 0, uint32(w.atoms["XdndActionCopy"]))
			case w.atoms["XdndDrop"]:
				xproto.ConvertSelection(w.conn, w.window, w.atoms["XdndSelection"], w.atoms["text/uri-list"], w.atoms["XdndSelection"], xproto.TimeCurrentTime)
			}
		case xproto.SelectionNotifyEvent:
			p, err := xproto.GetProperty(w.conn, true, w.window, e.Property, xproto.GetPropertyTypeAny, 0, 1<<20).Reply()
			if err == nil {
				w.got <- string(p.Value)
			}
			w.send(from, "XdndFinished", 1, uint32(w.atoms["XdndActionCopy"]), 0)
		}
	}
}

func TestDrop(t *testing.T) {
	display := newDisplay(t)
	w := newWindow(t, display, "Target", false)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := Drop(ctx, display, "Target", 30, 40, []string{"/tmp/a b+c.txt", "/tmp/Öl"}); err != nil {
		t.Fatal(err)
	}
	if at := <-w.at; at != [2]int{80, 100} {
		t.Errorf("dropped at %v of the screen", at)
	}
	want := []string{"file:///tmp/a%20b+c.txt", "file:///tmp/%C3%96l", ""}
	if got := strings.Split(<-w.got, "\r\n"); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestDropIsRefused(t *testing.T) {
	display := newDisplay(t)
	newWindow(t, display, "Target", true)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := Drop(ctx, display, "Target", 1, 1, []string{"/x"}); err == nil || !strings.Contains(err.Error(), "doesn't take it") {
		t.Errorf("refused: %v", err)
	}
	if err := Drop(ctx, display, "Another", 1, 1, []string{"/x"}); err == nil || !strings.Contains(err.Error(), "none of that title") {
		t.Errorf("no such window: %v", err)
	}
	if id, err := Find(display, "Target"); err != nil || id == 0 {
		t.Errorf("found %d, %v", id, err)
	}
}

func TestDropEndsWithItsContext(t *testing.T) {
	display := newDisplay(t)
	s, err := open(display) // a window that takes drops but never answers
	if err != nil {
		t.Fatal(err)
	}
	defer s.conn.Close()
	id, _ := xproto.NewWindowId(s.conn)
	xproto.CreateWindow(s.conn, 0, id, s.root, 0, 0, 10, 10, 0, xproto.WindowClassInputOutput, 0, 0, nil)
	xproto.ChangeProperty(s.conn, xproto.PropModeReplace, id, xproto.AtomWmName, xproto.AtomString, 8, 4, []byte("Deaf"))
	xproto.ChangePropertyChecked(s.conn, xproto.PropModeReplace, id, s.atoms["XdndAware"], xproto.AtomAtom, 32, 1, []byte{version, 0, 0, 0}).Check()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := Drop(ctx, display, "Deaf", 1, 1, []string{"/x"}); err == nil || !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		t.Errorf("it ended with %v", err)
	}
}

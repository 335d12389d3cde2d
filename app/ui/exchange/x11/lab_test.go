package x11

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
	"go.uber.org/goleak"
)

// screen is the display that the tests share, one after the other: starting it takes longer than any of them. "" is none.
var screen string

func TestMain(m *testing.M) {
	end, err := startScreen()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	end()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// startScreen starts an X server without a screen, where there is one.
func startScreen() (end func(), err error) {
	path, err := exec.LookPath("Xvfb")
	if err != nil {
		return func() {}, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	cmd := exec.Command(path, "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w.Close()
	number, err := bufio.NewReader(r).ReadString('\n')
	screen = ":" + strings.TrimSpace(number)
	return func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}, err
}

// newDisplay returns the name of the display.
func newDisplay(t *testing.T) string {
	t.Helper()
	if screen == "" {
		without(t, "Xvfb")
	}
	return screen
}

// without skips a test loudly for the lack of something, and fails it where CI promises to have all.
func without(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("NOT RUN: this needs %s", what)
	}
	t.Skipf("NOT RUN: this needs %s", what)
}

// shortly is a context for what takes milliseconds when it works.
func shortly(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// connect opens a connection of a test's own.
func connect(t *testing.T, name string) *display {
	t.Helper()
	d, err := open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	return d
}

// newWindow makes a window on the screen, which takes the mouse's button as those of toolkits do.
func (d *display) newWindow(t *testing.T, title string, at image.Rectangle) xproto.Window {
	t.Helper()
	id, err := xproto.NewWindowId(d.conn)
	if err != nil {
		t.Fatal(err)
	}
	xproto.CreateWindow(d.conn, 0, id, d.root, int16(at.Min.X), int16(at.Min.Y), uint16(at.Dx()), uint16(at.Dy()), 0, xproto.WindowClassInputOutput, 0,
		xproto.CwOverrideRedirect|xproto.CwEventMask, []uint32{1, xproto.EventMaskButtonPress | xproto.EventMaskButtonRelease | xproto.EventMaskButtonMotion})
	d.setBytes(id, d.atoms["WM_NAME"], xproto.AtomString, []byte(title))
	d.setNumber(id, "XdndAware", xproto.AtomAtom, version)
	if err := xproto.MapWindowChecked(d.conn, id).Check(); err != nil {
		t.Fatal(err)
	}
	return id
}

// mouse moves the pointer and its button, as a hand would.
type mouse struct{ *display }

func newMouse(t *testing.T, name string) mouse {
	t.Helper()
	m := mouse{connect(t, name)}
	if err := xtest.Init(m.conn); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m mouse) fake(t *testing.T, kind, detail byte, x, y int) {
	t.Helper()
	if err := xtest.FakeInputChecked(m.conn, kind, detail, 0, m.root, int16(x), int16(y), 0).Check(); err != nil {
		t.Fatal(err)
	}
}

func (m mouse) move(t *testing.T, x, y int) { t.Helper(); m.fake(t, xproto.MotionNotify, 0, x, y) }
func (m mouse) press(t *testing.T)          { t.Helper(); m.fake(t, xproto.ButtonPress, 1, 0, 0) }
func (m mouse) letGo(t *testing.T)          { t.Helper(); m.fake(t, xproto.ButtonRelease, 1, 0, 0) }

package x11

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"lanyard/app/ui/exchange"
)

// watcher is a window that writes down what it is told. It takes files on its right half.
type watcher struct{ told chan string }

func (w watcher) Hover(at image.Point, paths []string, err error, answer func(bool)) {
	answer(at.X >= 150 && err == nil)
	if err != nil {
		w.told <- fmt.Sprintf("hover %v: %v", at, err)
		return
	}
	w.told <- fmt.Sprintf("hover %v %d", at, len(paths))
}

func (w watcher) Leave() { w.told <- "leave" }
func (w watcher) Drop(at image.Point, paths []string, _ error) {
	w.told <- fmt.Sprintf("drop %v %q", at, paths)
}

// receive makes a window with somebody in front of it, and the function that sends him away.
func receive(t *testing.T, name string, r exchange.Receiver) (window *display, stop func() error) {
	t.Helper()
	window = connect(t, name)
	id := window.newWindow(t, "Window", image.Rect(40, 50, 340, 250))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Desktop{name, uint32(id)}.Receive(ctx, r) }()
	for {
		if to, ok := window.takes(id); ok && to.to != id {
			break
		}
		select {
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	return window, func() error { cancel(); return <-ended }
}

func TestReceive(t *testing.T) {
	name := newDisplay(t)
	w := watcher{make(chan string, 16)}
	window, stop := receive(t, name, w)
	paths := []string{"/tmp/Öl & Gas.txt", "/tmp/b"}
	ctx := shortly(t)
	hover := func() *Visitor {
		v, err := Visit(ctx, name, "Window", paths)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := hover()
	for x, want := range map[int]bool{20: false, 200: true} {
		if may, err := v.Move(ctx, x, 100); err != nil || may != want {
			t.Errorf("at %d: %v, %v", x, may, err)
		}
		if got, want := <-w.told, fmt.Sprintf("hover (%d,100) 2", x); got != want {
			t.Errorf("%s instead of %s", got, want)
		}
	}
	v.End()
	if got := <-w.told; got != "leave" {
		t.Error(got)
	}
	if err := Drop(ctx, name, "Window", 200, 100, paths); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"hover (200,100) 2", fmt.Sprintf("drop (200,100) %q", paths)} {
		if got := <-w.told; got != want {
			t.Errorf("%s instead of %s", got, want)
		}
	}
	many := paths
	for len(many) < exchange.MaxFiles {
		many = append(many, fmt.Sprintf("/tmp/a folder with a rather long name/and one in it/ünicode %0200d.jpeg", len(many)))
	}
	paths = many
	v = hover()
	if may, err := v.Move(ctx, 200, 100); err != nil || !may {
		t.Errorf("with many files: %v, %v", may, err)
	}
	if got := <-w.told; got != "hover (200,100) 1000" {
		t.Error(got)
	}
	v.End()
	<-w.told
	paths = append(many, "/tmp/one more")
	v = hover()
	if may, err := v.Move(ctx, 200, 100); err != nil || may {
		t.Errorf("with too many files: %v, %v", may, err)
	}
	if got, want := <-w.told, fmt.Sprintf("hover (200,100): %v", exchange.ErrTooMany); got != want {
		t.Errorf("%s instead of %s", got, want)
	}
	v.End()
	<-w.told
	if err := stop(); err != nil {
		t.Error(err)
	}
	if to, ok := window.takes(v.over.window); !ok || to.to != to.window {
		t.Error("the window doesn't get the drops back")
	}
}

// Who was in front of the window is gone without a word: its own program gets the drops.
func TestDropsSurviveTheProxy(t *testing.T) {
	name := newDisplay(t)
	p := newProgram(t, name, "mail")
	p.setNumber(p.window, "XdndProxy", 33, 0x12345) // left behind
	if err := Drop(shortly(t), name, "Program", 5, 5, []string{"/a"}); err != nil {
		t.Error(err)
	}
	if got := <-p.got; got != "file:///a\r\n" {
		t.Errorf("%q", got)
	}
}

// A window that has nothing to say takes nothing, and the drag goes on.
type mute struct{ watcher }

func (mute) Hover(image.Point, []string, error, func(bool)) {}

func TestAWindowThatIsBusyTakesNothing(t *testing.T) {
	name := newDisplay(t)
	_, stop := receive(t, name, mute{watcher{make(chan string, 16)}})
	ctx := shortly(t)
	v, err := Visit(ctx, name, "Window", []string{"/a"})
	if err != nil {
		t.Fatal(err)
	}
	defer v.End()
	if may, err := v.Move(ctx, 200, 100); err != nil || may {
		t.Errorf("%v, %v", may, err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestCopyAndPaste(t *testing.T) {
	name := newDisplay(t)
	ctx, desktop := shortly(t), Desktop{Display: name}
	if got, err := desktop.Paste(ctx); err != nil || got != nil {
		t.Errorf("with nothing on the clipboard: %q, %v", got, err)
	}
	watch := connect(t, name)
	copied := func(paths []string) (ended chan error) {
		ready := make(chan struct{})
		ended = make(chan error, 1)
		go func() { ended <- desktop.Copy(ctx, paths, func() { close(ready) }) }()
		<-ready
		return ended
	}
	var many []string
	for i := range exchange.MaxFiles {
		many = append(many, fmt.Sprintf("/tmp/ünicode and spaces %0240d", i))
	}
	first := copied(many)
	if got, err := desktop.Paste(ctx); err != nil || !slices.Equal(got, many) {
		t.Errorf("%d files, %v", len(got), err)
	}
	second := copied([]string{"/tmp/b"})
	if err := <-first; err != nil {
		t.Errorf("the first ended with %v", err)
	}
	if got, err := desktop.Paste(ctx); err != nil || !slices.Equal(got, []string{"/tmp/b"}) {
		t.Errorf("%q, %v", got, err)
	}
	for format, want := range map[string]string{"text/uri-list": "file:///tmp/b\r\n", "x-special/gnome-copied-files": "copy\nfile:///tmp/b", "UTF8_STRING": "/tmp/b"} {
		if got, err := watch.convert(ctx, "CLIPBOARD", format, 0, exchange.MaxList, nil); err != nil || string(got) != want {
			t.Errorf("as %s: %q, %v", format, got, err)
		}
	}
	if _, err := watch.convert(ctx, "CLIPBOARD", "text/plain", 0, exchange.MaxList, nil); !errors.Is(err, errRefused) {
		t.Errorf("as what it isn't: %v", err)
	}
	select {
	case err := <-second:
		t.Errorf("it ended with %v", err)
	default:
	}
}

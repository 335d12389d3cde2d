package ui

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// noteDesk is a desktop's server for notes.
type noteDesk struct {
	t    *testing.T
	conn *dbus.Conn

	mu       sync.Mutex // guards the below
	can      []string
	next     uint32
	standing map[uint32]string // body
	actions  []string          // of the latest
}

func (n *noteDesk) GetCapabilities() ([]string, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.can, nil
}

func (n *noteDesk) Notify(_ string, replaces uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if replaces == 0 {
		n.next++
		replaces = n.next
	}
	n.standing[replaces], n.actions = body, actions
	return replaces, nil
}

func (n *noteDesk) CloseNotification(number uint32) *dbus.Error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.standing, number)
	return nil
}

func (n *noteDesk) shows() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return fmt.Sprint(n.standing, n.actions)
}

func (n *noteDesk) press(number uint32, key string) {
	for _, signal := range []struct {
		name string
		args []any
	}{{"ActionInvoked", []any{number, key}}, {"NotificationClosed", []any{number, uint32(2)}}} {
		if err := n.conn.Emit(notesPath, notesName+"."+signal.name, signal.args...); err != nil {
			n.t.Error(err)
		}
	}
}

func newNoteDesk(t *testing.T, can ...string) *noteDesk {
	n := &noteDesk{t: t, conn: newBus(t), can: can, standing: map[uint32]string{}}
	if err := n.conn.Export(n, notesPath, notesName); err != nil {
		t.Fatal(err)
	}
	if _, err := n.conn.RequestName(notesName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *noteDesk) until(want string) {
	n.t.Helper()
	for limit := time.Now().Add(10 * time.Second); n.shows() != want; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			n.t.Fatalf("the desktop shows %s, want %s", n.shows(), want)
		}
	}
}

// runNotes tells on the session's bus for the time of a test.
func runNotes(t *testing.T, answered func(func())) Notes {
	notes := newNotes(nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		notes.Run(ctx, answered)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return notes
}

func TestNotesOnTheDesktop(t *testing.T) {
	d := newNoteDesk(t, "body", "body-markup", "actions")
	answers := make(chan string, 8)
	notes := runNotes(t, func(do func()) { do() })
	answer := func(text string) NoteAction { return NoteAction{text, func() { answers <- text }} }
	notes.Tell(Note{About: "inbox", Body: "<b>Jo</b> & co", Actions: []NoteAction{answer("Show"), answer("Accept")}})
	d.until("map[1:&lt;b&gt;Jo&lt;/b&gt; &amp; co] [0 Show default Show 1 Accept]")
	notes.Tell(Note{About: "inbox", Body: "two"}) // takes the place of the first
	notes.Tell(Note{About: "x1", Body: "done", Actions: []NoteAction{answer("Show"), answer("Folder")}})
	d.until("map[1:two 2:done] [0 Show default Show 1 Folder]")
	notes.Withdraw("inbox")
	d.until("map[2:done] [0 Show default Show 1 Folder]")
	d.press(77, "1") // somebody else's
	d.press(2, "9")  // never offered
	notes.Tell(Note{About: "x2", Body: "done", Actions: []NoteAction{answer("Show"), answer("Folder")}})
	d.until("map[2:done 3:done] [0 Show default Show 1 Folder]")
	d.press(3, "1")
	if got := <-answers; got != "Folder" {
		t.Errorf("it did %q", got)
	}
	d.press(3, "1") // twice
	notes.Tell(Note{About: "x3", Body: "done", Actions: []NoteAction{answer("Show")}})
	d.until("map[2:done 3:done 4:done] [0 Show default Show]")
	d.press(4, "default")
	if got := <-answers; got != "Show" {
		t.Errorf("a click did %q", got)
	}
}

// A server that knows neither answers nor markup gets plain words.
func TestNotesOnAPlainDesktop(t *testing.T) {
	d := newNoteDesk(t, "body")
	notes := runNotes(t, func(do func()) { do() })
	notes.Tell(Note{About: "x", Body: "Jo & <co>", Actions: []NoteAction{{"Show", func() {}}}})
	d.until("map[1:Jo & <co>] []")
	for i := range 3 * maxNotes {
		notes.Tell(Note{About: fmt.Sprint(i), Body: "n"})
	}
	notes.Tell(Note{About: "x", Body: "last"})
	for limit := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		d.mu.Lock()
		n, last := len(d.standing), d.standing[1]
		d.mu.Unlock()
		if last == "last" {
			if n != maxNotes {
				t.Errorf("%d notes stand", n)
			}
			return
		}
		if time.Now().After(limit) {
			t.Fatal("the last note never came")
		}
	}
}

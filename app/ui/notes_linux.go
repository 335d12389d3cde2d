package ui

import (
	"context"
	"html"
	"slices"
	"strconv"
	"sync"

	"github.com/godbus/dbus/v5"
)

// The Desktop Notifications Specification 1.2: where the server listens, and how an action is called that a click on the note
// itself does.
const (
	notesName     = "org.freedesktop.Notifications"
	notesPath     = "/org/freedesktop/Notifications"
	defaultAction = "default"
)

// maxNotes is how many notes stand at once; of what is beyond, the window tells.
const maxNotes = 20

// busNotes shows notes over the session's bus.
type busNotes struct {
	wake chan struct{}

	mu    sync.Mutex // guards the below
	queue []func(*noteServer)
}

// newNotes returns the notes of this desktop.
func newNotes(*UI) Notes { return &busNotes{wake: make(chan struct{}, 1)} }

// noteServer is a connection to the server, and the notes that stand there.
type noteServer struct {
	ctx      context.Context
	object   dbus.BusObject
	can      []string          // its capabilities
	standing map[string]uint32 // number of a note, by what it is about
	notes    map[uint32]Note
}

func (b *busNotes) later(do func(*noteServer)) {
	b.mu.Lock()
	b.queue = append(b.queue, do)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Tell is for Notes.
func (b *busNotes) Tell(n Note) { b.later(func(s *noteServer) { s.tell(n) }) }

// Withdraw is for Notes.
func (b *busNotes) Withdraw(about string) { b.later(func(s *noteServer) { s.withdraw(about) }) }

// Run is for Notes. It connects when there is something to tell, and again when the bus went away.
func (b *busNotes) Run(ctx context.Context, answered func(func())) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		}
		if conn, err := sessionBus(ctx); err == nil {
			b.serve(ctx, conn, answered)
			conn.Close()
			continue
		}
		b.take() // there is no desktop to tell
	}
}

func (b *busNotes) take() []func(*noteServer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	queue := b.queue
	b.queue = nil
	return queue
}

// serve tells what is to be told until the bus goes away or ctx ends.
func (b *busNotes) serve(ctx context.Context, conn *dbus.Conn, answered func(func())) {
	s := &noteServer{ctx: ctx, object: conn.Object(notesName, notesPath), standing: map[string]uint32{}, notes: map[uint32]Note{}}
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	err := conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(notesPath), dbus.WithMatchInterface(notesName))
	if err == nil {
		err = s.object.CallWithContext(ctx, notesName+".GetCapabilities", 0).Store(&s.can)
	}
	if err != nil {
		b.take()
		return
	}
	for {
		for _, do := range b.take() {
			do(s)
		}
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		case signal, ok := <-signals:
			if !ok {
				return
			}
			if do := s.heard(signal); do != nil {
				answered(do)
			}
		}
	}
}

func (s *noteServer) tell(n Note) {
	number, stands := s.standing[n.About]
	if !stands && len(s.notes) >= maxNotes {
		return
	}
	body, actions := n.Body, []string{}
	if slices.Contains(s.can, "body-markup") {
		body = html.EscapeString(body)
	}
	if slices.Contains(s.can, "actions") {
		for i, a := range n.Actions {
			key := strconv.Itoa(i)
			if i == 0 {
				key = defaultAction
				actions = append(actions, "0", a.Text) // some desktops show no button for the default one
			}
			actions = append(actions, key, a.Text)
		}
	}
	hints := map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant("org.lanyard.Lanyard"), "urgency": dbus.MakeVariant(byte(1))}
	const serversOwn = int32(-1)
	var given uint32
	err := s.object.CallWithContext(s.ctx, notesName+".Notify", 0, "Lanyard", number, "org.lanyard.Lanyard", n.Title, body, actions, hints, serversOwn).Store(&given)
	if err != nil {
		return
	}
	delete(s.notes, number)
	s.standing[n.About], s.notes[given] = given, n
}

func (s *noteServer) withdraw(about string) {
	number, ok := s.standing[about]
	if !ok {
		return
	}
	s.forget(number)
	_ = s.object.CallWithContext(s.ctx, notesName+".CloseNotification", 0, number).Err // it may be gone already
}

func (s *noteServer) forget(number uint32) {
	if n, ok := s.notes[number]; ok && s.standing[n.About] == number {
		delete(s.standing, n.About)
	}
	delete(s.notes, number)
}

// heard returns what a person has answered, or nil. The server tells everybody about everybody's notes.
func (s *noteServer) heard(signal *dbus.Signal) func() {
	if len(signal.Body) < 2 {
		return nil
	}
	number, _ := signal.Body[0].(uint32)
	n, ours := s.notes[number]
	switch {
	case !ours:
	case signal.Name == notesName+".NotificationClosed":
		s.forget(number)
	case signal.Name == notesName+".ActionInvoked":
		key, _ := signal.Body[1].(string)
		i, err := strconv.Atoi(key)
		if key == defaultAction {
			i, err = 0, nil
		}
		s.forget(number)
		if err == nil && i >= 0 && i < len(n.Actions) {
			return n.Actions[i].Do
		}
	}
	return nil
}

package mesh

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wires is a LAN of pipes: addresses are IDs, and a cut PC neither gets nor gives anything, without being told.
type wires struct {
	t   *testing.T
	mu  sync.Mutex
	pcs map[string]*station
}

type station struct {
	id   string
	mesh *Mesh
	stop context.CancelFunc
	done chan struct{}

	mu   sync.Mutex
	up   map[string]bool
	got  map[string][]string // by "id topic"
	news chan struct{}
	cut  chan struct{} // closed: nothing passes
}

func newWires(t *testing.T) *wires { return &wires{t: t, pcs: map[string]*station{}} }

func (w *wires) join(id string) *station {
	s := &station{id: id, up: map[string]bool{}, got: map[string][]string{}, news: make(chan struct{}, 1),
		done: make(chan struct{}), cut: make(chan struct{})}
	s.mesh = New(Options{
		ID: id, Dial: func(ctx context.Context, to []string, _ string) (net.Conn, string, error) {
			return w.dial(ctx, s, to[0])
		},
		Up:   func(id, _ string, _ bool) { s.note(func() { s.up[id] = true }) },
		Down: func(id string, _ bool) { s.note(func() { delete(s.up, id) }) },
		Received: func(id, topic string, v json.RawMessage) error {
			if topic == "bad" {
				return errors.New("bad topic")
			}
			s.note(func() { s.got[id+" "+topic] = append(s.got[id+" "+topic], string(v)) })
			return nil
		},
		Logger: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithCancel(w.t.Context())
	s.stop = stop
	go func() { defer close(s.done); s.mesh.Run(ctx) }()
	w.t.Cleanup(func() { stop(); <-s.done })
	w.mu.Lock()
	w.pcs[id] = s
	w.mu.Unlock()
	return s
}

func (s *station) note(change func()) {
	s.mu.Lock()
	change()
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (w *wires) dial(ctx context.Context, from *station, address string) (net.Conn, string, error) {
	w.mu.Lock()
	to := w.pcs[address]
	w.mu.Unlock()
	if to == nil {
		return nil, "", errors.New("no route")
	}
	select {
	case <-from.cut:
		<-ctx.Done()
		return nil, "", ctx.Err()
	case <-to.cut:
		<-ctx.Done()
		return nil, "", ctx.Err()
	default:
	}
	near, far := tcpPair(w.t)
	go to.mesh.Accept(&wire{far, to.cut, from.cut}, from.id)
	return &wire{near, from.cut, to.cut}, to.id, nil
}

func tcpPair(t *testing.T) (net.Conn, net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return a, b
}

// wire swallows what is written once either end is cut.
type wire struct {
	net.Conn
	near, far chan struct{}
}

func (c *wire) Write(p []byte) (int, error) {
	select {
	case <-c.near:
		return len(p), nil
	case <-c.far:
		return len(p), nil
	default:
		return c.Conn.Write(p)
	}
}

func (c *wire) Close() error {
	select {
	case <-c.near: // the other end is not told
		return c.Conn.SetReadDeadline(time.Now())
	case <-c.far:
		return c.Conn.SetReadDeadline(time.Now())
	default:
		return c.Conn.Close()
	}
}

// sees waits until a station is connected to exactly these.
func (s *station) sees(t *testing.T, within time.Duration, want ...string) {
	t.Helper()
	late := time.After(within)
	for {
		s.mu.Lock()
		var have []string
		for id := range s.up {
			have = append(have, id)
		}
		s.mu.Unlock()
		slices.Sort(have)
		if slices.Equal(have, want) {
			return
		}
		select {
		case <-s.news:
		case <-late:
			t.Fatalf("%s sees %v, want %v", s.id, have, want)
		}
	}
}

func (s *station) hears(t *testing.T, from, topic, want string) {
	t.Helper()
	late := time.After(2 * time.Second)
	for {
		s.mu.Lock()
		got := s.got[from+" "+topic]
		s.mu.Unlock()
		if len(got) > 0 && got[len(got)-1] == want {
			return
		}
		select {
		case <-s.news:
		case <-late:
			t.Fatalf("%s heard %v of %s from %s, want %s", s.id, got, topic, from, want)
		}
	}
}

func TestTwoThatDialEachOtherEndWithOneConnection(t *testing.T) {
	w := newWires(t)
	a, b := w.join("a"), w.join("b")
	a.mesh.Know("b", []string{"b"})
	b.mesh.Know("a", []string{"a"})
	a.sees(t, time.Second, "b")
	b.sees(t, time.Second, "a")
	time.Sleep(3 * yield) // whatever was on its way has arrived
	a.sees(t, time.Second, "b")
	b.sees(t, time.Second, "a")
}

func TestTopicsKeepOnlyTheirLatestValueAndOutliveAConnection(t *testing.T) {
	w := newWires(t)
	a, b := w.join("a"), w.join("b")
	for i := range 100 {
		a.mesh.Publish("b", "count", i)
	}
	a.mesh.Know("b", []string{"b"})
	b.hears(t, "a", "count", "99")
	if n := len(b.got["a count"]); n != 1 {
		t.Errorf("b got %d values, want the last only", n)
	}
	a.mesh.Publish("b", "count", 100)
	b.hears(t, "a", "count", "100")
}

func TestALeaveIsKnownAtOnceAndNotRevived(t *testing.T) {
	w := newWires(t)
	a, b := w.join("a"), w.join("b")
	a.mesh.Know("b", []string{"b"})
	a.sees(t, time.Second, "b")
	b.stop()
	a.sees(t, 2*time.Second) // without its word it takes up to 4.5 s
	<-b.done
}

func TestASilentLossIsKnownEverywhereInTime(t *testing.T) {
	w := newWires(t)
	var all []*station
	for i := range 6 {
		s := w.join(fmt.Sprint("pc", i))
		for _, o := range all {
			s.mesh.Know(o.id, []string{o.id})
		}
		all = append(all, s)
	}
	for i, s := range all {
		s.sees(t, 2*time.Second, others(all, i)...)
	}
	close(all[2].cut)
	const worst = beatEvery + beatGrace + pingWait
	for i, s := range all {
		if i != 2 {
			s.sees(t, worst+time.Second, others(all, i, 2)...)
		}
	}
	all[2].sees(t, worst+time.Second)
}

func others(all []*station, not ...int) (ids []string) {
	for i, s := range all {
		if !slices.Contains(not, i) {
			ids = append(ids, s.id)
		}
	}
	return ids
}

func TestAStaleConnectionGivesWayToTheRedial(t *testing.T) {
	w := newWires(t)
	a, b := w.join("a"), w.join("b")
	a.mesh.Know("b", []string{"b"})
	a.sees(t, time.Second, "b")
	b.sees(t, time.Second, "a")
	// b loses its end without a word; a still believes in the connection that it dialled itself.
	close(b.cut)
	b.mesh.Probe()
	time.Sleep(beatGrace) // so that the probe pings
	b.mesh.Probe()
	b.sees(t, 4*time.Second)
	b.cut = make(chan struct{})
	b.mesh.Know("a", []string{"a"})
	b.sees(t, 4*time.Second, "a")
	b.mesh.Publish("a", "x", 1)
	a.hears(t, "b", "x", "1")
}

func TestBadInputEndsTheConnectionOnly(t *testing.T) {
	w := newWires(t)
	a := w.join("a")
	for name, sent := range map[string]string{
		"no JSON":      "hello\n",
		"a bad topic":  `{"topic":"bad","value":1}` + "\n",
		"a long line":  string(make([]byte, maxFrame+1)),
		"a wrong type": `{"beat":"soon"}` + "\n",
	} {
		near, far := tcpPair(t)
		done := make(chan error, 1)
		go func() { done <- a.mesh.Accept(far, "x") }()
		go near.Write([]byte(sent))
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%s: still connected", name)
		}
		near.Close()
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte(`{"topic":"hello","value":{"name":"a"}}` + "\n" + `{"beat":2500}` + "\n" + `{"ping":true}` + "\n{\"bye\":true}\n"))
	f.Add([]byte(`{"beat":-1}` + "\n" + `{"beat":9999999999999}` + "\n{\"call\":true}\n{\"pong\":true}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		near, far := net.Pipe()
		m := New(Options{ID: "a", Up: func(string, string, bool) {}, Down: func(string, bool) {}, Logger: slog.New(slog.DiscardHandler),
			Received: func(string, string, json.RawMessage) error { return nil }})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); m.Run(ctx) }()
		go func() { // take what is answered
			buf := make([]byte, 512)
			for {
				if _, err := near.Read(buf); err != nil {
					return
				}
			}
		}()
		for m.running() == nil {
			time.Sleep(time.Microsecond)
		}
		go func() { near.Write(data); near.Close() }()
		m.Accept(far, "b")
		cancel()
		<-done
	})
}

func (m *Mesh) running() context.Context {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ctx
}

// What is still to be said is said before the bye, since nobody reads on after it.
func TestByeComesLast(t *testing.T) {
	l := newLink(nil, "anna", true)
	l.send("news", json.RawMessage(`1`))
	l.sendControl(frame{Ping: true})
	l.bye()
	l.send("late", json.RawMessage(`2`))
	frames, _ := l.next()
	if len(frames) != 4 || !frames[3].Bye || frames[2].Topic != "late" {
		t.Errorf("the order is %+v", frames)
	}
}

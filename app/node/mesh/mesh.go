// Package mesh keeps one long-lived connection to every PC that can be reached, and with it the knowledge of who is there
// now. What travels on it are topics: named values of which only the latest counts. It gives no meaning to them, decides
// nobody's membership, and finds nobody by itself.
//
// # Liveness
//
// A process that ends closes its connections, which the others see at once. A cable that is pulled tells nothing, so
// each PC sends its successor (by ID, around the ring of those it is connected to) a beat with a promise of the next
// one. Who misses a promised beat pings everybody it has not heard from and asks all others to do the same: a roll call.
// A connection that does not answer a ping in time ends. A PC to which nobody has promised anything, as when its
// predecessor went before its first beat, calls the roll with its next own beat. So an idle PC sends one beat and one acknowledgement in
// beatEvery however many PCs there are, and a loss is known everywhere within beatEvery + beatGrace + pingWait.
package mesh

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// The rhythm of the mesh. A lost PC must be known within 5 s, and an idle one send at most a packet a second.
const (
	beatEvery = 2700 * time.Millisecond
	beatGrace = 700 * time.Millisecond  // a late beat on a busy PC or a lost packet's retransmission
	pingWait  = 1100 * time.Millisecond // likewise for the answer to a ping
	callEvery = 2 * time.Second         // between roll calls: a flood of them must cost nothing
	byeWait   = 500 * time.Millisecond  // for the bye to leave
	byeRest   = time.Second             // after a bye: late packets must not revive the dead
)

// Options say how a Mesh dials and whom it tells.
type Options struct {
	ID string // this PC's
	// Dial connects to the PC want at one of its addresses; want "" is whoever answers. It returns who did.
	Dial func(ctx context.Context, addresses []string, want string) (net.Conn, string, error)
	// Up is called when a PC can be reached, with the address of the connection and whether this PC dialled it.
	Up func(id, address string, dialled bool)
	// Down is called when it no longer can; bye tells whether it has said goodbye.
	Down func(id string, bye bool)
	// Received is called with a topic's new value. An error ends the connection.
	Received func(id, topic string, value json.RawMessage) error
	// Admits tells whether a PC may connect (again); nil admits all.
	Admits func(id string) bool
	Logger *slog.Logger
}

// Mesh is the set of connections. Up, Down and Received are called one at a time for each PC, in order, and never while the
// Mesh holds a lock.
type Mesh struct {
	o    Options
	wg   sync.WaitGroup
	kick chan struct{} // the ring has changed

	mu       sync.Mutex
	ctx      context.Context // of Run; mu guards the below
	links    map[string]*link
	keepers  map[string]*keeper
	topics   map[string]map[string]json.RawMessage // by PC, then topic: the latest
	rest     map[string]time.Time                  // until when not to dial, after a bye
	lastCall time.Time
}

// New returns a Mesh that connects to nobody before Run.
func New(o Options) *Mesh {
	if o.Admits == nil {
		o.Admits = func(string) bool { return true }
	}
	return &Mesh{
		o: o, kick: make(chan struct{}, 1),
		links: map[string]*link{}, keepers: map[string]*keeper{},
		topics: map[string]map[string]json.RawMessage{}, rest: map[string]time.Time{},
	}
}

// Run connects and stays connected until ctx ends; then it says bye to all and returns when every connection has ended.
func (m *Mesh) Run(ctx context.Context) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	m.mu.Lock()
	m.ctx = inner
	for _, k := range m.keepers {
		m.startKeeperLocked(k)
	}
	m.mu.Unlock()

	m.beat(ctx)

	m.leave()
	cancel()
	m.wg.Wait()
	return nil
}

// leave says bye to all and gives the word a moment to get out.
func (m *Mesh) leave() {
	m.mu.Lock()
	m.ctx = nil
	var open []*link
	for _, l := range m.links {
		l.bye()
		open = append(open, l)
	}
	m.mu.Unlock()
	late := time.After(byeWait)
	for _, l := range open {
		select {
		case <-l.done:
		case <-late:
			return
		}
	}
}

// Online returns the IDs of the PCs that are connected.
func (m *Mesh) Online() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := make([]string, 0, len(m.links))
	for id := range m.links {
		ids = append(ids, id)
	}
	return ids
}

// Publish sets the value of a topic for one PC. It is sent now, or with all others when that PC connects; a value that
// is overtaken before it is sent is never sent.
func (m *Mesh) Publish(id, topic string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.topics[id] == nil {
		m.topics[id] = map[string]json.RawMessage{}
	}
	if string(m.topics[id][topic]) == string(raw) {
		return nil
	}
	m.topics[id][topic] = raw
	if l := m.links[id]; l != nil {
		l.send(topic, raw)
	}
	return nil
}

// Withdraw forgets all topics for a PC, as when it is a member no more.
func (m *Mesh) Withdraw(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.topics, id)
}

// Accept takes a connection that another PC dialled and serves it until it ends.
func (m *Mesh) Accept(conn net.Conn, id string) error {
	m.mu.Lock()
	ctx := m.ctx
	if ctx == nil {
		m.mu.Unlock()
		conn.Close()
		return errors.New("accept connection: shutting down")
	}
	m.wg.Add(1)
	m.mu.Unlock()
	defer m.wg.Done()
	return m.serve(ctx, conn, id, false)
}

// Drop ends the connection to a PC and dials it no more.
func (m *Mesh) Drop(id string) {
	m.Forget(id)
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.links[id]; l != nil {
		l.close(errors.New("dropped"))
	}
}

// serve registers a connection and reads it until it ends.
func (m *Mesh) serve(ctx context.Context, conn net.Conn, id string, dialled bool) error {
	l := newLink(conn, id, dialled)
	defer l.close(nil)
	old, err := m.register(l)
	if err != nil {
		return err
	}
	if old != nil { // replaced, not lost: its reader must not report Down, and must be gone before Up
		old.close(errReplaced)
		<-old.done
	}
	stop := context.AfterFunc(ctx, func() { l.close(ctx.Err()) })
	defer stop()
	m.wg.Go(l.write)
	m.o.Up(id, conn.RemoteAddr().String(), dialled)
	m.poke()
	err = l.read(m)
	l.close(err)
	m.unregister(l)
	m.poke()
	m.o.Logger.Debug("connection ended", "peer", id, "err", err)
	return err
}

var (
	errReplaced = errors.New("replaced by a newer connection")
	errLinked   = errors.New("connected already")
)

// register makes l the connection to its PC, unless the present one is to be kept. Both sides decide alike: of two
// connections that were dialled from both ends at once, the one that the lower ID dialled stays; of two from
// the same end the newer, since who dials again has lost the older.
func (m *Mesh) register(l *link) (old *link, err error) {
	m.mu.Lock()
	old = m.links[l.id]
	m.mu.Unlock()
	if old != nil && !m.supersedes(l, old) {
		if old.alive() { // perhaps only this side still believes in it
			return nil, errLinked
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx == nil {
		return nil, errors.New("shutting down")
	}
	if m.links[l.id] != old {
		return nil, errLinked // another came between
	}
	m.links[l.id] = l
	delete(m.rest, l.id)
	for topic, raw := range m.topics[l.id] {
		l.send(topic, raw)
	}
	return old, nil
}

func (m *Mesh) supersedes(l, old *link) bool {
	if l.dialled == old.dialled {
		return true
	}
	lower := m.o.ID < l.id
	return l.dialled == lower
}

// unregister reports Down unless another connection has taken over.
func (m *Mesh) unregister(l *link) {
	m.mu.Lock()
	current := m.links[l.id] == l
	if current {
		delete(m.links, l.id)
		if l.saidBye() {
			m.rest[l.id] = time.Now().Add(byeRest)
		}
	}
	k := m.keepers[l.id]
	m.mu.Unlock()
	if current {
		m.o.Down(l.id, l.saidBye())
	}
	close(l.done)
	if k != nil {
		k.lost(m.headStart(l.id))
	}
}

func (m *Mesh) poke() {
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

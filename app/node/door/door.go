// Package door is the one TCP port of a PC: it tells TLS from plain HTTP by the first byte, finishes the handshake within
// bounds, and hands proven connections on, with who is at the other end. It decides nothing about what they may ask.
package door

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"lanyard/app/node/identity"
)

// DefaultPort is tried first; no service is registered for it.
const DefaultPort = 4720

// Options say how a Listener is to be. Only Identity and Logger must be given.
type Options struct {
	Port       int      // 0: any free one
	Interfaces []string // see SetInterfaces
	Limits     Limits   // see SetLimits
	Identity   *identity.Identity

	// Plain tells whether plain HTTP is taken now; nil: never.
	Plain func() bool
	// Member tells who may use the whole of Limits.Total; nil: nobody but this PC itself.
	Member func(id string) bool
	// Admit has the last word on a caller, once it is known who that is, and again at each Recheck; nil: everybody.
	Admit func(Caller) bool
	// Wrap takes a connection that has proved who it is, before it is handed on; nil: it stays as it is. What it returns is
	// closed with the connection.
	Wrap func(net.Conn, Caller) net.Conn

	Logger *slog.Logger
}

// Caller is who is at the other end. Peer is nil for one that showed no key.
type Caller struct {
	Peer *identity.Peer
	TLS  bool
}

// Listener is a net.Listener whose connections have finished their handshake.
type Listener struct {
	o      Options
	config *tls.Config
	log    *slog.Logger

	conns chan net.Conn
	ended chan struct{} // Run has returned
	moved chan struct{} // holds one message: there are sockets that nobody accepts from yet

	opening   sync.Mutex // held while sockets are opened and closed; before mu
	port      int        // in use; it is settled before Open returns
	byAddress bool       // sockets can't be bound to interfaces; opening guards it

	mu      sync.Mutex
	closed  bool            // mu guards the below
	here    interfaces      // that callers may come by
	sockets map[int]*socket // by index of the interface; opening guards changes as well
	limits  Limits
	shaking []*Conn        // whose handshake isn't over, the oldest first
	open    map[*Conn]bool // handed on, or about to be
	tally   tally          // of open
}

// Open opens the port on loopback and the interfaces in the options.
func Open(o Options) (*Listener, error) { return openDoor(o, false) }

func openDoor(o Options, byAddress bool) (*Listener, error) {
	if o.Plain == nil {
		o.Plain = func() bool { return false }
	}
	if o.Member == nil {
		o.Member = func(string) bool { return false }
	}
	if o.Admit == nil {
		o.Admit = func(Caller) bool { return true }
	}
	if o.Wrap == nil {
		o.Wrap = func(c net.Conn, _ Caller) net.Conn { return c }
	}
	l := &Listener{
		o: o, config: o.Identity.ServerConfig(), log: o.Logger, port: o.Port, byAddress: byAddress, limits: o.Limits.orDefault(),
		conns: make(chan net.Conn), ended: make(chan struct{}), moved: make(chan struct{}, 1),
		sockets: map[int]*socket{}, open: map[*Conn]bool{}, tally: tally{},
	}
	if err := l.SetInterfaces(o.Interfaces); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Port is the TCP port in use.
func (l *Listener) Port() int { return l.port }

// Addr is the port in use, at no address in particular.
func (l *Listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv6unspecified, Port: l.port} }

// Accept returns the next connection that is ready for HTTP.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.ended:
		return nil, net.ErrClosed
	}
}

// Close closes the port. Run then returns.
func (l *Listener) Close() error {
	l.opening.Lock()
	defer l.opening.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, s := range l.sockets {
		s.Close()
	}
	notify(l.moved)
	return nil
}

func (l *Listener) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// Run takes connections until ctx ends, and returns when the last handshake has.
func (l *Listener) Run(ctx context.Context) error {
	defer close(l.ended)
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	for {
		l.mu.Lock()
		closed := l.closed
		for _, s := range l.sockets {
			if !closed && !s.served {
				s.served = true
				wg.Go(func() { l.serve(ctx, s, &wg) })
			}
		}
		l.mu.Unlock()
		if closed {
			return nil
		}
		<-l.moved
	}
}

// serve takes the connections of a socket until that is closed.
func (l *Listener) serve(ctx context.Context, s *socket, wg *sync.WaitGroup) {
	for {
		raw, err := s.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			l.log.Warn("accept failed", "err", err) // out of descriptors, most likely: let some go first
			select {
			case <-time.After(100 * time.Millisecond):
				continue
			case <-ctx.Done():
				return
			}
		}
		c := newConn(raw, s.index, l.leave)
		if !l.enter(c) {
			raw.Close()
			continue
		}
		wg.Go(func() { l.greet(ctx, c) })
	}
}

// Recheck asks Options.Admit about all that are connected, and closes whom it refuses; it also counts anew who is a member.
// Call it whenever one of them may answer otherwise than before, with no lock held that they take.
func (l *Listener) Recheck() {
	for _, c := range l.all(func(*Conn) bool { return true }) {
		if !l.o.Admit(c.Caller) {
			c.cut()
			continue
		}
		l.promote(c, l.member(c.Caller))
	}
}

// HangUp closes all connections of a PC, as when it is gone without a word.
func (l *Listener) HangUp(id string) {
	for _, c := range l.all(func(c *Conn) bool { return c.id() == id }) {
		c.cut()
	}
}

// all returns those of the connections handed on that a condition holds for.
func (l *Listener) all(where func(*Conn) bool) (list []*Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		if where(c) {
			list = append(list, c)
		}
	}
	return list
}

// member tells whether a caller may use the whole of Limits.Total. This PC calls itself, too.
func (l *Listener) member(c Caller) bool {
	return c.Peer != nil && (c.Peer.ID == l.o.Identity.ID || l.o.Member(c.Peer.ID))
}

// notify leaves a message in a channel that holds one.
func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Package door is the one TCP port of a PC: it tells TLS from plain HTTP by the first byte, finishes the handshake within
// bounds, and hands proven connections on, with who is at the other end. It decides nothing about what they may ask.
package door

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"lanyard/app/node/identity"
)

// DefaultPort is tried first; no service is registered for it.
const DefaultPort = 4720

// Limits before anything is known of the caller.
const (
	handshakeWait = 5 * time.Second // a LAN needs milliseconds
	maxHandshakes = 256             // at once in all, so that half-open connections cost bounded memory
	maxPerAddress = 32              // at once from one address: the rest of the LAN still gets in
	maxConns      = 2048            // open at once in all: descriptors
)

// firstTLS is the first byte of a TLS record that holds a handshake (RFC 8446 5.1).
const firstTLS = 0x16

// Caller is who is at the other end. Peer is nil for one that showed no key.
type Caller struct {
	Peer *identity.Peer
	TLS  bool
}

// Listener is a net.Listener whose connections have finished their handshake.
type Listener struct {
	tcp    net.Listener
	config *tls.Config
	plain  func() bool
	log    *slog.Logger

	conns chan net.Conn
	ended chan struct{} // Run has returned

	mu      sync.Mutex
	shaking map[netip.Addr]int        // handshakes by address; mu guards the below
	total   int                       // handshakes
	open    int                       // connections handed out or shaking
	peers   map[string]map[*Conn]bool // handed out, by peer ID
}

// Listen opens the port: the wanted one, or any free one when wanted is 0. plain tells whether plain HTTP is taken now.
func Listen(port int, id *identity.Identity, plain func() bool, log *slog.Logger) (*Listener, error) {
	tcp, err := net.Listen("tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return &Listener{
		tcp: tcp, config: id.ServerConfig(), plain: plain, log: log,
		conns: make(chan net.Conn), ended: make(chan struct{}), shaking: map[netip.Addr]int{},
		peers: map[string]map[*Conn]bool{},
	}, nil
}

// Port is the TCP port in use.
func (l *Listener) Port() int { return l.tcp.Addr().(*net.TCPAddr).Port }

// Addr is the address listened on.
func (l *Listener) Addr() net.Addr { return l.tcp.Addr() }

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
func (l *Listener) Close() error { return l.tcp.Close() }

// Run takes connections until ctx ends, and returns when the last handshake has.
func (l *Listener) Run(ctx context.Context) error {
	defer close(l.ended)
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	defer context.AfterFunc(ctx, func() { l.tcp.Close() })()
	for {
		c, err := l.tcp.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			l.log.Warn("accept failed", "err", err) // out of descriptors, most likely: let some go first
			select {
			case <-time.After(100 * time.Millisecond):
				continue
			case <-ctx.Done():
				return nil
			}
		}
		addr := c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
		if !l.enter(addr) {
			c.Close()
			continue
		}
		wg.Go(func() { l.greet(ctx, c, addr) })
	}
}

func (l *Listener) enter(addr netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= maxHandshakes || l.shaking[addr] >= maxPerAddress || l.open >= maxConns {
		return false
	}
	l.total++
	l.open++
	l.shaking[addr]++
	return true
}

func (l *Listener) shaken(addr netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.shaking[addr]--; l.shaking[addr] == 0 {
		delete(l.shaking, addr)
	}
}

func (l *Listener) opened(c *Conn) {
	if c.Caller.Peer == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	id := c.Caller.Peer.ID
	if l.peers[id] == nil {
		l.peers[id] = map[*Conn]bool{}
	}
	l.peers[id][c] = true
}

func (l *Listener) closed(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if c.Caller.Peer != nil {
		id := c.Caller.Peer.ID
		if delete(l.peers[id], c); len(l.peers[id]) == 0 {
			delete(l.peers, id)
		}
	}
}

// HangUp closes all connections of a PC, as when it is gone without a word.
func (l *Listener) HangUp(id string) {
	l.mu.Lock()
	open := slices.Collect(maps.Keys(l.peers[id]))
	l.mu.Unlock()
	for _, c := range open {
		c.Close()
	}
}

// greet finishes the handshake and hands the connection on.
func (l *Listener) greet(ctx context.Context, c net.Conn, addr netip.Addr) {
	conn := &Conn{Conn: c, Raw: c, done: l.closed}
	err := l.handshake(ctx, conn)
	l.shaken(addr)
	if err != nil {
		l.log.Debug("connection refused", "from", addr, "err", err)
		conn.Close()
		return
	}
	l.opened(conn)
	select {
	case l.conns <- conn:
	case <-ctx.Done():
		conn.Close()
	}
}

// handshake finds out who is at the other end of out.
func (l *Listener) handshake(ctx context.Context, out *Conn) error {
	c := out.Raw
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	if err := c.SetDeadline(time.Now().Add(handshakeWait)); err != nil {
		return err
	}
	r := bufio.NewReaderSize(c, 4096)
	first, err := r.Peek(1)
	if err != nil {
		return err
	}
	out.Conn = &peeked{Conn: c, r: r}
	if first[0] == firstTLS {
		t := tls.Server(out.Conn, l.config)
		if err := t.HandshakeContext(ctx); err != nil {
			return err
		}
		out.Conn, out.Caller.TLS = t, true
		if t.ConnectionState().NegotiatedProtocol == identity.ALPN {
			p, err := identity.PeerOf(t.ConnectionState())
			if err != nil {
				return err
			}
			out.Caller.Peer = &p
		}
	} else if !l.plain() {
		return errors.New("plain HTTP is not offered")
	}
	return c.SetDeadline(time.Time{})
}

// Conn is an accepted connection.
type Conn struct {
	net.Conn          // what HTTP reads and writes
	Raw      net.Conn // the TCP connection below
	Caller   Caller
	once     sync.Once
	done     func(*Conn)
}

// Close closes the connection.
func (c *Conn) Close() error {
	c.once.Do(func() { c.done(c) })
	return c.Conn.Close()
}

// peeked reads what was looked at before the rest; once that is gone it costs nothing.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) {
	if p.r != nil {
		if p.r.Buffered() > 0 {
			return p.r.Read(b)
		}
		p.r = nil
	}
	return p.Conn.Read(b)
}

type connKey struct{}

// ConnContext is for http.Server: it makes CallerOf and Cut work in handlers.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	if d, ok := c.(*Conn); ok {
		return context.WithValue(ctx, connKey{}, d)
	}
	return ctx
}

// CallerOf returns who sent the request that ctx belongs to.
func CallerOf(ctx context.Context) Caller {
	if d, ok := ctx.Value(connKey{}).(*Conn); ok {
		return d.Caller
	}
	return Caller{}
}

// Cut ends the connection that the request of ctx came on, without a word, whoever reads or writes on it now.
func Cut(ctx context.Context) {
	if d, ok := ctx.Value(connKey{}).(*Conn); ok && d.Raw != nil {
		_ = d.Raw.Close()
	}
}

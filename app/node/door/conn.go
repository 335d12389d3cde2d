package door

import (
	"bufio"
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Conn is an accepted connection.
type Conn struct {
	net.Conn          // what HTTP reads and writes
	Raw      net.Conn // the TCP connection below
	Caller   Caller

	via           int // the interface whose socket it came by; everywhere when that is not known
	local, remote netip.Addr
	since         time.Time // when it came
	member, gone  bool      // guarded by Listener.mu
	once          sync.Once
	done          func(*Conn)
}

func newConn(raw net.Conn, via int, done func(*Conn)) *Conn {
	return &Conn{
		Conn: raw, Raw: raw, via: via, since: time.Now(), done: done,
		local: addrOf(raw.LocalAddr()), remote: addrOf(raw.RemoteAddr()),
	}
}

func addrOf(a net.Addr) netip.Addr {
	t, _ := a.(*net.TCPAddr)
	return t.AddrPort().Addr().Unmap() // of nil: none
}

// Close closes the connection.
func (c *Conn) Close() error {
	c.once.Do(func() { c.done(c) })
	return c.Conn.Close()
}

// CloseWrite says that nothing more will be written, for net/http: the other side reads the last answer in peace.
func (c *Conn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if w, ok := c.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return nil
}

// cut closes it without a word: saying one may mean to wait for the other side.
func (c *Conn) cut() {
	c.once.Do(func() { c.done(c) })
	c.Raw.Close()
}

// id is the peer ID of the caller, or "".
func (c *Conn) id() string {
	if c.Caller.Peer == nil {
		return ""
	}
	return c.Caller.Peer.ID
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

func (p *peeked) CloseWrite() error { return closeWrite(p.Conn) }

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

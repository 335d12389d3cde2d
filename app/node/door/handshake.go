package door

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"time"

	"lanyard/app/node/identity"
)

// firstTLS is the first byte of a TLS record that holds a handshake (RFC 8446 5.1).
const firstTLS = 0x16

// greet finds out who calls and hands the connection on.
func (l *Listener) greet(ctx context.Context, c *Conn) {
	err := l.handshake(ctx, c)
	if err == nil {
		err = l.settle(c)
	}
	// Asked only now that Recheck would find it: whatever changes, one of the two asks afterwards.
	if err == nil && !l.o.Admit(c.Caller) {
		err = errors.New("the caller is not welcome")
	}
	if err != nil {
		l.log.Debug("connection refused", "from", c.remote, "err", err)
		c.Close()
		return
	}
	select {
	case l.conns <- c:
	case <-ctx.Done():
		c.Close()
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
	} else if !l.o.Plain() {
		return errors.New("plain HTTP is not offered")
	}
	return c.SetDeadline(time.Time{})
}

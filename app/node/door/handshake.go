package door

import (
	"bufio"
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"lanyard/app/node/identity"
	"lanyard/app/node/sealed"
)

// Limits of connections while nothing is known of the caller but an address. When there is no room the oldest one makes it, of
// the address that has most; so who opens connections and says nothing is in nobody's way.
const (
	handshakeWait = 5 * time.Second        // a LAN needs milliseconds
	patience      = 250 * time.Millisecond // with a handshake that one from as busy an address waits for
	maxHandshakes = 256                    // at once in all, so that half-open connections cost bounded memory
	maxPerAddress = 32                     // at once from one address: the rest of the LAN still gets in
	maxPerNetwork = 128                    // at once from one IPv6 network: one PC may have any number of addresses in it
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
		t := sealed.Server(out.Conn, l.config)
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
	if err := c.SetDeadline(time.Time{}); err != nil {
		return err
	}
	out.Conn = l.o.Wrap(out.Conn, out.Caller)
	return nil
}

// enter counts a connection in that nothing is known of. It refuses, or makes room.
func (l *Listener) enter(c *Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || !l.here.allow(c) {
		return false
	}
	if crowd := l.crowd(c); crowd != nil {
		out := giveWay(crowd, c)
		if out == nil {
			return false
		}
		out.Raw.Close() // its handshake ends by that
		l.forget(out)
	}
	l.shaking = append(l.shaking, c)
	return true
}

// crowd returns the handshakes among which there is no room for one more, the oldest first; none if there is room.
func (l *Listener) crowd(c *Conn) []*Conn {
	network := networkOf(c.remote)
	if crowd := only(l.shaking, func(o *Conn) bool { return o.remote == c.remote }); len(crowd) >= maxPerAddress {
		return crowd
	}
	crowd := only(l.shaking, func(o *Conn) bool { return network.IsValid() && networkOf(o.remote) == network })
	if len(crowd) >= maxPerNetwork {
		return crowd
	}
	if len(l.shaking) >= maxHandshakes {
		return l.shaking
	}
	return nil
}

// giveWay tells which of a crowd must go for a newcomer: the oldest of the address that has most, if that is more than the
// newcomer's own will have, or if it has had its time.
func giveWay(crowd []*Conn, c *Conn) *Conn {
	most, has := crowd[0], map[netip.Addr]int{}
	for _, o := range crowd {
		has[o.remote]++
	}
	for _, o := range crowd {
		if has[o.remote] > has[most.remote] {
			most = o
		}
	}
	if has[most.remote] > has[c.remote]+1 || c.since.Sub(most.since) >= patience {
		return most
	}
	return nil
}

func only(list []*Conn, where func(*Conn) bool) (some []*Conn) {
	for _, c := range list {
		if where(c) {
			some = append(some, c)
		}
	}
	return some
}

// forget takes a connection out of those that shake hands.
func (l *Listener) forget(c *Conn) {
	if i := slices.Index(l.shaking, c); i >= 0 {
		l.shaking = slices.Delete(l.shaking, i, i+1)
	}
}

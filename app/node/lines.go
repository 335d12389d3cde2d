package node

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"lanyard/app/node/reach"
)

// lineCheck is how often the connections to other PCs are looked at, while there are any.
const lineCheck = 2 * time.Second

// lines are the connections on which this PC asks others for something. The zero value is ready for use.
type lines struct {
	mu   sync.Mutex
	open map[*line]bool // mu guards it
}

// line is one of them.
type line struct {
	net.Conn
	tcp   *net.TCPConn
	local netip.Addr
	of    *lines
}

// add watches over a connection until that is closed.
func (l *lines) add(c net.Conn, tcp net.Conn) net.Conn {
	t, ok := tcp.(*net.TCPConn)
	if !ok {
		return c
	}
	at, _ := netip.ParseAddrPort(t.LocalAddr().String())
	n := &line{Conn: c, tcp: t, local: at.Addr().Unmap().WithZone(""), of: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		l.open = map[*line]bool{}
	}
	l.open[n] = true
	return n
}

// Close implements net.Conn.
func (l *line) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l)
	l.of.mu.Unlock()
	return l.Conn.Close()
}

// cut ends the connections that lead nowhere any more: the address they are from is no longer this PC's, or nothing is
// acknowledged. Presence goes on by another way meanwhile, and so can what ran on them.
func (l *lines) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) == 0 {
		return
	}
	here := map[netip.Addr]bool{}
	addresses, err := net.InterfaceAddrs()
	for _, a := range addresses {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			here[p.Addr().Unmap()] = true
		}
	}
	for n := range l.open {
		if err == nil && !here[n.local] || reach.Dead(n.tcp) {
			_ = n.tcp.Close() // whoever waits on it is told
		}
	}
}

// watchLines looks after the connections until ctx ends.
func (n *Node) watchLines(ctx context.Context) error {
	tick := time.NewTicker(lineCheck)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			n.lines.cut()
		case <-ctx.Done():
			return nil
		}
	}
}

package node

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
	"lanyard/app/node/limits"
)

// linkProtocol is what a request to /v1/link upgrades to (RFC 9110 7.8): frames of mesh.
const linkProtocol = "lanyard-link/1"

// dialLink opens a connection for the mesh.
func (n *Node) dialLink(ctx context.Context, addresses []string, want string) (net.Conn, string, error) {
	c, peer, err := n.dialer.Dial(ctx, addresses, want)
	if err != nil {
		n.mu.Lock()
		if p := n.peers[want]; p != nil {
			p.posed = errors.Is(err, identity.ErrNotTheSame)
		}
		n.mu.Unlock()
		return nil, "", err
	}
	_ = c.SetDeadline(time.Now().Add(headerWait))
	_, err = fmt.Fprintf(c, "GET /v1/link HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n",
		identity.HostName(peer.ID), linkProtocol)
	if err != nil {
		c.Close()
		return nil, "", err
	}
	r := bufio.NewReader(c)
	answer, err := http.ReadResponse(r, nil)
	if err == nil && answer.StatusCode != http.StatusSwitchingProtocols {
		err = fmt.Errorf("connect: the other PC answered %s", answer.Status)
	}
	if err != nil {
		c.Close()
		return nil, "", err
	}
	_ = c.SetDeadline(time.Time{})
	quietKeepAlive(c.NetConn())
	return &buffered{c, r}, peer.ID, nil
}

// quietKeepAlive turns TCP's own probes off: the mesh knows better who is there, for fewer packets.
func quietKeepAlive(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetKeepAlive(false)
	}
}

// buffered is a connection whose first bytes may have been read ahead.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// serveLink takes a connection for the mesh.
func (n *Node) serveLink(w http.ResponseWriter, r *http.Request) {
	id := door.CallerOf(r.Context()).Peer.ID
	if r.Header.Get("Upgrade") != linkProtocol || !n.admits(id) {
		http.Error(w, "want an upgrade to "+linkProtocol, http.StatusUpgradeRequired)
		return
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		n.log.Warn("hijack failed", "err", err)
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(headerWait))
	_, err = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "+linkProtocol+"\r\n\r\n")
	if err != nil {
		return
	}
	_ = conn.SetDeadline(time.Time{})
	if d, ok := conn.(*door.Conn); ok {
		quietKeepAlive(d.Raw)
		if c, ok := d.Conn.(*limits.Conn); ok {
			c.Exempt()
		}
	}
	if err := n.mesh.Accept(&buffered{conn, rw.Reader}, id); err != nil {
		n.log.Debug("connection not kept", "peer", id, "err", err)
	}
}

// admits tells whether a PC may be connected: members always, others as long as they are few.
func (n *Node) admits(id string) bool {
	if id == n.id.ID || !n.gate.Allows(gate.Question{Who: n.gate.Peer(id), Service: gate.Presence, Verb: gate.See}) {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list.Has(id) {
		return true
	}
	strangers := 0
	for other, p := range n.peers {
		if p.online && other != id && !n.list.Has(other) {
			strangers++
		}
	}
	return strangers < maxStrangers
}

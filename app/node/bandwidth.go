package node

import (
	"net"

	"lanyard/app/node/door"
)

// limit holds a connection with another PC to the limits of bandwidth. What this PC asks of itself crosses no network.
func (n *Node) limit(c net.Conn, id string) net.Conn {
	if id == n.id.ID {
		return c
	}
	return n.limits.Conn(c, id)
}

// limitCaller does so for one that called. Who shows no key is told apart by the address.
func (n *Node) limitCaller(c net.Conn, caller door.Caller) net.Conn {
	if caller.Peer != nil {
		return n.limit(c, caller.Peer.ID)
	}
	host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	return n.limit(c, host)
}

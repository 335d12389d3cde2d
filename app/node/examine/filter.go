package examine

import "net/netip"

// Packet is one about which the packet filter is asked: the first of its kind, from outside.
type Packet struct {
	Adapter string // that it comes in by
	From    netip.Addr
	To      netip.Addr
	Proto   string // tcp | udp
	Port    int    // to which it goes
}

// Package examine looks at how this PC is connected: which adapter leads where, who answers for an address on the wire,
// who holds a port, what the packet filter lets in. It concludes nothing from it (see package doctor), changes nothing, and
// sends nothing but a byte that has the system look for a neighbour. What a system doesn't tell is said to be unknown.
package examine

import (
	"context"
	"net"
	"net/netip"
	"time"

	"lanyard/app/node/doctor"
)

// discard is a port at which nothing listens, or what comes is thrown away (RFC 863).
const discard = 9

// Via returns the adapter by which the system sends to an address; "" when it has no way there, or doesn't tell. A socket is
// asked that sends nothing, so that all the rules hold that hold for this program.
func Via(to netip.Addr) string {
	if to.Zone() != "" {
		return to.Zone()
	}
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, discard)))
	if err != nil {
		return ""
	}
	defer c.Close()
	from, ok := c.LocalAddr().(*net.UDPAddr)
	if !ok {
		return ""
	}
	cards, err := net.Interfaces()
	if err != nil {
		return ""
	}
	for _, card := range cards {
		addrs, _ := card.Addrs() // it may have just gone
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Unmap() == from.AddrPort().Addr().Unmap().WithZone("") {
				return card.Name
			}
		}
	}
	return ""
}

// Neighbour is who answers for an address on the network of an adapter.
type Neighbour struct {
	Adapter string
	Addr    netip.Addr    // without zone
	Link    string        // address of its own network card; "" not known
	Gone    bool          // nobody answers for it any more
	Answers time.Duration // how long ago somebody last did; counts where there is a Link
}

// Router is the way out of a network.
type Router struct {
	Adapter string
	Addr    netip.Addr
}

const (
	lookEvery = 100 * time.Millisecond
	// lookFor is how long the system takes to give up a neighbour that answered a while ago: 5 s until it asks, and three
	// questions a second apart (Linux' delay_first_probe_time, ucast_probes).
	lookFor = 9 * time.Second
)

// Alive tells whether somebody has answered for an address on the network of an adapter since a time, and with which card.
// It waits for the system to find out, which believes for up to a minute in who has answered.
func Alive(ctx context.Context, adapter string, addr netip.Addr, since time.Time) (answer doctor.Answer, link string) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		n, ok := neighbour(adapter, addr)
		switch {
		case !ok && !tells:
			return doctor.NotKnown, ""
		case !ok: // it has been forgotten again
			Call(addr)
		case n.Gone:
			return doctor.No, ""
		case n.Link != "" && n.Answers < time.Since(since):
			return doctor.Yes, n.Link
		}
		select {
		case <-ctx.Done():
			return doctor.NotKnown, n.Link
		case <-tick.C:
		}
	}
}

// neighbour finds one; not ok where the system doesn't tell of neighbours, or knows none of that address.
func neighbour(adapter string, addr netip.Addr) (Neighbour, bool) {
	for _, n := range Neighbours() {
		if n.Adapter == adapter && n.Addr == addr.WithZone("") {
			return n, true
		}
	}
	return Neighbour{}, false
}

// Call has the system find out who answers for an address.
func Call(to netip.Addr) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, discard)))
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = c.Write([]byte{0}) // what becomes of it, the neighbours tell
}

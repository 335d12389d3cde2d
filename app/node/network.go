package node

import (
	"errors"
	"net"
	"net/netip"
	"slices"

	"lanyard/discovery"
)

// uses tells whether an interface may be used.
func (n *Node) uses(name string, usual bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.settings.Interfaces) == 0 {
		return usual
	}
	return slices.Contains(n.settings.Interfaces, name)
}

// network takes the addresses of this PC, whenever they change.
func (n *Node) network(interfaces []discovery.Interface) {
	var addresses []string
	for _, i := range interfaces {
		for _, p := range i.Prefixes {
			port := uint16(n.door.Port()) // #nosec G115 -- a port of ours
			addresses = append(addresses, netip.AddrPortFrom(zoned(p.Addr(), i.Name), port).String())
		}
	}
	n.mu.Lock()
	n.addresses = addresses
	n.mu.Unlock()
	n.listenOn()
	n.mesh.Probe()
	n.news.fire()
	n.changes.fire()
}

// listenOn opens the port on the interfaces that may be used and no other. One that has lost its cable stays, with what
// runs over it: it may be back in a moment.
func (n *Node) listenOn() {
	n.listening.Lock() // or what was found out before a setting changed could be set after it
	defer n.listening.Unlock()
	cards, err := net.Interfaces()
	if err != nil {
		n.log.Error("interfaces not found", "err", err)
		return
	}
	var names []string
	for _, card := range cards {
		if n.uses(card.Name, discovery.Usual(card)) {
			names = append(names, card.Name)
		}
	}
	if err := n.door.SetInterfaces(names); err != nil && !errors.Is(err, net.ErrClosed) {
		n.log.Error("not listening everywhere", "err", err)
	}
}

// zoned gives a link-local IPv6 address the zone without which it means nothing.
func zoned(a netip.Addr, zone string) netip.Addr {
	if a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "" {
		return a.WithZone(zone)
	}
	return a
}

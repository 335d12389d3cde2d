package node

import (
	"errors"
	"net"
	"net/netip"
	"slices"

	"lanyard/app/node/identity"
	"lanyard/discovery"
)

// openFinder begins what looks for other PCs.
func (n *Node) openFinder() (err error) {
	n.finder, err = discovery.New(discovery.Options{
		Announcement: n.announcement(), Host: identity.ShortHost(n.id.ID), Found: n.found, Lost: n.lost, Network: n.network, Published: n.advertised, Interfaces: n.uses,
		Logger: n.log,
	})
	if err != nil {
		return problem(Failed, "", "start looking for other PCs: %w", err)
	}
	return nil
}

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
	n.lines.cut()
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

// callsFrom tells whether this PC may call others from one of its addresses: where interfaces are chosen, only from theirs.
func (n *Node) callsFrom(local netip.Addr) bool {
	n.mu.Lock()
	chosen := n.settings.Interfaces
	n.mu.Unlock()
	if len(chosen) == 0 || local.IsLoopback() {
		return true
	}
	for _, name := range chosen {
		card, err := net.InterfaceByName(name)
		if err != nil {
			continue
		}
		addrs, _ := card.Addrs() // it may have just gone
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Unmap() == local.WithZone("") {
				return true
			}
		}
	}
	return false
}

// redial has all connections of presence made anew, as the ways they took may no longer be taken. What runs between two PCs
// goes on if they meet again in a moment.
func (n *Node) redial() {
	n.client.CloseIdleConnections()
	n.mu.Lock()
	where := map[string][]string{}
	for id, p := range n.peers {
		where[id] = p.addresses()
	}
	n.mu.Unlock()
	for _, id := range n.mesh.Online() {
		n.mesh.Drop(id)
		n.know(id, where[id])
	}
}

// zoned gives a link-local IPv6 address the zone without which it means nothing.
func zoned(a netip.Addr, zone string) netip.Addr {
	if a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "" {
		return a.WithZone(zone)
	}
	return a
}

package discoverytest

import (
	"net/netip"
	"time"

	"github.com/vishvananda/netlink"
)

// Cable connects a network card of a PC to a port of a switch.
type Cable struct {
	Interface string // the card's name inside the PC: eth0, eth1

	pc   *PC
	lan  *LAN
	port string // the switch's end
}

// Unplug pulls the cable: both ends lose the carrier.
func (c *Cable) Unplug() {
	c.pc.t.Helper()
	port, err := c.lan.link.LinkByName(c.port)
	must(c.pc.t, err)
	must(c.pc.t, c.lan.link.LinkSetDown(port))
}

// Plug puts the cable in.
func (c *Cable) Plug() {
	c.pc.t.Helper()
	port, err := c.lan.link.LinkByName(c.port)
	must(c.pc.t, err)
	must(c.pc.t, c.lan.link.LinkSetUp(port))
}

// awaitCarrier waits for up to 3 s until both ends have noticed that the cable is in; before, packets are lost.
func (c *Cable) awaitCarrier() {
	c.pc.t.Helper()
	for range 300 {
		port, err := c.lan.link.LinkByName(c.port)
		must(c.pc.t, err)
		card, err := c.pc.link.LinkByName(c.Interface)
		must(c.pc.t, err)
		if port.Attrs().OperState == netlink.OperUp && card.Attrs().OperState == netlink.OperUp {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Addr returns the card's present IPv4 address, or the zero Addr.
func (c *Cable) Addr() netip.Addr {
	for _, a := range c.addresses(netlink.FAMILY_V4) {
		return a
	}
	return netip.Addr{}
}

// LinkLocal returns the card's fe80:: address with its zone (the card's name, as programs in the PC write it), or the
// zero Addr. Right after Join the kernel may still be making it, so it waits for up to 3 s.
func (c *Cable) LinkLocal() netip.Addr {
	for range 300 {
		for _, a := range c.addresses(netlink.FAMILY_V6) {
			if a.IsLinkLocalUnicast() {
				return a.WithZone(c.Interface)
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return netip.Addr{}
}

// SetAddr replaces the card's IPv4 addresses by one; the zero Prefix leaves none.
func (c *Cable) SetAddr(address netip.Prefix) {
	c.pc.t.Helper()
	link, err := c.pc.link.LinkByName(c.Interface)
	must(c.pc.t, err)
	old, err := c.pc.link.AddrList(link, netlink.FAMILY_V4)
	must(c.pc.t, err)
	for _, a := range old {
		must(c.pc.t, c.pc.link.AddrDel(link, &a))
	}
	if !address.IsValid() {
		return
	}
	c.pc.addAddress(c.Interface, address)
	if link.Attrs().Flags&1 != 0 { // up, so that routes may be set
		c.route()
	}
}

// Packets returns how many packets the PC has sent over this cable.
func (c *Cable) Packets() uint64 {
	c.pc.t.Helper()
	link, err := c.pc.link.LinkByName(c.Interface)
	must(c.pc.t, err)
	return link.Attrs().Statistics.TxPackets
}

// Bytes returns how many bytes the PC has sent over this cable, with all headers.
func (c *Cable) Bytes() uint64 {
	c.pc.t.Helper()
	link, err := c.pc.link.LinkByName(c.Interface)
	must(c.pc.t, err)
	return link.Attrs().Statistics.TxBytes
}

// Limit slows down what the PC sends over this cable to so many bytes per second.
func (c *Cable) Limit(bytesPerSecond uint64) {
	c.pc.t.Helper()
	link, err := c.pc.link.LinkByName(c.Interface)
	must(c.pc.t, err)
	must(c.pc.t, c.pc.link.QdiscReplace(&netlink.Tbf{
		QdiscAttrs: netlink.QdiscAttrs{LinkIndex: link.Attrs().Index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT},
		Rate:       bytesPerSecond,
		Limit:      256 << 10, // waits in the queue
		Buffer:     64 << 10,  // at once: one packet as the kernel hands it over
	}))
}

// route sends what is not for this network to the place of the router.
func (c *Cable) route() {
	link, err := c.pc.link.LinkByName(c.Interface)
	must(c.pc.t, err)
	if c.Addr() == c.lan.gateway() || !c.lan.Prefix().Contains(c.Addr()) {
		return
	}
	must(c.pc.t, c.pc.link.RouteReplace(&netlink.Route{
		LinkIndex: link.Attrs().Index, Gw: c.lan.gateway().AsSlice(), Priority: 100 + link.Attrs().Index,
	}))
}

func (c *Cable) addresses(family int) []netip.Addr {
	c.pc.t.Helper()
	link, err := c.pc.link.LinkByName(c.Interface)
	must(c.pc.t, err)
	list, err := c.pc.link.AddrList(link, family)
	must(c.pc.t, err)
	var addrs []netip.Addr
	for _, a := range list {
		if ip, ok := netip.AddrFromSlice(a.IP); ok {
			addrs = append(addrs, ip.Unmap())
		}
	}
	return addrs
}

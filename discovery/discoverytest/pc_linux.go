package discoverytest

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// PC is a machine on the LAN. Its first cable is part of it: pc.Unplug().
type PC struct {
	Name string
	*Cable
	Cables []*Cable

	t      testing.TB
	spaces *namespaces
	link   *netlink.Handle
}

// Option changes how a PC comes to the LAN.
type Option func(*plan)

type plan struct {
	unplugged, noIPv6, dad bool
	address                *netip.Prefix
	card                   string
}

// Unplugged leaves the cable out.
func Unplugged() Option { return func(p *plan) { p.unplugged = true } }

// Address gives the PC this IPv4 address in place of one of the LAN's own; the zero Prefix gives it none.
func Address(a netip.Prefix) Option { return func(p *plan) { p.address = &a } }

// Named gives the network card a name, in place of eth0, eth1 and so on.
func Named(card string) Option { return func(p *plan) { p.card = card } }

// NoIPv4 gives the PC no IPv4 address: only fe80:: remains, as on a cable between two PCs.
func NoIPv4() Option { return Address(netip.Prefix{}) }

// NoIPv6 switches IPv6 off.
func NoIPv6() Option { return func(p *plan) { p.noIPv6 = true } }

// DuplicateCheck lets the kernel wait 1 to 2 s before it uses an IPv6 address, as it does on a real PC.
func DuplicateCheck() Option { return func(p *plan) { p.dad = true } }

// Join puts a PC on the LAN: by default with an IPv4 address, a link-local IPv6 address and the cable in.
func (l *LAN) Join(name string, options ...Option) *PC {
	l.t.Helper()
	dir := l.t.TempDir()
	spaces, err := newNamespaces(func() error { return furnish(hostname(name), dir) })
	if err != nil {
		Unavailable(l.t, "namespaces: %v", err)
	}
	l.t.Cleanup(spaces.close)
	link, err := netlink.NewHandleAt(netns.NsHandle(spaces.net))
	must(l.t, err)
	l.t.Cleanup(link.Close)
	p := &PC{Name: name, t: l.t, spaces: spaces, link: link}
	p.up("lo")
	p.Cable = p.Attach(l, options...)
	return p
}

// Attach connects the PC to a LAN with one more network card.
func (p *PC) Attach(l *LAN, options ...Option) *Cable {
	p.t.Helper()
	plan := plan{card: fmt.Sprintf("eth%d", len(p.Cables))}
	for _, option := range options {
		option(&plan)
	}
	l.mu.Lock()
	l.ports++
	number := l.ports
	l.mu.Unlock()

	c := &Cable{Interface: plan.card, pc: p, lan: l, port: fmt.Sprintf("port%d", number)}
	must(p.t, p.spaces.start(func() error {
		if err := sysctl("ipv6/conf/default/accept_dad", one(plan.dad)); err != nil {
			return nil // a kernel without IPv6
		}
		return sysctl("ipv6/conf/default/disable_ipv6", one(plan.noIPv6))
	}))
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.MasterIndex = c.port, l.bridge.Index
	veth := &netlink.Veth{LinkAttrs: attrs, PeerName: c.Interface, PeerNamespace: netlink.NsFd(p.spaces.net)}
	must(p.t, l.link.LinkAdd(veth))
	address := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 20, l.number, byte(9 + number)}), 24)
	if plan.address != nil {
		address = *plan.address
	}
	c.SetAddr(address)
	if !plan.unplugged {
		c.Plug()
	}
	p.up(c.Interface)
	if address.IsValid() {
		c.route()
	}
	if !plan.unplugged {
		c.awaitCarrier()
	}
	p.Cables = append(p.Cables, c)
	return c
}

// Do calls f inside the PC on a thread of its own: sockets it opens belong to the PC. Goroutines that f starts don't
// run inside, so it must neither start any that open sockets nor leave name look-ups to them.
func (p *PC) Do(f func()) {
	p.t.Helper()
	must(p.t, p.spaces.do(f))
}

// AddDocker gives the PC a docker0 bridge at 172.17.0.1/16, with something running at its other end.
func (p *PC) AddDocker() {
	p.t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "docker0"
	docker := &netlink.Bridge{LinkAttrs: attrs}
	must(p.t, p.link.LinkAdd(docker))
	attrs = netlink.NewLinkAttrs()
	attrs.Name, attrs.MasterIndex = "veth1a2b3c4", docker.Index
	container := p.Cable.port + "container" // lives beside the switch, connected to nothing there
	must(p.t, p.link.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: container, PeerNamespace: netlink.NsFd(p.Cable.lan.spaces.net)}))
	other, err := p.Cable.lan.link.LinkByName(container)
	must(p.t, err)
	must(p.t, p.Cable.lan.link.LinkSetUp(other))
	p.addAddress("docker0", netip.MustParsePrefix("172.17.0.1/16"))
	p.up("docker0")
	p.up("veth1a2b3c4")
}

// AddVPN gives the PC a point-to-point adapter tun0, at 10.8.0.2/24. Nobody is at its other end.
func (p *PC) AddVPN() {
	p.t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "tun0"
	// The device is made in the network of the thread that opens it.
	err := p.spaces.start(func() error {
		return netlink.LinkAdd(&netlink.Tuntap{LinkAttrs: attrs, Mode: netlink.TUNTAP_MODE_TUN, Flags: netlink.TUNTAP_DEFAULTS})
	})
	if err != nil {
		Unavailable(p.t, "make tun0: %v", err)
	}
	p.addAddress("tun0", netip.MustParsePrefix("10.8.0.2/24"))
	p.up("tun0")
}

func (p *PC) up(name string) {
	p.t.Helper()
	link, err := p.link.LinkByName(name)
	must(p.t, err)
	must(p.t, p.link.LinkSetUp(link))
}

func (p *PC) addAddress(name string, address netip.Prefix) {
	p.t.Helper()
	link, err := p.link.LinkByName(name)
	must(p.t, err)
	must(p.t, p.link.AddrAdd(link, &netlink.Addr{IPNet: ipNet(address)}))
}

func one(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}

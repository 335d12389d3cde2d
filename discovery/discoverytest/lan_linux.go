package discoverytest

import (
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// LAN is a switch and the PCs on it.
type LAN struct {
	t      testing.TB
	spaces *namespaces
	link   *netlink.Handle // of the switch's own network
	bridge *netlink.Bridge
	number uint8

	mu       sync.Mutex // guards the below
	ports    int
	silenced []string // switch ports
	rules    []string // nft rules in force
}

// numbers tells the networks of one test process apart.
var numbers atomic.Uint32

// NewLAN makes a switch with nothing on it. It is removed when the test ends.
func NewLAN(t testing.TB) *LAN {
	t.Helper()
	spaces, err := newNamespaces(func() error {
		sysctl("ipv6/conf/default/disable_ipv6", "1") // the switch itself is silent; it fails on a kernel without IPv6
		return nil
	})
	if err != nil {
		Unavailable(t, "namespaces: %v", err)
	}
	t.Cleanup(spaces.close)
	link, err := netlink.NewHandleAt(netns.NsHandle(spaces.net))
	must(t, err)
	t.Cleanup(link.Close)

	l := &LAN{t: t, spaces: spaces, link: link, number: uint8(numbers.Add(1)%250 + 1)}
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "switch"
	noSnooping := false // a switch for an office floods multicast
	l.bridge = &netlink.Bridge{LinkAttrs: attrs, MulticastSnooping: &noSnooping}
	must(t, link.LinkAdd(l.bridge))
	must(t, link.LinkSetUp(l.bridge))
	return l
}

// Prefix returns the IPv4 network that PCs get addresses from.
func (l *LAN) Prefix() netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 20, l.number, 0}), 24)
}

// gateway is the address where every PC looks for a router, whether there is one or not.
func (l *LAN) gateway() netip.Addr { return l.Prefix().Addr().Next() }

// Route joins the networks by a router, over which each PC of one reaches each PC of the other; multicast stays behind.
func Route(a, b *LAN) *PC {
	router := a.Join("router", Address(netip.PrefixFrom(a.gateway(), 24)))
	router.Attach(b, Address(netip.PrefixFrom(b.gateway(), 24)))
	must(a.t, router.spaces.start(func() error { return sysctl("ipv4/ip_forward", "1") }))
	return router
}

// Silence loses every packet to and from the PC, while its network card still shows a carrier.
func (l *LAN) Silence(p *PC) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range p.Cables {
		if c.lan == l && !slices.Contains(l.silenced, c.port) {
			l.silenced = append(l.silenced, c.port)
		}
	}
	l.applyLocked()
}

// Unsilence ends what Silence began.
func (l *LAN) Unsilence(p *PC) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range p.Cables {
		l.silenced = slices.DeleteFunc(l.silenced, func(port string) bool { return c.lan == l && port == c.port })
	}
	l.applyLocked()
}

// Isolate lets these PCs reach only those that are not among them, such as a router: as a Wi-Fi for guests does.
func (l *LAN) Isolate(pcs ...*PC) {
	l.t.Helper()
	for _, p := range pcs {
		for _, c := range p.Cables {
			if c.lan == l {
				port, err := l.link.LinkByName(c.port)
				must(l.t, err)
				must(l.t, l.link.LinkSetIsolated(port, true))
			}
		}
	}
}

// BlockMulticast loses all mDNS, as many a managed switch does; other packets pass.
func (l *LAN) BlockMulticast() { l.Filter("udp dport 5353 drop") }

// Lose loses every so many of a hundred packets, at random.
func (l *LAN) Lose(percent int) {
	l.Filter(fmt.Sprintf("numgen random mod 100 >= %d drop", 100-percent))
}

// Filter adds a rule of nft's language to what the switch forwards; with none it removes all rules.
func (l *LAN) Filter(rules ...string) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(rules) == 0 {
		l.rules = nil
	}
	l.rules = append(l.rules, rules...)
	l.applyLocked()
}

func (l *LAN) applyLocked() {
	l.t.Helper()
	var script strings.Builder
	script.WriteString("table bridge lan\ndelete table bridge lan\ntable bridge lan { chain forward {\n")
	script.WriteString("type filter hook forward priority 0;\n")
	for _, port := range l.silenced {
		fmt.Fprintf(&script, "iifname %q drop\noifname %q drop\n", port, port)
	}
	for _, rule := range l.rules {
		script.WriteString(rule + "\n")
	}
	script.WriteString("}\n}\n")
	nft := exec.Command("nft", "-f", "-")
	nft.Stdin = strings.NewReader(script.String())
	var out strings.Builder
	nft.Stdout, nft.Stderr = &out, &out
	if err := l.spaces.start(nft.Start); err != nil {
		Unavailable(l.t, "start nft: %v", err)
	}
	if err := nft.Wait(); err != nil {
		l.t.Fatalf("nft: %v\n%s%s", err, out.String(), script.String())
	}
}

// hostname makes a host name of a PC's name.
func hostname(name string) string {
	letter := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}
	return strings.Trim(strings.Map(letter, strings.ToLower(name)), "-")
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

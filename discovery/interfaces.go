package discovery

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	maxInterfaces = 16 // Linux lets a socket join 20 IPv4 groups
	maxAddrs      = 16 // of one PC on one interface; a PC with more IPv6 addresses is reached at the first ones
	pollTime      = 3 * time.Second
)

// virtual are the beginnings of names of interfaces that lead to containers, virtual machines and VPNs, not to the LAN.
var virtual = []string{
	"docker", "veth", "virbr", "vnet", "lxc", "lxd", "cni", "cali", "flannel", "podman", "vmnet", "vboxnet", // Linux
	"tun", "tap", "wg", "tailscale", "zt", "ppp", "ipsec", "nordlynx", "wt", // VPNs
	"utun", "awdl", "llw", "anpi", "bridge", // macOS: VPNs, AirDrop, its own innards, machines
	"vEthernet (WSL", "vEthernet (Default Switch", "VirtualBox", "VMware", "Tailscale", "OpenVPN", "WireGuard", // Windows
}

// dockerBridge is the name of a network that Docker made; a bridge that a person made (br0, br-lan) is the LAN.
var dockerBridge = regexp.MustCompile(`^br-[0-9a-f]{12}$`)

// Usual tells whether an interface leads to the LAN, as far as its kind and name say; whether it is connected doesn't count.
func Usual(card net.Interface) bool {
	const no = net.FlagPointToPoint | net.FlagLoopback
	begins := func(prefix string) bool { return strings.HasPrefix(card.Name, prefix) }
	return card.Flags&no == 0 && !slices.ContainsFunc(virtual, begins) && !dockerBridge.MatchString(card.Name)
}

// inUse returns the interfaces to use now, sorted by index. With none it returns loopback, so that two homes on one
// machine find each other with no network at all.
func inUse(allowed func(name string, usual bool) bool) ([]Interface, error) {
	cards, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	var list, loopback []Interface
	for _, card := range cards {
		const running = net.FlagUp | net.FlagRunning
		if card.Flags&running != running || len(list) == maxInterfaces {
			continue
		}
		i := Interface{Name: card.Name, Index: card.Index, Prefixes: prefixes(card)}
		switch {
		case len(i.Prefixes) == 0 || card.Flags&net.FlagLoopback == 0 && card.Flags&net.FlagMulticast == 0:
		case card.Flags&net.FlagLoopback != 0:
			loopback = append(loopback, i)
		default:
			use := Usual(card)
			if allowed != nil {
				use = allowed(card.Name, use)
			}
			if use {
				list = append(list, i)
			}
		}
	}
	if len(list) == 0 {
		return loopback, nil
	}
	slices.SortFunc(list, func(a, b Interface) int { return a.Index - b.Index })
	return list, nil
}

// prefixes returns the addresses of a card: IPv4, then other IPv6, then link-local IPv6.
func prefixes(card net.Interface) []netip.Prefix {
	addrs, err := card.Addrs()
	if err != nil {
		return nil // it has just gone
	}
	var list []netip.Prefix
	for _, addr := range addrs {
		ipNet, ok := addr.(*net.IPNet)
		if !ok {
			continue
		}
		ip, ok := netip.AddrFromSlice(ipNet.IP)
		bits, _ := ipNet.Mask.Size()
		if ip = ip.Unmap(); ok && len(list) < maxAddrs && !ip.IsUnspecified() && !ip.IsMulticast() {
			list = append(list, netip.PrefixFrom(ip, bits))
		}
	}
	slices.SortFunc(list, func(a, b netip.Prefix) int { return compare(a.Addr(), b.Addr()) })
	return list
}

// kind sorts addresses: a kind is announced and replaced as a whole.
type kind int

const (
	ipv4 kind = iota
	ipv6
	ipv6LinkLocal
)

func kindOf(a netip.Addr) kind {
	switch {
	case a.Is4():
		return ipv4
	case a.IsLinkLocalUnicast():
		return ipv6LinkLocal
	}
	return ipv6
}

func compare(a, b netip.Addr) int {
	if c := int(kindOf(a)) - int(kindOf(b)); c != 0 {
		return c
	}
	return a.Compare(b)
}

func (i Interface) equal(j Interface) bool {
	return i.Name == j.Name && i.Index == j.Index && slices.Equal(i.Prefixes, j.Prefixes)
}

func (i Interface) loopback() bool { return i.Prefixes[0].Addr().IsLoopback() }

// has tells whether the interface has an address of the family, so that packets of it can be sent.
func (i Interface) has(v6 bool) bool {
	return slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Addr().Is6() == v6 })
}

// owns tells whether an address is the interface's own.
func (i Interface) owns(a netip.Addr) bool {
	return slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Addr() == a })
}

// onLink tells whether an address belongs to a network of the interface, so that no router is needed to reach it.
func (i Interface) onLink(a netip.Addr) bool {
	if a.IsLinkLocalUnicast() && a.Is6() {
		return true
	}
	return slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Contains(a.WithZone("")) })
}

// poll tells every 3 s that something may have changed: the way where nothing better is known.
func poll(ctx context.Context, changed chan<- struct{}) {
	ticker := time.NewTicker(pollTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			notify(changed)
		}
	}
}

// notify leaves a message in a channel that holds one.
func notify(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

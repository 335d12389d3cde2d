package examine

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/vishvananda/netlink"
)

// tick is in what the kernel counts for programs (USER_HZ).
const tick = 10 * time.Millisecond

// tells says that this system tells of neighbours.
const tells = true

// Neighbours returns whom the system knows on the networks of its adapters (rtnetlink(7), RTM_GETNEIGH).
func Neighbours() []Neighbour {
	known, err := netlink.NeighList(0, netlink.FAMILY_ALL)
	if err != nil {
		return nil
	}
	names := map[int]string{}
	var list []Neighbour
	for _, k := range known {
		addr, ok := netip.AddrFromSlice(k.IP)
		if !ok || addr.IsMulticast() || k.State&(netlink.NUD_NOARP|netlink.NUD_PERMANENT) != 0 {
			continue
		}
		if _, seen := names[k.LinkIndex]; !seen {
			if card, err := net.InterfaceByIndex(k.LinkIndex); err == nil {
				names[k.LinkIndex] = card.Name
			}
		}
		list = append(list, Neighbour{
			Adapter: names[k.LinkIndex], Addr: addr.Unmap(), Link: k.HardwareAddr.String(), Gone: k.State&netlink.NUD_FAILED != 0,
			Answers: time.Duration(k.Confirmed) * tick,
		})
	}
	return list
}

// Routers returns where the system sends what is for no network of its own.
func Routers() []Router {
	routes, err := netlink.RouteList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return nil
	}
	var list []Router
	for _, r := range routes {
		addr, ok := netip.AddrFromSlice(r.Gw)
		if everywhere := r.Dst == nil || r.Dst.IP.IsUnspecified(); !ok || !everywhere {
			continue
		}
		if card, err := net.InterfaceByIndex(r.LinkIndex); err == nil {
			if addr = addr.Unmap(); addr.Is6() && addr.IsLinkLocalUnicast() {
				addr = addr.WithZone(card.Name)
			}
			list = append(list, Router{card.Name, addr})
		}
	}
	return list
}

// Wireless tells whether an adapter is for Wi-Fi.
func Wireless(adapter string) bool {
	_, err := os.Stat(filepath.Join("/sys/class/net", adapter, "phy80211"))
	return err == nil
}

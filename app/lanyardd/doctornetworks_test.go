//go:build linux

package main

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

const (
	answers = "ct state established,related accept"
	itself  = "iif lo accept"
)

// brokenNetworks are those where packets don't get from one PC to the other.
var brokenNetworks = []broken{
	{"no cable", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		return officetest.New(t, lan.Join("a", discoverytest.Unplugged())), ""
	}, node.CauseNoNetwork, "this", "no adapter is connected", ""},

	{"multicast blocked at the switch", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		lan.BlockMulticast()
		return o[0], ""
	}, node.CauseMulticast, "", "Multicast is blocked", ""},

	{"multicast blocked, and one address typed", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		lan.BlockMulticast()
		a, b := officetest.New(t, lan.Join("a")), officetest.New(t, lan.Join("b"))
		meet(t, a, b)
		return a, "b"
	}, node.CauseMulticast, "", "Multicast is blocked", ""},

	{"this PC lets in what it has asked for only", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		filter(t, o[0].PC, answers, itself)
		return o[0], ""
	}, node.CauseFirewall, "this", "A firewall on this PC", "tcp dport 4720 accept && sudo nft insert rule inet filter input ip saddr 10.20."},

	{"this PC lets nothing in at all", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		filter(t, o[0].PC, itself)
		o[0].Misses(10*time.Second, o[1])
		return o[0], "b"
	}, node.CauseFirewall, "this", "neither TCP port 4720 nor UDP port 5353", "udp dport 5353 accept"},

	{"this PC keeps multicast out", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		filter(t, o[0].PC, answers, itself, "tcp dport 4720 accept")
		return o[0], ""
	}, node.CauseFirewall, "this", "UDP port 5353 is not open", "udp dport 5353 accept"},

	{"the other PC lets in what it has asked for only", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		b := officetest.New(t, lan.Join("b"))
		a := officetest.New(t, lan.Join("a"))
		filter(t, b.PC, answers, itself)
		together(t, a, b)
		if err := b.Cmd.Stop(); err != nil {
			t.Fatal(err)
		}
		a.Misses(5*time.Second, b)
		b.Start()
		a.Sees(b)
		return a, "b"
	}, node.CauseFirewall, "b", "a firewall on b", ""},

	{"the other PC lets nothing in at all", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		forgetful(t, o[0].PC)
		filter(t, o[1].PC, itself)
		o[0].Misses(10*time.Second, o[1])
		return o[0], "b"
	}, node.CauseFirewall, "b", "a firewall on b", ""},

	{"a VPN takes all", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		pc := lan.Join("a", discoverytest.NoIPv6())
		hijack(t, lan, pc)
		a, b := officetest.New(t, pc), officetest.New(t, lan.Join("b"))
		together(t, a, b) // who calls this PC is answered on the same card
		return a, ""
	}, node.CauseRoute, "this", "tun0", ""},

	{"a VPN takes the way to another network", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		there := discoverytest.NewLAN(t)
		discoverytest.Route(lan, there)
		pc := lan.Join("a")
		pc.AddVPN()
		run(t, pc, "ip", "route", "replace", "default", "dev", "tun0")
		a, b := officetest.New(t, pc), officetest.New(t, there.Join("b"))
		meet(t, a, b)
		return a, "b"
	}, node.CauseRoute, "this", "tun0", ""},

	{"two networks and no way between them", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		there := discoverytest.NewLAN(t)
		r := discoverytest.Route(lan, there)
		a, b := officetest.New(t, lan.Join("a")), officetest.New(t, there.Join("b"))
		meet(t, a, b)
		r.Cables[1].Unplug()
		a.Misses(15*time.Second, b)
		return a, "b"
	}, node.CauseNetworks, "", "two networks", ""},

	{"two networks on one switch", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		a := officetest.New(t, lan.Join("a", discoverytest.NoIPv6()))
		officetest.New(t, lan.Join("b", discoverytest.NoIPv6(), discoverytest.Address(netip.MustParsePrefix("192.168.7.7/24"))))
		return a, "192.168.7.7"
	}, node.CauseNetworks, "", "two networks", ""},

	{"a Wi-Fi that lets its PCs reach the router only", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		router(t, lan)
		forgetful(t, o[0].PC)
		lan.Isolate(o[0].PC, o[1].PC, o[2].PC)
		o[0].Misses(10*time.Second, o[1])
		o[0].Misses(10*time.Second, o[2])
		return o[0], ""
	}, node.CauseIsolation, "", "reach the router only", ""},

	{"another program has the port", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		pc := lan.Join("a")
		pc.Do(func() {
			l, err := net.Listen("tcp", ":4720")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
		})
		a, b := officetest.New(t, pc), officetest.New(t, lan.Join("b"))
		together(t, a, b)
		return a, ""
	}, node.CausePort, "this", "lanyardd.test has TCP port 4720", ""},

	{"another program keeps the port of multicast DNS to itself", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		pc := lan.Join("a")
		pc.Do(func() {
			c, err := net.ListenPacket("udp", ":5353")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
		})
		a, b := officetest.New(t, pc), officetest.New(t, lan.Join("b"))
		if _, err := a.Connect(t.Context(), b.PC.Addr().String()); err != nil {
			t.Fatal(err)
		}
		together(t, a, b)
		return a, ""
	}, node.CausePort, "this", "lanyardd.test on this PC keeps UDP port 5353", ""},

	{"a copy of this PC's home on another one", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		copied := officetest.Desk{T: t, PC: lan.Join("copy"), Home: filepath.Join(t.TempDir(), "home")}
		if err := o[0].Cmd.Stop(); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(copied.Home, os.DirFS(o[0].Home)); err != nil {
			t.Fatal(err)
		}
		o[0].Start()
		o[0].Sees(o[1])
		copied.Start()
		copied.Until(10*time.Second, "is on", func(s *node.State) bool { return online(s) > 0 })
		return o[0], ""
	}, node.CauseResponder, "this", "answers for this PC's name", ""},

	{"the other PC is switched off", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		forgetful(t, o[0].PC)
		o[1].PC.Unplug()
		o[0].Misses(10*time.Second, o[1])
		return o[0], "b"
	}, node.CausePC, "b", "b is off", ""},

	{"Lanyard doesn't run on the other PC", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		o[1].Cmd.Kill()
		o[0].Misses(10*time.Second, o[1])
		return o[0], "b"
	}, node.CausePC, "b", "Lanyard doesn't run there", ""},
}

// forgetful has the kernel of a PC believe for a second in who has answered for an address, and not for most of a minute.
func forgetful(t *testing.T, pc *discoverytest.PC) {
	t.Helper()
	run(t, pc, "sh", "-c", `for f in /proc/sys/net/ipv4/neigh/eth0 /proc/sys/net/ipv6/neigh/eth0; do
		echo 1000 > $f/base_reachable_time_ms; echo 1 > $f/delay_first_probe_time; echo 300 > $f/retrans_time_ms; done
		ip neigh flush dev eth0`)
}

// hijack has a VPN take what is for the PC's own network, by routes that are more specific, as many do.
func hijack(t *testing.T, lan *discoverytest.LAN, pc *discoverytest.PC) {
	t.Helper()
	pc.AddVPN()
	b := lan.Prefix().Addr().As4()
	for _, half := range []byte{0, 128} {
		b[3] = half
		run(t, pc, "ip", "route", "add", netip.PrefixFrom(netip.AddrFrom4(b), 25).String(), "dev", "tun0")
	}
}

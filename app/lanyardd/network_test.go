//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// twelve makes a workgroup of twelve PCs on one switch.
func twelve(t *testing.T, lan *discoverytest.LAN) []*officetest.Desk {
	var names []string
	for i := range 12 {
		names = append(names, fmt.Sprintf("pc%02d", i))
	}
	return officetest.Office(t, lan, names...)
}

// all waits for something at every desk but one, side by side, and returns the longest time.
func all(desks []*officetest.Desk, but *officetest.Desk, wait func(*officetest.Desk) time.Duration) time.Duration {
	var mu sync.Mutex
	var worst time.Duration
	var wg sync.WaitGroup
	for _, d := range desks {
		if d == but {
			continue
		}
		wg.Go(func() {
			took := wait(d)
			mu.Lock()
			worst = max(worst, took)
			mu.Unlock()
		})
	}
	wg.Wait()
	return worst
}

// times collects what is measured, and logs median and worst.
type times map[string][]time.Duration

func (m times) log(t *testing.T) {
	for _, what := range []string{"newcomer", "leave", "kill -9", "back after it", "pulled cable", "back after it (cable)", "silent cut", "back after it (silent)"} {
		if d := m[what]; len(d) > 0 {
			slices.Sort(d)
			t.Logf("%-24s median %v, worst %v of %d", what, d[len(d)/2].Round(time.Millisecond), d[len(d)-1].Round(time.Millisecond), len(d))
		}
	}
}

// The bounds are those that a person is promised; on a busy machine that runs other tests they get some air.
const air = 3 * time.Second

// LANYARD_ROUNDS=20 measures: each round is one newcomer, leave, kill, pulled cable and silent cut among twelve PCs.
func TestTwelvePCsComeAndGo(t *testing.T) {
	rounds := 1
	if n, err := strconv.Atoi(os.Getenv("LANYARD_ROUNDS")); err == nil {
		rounds = n
	}
	lan := discoverytest.NewLAN(t)
	desks := twelve(t, lan)
	x := desks[5]
	measured := times{}
	sees := func(d *officetest.Desk) time.Duration {
		return d.Until(10*time.Second, "sees it", func(s *node.State) bool { p := officetest.Peer(s, x); return p != nil && p.Online })
	}
	for range rounds {
		if err := x.Cmd.Stop(); err != nil {
			t.Fatal(err)
		}
		all(desks, x, func(d *officetest.Desk) time.Duration { return d.Misses(5*time.Second, x) })
		time.Sleep(1500 * time.Millisecond) // the goodbye's rest is over: a start like any other
		go x.Start()                        // from here on it counts
		measured["newcomer"] = append(measured["newcomer"], all(desks, x, sees))
		all([]*officetest.Desk{x}, nil, func(d *officetest.Desk) time.Duration {
			return d.Until(10*time.Second, "sees all", func(s *node.State) bool { return online(s) == 11 })
		})

		go x.Stop(t.Context())
		measured["leave"] = append(measured["leave"], all(desks, x, func(d *officetest.Desk) time.Duration { return d.Misses(500*time.Millisecond+air, x) }))
		x.Cmd.Wait()
		x.Start()
		all(desks, x, sees)

		go x.Cmd.Kill()
		measured["kill -9"] = append(measured["kill -9"], all(desks, x, func(d *officetest.Desk) time.Duration { return d.Misses(3*time.Second+air, x) }))
		x.Cmd.Wait()
		go x.Start()
		measured["back after it"] = append(measured["back after it"], all(desks, x, sees))

		x.PC.Unplug()
		measured["pulled cable"] = append(measured["pulled cable"], all(desks, x, func(d *officetest.Desk) time.Duration { return d.Misses(5*time.Second+air, x) }))
		x.Until(5*time.Second+air, "misses all", func(s *node.State) bool { return online(s) == 0 })
		x.PC.Plug()
		measured["back after it (cable)"] = append(measured["back after it (cable)"], all(desks, x, sees))

		lan.Silence(x.PC)
		measured["silent cut"] = append(measured["silent cut"], all(desks, x, func(d *officetest.Desk) time.Duration { return d.Misses(5*time.Second+air, x) }))
		x.Until(5*time.Second+air, "misses all", func(s *node.State) bool { return online(s) == 0 })
		lan.Unsilence(x.PC)
		measured["back after it (silent)"] = append(measured["back after it (silent)"], all(desks, x, sees))
	}
	measured.log(t)
}

func online(s *node.State) (n int) {
	for _, p := range s.Peers {
		if p.Online {
			n++
		}
	}
	return n
}

func TestIdlePCsAreQuiet(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	desks := twelve(t, lan)
	time.Sleep(10 * time.Second)   // the introductions are over
	const watch = 20 * time.Second // one round of multicast questions
	// One of them that gets no processor for a moment is asked after by all the others: a PC that chatters does so again.
	for try := 1; ; try++ {
		before := make([]uint64, len(desks))
		for i, d := range desks {
			before[i] = d.PC.Packets()
		}
		time.Sleep(watch)
		var sum uint64
		for i, d := range desks {
			sum += d.PC.Packets() - before[i]
		}
		rate := float64(sum) / float64(len(desks)) / watch.Seconds()
		t.Logf("an idle PC among 12 sends %.2f packets/s", rate)
		if rate <= 1 {
			return
		}
		if try == 3 {
			t.Fatalf("an idle PC sends %.2f packets/s, more than one, and did so three times", rate)
		}
	}
}

func TestOneTypedAddressIsEnoughWhereMulticastIsBlocked(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	desks := officetest.Office(t, lan, "a", "b", "c", "d", "e")
	for _, d := range desks {
		if err := d.Cmd.Stop(); err != nil {
			t.Fatal(err)
		}
		os.Remove(d.Home + "/peers.json") // they have never met
	}
	lan.BlockMulticast()
	for _, d := range desks {
		d.Start()
	}
	// b to e know each other from before, a is new to all.
	for i, d := range desks[1:4] {
		d.Must("connect", desks[i+2].PC.Addr().String())
	}
	desks[0].Must("connect", desks[2].PC.Addr().String())
	for _, d := range desks {
		d.Until(10*time.Second, "sees all", func(s *node.State) bool { return online(s) == len(desks)-1 })
	}
	desks[0].Fails("can't reach", "connect", "10.255.255.1")
	desks[0].Fails("no address", "connect", "http://front")
}

func TestTwoSubnetsMeetByOneTypedAddress(t *testing.T) {
	here, there := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	a := officetest.Office(t, here, "a1", "a2", "a3")
	discoverytest.Route(here, there)
	b := []*officetest.Desk{officetest.New(t, there.Join("b1")), officetest.New(t, there.Join("b2"))}
	for _, d := range b {
		p, err := d.Connect(t.Context(), a[0].PC.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = p
		a[0].Lets(d)
	}
	for _, d := range append(a, b...) {
		d.Until(10*time.Second, "sees all", func(s *node.State) bool { return online(s) == 4 })
	}
}

func TestNetworksThatComeLate(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	a := officetest.New(t, lan.Join("a"))
	b := officetest.New(t, lan.Join("b", discoverytest.Unplugged()))
	b.Until(5*time.Second, "is alone", func(s *node.State) bool { return len(s.Peers) == 0 })
	b.PC.Plug()
	a.Sees(b)
	b.Sees(a)
	b.PC.SetAddr(netip.PrefixFrom(otherAddress(lan, b), lan.Prefix().Bits()))
	b.Until(10*time.Second, "has the new address", func(s *node.State) bool {
		return slices.ContainsFunc(s.Self.Addresses, func(x string) bool { return strings.HasPrefix(x, otherAddress(lan, b).String()) })
	})
	a.Sees(b)
	b.Sees(a)
}

func otherAddress(lan *discoverytest.LAN, _ *officetest.Desk) netip.Addr {
	b := lan.Prefix().Addr().As4()
	b[3] = 77
	return netip.AddrFrom4(b)
}

func TestOddNetworks(t *testing.T) {
	linkLocal := func(last byte) discoverytest.Option {
		return discoverytest.Address(netip.PrefixFrom(netip.AddrFrom4([4]byte{169, 254, 7, last}), 16))
	}
	for name, options := range map[string][2][]discoverytest.Option{
		"IPv6 off":                    {{discoverytest.NoIPv6()}, {discoverytest.NoIPv6()}},
		"169.254 only, on one cable":  {{linkLocal(1), discoverytest.NoIPv6()}, {linkLocal(2), discoverytest.NoIPv6()}},
		"fe80 only, on one cable":     {{discoverytest.NoIPv4()}, {discoverytest.NoIPv4()}},
		"addresses are checked (DAD)": {{discoverytest.DuplicateCheck()}, {discoverytest.DuplicateCheck()}},
		"one with IPv6 off, one with": {{discoverytest.NoIPv6()}, {}},
	} {
		t.Run(name, func(t *testing.T) {
			lan := discoverytest.NewLAN(t)
			two := []*officetest.Desk{officetest.New(t, lan.Join("a", options[0]...)), officetest.New(t, lan.Join("b", options[1]...))}
			two[0].Sees(two[1])
			if err := two[0].CreateWorkgroup(t.Context(), "Office"); err != nil {
				t.Fatal(err)
			}
			two[0].Lets(two[1])
			two[0].Shares("Plans", "read", map[string]string{"a.txt": "a"})
			two[1].Knows(two[0], "Plans")
			two[1].Must("get", "a:Plans/a.txt", t.TempDir())
		})
	}
}

func TestTwoNetworksAndAdaptersThatLeadNowhere(t *testing.T) {
	left, right := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	middle := left.Join("middle")
	middle.Attach(right)
	middle.AddDocker()
	middle.AddVPN()
	m, l, r := officetest.New(t, middle), officetest.New(t, left.Join("left")), officetest.New(t, right.Join("right"))
	m.Sees(l, r)
	l.Sees(m)
	r.Sees(m)
	for _, d := range []*officetest.Desk{l, r} {
		s, err := d.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range officetest.Peer(s, m).Addresses {
			if strings.HasPrefix(a, "172.17.") || strings.HasPrefix(a, "10.8.") {
				t.Errorf("%s was told of %s, which leads nowhere", d.PC.Name, a)
			}
		}
	}
}

func TestTwoPCsOfTheSameName(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	a, b, c := officetest.New(t, lan.Join("twin")), officetest.New(t, lan.Join("twin")), officetest.New(t, lan.Join("c"))
	c.Until(10*time.Second, "sees both", func(s *node.State) bool {
		return online(s) == 2 && s.Peers[0].ID != s.Peers[1].ID && s.Peers[0].Name == "twin" && s.Peers[1].Name == "twin"
	})
	_, _ = a, b
	c.Fails("2 PCs called", "ls", "twin")
}

func TestSeveralHomesOnOneMachine(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("machine")
	a, b := officetest.New(t, pc), officetest.New(t, pc)
	a.Until(10*time.Second, "sees the other", func(s *node.State) bool { return online(s) == 1 })
	b.Until(10*time.Second, "sees the other", func(s *node.State) bool { return online(s) == 1 })
}

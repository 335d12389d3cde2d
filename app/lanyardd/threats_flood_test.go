//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// Strangers open sessions and say nothing, say it slowly, or shake hands without an end. A member is served meanwhile, what
// it costs is bounded, and all of it is given back.
func TestT35FloodsAreBounded(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	front.Must("printer", "share", "Print-to-folder", "--guests") // so that there is plain HTTP to be slow with, too
	eve := newAttacker(t, lan.Join("eve"))
	to := at(front)
	resting, calm := descriptors(t, front), memory(t, front)

	// A thousand halves, of three kinds.
	var held []net.Conn
	drop := func() {
		for _, c := range held {
			c.Close()
		}
		held = nil
	}
	defer drop()
	hold := func(count int, begin string) {
		eve.pc.Do(func() {
			for range count {
				c, err := net.DialTimeout("tcp", to, time.Second)
				if err != nil {
					continue
				}
				io.WriteString(c, begin)
				held = append(held, c)
			}
		})
	}
	hold(250, "POST /ipp/print/Print-to-folder HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
	slow := held
	hold(250, "\x16\x03\x01\x02\x00\x01")
	hold(500, "")
	if len(held) < 900 {
		t.Errorf("%d sessions were opened", len(held))
	}

	// Handshakes without an end, and a byte of a header now and then, while a member asks.
	const handshakes = 10_000
	ctx, enough := context.WithTimeout(t.Context(), 4*time.Second)
	defer enough()
	var shaken, tried atomic.Int64
	var flood sync.WaitGroup
	for range 4 {
		flood.Go(func() {
			eve.pc.Do(func() {
				for ctx.Err() == nil && tried.Add(1) <= handshakes {
					raw, err := net.DialTimeout("tcp", to, time.Second)
					if err != nil {
						continue
					}
					if c, err := eve.over(raw); err == nil {
						shaken.Add(1)
						c.Close()
					}
				}
			})
		})
	}
	flood.Go(func() {
		for ctx.Err() == nil {
			for _, c := range slow {
				c.Write([]byte("x"))
			}
			time.Sleep(300 * time.Millisecond)
		}
	})
	var worst time.Duration
	asked, most, size := 0, 0, 0
	for ctx.Err() == nil && tried.Load() < handshakes {
		begun := time.Now()
		err := back.List(t.Context(), node.Location{PC: "front", Folder: "Plans"}, func([]node.Entry) error { return nil })
		if err != nil {
			t.Errorf("a member is told %v", err)
		}
		worst = max(worst, time.Since(begun))
		asked++
		most, size = max(most, descriptors(t, front)), max(size, memory(t, front))
		time.Sleep(20 * time.Millisecond)
	}
	enough()
	flood.Wait()
	t.Logf("%d handshakes of %d; %d answers for a member, the slowest after %v; %d to %d descriptors, %d to %d KiB",
		shaken.Load(), tried.Load(), asked, worst.Round(time.Millisecond), resting, most, calm, size)
	if worst > 2*time.Second+air || asked < 5 {
		t.Errorf("a member had %d answers, the slowest after %v", asked, worst)
	}
	if most > resting+100 { // one address may have 32 that are not through, and 32 that are
		t.Errorf("it held %d descriptors, %d before", most, resting)
	}
	if limit := 128 << 10; !racing && size > limit {
		t.Errorf("it took %d KiB, want at most %d", size, limit)
	}
	back.Sees(front)
	drop()
	for deadline := time.Now().Add(10 * time.Second); descriptors(t, front) > resting+20; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors are still held, %d before", descriptors(t, front), resting)
		}
	}
}

// A PC with a VPN and containers lets in whom it meets on the LAN, and those beyond other interfaces only by its owner's wish.
func TestT34OnlyTheLANComesIn(t *testing.T) {
	lan, office, docker := discoverytest.NewLAN(t), discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	pc := lan.Join("front")
	vpn := pc.Attach(office, discoverytest.Named("tun0"))
	bridge := pc.Attach(docker, discoverytest.Named("docker0"))
	front := officetest.New(t, pc)
	port := fmt.Sprint(state(front).Self.Port)
	neighbour, far, container := newAttacker(t, lan.Join("store")), newAttacker(t, office.Join("far")), newAttacker(t, docker.Join("container"))
	reach := func(a *attacker, address netip.Addr) bool {
		if address.Zone() != "" {
			address = address.WithZone(a.pc.Interface)
		}
		c, err := a.dial(net.JoinHostPort(address.String(), port), nil)
		if err == nil {
			c.Close()
		}
		return err == nil
	}
	check := func(what string, want string) {
		t.Helper()
		var got string
		for deadline := time.Now().Add(5 * time.Second); got != want; time.Sleep(20 * time.Millisecond) {
			var open []string
			for _, c := range []struct {
				name string
				from *attacker
				to   netip.Addr
			}{
				{"LAN", neighbour, pc.Addr()}, {"LAN6", neighbour, pc.LinkLocal()}, {"VPN", far, vpn.Addr()}, {"VPN6", far, vpn.LinkLocal()},
				{"container", container, bridge.Addr()}, {"container6", container, bridge.LinkLocal()},
				{"itself", newAttacker(t, pc), netip.MustParseAddr("127.0.0.1")}, {"itself6", newAttacker(t, pc), netip.IPv6Loopback()},
			} {
				if reach(c.from, c.to) {
					open = append(open, c.name)
				}
			}
			if got = strings.Join(open, " "); got != want && time.Now().After(deadline) {
				t.Errorf("%s: it is open to %s, want %s", what, got, want)
				return
			}
		}
	}
	check("as it comes", "LAN LAN6 itself itself6")
	front.Must("config", "set", "interfaces", "tun0")
	check("with the VPN wished for", "VPN VPN6 itself itself6")
	front.Must("config", "set", "interfaces", "")
	check("as it came", "LAN LAN6 itself itself6")
	front.Until(5*time.Second, "names only addresses where it answers", func(s *node.State) bool {
		return len(s.Self.Addresses) > 0 && !slices.ContainsFunc(s.Self.Addresses, func(a string) bool {
			return strings.HasPrefix(a, vpn.Addr().String()) || strings.HasPrefix(a, bridge.Addr().String()) || strings.Contains(a, "%") && !strings.Contains(a, "%eth0")
		})
	})
}

// Interfaces that are chosen are chosen for both ways: this PC doesn't call by others what it wouldn't answer there.
func TestT34ChosenInterfacesCountForCallsToo(t *testing.T) {
	lan, docker := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	pc := lan.Join("front")
	pc.Attach(docker, discoverytest.Named("docker0"))
	front, back := officetest.New(t, pc), officetest.New(t, lan.Join("back"))
	front.Must("workgroup", "create", "Office")
	front.Lets(back)
	front.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	front.Fails("there is no interface nope", "config", "set", "interfaces", "nope")
	front.Must("config", "set", "interfaces", "docker0")
	front.Misses(8*time.Second, back)
	back.Misses(8*time.Second, front)
	back.Fails("off or can't be reached", "ls", "front:Plans")
	front.Must("config", "set", "interfaces", "eth0, docker0")
	front.Sees(back)
	back.Sees(front)
	back.Must("ls", "front:Plans")
}

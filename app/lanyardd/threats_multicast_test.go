//go:build linux

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"

	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// madeUp is an ID of nobody.
func madeUp(what any) string {
	sum := sha256.Sum256(fmt.Append(nil, what))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}

// The running program on a LAN where somebody says by multicast whatever does harm.
func TestT27HostileMulticastHarmsNobody(t *testing.T) {
	lan, shop := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	discoverytest.Route(lan, shop)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	eve, far := newAttacker(t, lan.Join("eve")), newAttacker(t, shop.Join("far"))
	conn := eve.mdns()
	id := state(front).Self.ID

	t.Run("asked from elsewhere", func(t *testing.T) {
		question := func(unicast bool) []byte {
			m := dns.Msg{Question: []dns.Question{{Name: "_lanyard._tcp.local.", Qtype: dns.TypePTR, Qclass: dns.ClassINET}}}
			if unicast {
				m.Question[0].Qclass |= 1 << 15
			}
			return packed(&m)
		}
		wire := listenIn(t, front.PC)
		answers := func(to netip.Addr) (n int) {
			for _, p := range wire.heard() {
				if p.protocol == unix.IPPROTO_UDP && p.from.Addr() == front.PC.Addr() && p.to.Addr() == to && p.from.Port() == 5353 {
					n++
				}
			}
			return n
		}
		from := far.mdns()
		for _, unicast := range []bool{false, true} {
			from.WriteToUDPAddrPort(question(unicast), netip.AddrPortFrom(front.PC.Addr(), 5353))
		}
		says(conn, question(false))
		deadline := time.Now().Add(3 * time.Second)
		for answers(netip.MustParseAddr("224.0.0.251")) == 0 {
			if time.Now().After(deadline) {
				t.Fatal("not even a neighbour is answered")
			}
			time.Sleep(20 * time.Millisecond)
		}
		if n := answers(far.pc.Addr()); n > 0 {
			t.Errorf("%d answers left the network", n)
		}
	})

	t.Run("a goodbye for who is there", func(t *testing.T) {
		for range 5 {
			goodbye(eve, id)
		}
		counts := time.Now().Add(1500 * time.Millisecond) // a goodbye does after a second (RFC 6762, section 10.1)
		for ; time.Now().Before(counts); time.Sleep(50 * time.Millisecond) {
			if p := officetest.Peer(state(back), front); p == nil || !p.Online {
				t.Fatal("front is gone")
			}
		}
		back.Must("ls", "front:Plans")
	})

	t.Run("garbage", func(t *testing.T) {
		head := []byte{0, 0, 0x84, 0}
		for range 20 {
			for _, data := range [][]byte{
				{}, {0}, append(head, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
				append(head, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 12),
				append(head, bytes.Repeat([]byte{0, 1, 0xc0, 12}, 15000)...), aliases(2000), badService(),
			} {
				says(conn, data)
			}
		}
		back.Must("ls", "front:Plans")
	})

	t.Run("a hundred thousand that aren't there", func(t *testing.T) {
		one := madeUp("one")
		message := claim{id: one, name: "fake", port: 4799, addr: eve.pc.Addr()}.message()
		wire := listenIn(t, eve.pc)
		begun, many := time.Now(), 100_000
		if racing {
			many /= 10
		}
		for i := range many {
			says(conn, bytes.ReplaceAll(message, []byte(one), []byte(madeUp(i))))
		}
		asked := time.Now()
		back.Must("ls", "front:Plans")
		if took := time.Since(asked); took > 2*time.Second+air {
			t.Errorf("a member's answer took %v", took)
		}
		s := state(back)
		t.Logf("%v for %d announcements; %d PCs shown; %d connections tried; %d KiB, %d descriptors",
			asked.Sub(begun).Round(time.Millisecond), many, len(s.Peers), calls(wire.heard(), back.PC.Addr()), memory(t, back), descriptors(t, back))
		if len(s.Peers) > 600 {
			t.Errorf("%d PCs are shown", len(s.Peers))
		}
		if kib := memory(t, back); kib > 256<<10 {
			t.Errorf("it takes %d KiB", kib)
		}
		if n := descriptors(t, back); n > 600 {
			t.Errorf("it holds %d descriptors", n)
		}
		late := officetest.New(t, lan.Join("late"))
		back.Sees(late)
		late.Sees(back)
	})
}

// aliases is a chain of names that stand for each other.
func aliases(n int) []byte {
	m := dns.Msg{Compress: true}
	m.Response = true
	for i := range n {
		m.Answer = append(m.Answer, &dns.CNAME{
			Hdr:    dns.RR_Header{Name: fmt.Sprintf("c%d.local.", i), Rrtype: dns.TypeCNAME, Class: dns.ClassINET, Ttl: 120},
			Target: fmt.Sprintf("c%d.local.", (i+1)%n),
		})
	}
	return packed(&m)
}

// badService names services that are none.
func badService() []byte {
	m := dns.Msg{}
	m.Response = true
	for _, name := range []string{"_lanyard._tcp.local.", "_._tcp.local.", "_services._dns-sd._udp.local.", "local.", "."} {
		m.Answer = append(m.Answer, &dns.PTR{
			Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypePTR, Class: dns.ClassINET, Ttl: 120}, Ptr: `\000\027[2J\200._lanyard._tcp.local.`,
		})
	}
	return packed(&m)
}

func memory(t *testing.T, d *officetest.Desk) (kib int) {
	t.Helper()
	for line := range strings.Lines(officetest.Content(t, fmt.Sprintf("/proc/%d/status", d.Cmd.Process.Pid))) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kib); err == nil {
			return kib
		}
	}
	t.Fatal("no memory is shown")
	return 0
}

func descriptors(t *testing.T, d *officetest.Desk) int {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", d.Cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// A printer that is only announced, by whomever, is nothing that anybody connects to.
func TestT28AnAnnouncedPrinterIsLeftAlone(t *testing.T) {
	lan, shop := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	discoverytest.Route(lan, shop)
	two := officetest.Office(t, lan, "front", "back")
	two[0].Must("printer", "share", "Print-to-folder", "--guests")
	eve, far := newAttacker(t, lan.Join("eve")), newAttacker(t, shop.Join("far"))
	wire, arrived := listenIn(t, eve.pc), listenIn(t, two[0].PC)
	conn, elsewhere := eve.mdns(), far.mdns()
	time.Sleep(100 * time.Millisecond)
	if n := calls(wire.heard(), two[0].PC.Addr()) + calls(wire.heard(), two[1].PC.Addr()); n > 0 {
		t.Fatalf("%d connections before anything was announced", n)
	}
	spoofed := eve.pc.Command(t.Context(), "ip", "addr", "add", "203.0.113.7/32", "dev", eve.pc.Interface)
	if out, err := spoofed.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for range 3 {
		for _, kind := range []string{"_ipp._tcp", "_ipps._tcp", "_printer._tcp", "_pdl-datastream._tcp", "_http._tcp", "_lanyard-printer._tcp"} {
			m := printerAnnouncement(kind, eve.pc.Addr())
			says(conn, m)
			conn.WriteMsgUDPAddrPort(m, (&ipv4.ControlMessage{Src: net.IPv4(203, 0, 113, 7)}).Marshal(), netip.MustParseAddrPort(mdnsGroup))
		}
		// The way CUPS' browsing took them; and printers and PCs from another network.
		browse := fmt.Sprintf("6 3 ipp://%s:631/printers/evil \"office\" \"Evil\" \"HP LaserJet\"\n", eve.pc.Addr())
		for _, d := range two {
			conn.WriteToUDPAddrPort([]byte(browse), netip.AddrPortFrom(d.PC.Addr(), 631))
			for _, m := range [][]byte{
				printerAnnouncement("_ipp._tcp", eve.pc.Addr()), claim{id: madeUp("far"), name: "far", port: 631, addr: eve.pc.Addr()}.message(),
			} {
				elsewhere.WriteToUDPAddrPort(m, netip.AddrPortFrom(d.PC.Addr(), 5353))
			}
		}
		time.Sleep(300 * time.Millisecond)
	}
	two[1].Must("printers")
	for _, d := range two {
		if n := calls(wire.heard(), d.PC.Addr()); n > 0 {
			t.Errorf("%s made %d connections to what was announced", d.PC.Name, n)
		}
		for _, p := range state(d).Printers {
			if strings.Contains(p.Name+p.Info+p.Location, "Evil") {
				t.Errorf("%s shows %+v", d.PC.Name, p)
			}
		}
	}
	if !slices.ContainsFunc(arrived.heard(), func(p packet) bool { return p.from.Addr() == far.pc.Addr() }) {
		t.Error("nothing came from the other network")
	}
	// The tap does see connections.
	eve.insists(claim{id: eve.id.ID, name: "eve", port: 4720, addr: eve.pc.Addr()}.message())
	for deadline := time.Now().Add(5 * time.Second); calls(wire.heard(), two[1].PC.Addr()) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not even a PC that is announced is connected to")
		}
	}
}

func printerAnnouncement(kind string, addr netip.Addr) []byte {
	m := dns.Msg{}
	m.Response = true
	head := func(name string, kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 120}
	}
	service, name := kind+".local.", "Evil."+kind+".local."
	m.Answer = []dns.RR{
		&dns.PTR{Hdr: head("_services._dns-sd._udp.local.", dns.TypePTR), Ptr: service},
		&dns.PTR{Hdr: head(service, dns.TypePTR), Ptr: name},
		&dns.SRV{Hdr: head(name, dns.TypeSRV), Port: 631, Target: "evil.local."},
		&dns.TXT{Hdr: head(name, dns.TypeTXT), Txt: []string{
			"txtvers=1", "rp=printers/evil", "ty=Evil", "adminurl=http://" + addr.String() + "/", "note=Evil", "pdl=application/pdf", "URF=none",
		}},
		&dns.A{Hdr: head("evil.local.", dns.TypeA), A: addr.AsSlice()},
	}
	return packed(&m)
}

//go:build linux

package discovery_test

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"

	"lanyard/discovery/discoverytest"
)

func TestOnlyHonestAnnouncementsFromThisLinkCount(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	bad := lan.Join("stranger")
	desk := start(t, lan.Join("desk"), "desk")
	desk.network("the network", soon, func(list []string) bool { return len(list) == 1 })
	at := bad.Addr().String()
	good := func(name string) fake { return fake{id: idOf(name), name: name, port: 4720, addr: at} }

	for _, c := range []struct {
		name   string
		port   int
		ttl    int
		change func(*fake)
		seen   bool
	}{
		{"an honest one", 5353, 255, func(*fake) {}, true},
		{"from a program that is no responder", 5354, 255, func(*fake) {}, false},
		{"passed on by a router", 5353, 254, func(*fake) {}, false},
		{"an address elsewhere in the world", 5353, 255, func(f *fake) { f.addr = "8.8.8.8" }, false},
		{"this PC's own loopback", 5353, 255, func(f *fake) { f.addr = "127.0.0.1" }, false},
		{"port 0", 5353, 255, func(f *fake) { f.port = 0 }, false},
		{"an ID that isn't one", 5353, 255, func(f *fake) { f.id = "front-desk" }, false},
		{"an ID in capitals of its own", 5353, 255, func(f *fake) { f.id = strings.Repeat("1", 52) }, false},
		{"someone else's host", 5353, 255, func(f *fake) { f.target = "printer.local." }, false},
		{"someone else's ID in the text", 5353, 255, func(f *fake) {
			f.instance = idOf("another")
			f.target = "lanyard-" + f.instance + ".local."
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := intrude(t, bad, c.port)
			s.ttl(c.ttl)
			f := good(c.name)
			c.change(&f)
			// An honest one right behind it shows that it has been looked at.
			behind := intrude(t, bad, 5353)
			after := good("after " + c.name)
			for range 40 {
				s.send(f.message(), group)
				behind.send(after.message(), group)
				if desk.within(100*time.Millisecond, func() bool { return desk.present[after.id].ID != "" }) {
					break
				}
			}
			desk.mu.Lock()
			defer desk.mu.Unlock()
			if desk.present[after.id].ID == "" {
				t.Error("not even an honest one is seen")
			}
			for _, id := range []string{f.id, f.instance} {
				if _, seen := desk.present[id]; id != "" && seen != c.seen {
					t.Errorf("seen is %v: %+v", seen, desk.present[id])
				}
			}
		})
	}
}

func TestGarbageIsSurvived(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	desk := start(t, lan.Join("desk"), "desk")
	desk.network("the network", soon, func(list []string) bool { return len(list) == 1 })
	s := intrude(t, lan.Join("stranger"), 5353)
	header := func(counts ...byte) []byte { return append([]byte{0, 0, 0x84, 0}, counts...) }
	huge := fake{id: idOf("x"), port: 1, addr: "10.0.0.1"}.message()
	for _, data := range [][]byte{
		{}, {0}, header(), header(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
		append(header(0, 0, 0, 1, 0, 0, 0, 0), 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 12), // a name that is itself
		append(header(0, 1, 0, 0, 0, 0, 0, 0), 0xc0, 14, 0xc0, 12, 0, 12, 0, 1),                   // two that are each other
		append(huge, make([]byte, 60000)...),
		append([]byte{0, 0, 0x84, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0}, []byte(strings.Repeat("\x01a\x00\x00\x10\x00\x01\x00\x00\x00\x78\x00\x00", 4000))...),
	} {
		for range 3 {
			s.send(data, group)
		}
	}
	store := start(t, lan.Join("store"), "store")
	desk.sees(store, soon)
}

func TestAHundredThousandFakesDontCrowdOutTheReal(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("stranger")
	desk := start(t, lan.Join("desk"), "desk")
	desk.network("the network", soon, func(list []string) bool { return len(list) == 1 })
	s := intrude(t, pc, 5353)
	one := idOf("one")
	message := fake{id: one, port: 4720, addr: pc.Addr().String()}.message()
	for i := range 100_000 {
		s.send(bytes.ReplaceAll(message, []byte(one), []byte(idOf(fmt.Sprint(i)))), group)
	}
	store := start(t, lan.Join("store"), "store")
	desk.sees(store, soon)
	store.sees(desk, soon)
	desk.mu.Lock()
	if got := len(desk.present); got > 33 {
		t.Errorf("%d PCs from one address are shown", got)
	}
	desk.mu.Unlock()
	if rss := memory(t, desk.Process.Pid); rss > 64<<10 {
		t.Errorf("it takes %d KiB", rss)
	}
}

func memory(t *testing.T, pid int) (kib int) {
	t.Helper()
	out, err := exec.Command("ps", "-o", "rss=", "-p", fmt.Sprint(pid)).Output()
	if err == nil {
		_, err = fmt.Sscan(string(out), &kib)
	}
	if err != nil {
		t.Fatal(err)
	}
	return kib
}

func TestManyAddressesThatShareOutTheTableLeaveRoom(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("stranger")
	desk := start(t, lan.Join("desk"), "desk")
	desk.network("the network", soon, func(list []string) bool { return len(list) == 1 })
	var list strings.Builder
	for i := range 20 {
		fmt.Fprintf(&list, "addr add %s/24 dev %s\n", hostOf(lan, byte(100+i)), pc.Interface)
	}
	add := pc.Command(t.Context(), "ip", "-batch", "-")
	add.Stdin = strings.NewReader(list.String())
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := intrude(t, pc, 5353)
	full := func() bool {
		desk.mu.Lock()
		defer desk.mu.Unlock()
		return len(desk.present) == 512
	}
	for round := 0; !full(); round++ {
		if round == 20 {
			t.Fatal("the table doesn't get full")
		}
		for i := range 20 * 40 {
			if i%20 == 0 {
				time.Sleep(5 * time.Millisecond) // so that not too much is lost on the way
			}
			source := hostOf(lan, byte(100+i%20))
			data := fake{id: idOf(fmt.Sprint(i)), port: 4720, addr: source.String()}.message()
			_, _, err := s.conn.WriteMsgUDPAddrPort(data, (&ipv4.ControlMessage{Src: source.AsSlice()}).Marshal(), netip.MustParseAddrPort(group))
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	store := start(t, lan.Join("store"), "store")
	desk.sees(store, soon)
}

func TestAForgedGoodbyeIsTakenBackByTheReal(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	desk, store := start(t, lan.Join("desk"), "desk"), start(t, lan.Join("store"), "store")
	desk.sees(store, soon)
	time.Sleep(3500 * time.Millisecond) // its announcements are over
	var m dns.Msg
	m.Response = true
	m.Answer = []dns.RR{&dns.PTR{
		Hdr: dns.RR_Header{Name: "_lanyard._tcp.local.", Rrtype: dns.TypePTR, Class: dns.ClassINET},
		Ptr: store.id + "._lanyard._tcp.local.",
	}}
	data, _ := m.Pack()
	intrude(t, lan.Join("stranger"), 5353).send(data, group)
	time.Sleep(2 * time.Second)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	for _, e := range desk.events {
		if e.Lost != "" {
			t.Error("it was believed")
		}
	}
}

func TestTheServiceTypeOutlivesWhoLeaves(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	browser := intrude(t, lan.Join("browser"), 5353)
	desk, store := start(t, lan.Join("desk"), "desk"), start(t, lan.Join("store"), "store")
	desk.sees(store, soon)
	time.Sleep(3500 * time.Millisecond) // their announcements are over
	if err := store.Stop(); err != nil {
		t.Error(err)
	}
	var said []uint32 // TTLs of the type's record
	browser.hear(time.Second, func(m *dns.Msg) {
		for _, r := range m.Answer {
			if ptr, ok := r.(*dns.PTR); ok && ptr.Hdr.Name == "_services._dns-sd._udp.local." {
				said = append(said, ptr.Hdr.Ttl)
			}
		}
	})
	gone := slices.Index(said, 0)
	if gone < 0 || said[len(said)-1] == 0 {
		t.Errorf("a browser for types hears %v", said)
	}
}

func TestWhoIsAnsweredAndHow(t *testing.T) {
	t.Parallel()
	office, shop := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	discoverytest.Route(office, shop)
	pc := office.Join("desk")
	pc.AddVPN()
	docker := discoverytest.NewLAN(t)
	second := pc.Attach(docker, discoverytest.Named("docker0"))
	container, neighbour, far := docker.Join("container"), office.Join("store"), shop.Join("till")
	// Another responder on this PC is on all its interfaces, as avahi is.
	pc.Do(func() {
		card, _ := net.InterfaceByName("docker0")
		other, err := net.ListenMulticastUDP("udp4", card, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(group)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { other.Close() })
	})
	desk := start(t, pc, "desk")
	desk.network("the network", soon, func(list []string) bool { return len(list) == 1 })
	time.Sleep(3500 * time.Millisecond) // its announcements are over

	service, host := "_lanyard._tcp.local.", "lanyard-"+desk.id+".local."
	direct := netip.AddrPortFrom(pc.Addr(), 5353).String()
	for _, c := range []struct {
		name     string
		from     *discoverytest.PC
		port     int
		question []byte
		to       string
		at       netip.Addr // where answers come from
		answered bool
	}{
		{"the service, asked of all", neighbour, 5353, question(service, dns.TypePTR, false), group, pc.Addr(), true},
		{"its address, asked of all", neighbour, 5353, question(host, dns.TypeA, false), group, pc.Addr(), true},
		{"another's address", neighbour, 5353, question("lanyard-x.local.", dns.TypeA, false), group, pc.Addr(), false},
		{"the service, asked from another network", far, 5353, question(service, dns.TypePTR, false), direct, pc.Addr(), false},
		{"the same for an answer by unicast", far, 5353, question(service, dns.TypePTR, true), direct, pc.Addr(), false},
		{"its address, asked from another network", far, 5353, question(host, dns.TypeA, true), direct, pc.Addr(), false},
		{"asked from another port", far, 5399, question(service, dns.TypePTR, true), direct, pc.Addr(), false},
		{"asked of this PC alone by a neighbour", neighbour, 5353, question(service, dns.TypePTR, true), direct, pc.Addr(), false},
		{"asked by a container", container, 5353, question(service, dns.TypePTR, false), group, second.Addr(), false},
	} {
		s := intrude(t, c.from, c.port)
		s.send(c.question, c.to)
		if got := s.answers(c.at, 300*time.Millisecond); (got > 0) != c.answered {
			t.Errorf("%s: %d answers", c.name, got)
		}
		s.conn.Close()
	}
}

package discovery

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

var (
	eth0  = Interface{Name: "eth0", Index: 2, Prefixes: prefixList("10.0.0.1/24", "2001:db8::1/64", "fe80::1/64")}
	wlan0 = Interface{Name: "wlan0", Index: 3, Prefixes: prefixList("192.168.1.1/24", "fe80::2/64")}
	epoch = time.Unix(0, 0)
)

func prefixList(list ...string) (p []netip.Prefix) {
	for _, s := range list {
		p = append(p, netip.MustParsePrefix(s))
	}
	return p
}

func addrList(list ...string) (a []netip.Addr) {
	for _, s := range list {
		a = append(a, netip.MustParseAddr(s))
	}
	return a
}

// anID makes different IDs of different numbers.
func anID(n int) string {
	id := []byte(strings.Repeat("a", idLength))
	for i := 0; n > 0; i, n = i+1, n/26 {
		id[i] += byte(n % 26)
	}
	return string(id)
}

// seen is a full sighting of a PC.
func seen(n int, addrs ...string) *sighting {
	return &sighting{id: anID(n), pointer: true, port: 4720, text: &text{id: anID(n), name: "pc"}, addrs: addrList(addrs...)}
}

func seeds() [][]byte {
	a := Announcement{ID: someID, Name: `Büro "1" \`, Workgroup: "Office", Version: "1", Port: 4720}
	var list [][]byte
	add := func(data []byte, err error) {
		if err != nil {
			panic(err)
		}
		list = append(list, data)
	}
	add(announcement(a, eth0))
	add(goodbye(a.ID))
	add(query([]string{a.ID, anID(1)}))
	add(response(addresses(a.ID, wlan0)...))
	add(response(typePointer()))
	add(response(&dns.TXT{Hdr: header(instance(a.ID), dns.TypeTXT, dns.ClassINET, 1), Txt: []string{"n=\x1b[31m\u202e", "w=\\255\\254", "id"}}))
	list = append(list, []byte{0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 1, 0, 2, 0xc0, 12})
	return list
}

func TestAnAnnouncementIsUnderstood(t *testing.T) {
	var m dns.Msg
	if err := m.Unpack(seeds()[0]); err != nil {
		t.Fatal(err)
	}
	list, of := readResponse(&m)
	c := newCache(anID(0))
	found, _ := c.hear(list[0], Interface{Name: "lan", Index: 9, Prefixes: eth0.Prefixes}, eth0.Prefixes[0].Addr(), epoch)
	if found == nil || of != stands || len(list) != 1 {
		t.Fatalf("got %+v, %v, %+v", list, of, found)
	}
	want := Found{ID: someID, Name: `Büro "1" \`, Workgroup: "Office", Version: "1", Addrs: []netip.AddrPort{
		netip.MustParseAddrPort("10.0.0.1:4720"), netip.MustParseAddrPort("[2001:db8::1]:4720"), netip.MustParseAddrPort("[fe80::1%lan]:4720"),
	}}
	if !found.equal(want) {
		t.Errorf("got %+v, want %+v", *found, want)
	}
}

func TestWhatIsReported(t *testing.T) {
	source := netip.MustParseAddr("10.0.0.7")
	c := newCache(anID(0))
	for _, step := range []struct {
		what   string
		after  time.Duration
		s      *sighting
		on     Interface
		report string // addresses, or ""
	}{
		{"this PC itself", 0, seen(0, "10.0.0.1"), eth0, ""},
		{"a part of a new one", 0, &sighting{id: anID(1), pointer: true}, eth0, ""},
		{"a new one", 0, seen(1, "10.0.0.7"), eth0, "10.0.0.7:4720"},
		{"the same again", time.Second, seen(1, "10.0.0.7"), eth0, ""},
		{"an address more, of another kind", time.Second, seen(1, "fe80::7"), eth0, "10.0.0.7:4720 [fe80::7%eth0]:4720"},
		{"the same address on another network", time.Second, seen(1, "fe80::7"), wlan0, "10.0.0.7:4720 [fe80::7%eth0]:4720 [fe80::7%wlan0]:4720"},
		{"a new address of a kind", time.Second, seen(1, "10.0.0.8"), eth0, "10.0.0.8:4720 [fe80::7%eth0]:4720 [fe80::7%wlan0]:4720"},
		{"an address of another network", time.Second, seen(1, "8.8.8.8"), eth0, ""},
	} {
		epoch := epoch.Add(step.after)
		found, _ := c.hear(step.s, step.on, source, epoch)
		var got []string
		if found != nil {
			for _, a := range found.Addrs {
				got = append(got, a.String())
			}
		}
		if strings.Join(got, " ") != step.report {
			t.Errorf("%s: got %v, want %s", step.what, got, step.report)
		}
	}
	lost, changed := c.keep([]Interface{wlan0}, epoch)
	if len(lost) != 0 || len(changed) != 1 || changed[0].Addrs[0].Addr().Zone() != "wlan0" || len(changed[0].Addrs) != 1 {
		t.Errorf("the other network gone: got %v, %v", lost, changed)
	}
	if lost, _ = c.keep(nil, epoch); !slices.Equal(lost, []string{anID(1)}) {
		t.Errorf("no network: got %v", lost)
	}
}

func TestWhenAPCIsLost(t *testing.T) {
	at := func(seconds float64) time.Time { return epoch.Add(time.Duration(seconds * float64(time.Second))) }
	c := newCache(anID(0))
	c.hear(seen(1, "10.0.0.7"), eth0, netip.Addr{}, at(0))
	check := func(seconds float64, want int) {
		t.Helper()
		if c.sweep(at(seconds)); len(c.peers) != want {
			t.Errorf("after %v s: %d PCs, want %d", seconds, len(c.peers), want)
		}
	}
	check(119, 1)
	c.hear(&sighting{id: anID(1), pointer: true}, eth0, netip.Addr{}, at(119))
	check(230, 1)
	check(239, 0)

	c.hear(seen(1, "10.0.0.7"), eth0, netip.Addr{}, at(300))
	c.hear(&sighting{id: anID(1), gone: true}, eth0, netip.Addr{}, at(301))
	c.hear(&sighting{id: anID(1), gone: true}, eth0, netip.Addr{}, at(301.9)) // a second goodbye gives no delay
	check(301.9, 1)
	check(302, 0)

	c.hear(seen(1, "10.0.0.7"), eth0, netip.Addr{}, at(400))
	c.hear(&sighting{id: anID(1), gone: true}, eth0, netip.Addr{}, at(401))
	c.hear(seen(1, "10.0.0.7"), eth0, netip.Addr{}, at(401.5)) // taken back
	check(403, 1)
}

func TestWhoIsNamedAsKnown(t *testing.T) {
	c := newCache(anID(0))
	for n := range 4 {
		c.hear(seen(n, "10.0.0.7"), eth0, netip.Addr{}, epoch.Add(time.Duration(n)*20*time.Second))
	}
	c.hear(&sighting{id: anID(2), gone: true}, eth0, netip.Addr{}, epoch.Add(70*time.Second))
	// Not the first, which is this PC; not the second, which shall answer to be heard again; not who leaves.
	if got := c.known(epoch.Add(80 * time.Second)); !slices.Equal(got, []string{anID(3)}) {
		t.Errorf("got %v", got)
	}
	if !c.knows([]string{anID(0), anID(3)}) || c.knows([]string{anID(3), anID(9)}) {
		t.Error("it doesn't know whom it knows")
	}
	if data, err := query(slices.Repeat([]string{anID(3)}, 1000)); err != nil || len(data) > maxQuery {
		t.Errorf("a question with many known: %d bytes, %v", len(data), err)
	}
}

func TestAnAnnouncementAfreshIsReportedOnce(t *testing.T) {
	c := newCache(anID(0))
	var reported []time.Duration
	for _, at := range []time.Duration{0, time.Second, 3 * time.Second, time.Minute, 61 * time.Second, 63 * time.Second} {
		s := seen(1, "10.0.0.7")
		s.afresh = true
		if found, _ := c.hear(s, eth0, netip.Addr{}, epoch.Add(at)); found != nil {
			reported = append(reported, at)
		}
	}
	if !slices.Equal(reported, []time.Duration{0, time.Minute}) {
		t.Errorf("reported at %v", reported)
	}
}

func TestRoomIsSharedOutFairly(t *testing.T) {
	from := func(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}) }
	c := newCache(anID(0))
	n := 0
	hear := func(source int) (evicted string) {
		n++
		_, evicted = c.hear(seen(n, "10.0.0.7"), eth0, from(source), epoch.Add(time.Duration(n)))
		return evicted
	}
	for range maxPerSource + 10 {
		hear(1)
	}
	if len(c.peers) != maxPerSource {
		t.Errorf("one source has %d", len(c.peers))
	}
	for s := 2; len(c.peers) < maxPeers; s++ {
		for range maxPerSource {
			hear(s)
		}
	}
	if evicted := hear(500); evicted == "" || len(c.peers) != maxPeers {
		t.Errorf("a newcomer made %q go, there are %d", evicted, len(c.peers))
	}
	if c.peers[anID(n)] == nil {
		t.Error("the newcomer isn't there")
	}
}

func TestTheBudget(t *testing.T) {
	var b budget
	spent := 0
	for range 3 * maxRate {
		if b.spend(netip.MustParseAddr("10.0.0.7"), epoch) {
			spent++
		}
	}
	if spent != maxRate {
		t.Errorf("one source got %d", spent)
	}
	if !b.spend(netip.MustParseAddr("10.0.0.8"), epoch) || !b.spend(netip.MustParseAddr("10.0.0.7"), epoch.Add(budgetTime)) {
		t.Error("another source, or the same a second later, gets nothing")
	}
	for i := range 2 * maxSources {
		b.spend(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), epoch.Add(budgetTime))
	}
	if len(b.spent) > maxSources {
		t.Errorf("it remembers %d sources", len(b.spent))
	}
}

func TestWhichInterfacesAreTheLAN(t *testing.T) {
	for name, want := range map[string]bool{
		"eth0": true, "enp3s0": true, "wlan0": true, "en0": true, "br0": true, "br-lan": true, "bond0": true,
		"Ethernet": true, "Wi-Fi": true, "WLAN 2": true, "vEthernet (External)": true,
		"docker0": false, "br-0123456789ab": false, "veth12": false, "virbr0": false, "vmnet8": false, "tun0": false,
		"wg0": false, "tailscale0": false, "utun3": false, "awdl0": false, "vEthernet (WSL (Hyper-V firewall))": false,
		"VMware Network Adapter VMnet8": false,
	} {
		if Usual(net.Interface{Name: name}) != want {
			t.Errorf("%s is %v", name, fmt.Sprint(!want))
		}
	}
}

func TestBadAnnouncements(t *testing.T) {
	good := Announcement{ID: someID, Port: 1}
	s, err := New(Options{Announcement: good})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []Announcement{{}, {ID: someID}, {ID: someID, Port: 65536}, {ID: someID[1:], Port: 1}} {
		if _, err := New(Options{Announcement: a}); err == nil {
			t.Errorf("New took %+v", a)
		}
		if s.Announce(a) == nil || s.announcement != good {
			t.Errorf("Announce took %+v", a)
		}
	}
}

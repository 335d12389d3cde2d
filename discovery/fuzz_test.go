package discovery

import (
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/dns"
)

// checkShown fails when a text from elsewhere is longer than anybody needs, or not safe to show.
func checkShown(t *testing.T, list ...string) {
	t.Helper()
	for _, s := range list {
		if utf8.RuneCountInString(s) > maxName || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("got %q", s)
		}
		if clean(s) != s {
			t.Errorf("%q isn't clean yet", s)
		}
	}
}

// FuzzText: whatever stands in a TXT record, here separated by lines, what is made of it is bounded and safe to show, and
// would be read the same if this PC announced it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"id=" + someID + "\nv=1\nn=Büro\nw=Office", "N=one\nn=two\nw\n=x\n\nother=y", `n=\255\254\"` + "\nw=\\\\\\", "n=\u202egpj.exe\x1b]0;x\a",
		"n=" + strings.Repeat("ä ", 200), strings.Repeat("v=1\n", 100) + "n=late", `n=\25` + "\nw=\\",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		got := readText(strings.Split(data, "\n"))
		checkShown(t, got.id, got.version, got.name, got.workgroup)
		for _, s := range got.strings() {
			if len(unescape(s)) > maxText {
				t.Errorf("announces %d bytes: %q", len(s), s)
			}
		}
		if again := readText(got.strings()); again != got && len(got.name+got.workgroup+got.version+got.id) < maxText {
			t.Errorf("%+v became %+v", got, again)
		}
	})
}

// FuzzNeighbours: whatever a row of packets says, from whomever, the PCs known stay bounded, no source takes more than its
// share, and nobody is led to an address that lies elsewhere. Each packet has its sender and its length (2 bytes) before it.
func FuzzNeighbours(f *testing.F) {
	var all []byte
	for i, seed := range seeds() {
		packet := append([]byte{byte(i), byte(len(seed) >> 8), byte(len(seed))}, seed...)
		f.Add(packet)
		all = append(all, packet...)
	}
	f.Add(all)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, now := newCache(anID(0)), epoch
		for len(data) > 3 {
			source, size := netip.AddrFrom4([4]byte{10, 0, 0, data[0]}), min(int(data[1])<<8|int(data[2]), len(data)-3, maxMessage)
			packet := data[3 : 3+size]
			data = data[3+size:]
			now = now.Add(time.Duration(source.As4()[3]) * time.Second)
			var m dns.Msg
			if m.Unpack(packet) != nil {
				continue
			}
			list, _ := readResponse(&m)
			for _, s := range list {
				if found, _ := c.hear(s, eth0, source, now); found != nil {
					checkFound(t, *found)
				}
			}
			_, changed := c.sweep(now)
			for _, found := range changed {
				checkFound(t, found)
			}
			from := map[netip.Addr]int{}
			for _, p := range c.peers {
				from[p.source]++
			}
			if len(c.peers) > maxPeers || from[source] > maxPerSource {
				t.Fatalf("%d PCs, %d from %v", len(c.peers), from[source], source)
			}
		}
	})
}

func checkFound(t *testing.T, found Found) {
	t.Helper()
	checkShown(t, found.Name, found.Workgroup, found.Version)
	if !validID(found.ID) || len(found.Addrs) == 0 || len(found.Addrs) > 4*maxAddrs {
		t.Errorf("found %+v", found)
	}
	for _, a := range found.Addrs {
		if a.Port() == 0 || !eth0.onLink(a.Addr().WithZone("")) {
			t.Errorf("%s is said to be at %v", found.ID, a)
		}
	}
}

//go:build linux

package discovery_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"lanyard/discovery/discoverytest"
)

// A survey tells who is there now, whatever was known before, and what keeps PCs from hearing each other.
func TestSurvey(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	a := start(t, lan.Join("a", discoverytest.NoIPv6()), "a")
	b := start(t, lan.Join("b", discoverytest.NoIPv6()), "b")
	apart := netip.MustParseAddr("192.168.7.7")
	c := start(t, lan.Join("c", discoverytest.NoIPv6(), discoverytest.Address(netip.PrefixFrom(apart, 24))), "c")
	a.sees(b, 5*time.Second)
	c.network("its network", soon, func(list []string) bool { return len(list) == 1 }) // from then on it answers

	heard, trouble := a.survey()
	if len(heard.Heard) != 1 || len(heard.Heard[b.id]) != 1 || !heard.Self || heard.Apart[c.id] != apart || len(heard.Rivals) > 0 || len(heard.Interfaces) != 1 || trouble != "" {
		t.Errorf("at first: %+v, %s", heard, trouble)
	}

	clone := intrude(t, lan.Join("clone", discoverytest.NoIPv6()), 5353)
	foreign := net.IPv4(10, 20, 30, 40)
	var m dns.Msg
	m.Response, m.Authoritative = true, true
	m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: "lanyard-" + a.id + ".local.", Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 120}, A: foreign}}
	data, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	clone.send(data, group)
	heard, _ = a.survey()
	if len(heard.Rivals) != 1 || heard.Rivals[0].Source != clone.pc.Addr() || heard.Rivals[0].Addrs[0].String() != foreign.String() {
		t.Errorf("with another one of its name: %+v", heard.Rivals)
	}

	lan.BlockMulticast()
	heard, _ = a.survey()
	if len(heard.Heard) > 0 || len(heard.Apart) > 0 || !heard.Self {
		t.Errorf("with multicast blocked: %+v", heard)
	}

	shut := lan.Join("d", discoverytest.NoIPv6())
	shut.Do(func() {
		keeps, err := net.ListenPacket("udp", ":5353")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keeps.Close() })
	})
	heard, trouble = start(t, shut, "d").survey()
	if heard.Self || !strings.Contains(trouble, "address already in use") {
		t.Errorf("with the port kept by another program: %+v, %s", heard, trouble)
	}
}

//go:build linux

package discovery_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"

	"lanyard/discovery/discoverytest"
)

const group = "224.0.0.251:5353"

// stranger is a PC that sends whatever it likes and hears what is sent to all.
type stranger struct {
	pc   *discoverytest.PC
	conn *net.UDPConn
}

// intrude opens a socket at a port of a PC; with port 5353 it hears multicast too.
func intrude(t *testing.T, pc *discoverytest.PC, port int) *stranger {
	t.Helper()
	s := &stranger{pc: pc}
	var err error
	pc.Do(func() {
		if port != 5353 {
			s.conn, err = net.ListenUDP("udp4", &net.UDPAddr{Port: port})
			return
		}
		card, _ := net.InterfaceByName(pc.Interface)
		s.conn, err = net.ListenMulticastUDP("udp4", card, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(group)))
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.conn.Close() })
	s.ttl(255)
	return s
}

func (s *stranger) ttl(n int) { ipv4.NewPacketConn(s.conn).SetMulticastTTL(n) }

func (s *stranger) send(data []byte, to string) {
	s.conn.WriteToUDPAddrPort(data, netip.MustParseAddrPort(to))
}

// hear calls with every response that comes within a time.
func (s *stranger) hear(limit time.Duration, with func(*dns.Msg)) {
	s.hearFrom(netip.Addr{}, limit, with)
}

func (s *stranger) hearFrom(only netip.Addr, limit time.Duration, with func(*dns.Msg)) {
	s.conn.SetReadDeadline(time.Now().Add(limit))
	buffer := make([]byte, 9000)
	for {
		n, source, err := s.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		var m dns.Msg
		if (!only.IsValid() || source.Addr().Unmap() == only) && m.Unpack(buffer[:n]) == nil && m.Response {
			with(&m)
		}
	}
}

// answers returns how many responses about Lanyards come from an address within a time.
func (s *stranger) answers(from netip.Addr, limit time.Duration) (count int) {
	s.hearFrom(from, limit, func(m *dns.Msg) {
		if strings.Contains(m.String(), "lanyard") {
			count++
		}
	})
	return count
}

// fake is an announcement of a made-up PC.
type fake struct {
	id, instance, target, name string
	port                       uint16
	addr                       string
}

func (f fake) message() []byte {
	var m dns.Msg
	m.Response = true
	service := "_lanyard._tcp.local."
	if f.instance == "" {
		f.instance = f.id
	}
	if f.target == "" {
		f.target = "lanyard-" + f.id + ".local."
	}
	head := func(name string, kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 120}
	}
	m.Answer = []dns.RR{
		&dns.PTR{Hdr: head(service, dns.TypePTR), Ptr: f.instance + "." + service},
		&dns.SRV{Hdr: head(f.instance+"."+service, dns.TypeSRV), Port: f.port, Target: f.target},
		&dns.TXT{Hdr: head(f.instance+"."+service, dns.TypeTXT), Txt: []string{"id=" + f.id, "v=1", "n=" + f.name}},
		&dns.A{Hdr: head(f.target, dns.TypeA), A: net.ParseIP(f.addr)},
	}
	m.Compress = true
	data, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return data
}

func question(name string, kind uint16, unicast bool) []byte {
	var m dns.Msg
	m.Question = []dns.Question{{Name: name, Qtype: kind, Qclass: dns.ClassINET}}
	if unicast {
		m.Question[0].Qclass |= 1 << 15
	}
	data, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return data
}

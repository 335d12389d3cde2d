//go:build linux

package main

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"

	"lanyard/app/node/identity"
)

// claim is what an attacker says by multicast of a PC. What is empty is as an honest PC would have it.
type claim struct {
	id, instance, target, name, workgroup string
	port                                  int
	addr                                  netip.Addr
}

const mdnsGroup = "224.0.0.251:5353"

func (c claim) message() []byte {
	const service = "_lanyard._tcp.local."
	if c.instance == "" {
		c.instance = c.id
	}
	if c.target == "" {
		c.target = identity.HostName(c.id) + "."
	}
	head := func(name string, kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 120}
	}
	text := []string{"id=" + c.id, "v=1"}
	for key, value := range map[string]string{"n": c.name, "w": c.workgroup} {
		for part := range strings.SplitSeq(value, "\x00") { // one string of a TXT record has 255 bytes
			text = append(text, key+"="+part)
		}
	}
	m := dns.Msg{Compress: true}
	m.Response = true
	m.Answer = []dns.RR{
		&dns.PTR{Hdr: head(service, dns.TypePTR), Ptr: c.instance + "." + service},
		&dns.SRV{Hdr: head(c.instance+"."+service, dns.TypeSRV), Port: uint16(c.port), Target: c.target},
		&dns.TXT{Hdr: head(c.instance+"."+service, dns.TypeTXT), Txt: text},
		&dns.A{Hdr: head(c.target, dns.TypeA), A: c.addr.AsSlice()},
	}
	return packed(&m)
}

func packed(m *dns.Msg) []byte {
	data, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return data
}

// mdns opens a socket that sends as a responder does, and hears what is said to all.
func (a *attacker) mdns() *net.UDPConn {
	a.t.Helper()
	var conn *net.UDPConn
	var err error
	a.pc.Do(func() {
		card, _ := net.InterfaceByName(a.pc.Interface)
		conn, err = net.ListenMulticastUDP("udp4", card, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(mdnsGroup)))
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { conn.Close() })
	ipv4.NewPacketConn(conn).SetMulticastTTL(255)
	return conn
}

// says multicasts a message.
func says(conn *net.UDPConn, data []byte) {
	conn.WriteToUDPAddrPort(data, netip.MustParseAddrPort(mdnsGroup))
}

// insists multicasts messages again and again until the test ends or stop is called.
func (a *attacker) insists(messages ...[]byte) (stop func()) {
	conn := a.mdns()
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			for _, m := range messages {
				says(conn, m)
			}
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	stop = sync.OnceFunc(func() { close(done); <-ended })
	a.t.Cleanup(stop)
	return stop
}

// goodbye says by multicast that a PC is gone.
func goodbye(a *attacker, id string) {
	var m dns.Msg
	m.Response = true
	m.Answer = []dns.RR{&dns.PTR{
		Hdr: dns.RR_Header{Name: "_lanyard._tcp.local.", Rrtype: dns.TypePTR, Class: dns.ClassINET},
		Ptr: id + "._lanyard._tcp.local.",
	}}
	says(a.mdns(), packed(&m))
}

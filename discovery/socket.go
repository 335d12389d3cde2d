package discovery

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"time"

	xipv4 "golang.org/x/net/ipv4"
	xipv6 "golang.org/x/net/ipv6"
)

const mdnsPort = 5353

var (
	group4 = netip.MustParseAddr("224.0.0.251")
	group6 = netip.MustParseAddr("ff02::fb")
)

// packetInfo tells whether the system says of a packet where it came in and lets it out where it is told to, as
// package x/net can ask everywhere but on Windows.
const packetInfo = runtime.GOOS != "windows"

// packet is a message and how it came.
type packet struct {
	data  []byte
	from  netip.AddrPort // without zone
	zone  string         // of from
	index int            // of the interface; 0 unknown
	to    netip.Addr     // zero unknown
	ttl   int            // or hop limit; 0 unknown
	at    time.Time      // when it came
}

// socket sends and hears multicast DNS of one family. Port 5353 is shared with the system's own responder, with
// zeroconf and with other Lanyards: package net sets what that takes for a multicast address.
type socket struct {
	v6   bool
	conn *net.UDPConn
	p4   *xipv4.PacketConn
	p6   *xipv6.PacketConn
}

// listen opens a socket on the interfaces. When it can't have some of them, it returns both a socket and an error.
func listen(v6 bool, interfaces []Interface) (*socket, error) {
	s := &socket{v6: v6}
	var err error
	if s.conn, err = net.ListenUDP(s.network(), net.UDPAddrFromAddrPort(s.group(Interface{}))); err != nil {
		return nil, err
	}
	join := s.open()
	var failed []error
	for _, i := range interfaces {
		if err := join(&net.Interface{Index: i.Index, Name: i.Name}); err != nil {
			failed = append(failed, fmt.Errorf("join %s multicast on %s: %w", s.network(), i.Name, err))
		}
	}
	if len(failed) == len(interfaces) {
		s.conn.Close()
		return nil, errors.Join(failed...)
	}
	return s, errors.Join(failed...)
}

func (s *socket) network() string {
	if s.v6 {
		return "udp6"
	}
	return "udp4"
}

func (s *socket) group(i Interface) netip.AddrPort {
	if s.v6 {
		return netip.AddrPortFrom(group6.WithZone(i.Name), mdnsPort)
	}
	return netip.AddrPortFrom(group4, mdnsPort)
}

// open sets the socket's options and returns the function that joins the group on an interface. Packets leave with
// TTL 255, the proof that no router has passed them on (RFC 6762, section 11).
func (s *socket) open() func(*net.Interface) error {
	if s.v6 {
		s.p6 = xipv6.NewPacketConn(s.conn)
		s.p6.SetControlMessage(xipv6.FlagInterface|xipv6.FlagDst|xipv6.FlagHopLimit, true)
		s.p6.SetMulticastHopLimit(255)
		s.p6.SetMulticastLoopback(true) // for other homes on this machine
		return func(card *net.Interface) error { return s.p6.JoinGroup(card, &net.UDPAddr{IP: group6.AsSlice()}) }
	}
	s.p4 = xipv4.NewPacketConn(s.conn)
	s.p4.SetControlMessage(xipv4.FlagInterface|xipv4.FlagDst|xipv4.FlagTTL, true)
	s.p4.SetMulticastTTL(255)
	s.p4.SetMulticastLoopback(true)
	return func(card *net.Interface) error { return s.p4.JoinGroup(card, &net.UDPAddr{IP: group4.AsSlice()}) }
}

// send sends a message to everybody on one interface. It is called from one goroutine only.
func (s *socket) send(data []byte, i Interface) error {
	to := net.UDPAddrFromAddrPort(s.group(i))
	card := &net.Interface{Index: i.Index, Name: i.Name}
	var err error
	switch {
	case s.v6 && packetInfo:
		_, err = s.p6.WriteTo(data, &xipv6.ControlMessage{IfIndex: i.Index}, to)
	case s.v6:
		if err = s.p6.SetMulticastInterface(card); err == nil {
			_, err = s.p6.WriteTo(data, nil, to)
		}
	case packetInfo:
		_, err = s.p4.WriteTo(data, &xipv4.ControlMessage{IfIndex: i.Index}, to)
	default:
		if err = s.p4.SetMulticastInterface(card); err == nil {
			_, err = s.p4.WriteTo(data, nil, to)
		}
	}
	return err
}

// receive waits for a message. Its data is part of buffer.
func (s *socket) receive(buffer []byte) (packet, error) {
	var p packet
	var n int
	var from net.Addr
	var err error
	if s.v6 {
		var info *xipv6.ControlMessage
		if n, info, from, err = s.p6.ReadFrom(buffer); info != nil {
			p.index, p.ttl = info.IfIndex, info.HopLimit
			p.to, _ = netip.AddrFromSlice(info.Dst)
		}
	} else {
		var info *xipv4.ControlMessage
		if n, info, from, err = s.p4.ReadFrom(buffer); info != nil {
			p.index, p.ttl = info.IfIndex, info.TTL
			p.to, _ = netip.AddrFromSlice(info.Dst)
		}
	}
	if err != nil {
		return p, err
	}
	p.data, p.to, p.at = buffer[:n], p.to.Unmap(), time.Now()
	if udp, ok := from.(*net.UDPAddr); ok {
		at := udp.AddrPort()
		p.zone = at.Addr().Zone()
		p.from = netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port())
	}
	return p, nil
}

func (s *socket) close() { s.conn.Close() }

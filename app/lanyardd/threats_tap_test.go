//go:build linux

package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"lanyard/discovery/discoverytest"
)

// tap reads along at the network card of a PC: all that it sends and is sent.
type tap struct {
	socket *os.File
	ended  chan struct{}
	mu     sync.Mutex
	frames [][]byte // mu guards it
}

// listenIn puts a tap on a PC's first cable.
func listenIn(t *testing.T, pc *discoverytest.PC) *tap {
	t.Helper()
	all := binary.BigEndian.Uint16([]byte{0, unix.ETH_P_ALL}) // in network byte order, whatever this machine's is
	all = binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, all))
	fd, err := -1, error(nil)
	pc.Do(func() {
		var card *net.Interface
		if card, err = net.InterfaceByName(pc.Interface); err != nil {
			return
		}
		if fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, int(all)); err != nil {
			return
		}
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 64<<20)
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: all, Ifindex: card.Index})
	})
	if err != nil {
		t.Fatalf("listen in: %v", err)
	}
	l := &tap{socket: os.NewFile(uintptr(fd), "tap"), ended: make(chan struct{})}
	go l.run()
	t.Cleanup(l.stop)
	return l
}

func (l *tap) run() {
	defer close(l.ended)
	buffer := make([]byte, 128<<10)
	for {
		n, err := l.socket.Read(buffer)
		if err != nil {
			return
		}
		l.mu.Lock()
		l.frames = append(l.frames, bytes.Clone(buffer[:n]))
		l.mu.Unlock()
	}
}

func (l *tap) stop() {
	l.socket.Close()
	<-l.ended
}

// heard returns all packets so far that have a meaning here.
func (l *tap) heard() []packet {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []packet
	for _, f := range l.frames {
		if p, ok := parse(f); ok {
			all = append(all, p)
		}
	}
	return all
}

// packet is one of TCP or UDP.
type packet struct {
	protocol byte // unix.IPPROTO_TCP or _UDP
	from, to netip.AddrPort
	syn, ack bool   // of TCP
	seq      uint32 // of TCP
	data     []byte
}

// parse reads an Ethernet frame.
func parse(f []byte) (p packet, ok bool) {
	if len(f) < 14+40 {
		return p, false
	}
	var from, to netip.Addr
	ip := f[14:]
	switch binary.BigEndian.Uint16(f[12:]) {
	case unix.ETH_P_IP:
		from, _ = netip.AddrFromSlice(ip[12:16])
		to, _ = netip.AddrFromSlice(ip[16:20])
		p.protocol = ip[9]
		if n := int(binary.BigEndian.Uint16(ip[2:])); n <= len(ip) && n > 0 {
			ip = ip[:n] // what follows fills up the frame
		}
		ip = ip[int(ip[0]&15)*4:]
	case unix.ETH_P_IPV6:
		from, _ = netip.AddrFromSlice(ip[8:24])
		to, _ = netip.AddrFromSlice(ip[24:40])
		p.protocol = ip[6]
		ip = ip[40:]
	}
	switch {
	case p.protocol == unix.IPPROTO_UDP && len(ip) >= 8:
		p.data = ip[8:]
	case p.protocol == unix.IPPROTO_TCP && len(ip) >= 20 && len(ip) >= int(ip[12]>>4)*4:
		p.syn, p.ack, p.seq = ip[13]&2 != 0, ip[13]&16 != 0, binary.BigEndian.Uint32(ip[4:])
		p.data = ip[int(ip[12]>>4)*4:]
	default:
		return p, false
	}
	p.from = netip.AddrPortFrom(from, binary.BigEndian.Uint16(ip))
	p.to = netip.AddrPortFrom(to, binary.BigEndian.Uint16(ip[2:]))
	return p, true
}

// calls counts the connections that were asked for by an address.
func calls(packets []packet, from netip.Addr) (n int) {
	for _, p := range packets {
		if p.protocol == unix.IPPROTO_TCP && p.syn && !p.ack && p.from.Addr() == from {
			n++
		}
	}
	return n
}

// streams puts TCP's segments together: what was sent on each connection, in each direction.
func streams(packets []packet) map[[2]netip.AddrPort][]byte {
	segments := map[[2]netip.AddrPort][]packet{}
	for _, p := range packets {
		if p.protocol == unix.IPPROTO_TCP && (p.syn || len(p.data) > 0) {
			way := [2]netip.AddrPort{p.from, p.to}
			segments[way] = append(segments[way], p)
		}
	}
	all := map[[2]netip.AddrPort][]byte{}
	for way, list := range segments {
		first := slices.IndexFunc(list, func(p packet) bool { return p.syn })
		if first < 0 {
			continue // began before the tap was there
		}
		begin := list[first].seq + 1
		offset := func(p packet) int { return int(int32(p.seq - begin)) }
		list = slices.DeleteFunc(list, func(p packet) bool { return p.syn })
		slices.SortStableFunc(list, func(a, b packet) int { return cmp.Compare(offset(a), offset(b)) })
		stream := []byte{}
		for _, p := range list {
			at := offset(p)
			if at > len(stream) {
				break // a piece is missing; what follows can't be read
			}
			if at >= 0 && at+len(p.data) > len(stream) {
				stream = append(stream[:at], p.data...)
			}
		}
		all[way] = stream
	}
	return all
}

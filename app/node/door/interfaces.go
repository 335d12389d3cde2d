package door

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"

	"lanyard/app/node/reach"
)

// Everywhere, as a name for SetInterfaces, stands for all interfaces, also those that come later.
const Everywhere = "*"

// everywhere is the index of the socket that is bound to no interface.
const everywhere = 0

// errUnbindable says that sockets can't be bound to interfaces here. Callers are then told by the address they called.
var errUnbindable = errors.New("sockets can't be bound to interfaces")

// socket listens on one interface, or everywhere.
type socket struct {
	*net.TCPListener
	index  int
	served bool // guarded by Listener.mu
}

// interfaces are those that callers may come by. The zero value has none.
type interfaces struct {
	all     bool
	indexes map[int]bool
	addrs   map[netip.Addr]bool // their addresses
}

// lookUp finds interfaces by their names. Loopback is always among them.
func lookUp(names []string) (interfaces, error) {
	found := interfaces{all: slices.Contains(names, Everywhere), indexes: map[int]bool{}, addrs: map[netip.Addr]bool{}}
	cards, err := net.Interfaces()
	if err != nil {
		return interfaces{}, fmt.Errorf("list interfaces: %w", err)
	}
	for _, card := range cards {
		if card.Flags&net.FlagLoopback == 0 && !slices.Contains(names, card.Name) {
			continue
		}
		found.indexes[card.Index] = true
		addrs, _ := card.Addrs() // it may have just gone
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok {
				ip, _ := netip.AddrFromSlice(n.IP)
				if ip = ip.Unmap(); ip.Is6() && ip.IsLinkLocalUnicast() {
					ip = ip.WithZone(card.Name)
				}
				found.addrs[ip] = true
			}
		}
	}
	return found, nil
}

// sockets are the indexes of the sockets that it takes.
func (i interfaces) sockets(byAddress bool) []int {
	if i.all || byAddress || len(i.indexes) == 0 {
		return []int{everywhere}
	}
	return slices.Sorted(maps.Keys(i.indexes))
}

// allow tells whether a caller came by one of them. Where the socket doesn't tell, the address does that was called. This PC
// comes by the interface whose address it calls, as Linux sees it too.
func (i interfaces) allow(c *Conn) bool {
	if i.all {
		return true
	}
	if c.via != everywhere {
		return i.indexes[c.via]
	}
	return c.local.IsLoopback() || i.addrs[c.local]
}

// SetInterfaces sets by which interfaces callers may come, by name and in addition to loopback; none leaves loopback alone.
// Whoever came by another one is cut off; those that stay notice nothing. Names of interfaces that don't exist (yet) are no
// error: it is to be called again whenever interfaces or their addresses change, also when one comes back under its
// old name. An interface without a cable is still one: leave its name in the list, or its connections end at once.
//
// On Linux there is a socket for each interface, bound to it (socket(7), SO_BINDTODEVICE): who comes by another one finds the
// port closed. Elsewhere callers are told by the address they called, and closed before a byte is read; that says
// less where a system answers on one interface to the address of another, as macOS does.
//
// It fails when interfaces can't be listed, and then changes nothing; or when one can't be listened on, and then the
// others are as wanted.
func (l *Listener) SetInterfaces(names []string) error {
	l.opening.Lock()
	defer l.opening.Unlock()
	here, err := lookUp(names)
	if err != nil {
		return err
	}
	err = l.openSockets(here)
	for _, c := range l.leaveOnly(here) {
		c.cut()
	}
	return err
}

// openSockets opens those that are missing. The caller holds opening.
func (l *Listener) openSockets(here interfaces) error {
	if l.isClosed() {
		return net.ErrClosed
	}
	var errs []error
	for _, index := range here.sockets(l.byAddress) {
		if l.sockets[index] != nil {
			continue
		}
		tcp, err := listen(l.port, index, l.sockets)
		switch {
		case err == nil:
			if l.port == 0 { // Port may be read at any time after that
				l.port = tcp.Addr().(*net.TCPAddr).Port
			}
			l.mu.Lock()
			l.sockets[index] = &socket{TCPListener: tcp, index: index}
			l.mu.Unlock()
		case errors.Is(err, errUnbindable):
			l.log.Info("callers are told by the address they called", "err", err)
			l.byAddress = true
			return l.openSockets(here)
		case errors.Is(err, syscall.ENODEV): // it has just gone
		default:
			errs = append(errs, fmt.Errorf("listen: %w", err))
		}
	}
	return errors.Join(errs...)
}

// leaveOnly closes the sockets that are no longer wanted, and returns the connections that are not. Once a socket listens
// everywhere the others may stay: they would have to be opened again. The caller holds opening.
func (l *Listener) leaveOnly(here interfaces) (cut []*Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.here = here
	wanted := here.sockets(l.byAddress)
	for index, s := range l.sockets {
		if !here.all && !slices.Contains(wanted, index) {
			s.Close()
			delete(l.sockets, index)
		}
	}
	notify(l.moved)
	for _, c := range l.shaking {
		if !here.allow(c) {
			cut = append(cut, c)
		}
	}
	for c := range l.open {
		if !here.allow(c) {
			cut = append(cut, c)
		}
	}
	return cut
}

// listenTCP opens a socket for both families, or for IPv4 where there is no other. Multipath TCP (RFC 8684) is off: a
// connection could go on over interfaces that it did not come by.
func listenTCP(port int, control func(network, address string, c syscall.RawConn) error) (*net.TCPListener, error) {
	config := net.ListenConfig{Control: control, KeepAliveConfig: reach.Probes}
	config.SetMultipathTCP(false)
	tcp, err := config.Listen(context.Background(), "tcp", ":"+strconv.Itoa(port)) // looks up no name, so it never waits
	if err != nil {
		return nil, err
	}
	return tcp.(*net.TCPListener), nil
}

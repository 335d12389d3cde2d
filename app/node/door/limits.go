package door

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
)

// The defaults of Limits.
const (
	DefaultPerPeer         = 64   // one PC needs one to be present and a few for each transfer, file manager and print dialog
	DefaultPerGuestAddress = 32   // a browser opens six at a time, and several phones may stand behind one address
	DefaultTotal           = 1024 // fifty busy PCs; each costs a descriptor or two, of which some systems give 4096
)

// networkShare is how many times PerGuestAddress one IPv6 network may have. It is the whole LAN, or one PC with many
// addresses: a port can't know.
const networkShare = 4

// Limits are of connections that are open at once; 0 stands for the default.
type Limits struct {
	PerPeer         int // of one PC, by its key
	PerGuestAddress int // from one address, of all who are no members; from one IPv6 network (/64) four times as many
	Total           int // in all; who is no member gets at most half of them
}

func (l Limits) orDefault() Limits {
	return Limits{
		PerPeer:         cmp.Or(max(l.PerPeer, 0), DefaultPerPeer),
		PerGuestAddress: cmp.Or(max(l.PerGuestAddress, 0), DefaultPerGuestAddress),
		Total:           cmp.Or(max(l.Total, 0), DefaultTotal),
	}
}

// SetLimits sets how many connections may be open. Those that are open already stay.
func (l *Listener) SetLimits(limits Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limits = limits.orDefault()
}

// errTooMany says that a limit is reached.
var errTooMany = errors.New("too many connections")

// tally counts open connections by what they have in common: a peer ID, or for those who are no members an address, a network
// and being none.
type tally map[any]int

// outside is what those who are no members have in common.
type outside struct{}

func (outside) String() string { return "those who are no members" }

func (t tally) add(c *Conn, n int) {
	for _, key := range c.kinds() {
		if t[key] += n; t[key] == 0 {
			delete(t, key)
		}
	}
}

// kinds is what limits apply to.
func (c *Conn) kinds() (keys []any) {
	if id := c.id(); id != "" {
		keys = append(keys, id)
	}
	if c.member {
		return keys
	}
	keys = append(keys, outside{}, c.remote)
	if n := networkOf(c.remote); n.IsValid() {
		keys = append(keys, n)
	}
	return keys
}

// room tells whether the limits allow one more.
func (l Limits) room(c *Conn, open int, t tally) error {
	if open >= l.Total {
		return fmt.Errorf("%w in all", errTooMany)
	}
	for _, key := range c.kinds() {
		most := 0
		switch key.(type) {
		case string:
			most = l.PerPeer
		case outside:
			most = l.Total / 2
		case netip.Addr:
			most = l.PerGuestAddress
		case netip.Prefix:
			most = networkShare * l.PerGuestAddress
		}
		if t[key] >= most {
			return fmt.Errorf("%w of %v", errTooMany, key)
		}
	}
	return nil
}

// networkOf is the IPv6 network that one PC may have all addresses of; none for IPv4.
func networkOf(a netip.Addr) netip.Prefix {
	if a.Is4() {
		return netip.Prefix{}
	}
	p, _ := a.Prefix(64)
	return p
}

// settle counts a connection that has proved who it is in among the open ones, or refuses it.
func (l *Listener) settle(c *Conn) error {
	member := l.member(c.Caller)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(c)
	c.member = member
	if c.gone || !l.here.allow(c) {
		return errors.New("it came by an interface that is not in use")
	}
	if err := l.limits.room(c, len(l.open), l.tally); err != nil {
		return err
	}
	l.open[c] = true
	l.tally.add(c, 1)
	return nil
}

// leave forgets a connection.
func (l *Listener) leave(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.gone = true
	l.forget(c)
	if l.open[c] {
		delete(l.open, c)
		l.tally.add(c, -1)
	}
}

// promote counts a connection among those of members, or no longer.
func (l *Listener) promote(c *Conn, member bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[c] && c.member != member {
		l.tally.add(c, -1)
		c.member = member
		l.tally.add(c, 1)
	}
}

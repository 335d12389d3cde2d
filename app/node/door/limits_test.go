package door

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/app/node/identity"
)

func TestT35OnePCHasSoManyConnectionsAndNoMore(t *testing.T) {
	anna, ben := newIdentity(t), newIdentity(t)
	d := open(t, Options{Limits: Limits{PerPeer: 3}, Member: func(id string) bool { return id == anna.ID }})
	first := d.enter(t, "127.0.0.1", anna)
	d.enter(t, "127.0.0.2", anna)
	d.enter(t, "127.0.0.3", anna)
	if _, err := d.tryEnter(t, "127.0.0.4", anna); err == nil {
		t.Error("a fourth was let in")
	}
	d.enter(t, "127.0.0.1", ben)
	first.Close()
	d.eventually(t, "one that ends makes room", func() bool {
		_, err := d.tryEnter(t, "127.0.0.1", anna)
		return err == nil
	})
	d.SetLimits(Limits{PerPeer: 4})
	d.enter(t, "127.0.0.1", anna)
	if _, err := d.tryEnter(t, "127.0.0.1", anna); err == nil {
		t.Error("a fifth was let in")
	}
}

func (d *desk) eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never true: %s", what)
}

func TestT35StrangersFillNoMoreThanTheirHalf(t *testing.T) {
	anna, ben := newIdentity(t), newIdentity(t)
	d := open(t, Options{
		Limits: Limits{Total: 20, PerPeer: 6, PerGuestAddress: 4},
		Member: func(id string) bool { return id == anna.ID || id == ben.ID },
	})
	for range 4 {
		if _, err := d.tryEnter(t, "127.0.1.1", newIdentity(t)); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.tryEnter(t, "127.0.1.1", newIdentity(t)); err == nil {
		t.Error("a fifth came in")
	}
	for i := 2; d.count()["outside"] < 10; i++ {
		if _, err := d.tryEnter(t, fmt.Sprintf("127.0.1.%d", i), newIdentity(t)); err != nil {
			t.Fatalf("a stranger within the half was refused: %v", err)
		}
	}
	if _, err := d.tryEnter(t, "127.0.2.1", newIdentity(t)); err == nil {
		t.Error("an eleventh of 20 came in")
	}
	for i, id := range []*identity.Identity{anna, anna, anna, anna, anna, anna, ben, ben} {
		if _, err := d.tryEnter(t, fmt.Sprintf("127.0.0.%d", 1+i), id); err != nil {
			t.Errorf("member's connection %d: %v", i, err)
		}
	}
}

// A port can't tell addresses of IPv6 networks apart on a loopback that has one, so here they are made up.
func TestT35WhoGetsInWhenManyCome(t *testing.T) {
	limits := Limits{PerPeer: 8, PerGuestAddress: 4, Total: 100}
	anna, eve := Caller{Peer: &identity.Peer{ID: "anna"}, TLS: true}, Caller{Peer: &identity.Peer{ID: "eve"}, TLS: true}
	guest := Caller{TLS: true}
	at := func(pattern string) func(int) string {
		return func(i int) string { return strings.Replace(pattern, "#", strconv.Itoa(i), 1) }
	}
	for _, c := range []struct {
		rule    string
		first   Caller // comes until it is refused
		from    func(int) string
		in      int
		then    Caller // comes afterwards
		there   string
		comesIn bool
	}{
		{"a member has its share", anna, at("10.0.#.1"), 8, eve, "10.0.9.1", true},
		{"a guest's address has its share", guest, at("10.0.0.1"), 4, guest, "10.0.0.2", true},
		{"guests are alike with and without TLS", guest, at("10.0.0.1"), 4, Caller{}, "10.0.0.1", false},
		{"keys are free, so a stranger's address counts", eve, at("10.0.0.1"), 4, guest, "10.0.0.1", false},
		{"a member may come from a crowded address", guest, at("10.0.0.1"), 4, anna, "10.0.0.1", true},
		{"guests have half of all", guest, at("10.0.#.1"), 50, guest, "10.0.99.1", false},
		{"so that members have the other", guest, at("10.0.#.1"), 50, anna, "10.0.99.1", true},
		{"an IPv6 network has the share of a few addresses", guest, at("2001:db8::#"), 16, guest, "2001:db8::ffff", false},
		{"which leaves room for another network", guest, at("2001:db8::#"), 16, guest, "2001:db8:0:1::1", true},
		{"and for IPv4", guest, at("2001:db8::#"), 16, guest, "10.0.0.1", true},
		{"an address of it has its own", guest, at("fe80::1%eth0"), 4, guest, "fe80::2%eth0", true},
	} {
		l := &Listener{limits: limits, open: map[*Conn]bool{}, tally: tally{}, here: interfaces{all: true}}
		l.o.Identity = &identity.Identity{ID: "this PC"}
		l.o.Member = func(id string) bool { return id == "anna" }
		come := func(who Caller, from string) (*Conn, error) {
			conn := &Conn{Caller: who, remote: netip.MustParseAddr(from)}
			return conn, l.settle(conn)
		}
		in, err := 0, error(nil)
		var all []*Conn
		for err == nil {
			var conn *Conn
			if conn, err = come(c.first, c.from(in)); err == nil {
				in, all = in+1, append(all, conn)
			}
		}
		if in != c.in || !errors.Is(err, errTooMany) {
			t.Errorf("%s: %d came in (%v), want %d", c.rule, in, err, c.in)
		}
		conn, err := come(c.then, c.there)
		if (err == nil) != c.comesIn {
			t.Errorf("%s: the next one: %v", c.rule, err)
		}
		for _, conn := range append(all, conn) {
			l.leave(conn)
			l.leave(conn) // twice is once
		}
		if len(l.open)+len(l.tally) != 0 {
			t.Errorf("%s: forgot to forget %v", c.rule, l.tally)
		}
	}
}

func TestAPCThatJoinsCountsAsAMember(t *testing.T) {
	joined := false
	anna := newIdentity(t)
	d := open(t, Options{Limits: Limits{PerGuestAddress: 1}, Member: func(id string) bool { return joined && id == anna.ID }})
	d.enter(t, "127.0.0.1", anna)
	if _, err := d.tryEnter(t, "127.0.0.1", newIdentity(t)); err == nil {
		t.Error("two strangers came in from one address")
	}
	joined = true
	d.Recheck()
	d.enter(t, "127.0.0.1", newIdentity(t))
	joined = false
	d.Recheck()
	if n := d.count()["outside"]; n != 2 {
		t.Errorf("%d are counted as no members, want 2", n)
	}
}

// count tells what the door counts.
func (d *desk) count() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return map[string]int{"open": len(d.Listener.open), "shaking": len(d.shaking), "outside": d.tally[outside{}], "kinds": len(d.tally)}
}

// halfOpen lets a thousand connections come that say nothing, all at one moment.
func halfOpen(l *Listener, from func(int) string, at time.Time) (conns []*Conn, in int) {
	for i := range 1000 {
		ours, _ := net.Pipe()
		c := &Conn{Raw: ours, remote: netip.MustParseAddr(from(i)), since: at}
		if conns = append(conns, c); l.enter(c) {
			in++
		}
	}
	return conns, in
}

func TestT35HalfOpenConnectionsShutNobodyOut(t *testing.T) {
	for _, c := range []struct {
		rule string
		from func(int) string
		in   int    // of 1,000 that come at once
		next string // comes at that moment
		at   bool   // whether it gets in then
	}{
		{"one address leaves room for others", func(int) string { return "10.0.0.1" }, maxPerAddress, "10.0.0.2", true},
		{"and waits for itself", func(int) string { return "10.0.0.1" }, maxPerAddress, "10.0.0.1", false},
		{"1,000 addresses of one network leave room for others", func(i int) string { return fmt.Sprintf("2001:db8::%x", i) }, maxPerNetwork, "2001:db8:0:1::1", true},
		{"and for IPv4", func(i int) string { return fmt.Sprintf("2001:db8::%x", i) }, maxPerNetwork, "10.0.0.1", true},
		{"in their own network one waits", func(i int) string { return fmt.Sprintf("2001:db8::%x", i) }, maxPerNetwork, "2001:db8::ffff", false},
		{"link-local addresses are one network", func(i int) string { return fmt.Sprintf("fe80::%x%%eth0", i) }, maxPerNetwork, "fe80::ffff%eth0", false},
		{"all together there is a limit", func(i int) string { return fmt.Sprintf("10.0.%d.%d", i/250, i%250) }, maxHandshakes, "10.9.0.1", false},
	} {
		l := &Listener{here: interfaces{all: true}}
		now := time.Now()
		_, in := halfOpen(l, c.from, now)
		if in != c.in {
			t.Errorf("%s: %d came in, want %d", c.rule, in, c.in)
		}
		come := func() bool { return l.enter(&Conn{remote: netip.MustParseAddr(c.next), since: now}) }
		if got := come(); got != c.at {
			t.Errorf("%s: comes in: %v", c.rule, got)
		}

		l = &Listener{here: interfaces{all: true}}
		conns, _ := halfOpen(l, c.from, now.Add(-patience)) // those have had their time
		before := len(l.shaking)
		if !come() {
			t.Errorf("%s: shut out by those that said nothing", c.rule)
		}
		if len(l.shaking) > max(before, c.in+1) {
			t.Errorf("%s: %d handshakes, %d before", c.rule, len(l.shaking), before)
		}
		if !c.at { // one made room, and was told
			if err := conns[0].Raw.SetDeadline(time.Time{}); err == nil {
				t.Errorf("%s: the oldest is open still", c.rule)
			}
		}
	}
}

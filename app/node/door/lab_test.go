//go:build linux

package door

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/app/node/identity"
	"lanyard/discovery/discoverytest"
)

// How the process in a PC is to be: bound is the usual way; byAddress is as on other systems than Linux.
const (
	bound     = "bound"
	byAddress = "by address"
)

// nobody is a user without privileges.
const nobody = 65534

// doorRole is a PC's door, in a PC: args are its home and how it is to be. What it reads, line by line, are the
// interfaces to use from then on; it answers each line with the port, or an error.
func doorRole(ctx context.Context, args []string) error {
	fatal := func(args ...any) { fmt.Println(args...); os.Exit(1) }
	o := Options{Plain: func() bool { return true }, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	o.Identity = loadIdentity(args[0], fatal)
	if err := syscall.Setuid(nobody); err != nil {
		return err
	}
	l, err := openDoor(o, args[1] == byAddress)
	if err != nil {
		return err
	}
	server := &http.Server{ConnContext: ConnContext, Handler: http.HandlerFunc(greeting)}
	go server.Serve(l)
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			if err := l.SetInterfaces(strings.Fields(in.Text())); err != nil {
				fmt.Println("failed:", err)
			} else {
				fmt.Println(l.Port())
			}
		}
	}()
	return l.Run(ctx)
}

// doorway is the door of a PC in the lab.
type doorway struct {
	t    *testing.T
	pc   *discoverytest.PC
	in   io.Writer
	out  *bufio.Reader
	port string
	id   *identity.Identity
}

func openIn(t *testing.T, pc *discoverytest.PC, how string, interfaces ...string) *doorway {
	t.Helper()
	home := t.TempDir()
	d := &doorway{t: t, pc: pc, id: loadIdentity(home, t.Fatal)}
	cmd := pc.Self(t.Context(), "door", home, how)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.in, d.out = in, bufio.NewReader(out)
	d.use(interfaces...)
	return d
}

// use sets the interfaces.
func (d *doorway) use(interfaces ...string) {
	d.t.Helper()
	fmt.Fprintln(d.in, strings.Join(interfaces, " "))
	line, err := d.out.ReadString('\n')
	if err != nil || strings.HasPrefix(line, "failed") {
		d.t.Fatalf("use %v: %s, %v", interfaces, line, err)
	}
	d.port = strings.TrimSpace(line)
}

// call connects from a PC to an address of the door.
func (d *doorway) call(from *discoverytest.PC, to netip.Addr) (c net.Conn, err error) {
	from.Do(func() { c, err = net.DialTimeout("tcp", net.JoinHostPort(to.String(), d.port), time.Second) })
	return c, err
}

// answers tells whether the door lets a PC in that calls an address.
func (d *doorway) answers(from *discoverytest.PC, to netip.Addr) bool {
	c, err := d.call(from, to)
	if err != nil {
		return false
	}
	_, err = askAndLeave(c)
	return err == nil
}

// listening is what ss(8) says: the interfaces that the port is open on, * for all.
func (d *doorway) listening() (on []string) {
	d.t.Helper()
	out, err := d.pc.Command(d.t.Context(), "ss", "-Hltn", "sport = :"+d.port).Output()
	if err != nil {
		d.t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		local := strings.TrimSuffix(strings.Fields(line)[3], ":"+d.port)
		_, card, isBound := strings.Cut(local, "%")
		if !isBound {
			card = Everywhere
		}
		on = append(on, card)
	}
	slices.Sort(on)
	return on
}

// give gives a card of a PC one more address.
func give(t *testing.T, pc *discoverytest.PC, card, address string) netip.Addr {
	t.Helper()
	run(t, pc, "ip", "addr", "add", address, "dev", card, "nodad")
	return netip.MustParsePrefix(address).Addr()
}

func run(t *testing.T, pc *discoverytest.PC, command ...string) {
	t.Helper()
	if out, err := pc.Command(t.Context(), command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", command, err, out)
	}
}

// linkLocal is the link-local address of a cable's card, as another PC says it. The zone is a number: names are remembered
// by the net package for the whole process, which has business in many PCs.
func linkLocal(from *discoverytest.PC, to *discoverytest.Cable) (a netip.Addr) {
	card := "eth0"
	if slices.Contains(from.Cables, to) {
		card = to.Interface
	}
	from.Do(func() {
		if i, err := net.InterfaceByName(card); err == nil {
			a = to.LinkLocal().WithZone(strconv.Itoa(i.Index))
		}
	})
	return a
}

// office is a PC on the LAN that is also on a foreign network, with a neighbour on either.
type office struct {
	pc, neighbour, stranger *discoverytest.PC
	lan, foreign            *discoverytest.Cable // of pc
	lan6, foreign6          netip.Addr
}

func newOffice(t *testing.T) *office {
	t.Helper()
	lan, foreign := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	o := &office{pc: lan.Join("front desk"), neighbour: lan.Join("store"), stranger: foreign.Join("stranger")}
	o.lan, o.foreign = o.pc.Cable, o.pc.Attach(foreign, discoverytest.Named("wg0"))
	o.lan6, o.foreign6 = give(t, o.pc, "eth0", "fd00:a::1/64"), give(t, o.pc, "wg0", "fd00:b::1/64")
	give(t, o.neighbour, "eth0", "fd00:a::2/64")
	give(t, o.stranger, "eth0", "fd00:b::2/64")
	return o
}

func TestT34CallersComeOnlyByTheInterfacesInUse(t *testing.T) {
	o := newOffice(t)
	o.pc.AddVPN()
	o.pc.AddDocker()
	tun, docker := netip.MustParseAddr("10.8.0.2"), netip.MustParseAddr("172.17.0.1")
	loopback4, loopback6 := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1")
	// The stranger sends to the LAN's addresses through the foreign network, and the other way round.
	run(t, o.stranger, "ip", "route", "add", o.lan.Addr().String(), "via", o.foreign.Addr().String())
	run(t, o.neighbour, "ip", "route", "add", o.foreign.Addr().String(), "via", o.lan.Addr().String())
	type caller struct {
		name string
		from *discoverytest.PC
		to   netip.Addr
	}
	loopback := []caller{{"this PC by loopback", o.pc, loopback4}, {"this PC by IPv6 loopback", o.pc, loopback6}}
	lan := []caller{
		{"the neighbour", o.neighbour, o.lan.Addr()}, {"the neighbour by IPv6", o.neighbour, o.lan6},
		{"the neighbour by link-local", o.neighbour, linkLocal(o.neighbour, o.lan)},
		{"this PC by its address", o.pc, o.lan.Addr()}, {"this PC by its IPv6 address", o.pc, o.lan6},
		{"this PC by its link-local address", o.pc, linkLocal(o.pc, o.lan)},
	}
	foreign := []caller{
		{"the stranger", o.stranger, o.foreign.Addr()}, {"the stranger by IPv6", o.stranger, o.foreign6},
		{"the stranger by link-local", o.stranger, linkLocal(o.stranger, o.foreign)},
		{"this PC by its foreign address", o.pc, o.foreign.Addr()}, {"this PC by its foreign IPv6 address", o.pc, o.foreign6},
	}
	virtual := []caller{{"this PC by its VPN's address", o.pc, tun}, {"this PC by its containers' address", o.pc, docker}}
	// Linux answers on one interface to the address of another, and then the two ways differ.
	viaLAN := []caller{{"the neighbour by the foreign address", o.neighbour, o.foreign.Addr()}}
	viaForeign := []caller{{"the stranger by the LAN's address", o.stranger, o.lan.Addr()}}
	all := slices.Concat(loopback, lan, foreign, virtual, viaLAN, viaForeign)
	for _, how := range []string{bound, byAddress} {
		if how == byAddress {
			viaLAN, viaForeign = viaForeign, viaLAN
		}
		d := openIn(t, o.pc, how)
		for _, c := range []struct {
			use    []string
			sees   []string // ss
			allows []caller // beside loopback
		}{
			{nil, []string{"lo"}, nil},
			{[]string{"eth0"}, []string{"eth0", "lo"}, slices.Concat(lan, viaLAN)},
			{[]string{"eth0", "gone"}, []string{"eth0", "lo"}, slices.Concat(lan, viaLAN)},
			{[]string{"wg0"}, []string{"lo", "wg0"}, slices.Concat(foreign, viaForeign)},
			{[]string{"eth0", "wg0"}, []string{"eth0", "lo", "wg0"}, slices.Concat(lan, foreign, viaLAN, viaForeign)},
			{[]string{Everywhere}, []string{Everywhere, "eth0", "lo", "wg0"}, all},
			{[]string{"eth0"}, []string{"eth0", "lo"}, slices.Concat(lan, viaLAN)},
			{nil, []string{"lo"}, nil},
		} {
			d.use(c.use...)
			if on := d.listening(); how == bound && !slices.Equal(on, c.sees) {
				t.Errorf("in use %v: listens on %v, want %v", c.use, on, c.sees)
			}
			for _, caller := range all {
				want := slices.Contains(loopback, caller) || slices.Contains(c.allows, caller)
				if got := d.answers(caller.from, caller.to); got != want {
					t.Errorf("%s, in use %v: %s gets in: %v, want %v", how, c.use, caller.name, got, want)
				}
			}
		}
	}
}

func TestT34ConnectionsEndWithTheirInterface(t *testing.T) {
	for _, how := range []string{bound, byAddress} {
		for _, before := range [][]string{{"eth0", "wg0"}, {Everywhere}} {
			o := newOffice(t)
			d := openIn(t, o.pc, how, before...)
			type guest struct {
				name  string
				conn  net.Conn
				stays bool
			}
			var guests []guest
			for _, g := range []struct {
				name  string
				from  *discoverytest.PC
				to    netip.Addr
				stays bool
			}{
				{"this PC", o.pc, netip.MustParseAddr("127.0.0.1"), true},
				{"this PC by its foreign address", o.pc, o.foreign.Addr(), false},
				{"the neighbour", o.neighbour, o.lan.Addr(), true},
				{"the neighbour by IPv6", o.neighbour, o.lan6, true},
				{"the neighbour by link-local", o.neighbour, linkLocal(o.neighbour, o.lan), true},
				{"the stranger", o.stranger, o.foreign.Addr(), false},
				{"the stranger by IPv6", o.stranger, o.foreign6, false},
				{"the stranger by link-local", o.stranger, linkLocal(o.stranger, o.foreign), false},
			} {
				c, err := d.call(g.from, g.to)
				if err != nil {
					t.Fatalf("%s: %v", g.name, err)
				}
				defer c.Close()
				if _, err := ask(c); err != nil {
					t.Fatalf("%s: %v", g.name, err)
				}
				guests = append(guests, guest{g.name, c, g.stays})
			}
			silent, err := d.call(o.stranger, o.foreign.Addr()) // in its handshake
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			time.Sleep(50 * time.Millisecond)
			d.use("eth0")
			for _, g := range append(guests, guest{"the stranger that said nothing", silent, false}) {
				if _, err := ask(g.conn); (err == nil) != g.stays {
					t.Errorf("%s, %v: %s: %v, stays: %v", how, before, g.name, err, g.stays)
				}
			}
		}
	}
}

func TestADeviceThatComesBackUnderItsNameIsOpenedAgain(t *testing.T) {
	lan, other := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	pc := lan.Join("front desk")
	dock := pc.Attach(other, discoverytest.Named("dock0"))
	store := other.Join("store")
	d := openIn(t, pc, bound, "eth0", "dock0")
	if !d.answers(store, dock.Addr()) {
		t.Fatal("not even at first")
	}
	run(t, pc, "ip", "link", "del", "dock0")
	d.use("eth0", "dock0")
	if on := d.listening(); !slices.Equal(on, []string{"eth0", "lo"}) {
		t.Errorf("listens on %v", on)
	}
	dock = pc.Attach(other, discoverytest.Named("dock0"))
	d.use("eth0", "dock0")
	if !d.answers(store, dock.Addr()) {
		t.Error("not after it came back")
	}
}

func TestNoCallIsMissedWhileInterfacesChange(t *testing.T) {
	o := newOffice(t)
	d := openIn(t, o.pc, bound, "eth0")
	kept, err := d.call(o.neighbour, o.lan.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	ctx, stop := context.WithCancel(t.Context())
	calls := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			if !d.answers(o.neighbour, o.lan.Addr()) {
				t.Errorf("call %d was missed", n)
			}
		}
		calls <- n
	}()
	port := d.port
	for range 50 {
		for _, use := range [][]string{{"eth0", "wg0"}, {"eth0"}, {Everywhere}} {
			fmt.Fprintln(d.in, strings.Join(use, " "))
			if line, err := d.out.ReadString('\n'); strings.TrimSpace(line) != port {
				t.Errorf("use %v: %q, %v", use, line, err)
			}
		}
	}
	stop()
	t.Logf("%d calls", <-calls)
	if _, err := ask(kept); err != nil {
		t.Errorf("the connection from before: %v", err)
	}
}

func TestADoorWithoutIPv6(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	pc, store := lan.Join("front desk", discoverytest.NoIPv6()), lan.Join("store")
	run(t, pc, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
	for _, how := range []string{bound, byAddress} {
		d := openIn(t, pc, how, "eth0")
		if !d.answers(store, pc.Addr()) || !d.answers(pc, pc.Addr()) || !d.answers(pc, netip.MustParseAddr("127.0.0.1")) {
			t.Errorf("%s: somebody was not let in", how)
		}
	}
}

// One PC may have all addresses of an IPv6 network.
func TestT35OnePCWithAThousandAddressesShutsNobodyOut(t *testing.T) {
	o := newOffice(t)
	d := openIn(t, o.pc, bound, "eth0", "wg0")
	run(t, o.stranger, "ip", "-6", "route", "add", "local", "fd00:c::/64", "dev", "lo")
	run(t, o.stranger, "sysctl", "-qw", "net.ipv6.ip_nonlocal_bind=1")
	run(t, o.pc, "ip", "-6", "route", "add", "fd00:c::/64", "via", "fd00:b::2")
	var refused int
	o.stranger.Do(func() {
		for i := range 1000 {
			dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(fmt.Sprintf("fd00:c::%x", i+1))}, Timeout: time.Second}
			c, err := dialer.Dial("tcp", net.JoinHostPort(o.foreign6.String(), d.port))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if i%2 == 0 {
				fmt.Fprint(c, request) // these come in, and stay
				c.SetReadDeadline(time.Now().Add(5 * time.Second))
				if _, err := c.Read(make([]byte, 1)); err != nil {
					refused++
				}
			}
		}
		for name, c := range map[string]struct {
			from *discoverytest.PC
			to   netip.Addr
		}{
			"the neighbour by IPv6": {o.neighbour, o.lan6}, "the neighbour": {o.neighbour, o.lan.Addr()}, "this PC": {o.pc, netip.MustParseAddr("::1")},
		} {
			if !d.answers(c.from, c.to) {
				t.Errorf("%s was shut out", name)
			}
			member := newIdentity(t)
			raw, err := d.call(c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := askAndLeave(tls.Client(raw, member.ClientConfig(d.id.ID))); got != member.ID {
				t.Errorf("%s as a PC: %q, %v", name, got, err)
			}
		}
	})
	if in := 500 - refused; in != networkShare*DefaultPerGuestAddress {
		t.Errorf("%d guests came in from one network, want %d", in, networkShare*DefaultPerGuestAddress)
	}
}

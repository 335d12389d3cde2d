//go:build linux

package discovery_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/discovery"
	"lanyard/discovery/discoverytest"
)

// soon is more than a busy machine takes for what happens at once.
const soon = 4 * time.Second

func port(a netip.Addr) string { return netip.AddrPortFrom(a, 4720).String() }

func TestANewcomerIsSeenByAllAndSeesAll(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	var all []*lanyard
	for _, name := range []string{"front desk", "store", "Büro Müller"} {
		all = append(all, start(t, lan.Join(name), name))
	}
	for _, a := range all {
		for _, b := range all {
			if a == b {
				continue
			}
			got := a.sees(b, soon)
			if got.Name != b.said.Name || got.Workgroup != "Office" || got.Version != "1" {
				t.Errorf("%s sees %+v", a.said.Name, got)
			}
		}
	}
	if got := all[0].seen(all[0]); got.ID != "" {
		t.Errorf("it reports itself: %+v", got)
	}
}

func TestWhoLeavesIsLostAfterASecondAndComesBack(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("store")
	desk, store := start(t, lan.Join("desk"), "desk"), start(t, pc, "store")
	desk.sees(store, soon)
	begin := time.Now()
	if err := store.Stop(); err != nil {
		t.Error(err)
	}
	store.wait("the end of Run", soon, func() bool { return store.events[len(store.events)-1].Ended })
	if took := store.events[len(store.events)-1].At.Sub(begin); took > 2*time.Second { // a goodbye that is said once more takes a quarter of one
		t.Errorf("it took %v to end", took)
	}
	desk.loses(store, soon)
	store = start(t, pc, "store")
	desk.sees(store, soon)
	time.Sleep(1500 * time.Millisecond) // no late goodbye may follow
	desk.sees(store, time.Millisecond)
}

func TestAChangeIsSeenAndNotTakenForADeparture(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	desk, store := start(t, lan.Join("desk"), "desk"), start(t, lan.Join("store"), "store")
	desk.sees(store, soon)
	store.announce(func(a *discovery.Announcement) { a.Name, a.Workgroup, a.Port = "Lager", "", 4721 })
	desk.wait("the new name", soon, func() bool {
		f := desk.present[store.id]
		return f.Name == "Lager" && f.Workgroup == "" && f.Addrs[0].Port() == 4721
	})
	time.Sleep(1500 * time.Millisecond)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	for _, e := range desk.events {
		if e.Lost != "" {
			t.Error("it was lost in between")
		}
	}
}

func TestACableThatComesLater(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	desk := start(t, lan.Join("desk"), "desk")
	pc := lan.Join("store", discoverytest.Unplugged())
	store := start(t, pc, "store")
	store.network("no network", soon, func(list []string) bool { return len(list) == 0 })
	pc.Plug()
	desk.sees(store, soon)
	store.sees(desk, soon)
}

func TestAPulledCableIsReportedAndForgotten(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("store")
	desk, store := start(t, lan.Join("desk"), "desk"), start(t, pc, "store")
	store.sees(desk, soon)
	pc.Unplug()
	begin := time.Now()
	store.network("no network", soon, func(list []string) bool { return len(list) == 0 })
	t.Logf("carrier loss reported after %v", time.Since(begin).Round(time.Millisecond))
	store.loses(desk, soon)
	pc.Plug()
	begin = time.Now()
	store.sees(desk, soon)
	t.Logf("found again %v after the cable was back", time.Since(begin).Round(time.Millisecond))
}

func TestANewAddressReplacesTheOld(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("store")
	desk, store := start(t, lan.Join("desk"), "desk"), start(t, pc, "store")
	old := pc.Addr()
	desk.has(store, port(old), soon)
	next := netip.PrefixFrom(hostOf(lan, 99), 24)
	pc.SetAddr(next)
	desk.has(store, port(next.Addr()), soon)
	if got := addrs(desk.seen(store)); slices.Contains(got, port(old)) {
		t.Errorf("the old address is still there: %v", got)
	}
}

func TestTwoNetworksAtOnceAreKeptApart(t *testing.T) {
	t.Parallel()
	office, shop := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	both := office.Join("desk")
	desk := start(t, both, "desk")
	store, till := start(t, office.Join("store"), "store"), start(t, shop.Join("till"), "till")
	desk.sees(store, soon)
	second := both.Attach(shop) // a card that comes while it runs
	desk.sees(till, soon)
	till.sees(desk, soon)
	for _, place := range []struct {
		viewer *lanyard
		lan    *discoverytest.LAN
		at     *discoverytest.Cable
	}{{store, office, both.Cable}, {till, shop, second}} {
		place.viewer.has(desk, port(place.at.Addr()), soon)
		for _, a := range place.viewer.seen(desk).Addrs {
			if a.Addr().Is4() && !place.lan.Prefix().Contains(a.Addr()) {
				t.Errorf("%s was told an address of another network: %v", place.viewer.said.Name, a)
			}
		}
	}
	if got := store.seen(till); got.ID != "" {
		t.Error("two networks became one")
	}
	second.Unplug()
	desk.loses(till, soon)
	desk.sees(store, time.Millisecond)
}

func TestDockerAndVPNAreNotTheLAN(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("desk")
	pc.AddDocker()
	pc.AddVPN()
	desk, store := start(t, pc, "desk"), start(t, lan.Join("store"), "store")
	store.has(desk, port(pc.Addr()), soon)
	for _, a := range addrs(store.seen(desk)) {
		if strings.HasPrefix(a, "172.17.") || strings.HasPrefix(a, "10.8.") {
			t.Errorf("announced %v", a)
		}
	}
	desk.network("the card alone", soon, func(list []string) bool {
		return len(list) == 1 && strings.HasPrefix(list[0], "eth0")
	})
}

func TestInterfacesMayBeChosen(t *testing.T) {
	t.Parallel()
	lan, other := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	pc := lan.Join("desk")
	pc.Attach(other)
	desk := start(t, pc, "desk", "eth1")
	store, till := start(t, lan.Join("store"), "store"), start(t, other.Join("till"), "till")
	desk.sees(till, soon)
	till.sees(desk, soon)
	if desk.seen(store).ID != "" || store.seen(desk).ID != "" {
		t.Error("found over an interface that isn't allowed")
	}
}

func TestAddressesOfEveryKind(t *testing.T) {
	t.Parallel()
	linkLocal := func(i int) discoverytest.Option {
		return discoverytest.Address(netip.PrefixFrom(netip.AddrFrom4([4]byte{169, 254, 9, byte(i)}), 16))
	}
	for name, options := range map[string]func(i int) []discoverytest.Option{
		"IPv6 off": func(int) []discoverytest.Option { return []discoverytest.Option{discoverytest.NoIPv6()} },
		"169.254 only": func(i int) []discoverytest.Option {
			return []discoverytest.Option{discoverytest.NoIPv6(), linkLocal(i)}
		},
		"fe80 only": func(int) []discoverytest.Option { return []discoverytest.Option{discoverytest.NoIPv4()} },
		"fe80 only, checked": func(int) []discoverytest.Option {
			return []discoverytest.Option{discoverytest.NoIPv4(), discoverytest.DuplicateCheck()}
		},
		"one without IPv6":        func(i int) []discoverytest.Option { return [][]discoverytest.Option{{discoverytest.NoIPv6()}, {}}[i-1] },
		"one of them has no DHCP": func(i int) []discoverytest.Option { return [][]discoverytest.Option{{discoverytest.NoIPv4()}, {}}[i-1] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lan := discoverytest.NewLAN(t)
			one, two := lan.Join("desk", options(1)...), lan.Join("store", options(2)...)
			desk, store := start(t, one, "desk"), start(t, two, "store")
			desk.sees(store, 2*soon)
			store.sees(desk, 2*soon)
			if two.Addr().IsValid() && one.Addr().IsValid() {
				desk.has(store, port(two.Addr()), soon)
				return
			}
			desk.has(store, port(two.LinkLocal()), soon) // with the zone eth0, as both have it
		})
	}
}

func TestTwoOfOneNameAndTwoHomesOnOneMachine(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc, far := lan.Join("desk"), lan.Join("other desk")
	start2 := func(pc *discoverytest.PC, id string, port int) *lanyard {
		return startAs(t, pc, discovery.Announcement{ID: idOf(id), Name: "Desk", Version: "1", Port: port})
	}
	list := []*lanyard{start2(pc, "a", 4720), start2(pc, "b", 4721), start2(far, "c", 4720)}
	for _, a := range list {
		for _, b := range list {
			if a != b {
				if got := a.sees(b, soon); got.Addrs[0].Port() != uint16(b.said.Port) {
					t.Errorf("got %v, want port %d", got, b.said.Port)
				}
			}
		}
	}
	list[1].Stop()
	list[0].loses(list[1], soon)
	time.Sleep(time.Second)
	list[2].sees(list[0], time.Millisecond) // who shares the machine stays
}

func TestTwoHomesWithoutANetwork(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("desk", discoverytest.Unplugged())
	a, b := start(t, pc, "a"), start(t, pc, "b")
	a.has(b, "127.0.0.1:4720", soon)
	b.sees(a, soon)
	lan.Join("store")
	pc.Plug()
	a.has(b, port(pc.Addr()), soon)
	a.wait("no loopback on a network", soon, func() bool { return !slices.Contains(addrs(a.present[b.id]), "127.0.0.1:4720") })
}

func TestLostPacketsAreMadeUpFor(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	lan.Lose(40)
	var all []*lanyard
	for i := range 4 {
		name := fmt.Sprint("pc ", i)
		all = append(all, start(t, lan.Join(name), name))
	}
	for _, a := range all {
		for _, b := range all {
			if a != b {
				a.sees(b, 3*soon)
			}
		}
	}
}

func TestAskFindsWhoWasMissed(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("store")
	desk := start(t, lan.Join("desk"), "desk")
	lan.Silence(pc)
	store := start(t, pc, "store")
	time.Sleep(3500 * time.Millisecond) // its announcements are over
	lan.Unsilence(pc)
	desk.ask()
	desk.sees(store, soon)
}

// hostOf returns an address of the LAN.
func hostOf(lan *discoverytest.LAN, number byte) netip.Addr {
	a := lan.Prefix().Addr().As4()
	a[3] = number
	return netip.AddrFrom4(a)
}

// zeroconf's end races with its own beginning; under the race detector this test is what sees it.
func TestAnEndRightAfterTheStartIsClean(t *testing.T) {
	if out, err := discoverytest.NewLAN(t).Join("a").Self(t.Context(), "brief").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

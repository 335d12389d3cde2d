//go:build linux

package discovery_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"lanyard/discovery"
	"lanyard/discovery/discoverytest"
)

// laser is a printer as it is published: three services of one name, of which one only keeps the name.
func laser(name string, text ...string) []discovery.Instance {
	text = append([]string{"txtvers=1", "rp=ipp/print/Laser", `note=Büro; 2. "Stock" \ links`}, text...)
	return []discovery.Instance{
		{Name: name, Type: "_ipp._tcp", Subtypes: []string{"_print", "_universal"}, Text: text, Port: 4720},
		{Name: name, Type: "_ipps._tcp", Subtypes: []string{"_print", "_universal"}, Text: text, Port: 4720},
		{Name: name, Type: "_printer._tcp"},
	}
}

// What is published is found by other programs on other PCs: by those that listened when it came, and by those that come
// later and ask, by type, by subtype and by name; and it is gone when it is taken back, or its PC leaves.
func TestPublishedIsFoundByOthers(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	early, late, pc := lan.Join("early"), lan.Join("late"), lan.Join("desk")
	early.RunAvahi()
	all, phones := early.Browse("-a"), early.Browse("_universal._sub._ipp._tcp")
	desk := start(t, pc, "desk")
	const name = `Laser @ Büro, 2. Stock (links)`
	desk.publish(laser(name)...)
	desk.named(name, name, soon)
	const shown = `;Laser\032\064\032B\195\188ro\044\0322\.\032Stock\032\040links\041;`
	where := ";lanyard-" + desk.id[:16] + ".local;" + pc.Addr().String() + ";4720;"
	check := func(all, phones *discoverytest.Browser) {
		t.Helper()
		phones.Has("=;", "IPv4", shown, ";_ipp._tcp;", where, `"rp=ipp/print/Laser"`, `2. \"Stock\" \\ links"`)
		all.Has("+;", shown, ";_printer._tcp;")
		all.Again()
		all.Has("=;", "IPv4", shown, ";_ipps._tcp;", where, `"rp=ipp/print/Laser"`)
	}
	check(all, phones)
	time.Sleep(3500 * time.Millisecond) // the announcements are over: who comes now has to ask
	late.RunAvahi()
	all2, phones2 := late.Browse("-a"), late.Browse("_universal._sub._ipp._tcp")
	check(all2, phones2)
	// A change, then half of it back, and forth, and all.
	desk.publish(laser(name, "Color=T")...)
	changed := late.Browse("_ipp._tcp")
	changed.Has("=;", shown, `"Color=T"`)
	both := func(words ...string) {
		t.Helper()
		phones.Has(words...)
		phones2.Has(words...)
	}
	desk.publish(laser(name, "Color=T")[1:]...)
	both("-;", "IPv4", shown)
	changed.Has("-;", shown)
	desk.publish(laser(name)...)
	both("=;", "IPv4", shown, where)
	desk.publish()
	both("-;", "IPv4", shown)
	all.Has("-;", shown, ";_ipps._tcp;")
	desk.publish(laser(name)...)
	both("=;", "IPv4", shown, where)
	desk.Stop()
	both("-;", "IPv4", shown)
}

// A name is whoever has it first; whoever wants it too gets a number, and keeps it for all services of the name.
func TestANameIsGivenOnce(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	front := lan.Join("front")
	front.RunAvahi()
	desk := start(t, front, "desk") // beside avahi
	// The system's own print server has published a printer of the name, on the same PC.
	publish := front.Command(context.Background(), "avahi-publish", "-s", "Laser", "_ipp._tcp", "631", "rp=printers/laser")
	if err := publish.Start(); err != nil {
		t.Fatal(err)
	}
	all := front.Browse("-a")
	all.Has("=;", ";Laser;", ";631;")
	desk.publish(laser("Laser")...)
	desk.named("Laser", "Laser (2)", soon)
	store := start(t, lan.Join("store"), "store")
	store.publish(laser("Laser")...)
	store.named("Laser", "Laser (3)", 2*soon)
	for _, want := range []string{`;Laser\032\0402\041;`, `;Laser\032\0403\041;`} {
		all.Again()
		all.Has("=;", want, ";_ipps._tcp;", ";4720;")
	}
	if text := all.String(); strings.Contains(text, ";Laser;_ipps") {
		t.Errorf("another service has the name alone:\n%s", text)
	}
	// Two that want one name at the same time don't both get it.
	desk.publish(laser("Plotter")...)
	store.publish(laser("Plotter")...)
	got := func(l *lanyard) (as string) {
		l.wait("be named", 2*soon, func() bool {
			for _, e := range l.events {
				if len(e.Named) > 0 && e.Named[0] == "Plotter" {
					as = e.Named[1]
				}
			}
			return as != ""
		})
		return as
	}
	both := []string{got(desk), got(store)}
	slices.Sort(both)
	if !slices.Equal(both, []string{"Plotter", "Plotter (2)"}) {
		t.Errorf("they got %q", both)
	}
}

// What is on the wire: who asks for a subtype is answered in the name of the subtype, with all that it will ask next; what
// the asker knows isn't told; who floods with questions doesn't get more.
func TestAnswersAboutWhatIsPublished(t *testing.T) {
	t.Parallel()
	lan, shop := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	discoverytest.Route(lan, shop)
	pc, neighbour, far := lan.Join("desk"), lan.Join("store"), shop.Join("till")
	desk := start(t, pc, "desk")
	desk.publish(laser("Laser")...)
	desk.named("Laser", "Laser", soon)
	time.Sleep(4500 * time.Millisecond) // its announcements are over, and no longer count
	s := intrude(t, neighbour, 5353)
	const subtype, full = "_universal._sub._ipp._tcp.local.", "Laser._ipp._tcp.local."
	answers := func(data []byte, limit time.Duration) (list []*dns.Msg) {
		s.send(data, group)
		s.hearFrom(pc.Addr(), limit, func(m *dns.Msg) { list = append(list, m) })
		return list
	}
	got := answers(question(subtype, dns.TypePTR, false), 700*time.Millisecond)
	if len(got) != 1 || len(got[0].Answer) != 1 || got[0].Answer[0].Header().Name != subtype || got[0].Answer[0].(*dns.PTR).Ptr != full {
		t.Fatalf("got %v", got)
	}
	has := map[uint16]bool{}
	for _, rr := range got[0].Extra {
		has[rr.Header().Rrtype] = true
		if rr.Header().Class != dns.ClassINET|1<<15 {
			t.Errorf("without flush bit: %v", rr)
		}
	}
	for _, kind := range []uint16{dns.TypeSRV, dns.TypeTXT, dns.TypeA, dns.TypeAAAA, dns.TypeNSEC} {
		if !has[kind] {
			t.Errorf("%s isn't told with it: %v", dns.TypeToString[kind], got[0])
		}
	}
	if got := answers(question(full, dns.TypeA, false), time.Second); len(got) != 1 || got[0].Answer[0].Header().Rrtype != dns.TypeNSEC {
		t.Errorf("that there is no such record: %v", got)
	}
	known := dns.Msg{Question: []dns.Question{{Name: subtype, Qtype: dns.TypePTR, Qclass: dns.ClassINET}}}
	known.Answer = []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: subtype, Rrtype: dns.TypePTR, Class: dns.ClassINET, Ttl: 3000}, Ptr: full}}
	data, _ := known.Pack()
	if got := answers(data, 500*time.Millisecond); len(got) > 0 {
		t.Errorf("what was known is told: %v", got)
	}
	known.Answer[0].Header().Ttl = 2000
	data, _ = known.Pack()
	if got := answers(data, 500*time.Millisecond); len(got) != 1 {
		t.Errorf("what will soon be forgotten is told %d times", len(got))
	}
	// 2000 questions in a second, and some from elsewhere.
	for range 2000 {
		s.send(question(subtype, dns.TypePTR, false), group)
		s.send(question(full, dns.TypeANY, true), group)
	}
	outside := intrude(t, far, 5353)
	outside.send(question(subtype, dns.TypePTR, true), pc.Addr().String()+":5353")
	count := 0
	s.hearFrom(pc.Addr(), 2500*time.Millisecond, func(m *dns.Msg) { count += len(m.Answer) })
	if count == 0 || count > 3*4 {
		t.Errorf("the flood gets %d records", count)
	}
	if n := outside.answers(pc.Addr(), 100*time.Millisecond); n > 0 {
		t.Errorf("who asks from elsewhere gets %d answers", n)
	}
}

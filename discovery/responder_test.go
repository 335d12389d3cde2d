package discovery

import (
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/miekg/dns"
)

// desk is a responder on a network of its own, in a time of its own.
type desk struct {
	*responder
	t     testing.TB
	now   time.Time
	sent  []dns.Msg
	times map[string][]time.Time // when each record was sent
	names []string               // that were published
}

var stranger = netip.MustParseAddr("10.0.0.77")

func newDesk(t testing.TB) *desk {
	d := &desk{t: t, now: epoch, times: map[string][]time.Time{}}
	d.responder = newResponder("lanyard-desk", func(_, as string) { d.names = append(d.names, as) }, slog.New(slog.DiscardHandler))
	d.send = func(data []byte, _ Interface) {
		var m dns.Msg
		if err := m.Unpack(data); err != nil || len(data) > maxMessage {
			t.Fatalf("sends %d bytes that are no message: %v", len(data), err)
		}
		d.sent = append(d.sent, m)
		if m.Response {
			for _, rr := range slices.Concat(m.Answer, m.Extra) {
				d.times[keyOf(rr)] = append(d.times[keyOf(rr)], d.now)
			}
		}
	}
	d.network([]Interface{eth0}, d.now)
	return d
}

// passes lets a time pass, and returns what is sent meanwhile.
func (d *desk) passes(span time.Duration) []dns.Msg {
	d.sent = nil
	for end := d.now.Add(span); ; {
		d.act(d.now)
		next := d.next()
		if next.IsZero() || next.After(end) {
			d.now = end
			return d.sent
		}
		d.now = next
	}
}

func (d *desk) asks(from netip.Addr, edit func(*dns.Msg)) {
	var m dns.Msg
	edit(&m)
	data, err := m.Pack()
	if err != nil {
		d.t.Fatal(err)
	}
	var read dns.Msg
	if err := read.Unpack(data); err != nil {
		d.t.Fatal(err)
	}
	if read.Response {
		d.hearResponse(&read, eth0, from, d.now)
	} else {
		d.hearQuery(&read, eth0, from, d.now)
	}
}

func ask(m *dns.Msg, name string, kind uint16) {
	m.Question = append(m.Question, dns.Question{Name: name, Qtype: kind, Qclass: dns.ClassINET})
}

func srvOf(name, target string, ttl uint32) dns.RR {
	return &dns.SRV{Hdr: header(name, dns.TypeSRV, dns.ClassINET|flush, ttl), Port: 631, Target: target}
}

var printer = []Instance{
	{Name: "Laser", Type: "_ipp._tcp", Subtypes: []string{"_universal"}, Text: []string{"rp=x"}, Port: 4720},
	{Name: "Laser", Type: "_printer._tcp"},
}

func TestNamesAreProbedForAndYielded(t *testing.T) {
	d := newDesk(t)
	d.set(printer, d.now)
	sent := d.passes(1100 * time.Millisecond)
	if len(sent) < 4 || sent[0].Response || sent[2].Response || !sent[3].Response || len(sent[0].Ns) != 4 {
		t.Fatalf("at first: %v", sent)
	}
	// Somebody says the name is its own: it is asked again, and as that is said again, another one is taken.
	claim := func(m *dns.Msg) {
		m.Response = true
		m.Answer = []dns.RR{srvOf("Laser._ipp._tcp.local.", "other.local.", 120)}
	}
	d.asks(stranger, claim)
	if sent := d.passes(300 * time.Millisecond); len(sent) == 0 || sent[0].Response {
		t.Errorf("what it does about it: %v", sent)
	}
	d.asks(stranger, claim)
	var took []string
	for _, m := range d.passes(2 * time.Second) {
		for _, rr := range m.Answer {
			if ptr, ok := rr.(*dns.PTR); ok && rr.Header().Name != serviceType {
				took = append(took, fmt.Sprint(ptr.Ptr, " ", ptr.Hdr.Ttl))
			}
		}
	}
	if !slices.Contains(took, `Laser\ \(2\)._ipp._tcp.local. 4500`) || !slices.Contains(took, "Laser._printer._tcp.local. 0") || slices.Contains(took, "Laser._ipp._tcp.local. 0") {
		t.Errorf("afterwards: %q", took)
	}
	if !slices.Equal(d.names, []string{"Laser", "Laser (2)"}) {
		t.Errorf("it says that it is called %q", d.names)
	}
	// One who claims every name is no reason to try a hundred in a second.
	before := d.claims[0].number
	for range 1000 {
		name := instanceName(d.claims[0].name(), "_ipp._tcp")
		d.asks(stranger, func(m *dns.Msg) {
			m.Response = true
			m.Answer = []dns.RR{srvOf(name, "other.local.", 120)}
		})
		d.passes(20 * time.Millisecond)
	}
	if tried := d.claims[0].number - before; tried > 2*maxConflicts+5 {
		t.Errorf("%d names in 20 s", tried)
	}
}

func TestWhoHasTheGreaterRecordsGetsTheName(t *testing.T) {
	for target, waits := range map[string]bool{"a.local.": false, strings.Repeat("z", 63) + ".local.": true} {
		d := newDesk(t)
		d.set(printer, d.now)
		d.passes(300 * time.Millisecond)
		d.asks(stranger, func(m *dns.Msg) {
			ask(m, "Laser._ipp._tcp.local.", dns.TypeANY)
			m.Ns = []dns.RR{&dns.TXT{Hdr: header("Laser._ipp._tcp.local.", dns.TypeTXT, dns.ClassINET, 120), Txt: []string{"rp=x"}}, srvOf("Laser._ipp._tcp.local.", target, 120)}
			m.Ns[1].(*dns.SRV).Port = 4720
			m.Ns[1].Header().Class = dns.ClassINET
		})
		d.passes(900 * time.Millisecond)
		if waited := !d.claims[0].held; waited != waits {
			t.Errorf("against %s it waits: %v", target, waited)
		}
		d.passes(time.Second)
		if !d.claims[0].held || d.claims[0].number != 1 {
			t.Errorf("against %s, who doesn't go on: %+v", target, d.claims[0])
		}
	}
}

func TestWhatIsKnownOrForgedIsAnsweredAccordingly(t *testing.T) {
	d := newDesk(t)
	d.set(printer, d.now)
	d.passes(10 * time.Second)
	pointer := &dns.PTR{Hdr: header("_ipp._tcp.local.", dns.TypePTR, dns.ClassINET, 4000), Ptr: "Laser._ipp._tcp.local."}
	for _, c := range []struct {
		name string
		edit func(*dns.Msg)
		more bool // another packet tells what is known
		want int
	}{
		{"a question", func(m *dns.Msg) { ask(m, "_IPP._tcp.local.", dns.TypePTR) }, false, 1},
		{"one that was cut off", func(m *dns.Msg) { ask(m, "_ipp._tcp.local.", dns.TypePTR); m.Truncated = true }, false, 1},
		{"one that was cut off, and its rest", func(m *dns.Msg) { ask(m, "_ipp._tcp.local.", dns.TypePTR); m.Truncated = true }, true, 0},
		{"another class", func(m *dns.Msg) { ask(m, "_ipp._tcp.local.", dns.TypePTR); m.Question[0].Qclass = dns.ClassCHAOS }, false, 0},
		{"another type", func(m *dns.Msg) { ask(m, "_http._tcp.local.", dns.TypePTR) }, false, 0},
		{"a probe for the name", func(m *dns.Msg) {
			ask(m, "Laser._ipp._tcp.local.", dns.TypeANY)
			m.Ns = []dns.RR{srvOf("Laser._ipp._tcp.local.", "other.local.", 120)}
		}, false, 2},
		{"a goodbye by somebody else", func(m *dns.Msg) { m.Response = true; bye := *pointer; bye.Hdr.Ttl = 0; m.Answer = []dns.RR{&bye} }, false, 1},
		{"a goodbye by itself", func(m *dns.Msg) {
			m.Response = true
			m.Answer = []dns.RR{srvOf("Laser._ipp._tcp.local.", "other.local.", 0)}
		}, false, 0},
	} {
		d.passes(2 * time.Second)
		d.asks(stranger, c.edit)
		if c.more {
			d.asks(stranger, func(m *dns.Msg) { m.Answer = []dns.RR{pointer} })
		}
		got := 0
		for _, m := range d.passes(700 * time.Millisecond) {
			got += len(m.Answer)
		}
		if got != c.want {
			t.Errorf("%s: %d answers, want %d", c.name, got, c.want)
		}
	}
}

// A network that comes later is told of what there is too, and only with the address that this PC has there. Somebody may
// have the name there; meanwhile who asks is still answered.
func TestANetworkThatComesLater(t *testing.T) {
	d := newDesk(t)
	d.set(printer, d.now)
	d.passes(10 * time.Second)
	on := map[int][]dns.RR{}
	probes := 0
	d.send = func(data []byte, i Interface) {
		var m dns.Msg
		if err := m.Unpack(data); err != nil {
			t.Fatal(err)
		}
		if on[i.Index] = append(on[i.Index], m.Answer...); !m.Response && i.Index == wlan0.Index {
			probes++
		}
	}
	d.network([]Interface{eth0, wlan0}, d.now)
	d.passes(100 * time.Millisecond)
	if got := d.answersTo(dns.Question{Name: "_ipp._tcp.local.", Qtype: dns.TypePTR, Qclass: dns.ClassINET}, eth0); len(got) != 1 {
		t.Errorf("who asks while names are probed for again is told %v", got)
	}
	d.passes(5 * time.Second)
	for _, i := range []Interface{eth0, wlan0} {
		there := false
		for _, rr := range on[i.Index] {
			if a, ok := rr.(*dns.A); ok {
				addr, _ := netip.AddrFromSlice(a.A.To4())
				there = there || i.owns(addr)
				if !i.owns(addr) {
					t.Errorf("%s is told of %v", i.Name, addr)
				}
			}
		}
		if !there {
			t.Errorf("%s isn't told where this PC is: %v", i.Name, on[i.Index])
		}
	}
	if probes != probeCount {
		t.Errorf("%d probes on the new one", probes)
	}
}

func TestNumberedNamesFit(t *testing.T) {
	long := strings.Repeat("ö", 31)
	for _, c := range []struct {
		name   string
		number int
		want   string
	}{{"Laser", 1, "Laser"}, {"Laser", 12, "Laser (12)"}, {long, 2, strings.Repeat("ö", 29) + " (2)"}, {long + "x", 1, long + "x"}} {
		if got := numbered(c.name, c.number); got != c.want || len(got) > maxLabel || !utf8.ValidString(got) {
			t.Errorf("%q, %d: %q", c.name, c.number, got)
		}
	}
}

func TestWhatCannotBePublished(t *testing.T) {
	good := Instance{Name: "Laser", Type: "_ipp._tcp", Port: 1}
	for rule, edit := range map[string]func(*Instance){
		"no name": func(i *Instance) { i.Name = "" }, "a long name": func(i *Instance) { i.Name = strings.Repeat("x", 64) },
		"a name with a control": func(i *Instance) { i.Name = "a\nb" }, "no UTF-8": func(i *Instance) { i.Name = "\xff" },
		"no type": func(i *Instance) { i.Type = "" }, "a type that is a name": func(i *Instance) { i.Type = "_a.b._tcp" }, "Lanyard's own": func(i *Instance) { i.Type = serviceName },
		"a subtype with dots": func(i *Instance) { i.Subtypes = []string{"_a._b"} }, "an empty string": func(i *Instance) { i.Text = []string{""} },
		"a long string": func(i *Instance) { i.Text = []string{strings.Repeat("x", 256)} }, "too much text": func(i *Instance) { i.Text = slices.Repeat([]string{strings.Repeat("x", 250)}, 5) },
		"a port": func(i *Instance) { i.Port = 65536 },
	} {
		bad := good
		edit(&bad)
		if checkInstances([]Instance{bad}) == nil {
			t.Errorf("%s is taken", rule)
		}
	}
	if err := checkInstances([]Instance{good, {Name: "laser", Type: "_ipp._tcp"}}); err == nil {
		t.Error("one is taken twice")
	}
	if err := checkInstances(printer); err != nil {
		t.Error(err)
	}
}

// FuzzResponder: whatever a row of packets asks and says, what goes out is made of messages that can be read, with this PC's
// own records and nothing else, and none of them is told more than four times a second, nor more than once a second unless
// somebody is about to take it (RFC 6762, section 6). Each packet has a time in units of 10 ms and its length (2 bytes) before it.
func FuzzResponder(f *testing.F) {
	add := func(edits ...func(*dns.Msg)) {
		var all []byte
		for i, edit := range edits {
			var m dns.Msg
			edit(&m)
			data, err := m.Pack()
			if err != nil {
				f.Fatal(err)
			}
			all = append(append(all, byte(i*7), byte(len(data)>>8), byte(len(data))), data...)
		}
		f.Add(all)
	}
	question := func(m *dns.Msg) {
		ask(m, "_universal._sub._ipp._tcp.local.", dns.TypePTR)
		ask(m, "Laser._ipp._tcp.local.", dns.TypeANY)
		ask(m, serviceType, dns.TypePTR)
	}
	add(question, func(m *dns.Msg) { question(m); m.Truncated = true }, func(m *dns.Msg) {
		m.Answer = []dns.RR{&dns.PTR{Hdr: header("_ipp._tcp.local.", dns.TypePTR, dns.ClassINET, 4500), Ptr: "Laser._ipp._tcp.local."}}
	})
	add(func(m *dns.Msg) { question(m); m.Ns = []dns.RR{srvOf("Laser._ipp._tcp.local.", "a.local.", 120)} })
	add(func(m *dns.Msg) {
		m.Response = true
		m.Answer = []dns.RR{srvOf("Laser._ipp._tcp.local.", "a.local.", 120)}
	}, question)
	add(func(m *dns.Msg) {
		m.Response = true
		m.Answer = []dns.RR{srvOf("Laser._ipp._tcp.local.", "lanyard-desk.local.", 0)}
	}, question)
	f.Fuzz(func(t *testing.T, data []byte) {
		d := newDesk(t)
		d.set(printer, d.now)
		d.passes(500 * time.Millisecond)
		for len(data) > 3 {
			wait, size := time.Duration(data[0])*10*time.Millisecond, min(int(data[1])<<8|int(data[2]), len(data)-3, maxMessage)
			packet := data[3 : 3+size]
			data = data[3+size:]
			var m dns.Msg
			if m.Unpack(packet) == nil {
				if m.Response {
					d.hearResponse(&m, eth0, stranger, d.now)
				} else {
					d.hearQuery(&m, eth0, stranger, d.now)
				}
			}
			d.passes(wait)
			if n := len(d.owed[eth0.Index]); n > 20 {
				t.Fatalf("%d answers are owed", n)
			}
		}
		d.passes(2 * time.Second)
		for key, times := range d.times {
			for i := 4; i < len(times); i++ {
				if times[i].Sub(times[i-4]) < 4*defendTime-announceSlack {
					t.Errorf("%q is told at %v", key, times)
				}
			}
		}
	})
}

// announceSlack: announcements don't wait for answers.
const announceSlack = 500 * time.Millisecond

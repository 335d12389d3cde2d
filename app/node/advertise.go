package node

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
	"lanyard/discovery"
)

// maxAdvert is the longest name that a printer can be announced under, in bytes: a DNS label.
const maxAdvert = 63

// adverts keeps under which names this PC's printers are announced to guests.
type adverts struct {
	mu     sync.Mutex
	wanted map[string]string // mu guards the below; shared printer → name that it is to have
	given  map[string]string // such a name → the one that it has got, as long as it is wanted
}

// want replaces the names that printers are to have.
func (a *adverts) want(wanted map[string]string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wanted = wanted
	maps.DeleteFunc(a.given, func(name, _ string) bool {
		return !slices.Contains(slices.Collect(maps.Values(wanted)), name)
	})
}

// give notes that a name is announced, perhaps as another; it tells whether that is news.
func (a *adverts) give(name, as string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.given == nil {
		a.given = map[string]string{}
	}
	before := a.given[name]
	a.given[name] = as
	return before != as
}

// of is the name under which a printer is announced, or "".
func (a *adverts) of(printer string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.given[a.wanted[printer]]
}

// advertise has the printers announced that are open to guests, and takes back those that no longer are. Where this PC
// keeps its name to itself there are none: who knows their address prints all the same.
func (n *Node) advertise() {
	set, wanted := n.toAdvertise()
	n.adverts.want(wanted)
	if err := n.finder.Publish(set); err != nil {
		n.log.Error("printers not announced to guests", "err", err)
	}
}

func (n *Node) toAdvertise() (set []discovery.Instance, wanted map[string]string) {
	wanted = map[string]string{}
	n.mu.Lock()
	pc, hushed := n.settings.Name, n.hushedLocked()
	n.mu.Unlock()
	if hushed {
		return nil, wanted
	}
	port := n.door.Port()
	host := net.JoinHostPort(identity.ShortHostName(n.id.ID), strconv.Itoa(port))
	guest := gate.Who{Kind: gate.Guest}
	for _, p := range n.print.Printers() {
		if !n.gate.Allows(gate.Question{Who: guest, Service: gate.Printing, Thing: p.Name, Verb: gate.Add}) {
			continue
		}
		services := n.print.DNSSD(p.Name, host)
		if len(services) == 0 {
			continue
		}
		name := advertName(p.Info, pc, wanted)
		wanted[p.Name] = name
		for _, s := range services {
			one := discovery.Instance{Name: name, Type: s.Type, Subtypes: s.Subtypes, Text: s.Text}
			if s.Listens {
				one.Port = port
			}
			set = append(set, one)
		}
	}
	return set, wanted
}

// advertName is what people see: which printer, and at which PC.
func advertName(printer, pc string, taken map[string]string) string {
	at := cut(" @ "+printable(pc), maxAdvert*2/3)
	base := strings.TrimSpace(printable(printer))
	name := cut(base, maxAdvert-len(at)) + at
	same := func(t string) bool { return strings.EqualFold(t, name) }
	for i := 2; slices.ContainsFunc(slices.Collect(maps.Values(taken)), same); i++ {
		number := fmt.Sprintf(" %d", i)
		name = cut(base, maxAdvert-len(at)-len(number)) + number + at
	}
	return name
}

// advertised is told by discovery under which name a printer is announced.
func (n *Node) advertised(name, as string) {
	if n.adverts.give(name, as) {
		n.log.Info("a printer is announced to guests", "as", as)
	}
}

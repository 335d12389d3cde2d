package node

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"lanyard/app/node/doctor"
	"lanyard/app/node/door"
	"lanyard/app/node/examine"
	"lanyard/printing"
	"lanyard/share"
)

// holderWait is what a program at this PC's own port is given to say whether it is Lanyard.
const holderWait = 3 * time.Second

// examineSelf looks at this PC, its network aside.
func (n *Node) examineSelf(ctx context.Context) doctor.Self {
	s := n.currentSettings()
	n.mu.Lock()
	self := doctor.Self{
		ID: n.id.ID, Name: s.Name, Workgroup: n.list.Name(), Version: n.o.Version, Port: n.door.Port(), Wanted: n.o.Port,
		Off: s.Off, Folders: len(s.Folders), Synced: examine.Synced(),
	}
	n.mu.Unlock()
	if self.Wanted == 0 {
		self.Wanted = s.Port
	}
	if self.Wanted == 0 {
		self.Wanted = door.DefaultPort
	}
	if self.Port != self.Wanted {
		self.PortAway, self.PortHolder = n.portAway(ctx, self.Wanted)
	}
	self.Full = n.fullDisks(&s)
	self.Printers, self.PrintDown = n.examinePrinting(ctx, &s)
	return self
}

// portAway tells whether a program other than Lanyard has a port of this PC, and its name if that is known.
func (n *Node) portAway(ctx context.Context, port int) (away bool, holder string) {
	ctx, cancel := context.WithTimeout(ctx, holderWait)
	defer cancel()
	c, _, err := n.dialer.Dial(ctx, []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}, "")
	if err == nil {
		c.Close()
		return false, ""
	}
	holder = clean(examine.Holder("tcp", port))
	if isRefused(err) || holder != "" && holder == examine.Own() { // it has gone; or is too busy to say that it is Lanyard
		return false, ""
	}
	return true, holder
}

// fullDisks are those on which nobody can put anything, by what they are for.
func (n *Node) fullDisks(s *settings) (full []doctor.Room) {
	said := map[string]string{} // by shared folder; "" is the inbox
	n.refusals.each(func(key refusal, r *refused) {
		if key.code == share.Full {
			said[key.folder] = r.text
		}
	})
	faults := n.files.FolderErrors()
	for _, f := range s.Folders {
		switch err := faults[f.Name]; {
		case err != nil:
			full = append(full, doctor.Room{Text: "The shared folder " + f.Name + " can't be used: " + err.Error() + "."})
		case said[f.Name] != "" || isFull(f.Dir):
			full = append(full, doctor.Room{What: "the shared folder " + f.Name, Text: said[f.Name]})
		}
	}
	if inbox := n.inboxFolder(s); said[""] != "" || isFull(inbox) {
		full = append(full, doctor.Room{What: "the inbox", Text: said[""]})
	}
	return full
}

// isFull tells whether the disk of a folder, which need not be there yet, takes nothing more.
func isFull(dir string) bool {
	for {
		err := share.Room(dir)
		if errors.Is(err, os.ErrNotExist) && filepath.Dir(dir) != dir {
			dir = filepath.Dir(dir)
			continue
		}
		var e *share.Error
		return errors.As(err, &e) && e.Code == share.Full
	}
}

// examinePrinting returns the shared printers that belong to the print system, and whether that is down.
func (n *Node) examinePrinting(ctx context.Context, s *settings) (printers []doctor.Queue, down bool) {
	needed := slices.ContainsFunc(s.Installed, func(i installedPrinter) bool { return i.Queue != "" })
	for _, p := range n.print.Printers() {
		if p.Queue != "" {
			needed = true
			printers = append(printers, troubleOf(p.Name, p.Reasons))
		}
	}
	if needed {
		_, err := n.print.Queues(ctx)
		down = errors.Is(err, printing.ErrNotRunning)
	}
	return printers, down
}

func troubleOf(printer string, reasons []string) doctor.Queue {
	return doctor.Queue{Name: printer, Trouble: printing.Trouble(reasons)}
}

// examineNetwork looks at this PC's own networks.
func (e *examination) examineNetwork(ctx context.Context, alone bool) {
	s := &e.self
	if e.heard.Self || runtime.GOOS == "linux" { // elsewhere it may not come back for other reasons
		s.HearsSelf = doctor.AnswerOf(e.heard.Self)
	}
	if errors.Is(e.heard.Err, syscall.EADDRINUSE) {
		s.Deaf, s.DeafHolder = true, clean(examine.Holder("udp", mdnsPort))
	}
	e.n.mu.Lock()
	s.Chosen = len(e.n.settings.Interfaces) > 0
	e.n.mu.Unlock()
	routers := examine.Routers()
	for _, i := range e.heard.Interfaces {
		card := doctor.Card{Name: i.Name, Wireless: examine.Wireless(i.Name), Networks: i.Prefixes, Taken: e.taken(i.Name, i.Prefixes)}
		for _, r := range routers {
			if alone && r.Adapter == i.Name && card.Router != doctor.Yes { // else nobody needs to know
				examine.Call(r.Addr)
				card.Router, _ = examine.Alive(ctx, r.Adapter, r.Addr, time.Now().Add(-routerWait))
			}
		}
		s.Cards = append(s.Cards, card)
	}
	s.Neighbours = e.neighbours(routers)
	for _, r := range e.heard.Rivals {
		s.Rivals = append(s.Rivals, doctor.Rival{Source: r.Source, Addrs: r.Addrs, Here: slices.ContainsFunc(s.Cards, func(c doctor.Card) bool {
			return slices.ContainsFunc(c.Networks, func(p netip.Prefix) bool { return p.Addr() == r.Source })
		})})
	}
	s.Filter = e.filter(ctx)
}

// routerWait is how long ago a router may have answered to be there still.
const routerWait = time.Minute

// mdnsPort is the port of multicast DNS (RFC 6762).
const mdnsPort = 5353

// taken returns the adapter by which the system sends what is for the networks of another one, where that is a VPN's or a
// virtual one; "" when all is as it should be. The first and the last address of a network are asked for: whoever takes it
// takes these, too, and few take one half.
func (e *examination) taken(adapter string, networks []netip.Prefix) string {
	const least = 2 // bits: smaller ones have no addresses between the first and the last
	for _, p := range networks {
		if !p.Addr().Is4() || p.Bits() > p.Addr().BitLen()-least {
			continue
		}
		first, last := p.Masked().Addr().Next(), lastOf(p).Prev()
		for _, a := range []netip.Addr{first, last} {
			if via := examine.Via(a); a != p.Addr() && via != "" && via != adapter && !e.uses(via) && !usualAdapter(via) {
				return via
			}
		}
	}
	return ""
}

// lastOf is the last address of an IPv4 network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for i := range b {
		host := min(max(p.Bits()-8*i, 0), 8) // bits of this byte that name the network
		b[i] |= byte(0xff >> host)
	}
	return netip.AddrFrom4(b)
}

// neighbours counts the cards on these networks that belong neither to routers nor to known PCs, and have answered of late.
func (e *examination) neighbours(routers []examine.Router) int {
	known := map[string]bool{} // cards
	others := map[string]bool{}
	all := examine.Neighbours()
	for _, near := range all {
		isRouter := func(r examine.Router) bool { return r.Addr.WithZone("") == near.Addr }
		isPC := func(p doctor.PC) bool {
			return slices.ContainsFunc(p.Ways, func(w doctor.Way) bool { return w.Addr.Addr().WithZone("") == near.Addr })
		}
		if slices.ContainsFunc(routers, isRouter) || slices.ContainsFunc(e.pcs, isPC) {
			known[near.Link] = true
		}
	}
	for _, near := range all {
		if e.uses(near.Adapter) && near.Link != "" && !near.Gone && !known[near.Link] {
			others[near.Link] = true
		}
	}
	return len(others)
}

// filter asks the packet filter about what other PCs would send to this one.
func (e *examination) filter(ctx context.Context) doctor.Filter {
	var packets []examine.Packet
	for _, i := range e.heard.Interfaces {
		for _, p := range i.Prefixes {
			if !p.Addr().Is4() {
				continue
			}
			from := lastOf(p).Prev()
			packets = append(packets,
				examine.Packet{Adapter: i.Name, From: from, To: p.Addr(), Proto: "tcp", Port: e.n.door.Port()},
				examine.Packet{Adapter: i.Name, From: from, To: netip.AddrFrom4([4]byte{224, 0, 0, 251}), Proto: "udp", Port: mdnsPort})
		}
	}
	f, answers := examine.Filter(ctx, packets)
	for i, a := range answers {
		to := &f.TCP
		if packets[i].Proto == "udp" {
			to = &f.MDNS
		}
		if *to != doctor.No {
			*to = a
		}
	}
	return f
}

package node

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lanyard/app/node/door"
	"lanyard/printing"
)

// printToFolder is the printer that every PC can offer, with no print system.
const printToFolder = "Print-to-folder"

// openPrinting opens the spool and the door to the printers of this PC.
func (n *Node) openPrinting(system printing.System) (err error) {
	n.print, err = printing.NewServer(printing.Options{
		Spool: n.home.Path(spoolDir), System: system, UUID: n.id.ID, Caller: n.caller, Allow: n.allowPrint,
		Secure:  func(r *http.Request) bool { return door.CallerOf(r.Context()).TLS },
		Changed: n.printingChanged, Announced: n.adverts.of, Logger: n.log,
	})
	if err != nil {
		return problem(Failed, "", "open the print spool: %w", err)
	}
	return nil
}

// printingChanged is told by the printing server that a printer or a job has changed.
func (n *Node) printingChanged() {
	n.news.fire()
	n.changes.fire()
}

// printFolder is where Print-to-folder puts documents.
func (n *Node) printFolder(s settings) string {
	if s.PrintFolder != "" {
		return s.PrintFolder
	}
	return n.home.Path("printed")
}

// offered is what the printing server is to offer.
func (n *Node) offered(s settings) []printing.Shared {
	var set []printing.Shared
	for _, p := range s.Printers {
		one := printing.Shared{Name: p.Name, Queue: p.Queue, Guests: p.Guests}
		if p.Queue == "" {
			one.Dir, one.Info = n.printFolder(s), "Print to folder"
		}
		set = append(set, one)
	}
	return set
}

// SharePrinter implements Service.
func (n *Node) SharePrinter(ctx context.Context, name string, guests bool) error {
	if guests && slices.Contains(n.currentSettings().Off, serviceGuests) {
		return problem(Denied, "switch them on with `lanyard config set guests true`", "guests are switched off on this PC")
	}
	queues, queueErr := n.print.Queues(ctx)
	return n.changeSettings(ctx, func(s *settings) error {
		for i, p := range s.Printers {
			if strings.EqualFold(p.Name, name) || p.Queue != "" && p.Queue == name {
				s.Printers[i].Guests = guests
				return nil
			}
		}
		if strings.EqualFold(printing.Slug(name), printToFolder) {
			s.Printers = append(s.Printers, sharedPrinter{Name: printToFolder, Guests: guests})
			return nil
		}
		local := []string{printToFolder}
		queue := ""
		for _, q := range queues {
			if local = append(local, q.Name); strings.EqualFold(q.Name, name) {
				queue = q.Name
			}
		}
		if queue != "" {
			free := freePrinterName(printing.Slug(queue), func(name string) bool {
				return slices.ContainsFunc(s.Printers, func(p sharedPrinter) bool { return strings.EqualFold(p.Name, name) })
			})
			s.Printers = append(s.Printers, sharedPrinter{Name: free, Queue: queue, Guests: guests})
			return nil
		}
		hint := "this PC's printers are " + strings.Join(local, ", ")
		if queueErr != nil {
			hint += "; its print system does not answer"
		}
		return problem(NotFound, hint, "this PC has no printer %q", name)
	})
}

// freePrinterName is a name, with a number behind it where it is taken. Names that differ in case only are the same in a URL.
func freePrinterName(name string, taken func(string) bool) string {
	free := name
	for i := 2; taken(free); i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	return free
}

// ownPrinter is the name of a printer that this PC shares, as it is shared.
func (n *Node) ownPrinter(name string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, own := range n.printersOfLocked(n.id.ID) {
		if strings.EqualFold(own, name) {
			return own, nil
		}
	}
	return "", n.noPrinterLocked(n.id.ID, name)
}

// UnsharePrinter implements Service.
func (n *Node) UnsharePrinter(ctx context.Context, name string) error {
	return n.changeSettings(ctx, func(s *settings) error {
		before := len(s.Printers)
		s.Printers = slices.DeleteFunc(s.Printers, func(p sharedPrinter) bool {
			return strings.EqualFold(p.Name, name) || p.Queue != "" && p.Queue == name
		})
		if len(s.Printers) == before {
			return problem(NotFound, "`lanyard printers` lists them", "this PC shares no printer %q", name)
		}
		return nil
	})
}

// showPrintersLocked lists this PC's printers, shared or not, then those of the others.
func (n *Node) showPrintersLocked() []Printer {
	list := []Printer{}
	shared := map[string]bool{} // by queue; "" is the folder
	used := n.print.Used(n.id.ID)
	for _, p := range n.print.Printers() {
		shared[p.Queue] = true
		list = append(list, n.showPrinter(p, used))
	}
	if !shared[""] {
		list = append(list, Printer{
			Name: printToFolder, PC: n.id.ID, Info: "Print to folder", State: printing.StateIdle,
			Reasons: []string{}, Accepting: true, Color: true, Supplies: []Supply{},
		})
	}
	for _, q := range n.print.Available() {
		if !shared[q.Name] {
			list = append(list, Printer{
				Name: q.Name, PC: n.id.ID, Info: clean(q.Info), Location: clean(q.Location), State: q.State,
				Reasons: orEmpty(q.Reasons), Message: clean(q.Message), Accepting: q.Accepting, Color: q.Color, Duplex: q.Duplex, Supplies: []Supply{},
			})
		}
	}
	for _, pc := range n.showPeersLocked() {
		for _, p := range n.peers[pc.ID].Offers.Printers {
			if !pc.Online {
				p.State, p.Accepting, p.Reasons, p.Message = "off", false, nil, ""
			}
			p.Reasons = orEmpty(p.Reasons)
			n.settings.showLocal(&p)
			if p.Supplies == nil { // of an older Lanyard
				p.Supplies = []Supply{}
			}
			list = append(list, p)
		}
	}
	return n.showWithdrawnLocked(list)
}

// showPrinter is a printer of this PC as a PC may see it that has printed so many pages on them this month.
func (n *Node) showPrinter(p printing.Printer, used map[string]int) Printer {
	info := p.MakeModel
	if info == "" {
		info = p.Info
	}
	return Printer{
		Name: p.Name, PC: n.id.ID, Info: clean(info), Location: clean(p.Location), State: p.State, Reasons: orEmpty(p.Reasons),
		Message: clean(p.Message), Accepting: p.Accepting, Guests: p.Guests, Shared: true, Queued: p.Queued, Color: p.Color, Duplex: p.Duplex,
		Supplies: showSupplies(p.Supplies), Rule: PrinterRule(p.Rule), Used: used[p.Name],
	}
}

package node

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/printing"
)

// maxLocalName bounds the name of a printer of another PC on this one, in bytes, with room for a number behind it.
const maxLocalName = 100

// InstallPrinter implements Service.
func (n *Node) InstallPrinter(ctx context.Context, pc, printer string) (*Printer, error) {
	if id, err := n.resolve(pc); err == nil && id == n.id.ID {
		return nil, problem(Invalid, "", "%s is this PC's own printer: its programs have it already", clean(printer))
	}
	id, name, _, err := n.atPrinter(pc, printer)
	if err != nil {
		return nil, err
	}
	n.installing.Lock()
	defer n.installing.Unlock()
	entry, known := n.installedAt(id, name)
	if !known {
		if entry, err = n.addInstalled(id, name); err != nil {
			return nil, err
		}
	}
	relay, err := n.awaitRelay(ctx)
	if err == nil {
		err = n.offerInstalled(relay)
	}
	if err == nil {
		_, err = relay.Learn(ctx, entry.Name)
	}
	if err != nil {
		if !known {
			n.dropInstalled(entry.Name)
		}
		return nil, n.printProblem(ctx, id, name, "", err)
	}
	if err := n.makeQueue(ctx, relay, entry); err != nil {
		return nil, n.installProblem(entry, relay.URI(entry.Name), err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.showPrintersLocked() {
		if p.PC == id && p.Name == name {
			return &p, nil
		}
	}
	return nil, n.noPrinterLocked(id, name)
}

// addInstalled gives a printer of another PC its name here.
func (n *Node) addInstalled(id, printer string) (entry installedPrinter, err error) {
	entry = installedPrinter{PC: id, Printer: printer}
	name := printing.Slug(cut(printer+"-at-"+n.nameOf(id), maxLocalName))
	err = n.noteSettings(func(s *settings) {
		entry.Name = freePrinterName(name, func(name string) bool {
			return slices.ContainsFunc(s.Installed, func(p installedPrinter) bool { return strings.EqualFold(p.Name, name) })
		})
		s.Installed = append(s.Installed, entry)
	})
	n.installed.fire()
	return entry, err
}

// installedAt finds a printer of another PC among those that are installed here.
func (n *Node) installedAt(id, printer string) (installedPrinter, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.settings.Installed {
		if p.PC == id && strings.EqualFold(p.Printer, printer) && !p.Gone {
			return p, true
		}
	}
	return installedPrinter{}, false
}

// UninstallPrinter implements Service.
func (n *Node) UninstallPrinter(ctx context.Context, pc, printer string) error {
	id, err := n.resolve(pc)
	if err != nil {
		return err
	}
	n.installing.Lock()
	defer n.installing.Unlock()
	entry, known := n.installedAt(id, printer)
	if !known {
		return problem(NotFound, "`lanyard printers` tells which are", "%s/%s is not installed on this PC", n.nameOf(id), clean(printer))
	}
	return n.removeInstalled(ctx, entry)
}

// removeInstalled takes a printer of another PC from this PC's programs. Where the print system can't be asked, the queue is
// removed later.
func (n *Node) removeInstalled(ctx context.Context, entry installedPrinter) error {
	if err := n.noteInstalled(entry.Name, func(p *installedPrinter) { p.Gone = true }); err != nil {
		return err
	}
	if n.installer != nil {
		err := n.installer.Uninstall(ctx, entry.URI)
		switch {
		case errors.Is(err, printing.ErrForbidden):
			n.dropInstalled(entry.Name)
			return problem(Denied, "remove it with: sudo lpadmin -x "+entry.Queue, "this PC's user may not remove the queue %s", entry.Queue)
		case err != nil:
			n.log.Info("queue not removed yet", "queue", entry.Queue, "err", err)
			return nil
		}
	}
	n.dropInstalled(entry.Name)
	return nil
}

// noteInstalled changes what is remembered of an installed printer.
func (n *Node) noteInstalled(name string, edit func(*installedPrinter)) error {
	err := n.noteSettings(func(s *settings) {
		for i := range s.Installed {
			if s.Installed[i].Name == name {
				edit(&s.Installed[i])
			}
		}
	})
	n.installed.fire()
	n.changes.fire()
	return err
}

// dropInstalled forgets an installed printer.
func (n *Node) dropInstalled(name string) {
	err := n.noteSettings(func(s *settings) {
		s.Installed = slices.DeleteFunc(s.Installed, func(p installedPrinter) bool { return p.Name == name })
	})
	if err != nil {
		n.log.Warn("installed printer not forgotten", "name", name, "err", err)
	}
	n.installed.fire()
	n.changes.fire()
}

// makeQueue gives an installed printer its queue, or changes that to what is right now. A PC without a print system, or
// whose is not running, has the address alone.
func (n *Node) makeQueue(ctx context.Context, relay *printing.Relay, entry installedPrinter) error {
	uri, queue := relay.URI(entry.Name), entry.Queue
	var err error
	if n.installer != nil {
		queue, err = n.installer.Install(ctx, n.localQueue(entry, uri), entry.URI)
		if errors.Is(err, printing.ErrNotRunning) {
			queue, err = "", nil
		}
	}
	if errors.Is(err, printing.ErrForbidden) { // somebody else may have made it
		if made, _ := n.installer.Installed(ctx, uri); made != "" {
			queue, err = made, nil
		}
	}
	if err != nil {
		queue = ""
	}
	return errors.Join(err, n.noteInstalled(entry.Name, func(p *installedPrinter) { p.URI, p.Queue = uri, queue }))
}

// localQueue is how an installed printer shows in this PC's print dialogs.
func (n *Node) localQueue(entry installedPrinter, uri string) printing.LocalQueue {
	q := printing.LocalQueue{Name: entry.Name, Info: n.localName(entry), Location: n.nameOf(entry.PC), URI: uri}
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.peers[entry.PC]; p != nil {
		for _, offer := range p.Offers.Printers {
			if offer.Name == entry.Printer && offer.Location != "" {
				q.Location = offer.Location
			}
		}
	}
	return q
}

// localName is what an installed printer is called on this PC, for people.
func (n *Node) localName(entry installedPrinter) string {
	return entry.Printer + " at " + n.nameOf(entry.PC)
}

// installProblem says what a person can do where Lanyard may not make the queue.
func (n *Node) installProblem(entry installedPrinter, uri string, err error) error {
	q := n.localQueue(entry, uri)
	if !errors.Is(err, printing.ErrForbidden) {
		return problem(Failed, "its address for programs of this PC is "+uri, "make a queue for %s: %w", q.Info, err)
	}
	// Nothing in it is from outside but the name, which is letters and digits.
	return problem(Denied, "its address is "+uri+"; somebody who may can make the queue: sudo lpadmin -p "+q.Name+" -E -v "+uri+" -m everywhere -o printer-is-shared=false -o printer-error-policy=retry-current-job",
		"this PC's user may not add a printer to its print system")
}

// localPrinters are the installed printers, by their names on this PC, with their PCs.
func (s *settings) localPrinters() map[string]string {
	local := map[string]string{}
	for _, p := range s.Installed {
		if !p.Gone {
			local[p.Name] = p.PC
		}
	}
	return local
}

// showLocal tells of a printer of another PC how this PC's programs have it.
func (s *settings) showLocal(p *Printer) {
	for _, i := range s.Installed {
		if i.PC == p.PC && i.Printer == p.Name && !i.Gone {
			p.Local, p.LocalURI = i.Queue, i.URI
		}
	}
}

// showWithdrawnLocked adds the installed printers that their PCs don't offer now.
func (n *Node) showWithdrawnLocked(list []Printer) []Printer {
	for _, i := range n.settings.Installed {
		if i.Gone || slices.ContainsFunc(list, func(p Printer) bool { return p.PC == i.PC && p.Name == i.Printer }) {
			continue
		}
		p := Printer{Name: i.Printer, PC: i.PC, State: "off", Reasons: []string{}, Local: i.Queue, LocalURI: i.URI}
		if other := n.peers[i.PC]; other != nil && other.online {
			p.State, p.Message = printing.StateStopped, n.nameLocked(i.PC)+" no longer shares it"
		}
		list = append(list, p)
	}
	return list
}

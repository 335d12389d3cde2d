package node

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"lanyard/app/node/gate"
	"lanyard/printing"
)

const (
	relayDir = "installed" // what printers of other PCs can do
	// relayWait is how long it may take to open the address for printing.
	relayWait = 5 * time.Second
	// tendEvery is how often this PC's print system is looked at for what it doesn't tell: that it runs again, that somebody
	// has made a queue, that it has stopped one.
	tendEvery = 4 * time.Second
	// learnEvery is how often a printer is asked again what it can do while it can be reached.
	learnEvery = 10 * time.Minute
)

// keepInstalled has the address for printing on the printers of other PCs open from the moment that one is installed.
func (n *Node) keepInstalled(ctx context.Context) error {
	for {
		changed := n.installed.wait()
		if len(n.currentSettings().Installed) > 0 {
			break
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
	relay, err := n.openRelay()
	if err != nil {
		n.mu.Lock()
		n.problems = append(n.problems, "programs of this PC can't print on other PCs' printers: "+err.Error())
		n.mu.Unlock()
		n.changes.fire()
		return nil
	}
	n.mu.Lock()
	n.relay = relay
	n.mu.Unlock()
	n.changes.fire()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { n.tendInstalled(ctx, relay) })
	if err := relay.Run(ctx); err != nil {
		n.log.Warn("the address for printing has ended", "err", err)
	}
	return nil
}

// openRelay opens the port it had last, which the queues of the print system name, or another one where that is taken.
func (n *Node) openRelay() (*printing.Relay, error) {
	o := printing.RelayOptions{
		Port: n.currentSettings().PrintPort, Dir: n.home.Path(relayDir), Allow: n.allowProgram, Away: n.whyAway, Changed: n.changes.wait, Logger: n.log,
	}
	relay, err := printing.ListenRelay(o)
	if err != nil && o.Port != 0 {
		o.Port = 0
		relay, err = printing.ListenRelay(o)
	}
	if err != nil {
		return nil, err
	}
	if err := n.noteSettings(func(s *settings) { s.PrintPort = relay.Port() }); err != nil {
		_ = relay.Close()
		return nil, err
	}
	return relay, n.offerInstalled(relay)
}

// awaitRelay waits until the address for printing is open.
func (n *Node) awaitRelay(ctx context.Context) (*printing.Relay, error) {
	ctx, cancel := context.WithTimeout(ctx, relayWait)
	defer cancel()
	for {
		changed := n.changes.wait()
		n.mu.Lock()
		relay := n.relay
		n.mu.Unlock()
		if relay != nil {
			return relay, nil
		}
		select {
		case <-changed:
		case <-n.ended:
			return nil, problem(Failed, "", "Lanyard is shutting down")
		case <-ctx.Done():
			return nil, problem(Failed, "`lanyard status` says why", "there is no address for programs to print at")
		}
	}
}

// offerInstalled has the relay offer what is installed.
func (n *Node) offerInstalled(relay *printing.Relay) error {
	var set []printing.FarPrinter
	for _, p := range n.currentSettings().Installed {
		if !p.Gone {
			set = append(set, printing.FarPrinter{
				Name: p.Name, Info: n.localName(p), URL: base(p.PC) + printing.Root + url.PathEscape(p.Printer), Transport: bound{n, p.PC},
			})
		}
	}
	return relay.Offer(set)
}

// allowProgram asks the gate for a program of this PC.
func (n *Node) allowProgram(printer string, verb printing.Verb) bool {
	return n.gate.Allows(gate.Question{Who: gate.Who{Kind: gate.Program}, Service: gate.Printing, Thing: printer, Verb: printVerb(verb)})
}

// whyAway tells why an installed printer can't be reached now; "" when it can.
func (n *Node) whyAway(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := slices.IndexFunc(n.settings.Installed, func(p installedPrinter) bool { return p.Name == name })
	if i < 0 {
		return "it is not installed any more"
	}
	entry := n.settings.Installed[i]
	pc, p := n.nameLocked(entry.PC), n.peers[entry.PC]
	switch {
	case p == nil || !p.online:
		return pc + " is off or can't be reached: what is sent to its printer waits here until it is back"
	case !slices.ContainsFunc(p.Offers.Printers, func(o Printer) bool { return strings.EqualFold(o.Name, entry.Printer) }):
		return pc + " no longer shares this printer: what is sent to it waits here until it does"
	}
	return ""
}

// tended is what was last done for an installed printer.
type tended struct {
	told    bool
	why     string // that was told to the print system
	learned time.Time
	stale   bool // the print system is to make its description of the printer anew
	barred  bool // the print system lets only its administrators change queues
}

// tendInstalled keeps the queues of the print system right: there, at the right address, showing whether the printer's
// PC is away, and gone with the PC from the workgroup.
func (n *Node) tendInstalled(ctx context.Context, relay *printing.Relay) {
	done := map[string]*tended{}
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		changed := n.changes.wait()
		for _, p := range n.currentSettings().Installed {
			if done[p.Name] == nil {
				done[p.Name] = &tended{}
			}
			n.tend(ctx, relay, p.Name, done[p.Name])
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
			for _, d := range done {
				d.told = false
			}
		case <-changed:
			select { // let a burst of changes become one
			case <-ctx.Done():
			case <-time.After(showEvery):
			}
		}
	}
}

// tend does for one installed printer what is to be done.
func (n *Node) tend(ctx context.Context, relay *printing.Relay, name string, d *tended) {
	why := n.whyAway(name)
	n.mu.Lock()
	member := slices.ContainsFunc(n.settings.Installed, func(p installedPrinter) bool { return p.Name == name && !p.Gone && n.list.Has(p.PC) })
	n.mu.Unlock()
	learn := member && why == "" && (d.why != "" || time.Since(d.learned) > learnEvery)
	if member && !learn && !d.stale && d.told && d.why == why {
		return
	}
	n.installing.Lock()
	defer n.installing.Unlock()
	i := slices.IndexFunc(n.currentSettings().Installed, func(p installedPrinter) bool { return p.Name == name })
	if i < 0 {
		return
	}
	entry := n.currentSettings().Installed[i]
	if !member {
		if err := n.removeInstalled(ctx, entry); err != nil {
			n.log.Warn("printer of another PC not removed", "name", name, "err", err)
		}
		_ = n.offerInstalled(relay)
		return
	}
	if learn {
		d.learned = time.Now()
		stale, err := relay.Learn(ctx, name)
		if err != nil {
			n.log.Debug("printer of another PC not asked", "name", name, "err", err)
		}
		d.stale = d.stale || stale
	}
	d.told, d.why = true, why
	if err := n.tendQueue(ctx, relay, entry, d); err != nil && !errors.Is(err, printing.ErrNotRunning) {
		n.log.Debug("queue of another PC's printer not kept right", "name", name, "err", err)
	}
}

// tendQueue makes the queue of an installed printer where there is none yet, puts it right, and has it show how its printer
// is. One that a person has removed from the print system stays so. Where only administrators change queues, one that
// somebody has made is found.
func (n *Node) tendQueue(ctx context.Context, relay *printing.Relay, entry installedPrinter, d *tended) error {
	uri := relay.URI(entry.Name)
	switch {
	case n.installer == nil:
		return nil
	case d.barred:
		made, err := n.installer.Installed(ctx, uri)
		if err != nil || made == entry.Queue && uri == entry.URI {
			return err
		}
		return n.noteInstalled(entry.Name, func(p *installedPrinter) { p.URI, p.Queue = uri, made })
	case entry.Queue == "" || entry.URI != uri || d.stale:
		if d.stale = false; entry.Queue != "" {
			there, err := n.installer.Installed(ctx, entry.URI)
			if err != nil || there == "" {
				return err
			}
		}
		if err := n.makeQueue(ctx, relay, entry); err != nil {
			d.barred = errors.Is(err, printing.ErrForbidden)
			return err
		}
	}
	err := n.installer.Tell(ctx, uri, d.why)
	d.barred = errors.Is(err, printing.ErrForbidden)
	return err
}

package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lanyard/printing"
)

// printToFolder is the printer that every PC can offer, with no print system.
const printToFolder = "Print-to-folder"

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

// refreshQueues looks at what printers this PC has.
func (n *Node) refreshQueues(ctx context.Context) error {
	queues, err := n.print.Queues(ctx)
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.queues = queues
	n.mu.Unlock()
	n.changes.fire()
	return nil
}

// SharePrinter implements Service.
func (n *Node) SharePrinter(ctx context.Context, name string, guests bool) error {
	if guests && slices.Contains(n.currentSettings().Off, serviceGuests) {
		return problem(Denied, "switch them on with `lanyard config set guests true`", "guests are switched off on this PC")
	}
	queueErr := n.refreshQueues(ctx)
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
		n.mu.Lock()
		local := []string{printToFolder}
		queue := ""
		for _, q := range n.queues {
			if local = append(local, q.Name); strings.EqualFold(q.Name, name) {
				queue = q.Name
			}
		}
		n.mu.Unlock()
		if queue != "" {
			s.Printers = append(s.Printers, sharedPrinter{Name: freePrinterName(s, printing.Slug(queue)), Queue: queue, Guests: guests})
			return nil
		}
		hint := "this PC's printers are " + strings.Join(local, ", ")
		if queueErr != nil {
			hint += "; its print system does not answer"
		}
		return problem(NotFound, hint, "this PC has no printer %q", name)
	})
}

// freePrinterName keeps two queues apart whose names are the same in a URL.
func freePrinterName(s *settings, name string) string {
	free := name
	for i := 2; slices.ContainsFunc(s.Printers, func(p sharedPrinter) bool { return strings.EqualFold(p.Name, free) }); i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	return free
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
	for _, p := range n.print.Printers() {
		shared[p.Queue] = true
		list = append(list, n.showPrinter(p))
	}
	if !shared[""] {
		list = append(list, Printer{
			Name: printToFolder, PC: n.id.ID, Info: "Print to folder", State: printing.StateIdle,
			Reasons: []string{}, Accepting: true, Color: true,
		})
	}
	for _, q := range n.queues {
		if !shared[q.Name] {
			list = append(list, Printer{
				Name: q.Name, PC: n.id.ID, Info: clean(q.Info), Location: clean(q.Location), State: q.State,
				Reasons: orEmpty(q.Reasons), Message: clean(q.Message), Accepting: q.Accepting, Color: q.Color, Duplex: q.Duplex,
			})
		}
	}
	for _, pc := range n.showPeersLocked() {
		for _, p := range n.peers[pc.ID].Offers.Printers {
			if !pc.Online {
				p.State, p.Accepting, p.Reasons, p.Message = "off", false, nil, ""
			}
			p.Reasons = orEmpty(p.Reasons)
			list = append(list, p)
		}
	}
	return list
}

func (n *Node) showPrinter(p printing.Printer) Printer {
	info := p.MakeModel
	if info == "" {
		info = p.Info
	}
	return Printer{
		Name: p.Name, PC: n.id.ID, Info: clean(info), Location: clean(p.Location), State: p.State, Reasons: orEmpty(p.Reasons),
		Message: clean(p.Message), Accepting: p.Accepting, Guests: p.Guests, Shared: true, Queued: p.Queued, Color: p.Color, Duplex: p.Duplex,
	}
}

func (n *Node) showJob(j printing.Job) Job {
	return Job{
		ID: j.ID, Printer: j.Printer, PC: n.id.ID, Owner: j.Owner, Name: clean(j.Name), State: j.State.String(), Reasons: orEmpty(j.Reasons),
		Message: clean(j.Message), Pages: j.Pages, Mine: j.Owner == n.id.ID, Created: j.Created,
	}
}

// jobsFor are the jobs on this PC's printers that another PC sent.
func (n *Node) jobsFor(id string) []Job {
	jobs := []Job{}
	for _, j := range n.print.Jobs(printing.Caller{ID: id}) {
		if j.Owner == id {
			jobs = append(jobs, n.showJob(j))
		}
	}
	return jobs[:min(len(jobs), maxJobs)]
}

// showJobs are the jobs on this PC's printers, and this PC's on others', newest first.
func (n *Node) showJobs() []Job {
	jobs := []Job{}
	for _, j := range n.print.Jobs(printing.Caller{ID: n.id.ID, Owner: true}) {
		jobs = append(jobs, n.showJob(j))
	}
	n.mu.Lock()
	for _, p := range n.peers {
		jobs = append(jobs, p.jobs...)
	}
	n.mu.Unlock()
	slices.SortStableFunc(jobs, func(a, b Job) int { return b.Created.Compare(a.Created) })
	return jobs
}

// atPrinter finds a printer of a PC by name, and a client for it. A printer that this PC has not heard of is asked for all
// the same: it may have been shared a moment ago.
func (n *Node) atPrinter(pc, name string) (id, printer string, c *printing.Client, err error) {
	if id, err = n.resolve(pc); err != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if other := n.peers[id]; id != n.id.ID && (other == nil || !other.online) {
		return id, name, nil, n.offlineLocked(id)
	}
	names := n.printersOfLocked(id)
	i := slices.IndexFunc(names, func(p string) bool { return strings.EqualFold(p, name) })
	if i >= 0 {
		name = names[i]
	} else if id == n.id.ID || !n.list.Has(id) {
		return id, name, nil, n.noPrinterLocked(id, name)
	}
	c, err = printing.NewClient(n.client.Transport, base(id))
	return id, name, c, err
}

// printersOfLocked are the names of the printers that a PC shares with this one.
func (n *Node) printersOfLocked(id string) (names []string) {
	for _, p := range n.showPrintersLocked() {
		if p.PC == id && p.Shared {
			names = append(names, p.Name)
		}
	}
	return names
}

func (n *Node) noPrinterLocked(id, name string) error {
	hint := "it shares no printer with this PC"
	if names := n.printersOfLocked(id); len(names) > 0 {
		hint = "its printers are " + strings.Join(names, ", ")
	}
	if id == n.id.ID {
		hint = "share it first with `lanyard printer share`"
	}
	return problem(NotFound, hint, "%s has no printer %q", n.nameLocked(id), clean(name))
}

// offlineLocked says why nothing can be asked of a PC now.
func (n *Node) offlineLocked(id string) *Error {
	name := n.nameLocked(id)
	if p := n.peers[id]; p != nil && p.posed {
		return problem(Offline, "it may have a new address, or somebody poses as it; it is found again by itself when it is back",
			"%s is off or can't be reached: what answers at its address is not the same PC", name)
	}
	return problem(Offline, "it is found again by itself when it is back", "%s is off or can't be reached", name)
}

func avoided(name string) *Error {
	return problem(Denied, "change the settings `avoid` and `only`", "this PC is set to have nothing to do with %s", name)
}

// PrinterOptions implements Service.
func (n *Node) PrinterOptions(ctx context.Context, pc, printer string) (*PrinterOptions, error) {
	id, name, client, err := n.atPrinter(pc, printer)
	if err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	o, err := client.Capabilities(ctx, name)
	if err != nil {
		return nil, n.printProblem(ctx, id, name, "", err)
	}
	return &PrinterOptions{Formats: o.Formats, Values: o.Values, Defaults: o.Defaults, Copies: o.Copies}, nil
}

// Print implements Service.
func (n *Node) Print(ctx context.Context, request PrintRequest) ([]Job, error) {
	if len(request.Files) == 0 {
		return nil, problem(Invalid, "", "there is no document to print")
	}
	id, name, client, err := n.atPrinter(request.PC, request.Printer)
	if err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	jobs := []Job{}
	for _, file := range request.Files {
		job, err := n.printOne(ctx, client, name, file, request)
		if err != nil {
			return jobs, n.printProblem(ctx, id, name, file, err)
		}
		job.PC, job.Owner, job.Mine = id, n.id.ID, true
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func (n *Node) printOne(ctx context.Context, client *printing.Client, printer, file string, request PrintRequest) (Job, error) {
	j, err := client.PrintFile(ctx, printer, file, request.Options, request.Copies)
	if err != nil {
		return Job{}, err
	}
	job := n.showJob(j)
	job.Printer, job.Name = printer, filepath.Base(file)
	return job, nil
}

// CancelJob implements Service.
func (n *Node) CancelJob(ctx context.Context, job JobRef) error {
	id, name, client, err := n.atPrinter(job.PC, job.Printer)
	if err != nil {
		return err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	if err := client.Cancel(ctx, name, job.ID); err != nil {
		return n.printProblem(ctx, id, name, "", err)
	}
	return nil
}

// printProblem puts what went wrong with a printer in words.
func (n *Node) printProblem(ctx context.Context, id, printer, file string, err error) error {
	where := n.nameOf(id) + "/" + printer
	var option *printing.OptionError
	var format *printing.FormatError
	var path *os.PathError
	switch {
	case errors.Is(context.Cause(ctx), errLost):
		return problem(Offline, "check `lanyard jobs` once it is back: what was spooled there is printed", "%s was lost while talking to %s", n.nameOf(id), where)
	case errors.As(err, &option):
		return problem(Invalid, "`lanyard printers --options "+where+"` lists what it takes", "%s: %w", where, err)
	case errors.As(err, &format):
		return problem(Invalid, "", "%s can't print %s: %w", where, filepath.Base(file), err)
	case errors.Is(err, printing.ErrNotFound):
		n.mu.Lock()
		defer n.mu.Unlock()
		if !slices.Contains(n.printersOfLocked(id), printer) {
			return n.noPrinterLocked(id, printer)
		}
		return problem(NotFound, "`lanyard jobs` lists them", "there is no such job at %s", where)
	case errors.As(err, &path):
		return problem(NotFound, "", "can't read %s: %w", path.Path, path.Err)
	}
	return problem(Failed, "", "%s: %w", where, err)
}

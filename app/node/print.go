package node

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lanyard/printing"
)

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
	return &PrinterOptions{Formats: o.Formats, Values: o.Values, Defaults: o.Defaults, Copies: o.Copies, Media: showMedia(o.Media), PIN: o.PIN}, nil
}

// Print implements Service.
func (n *Node) Print(ctx context.Context, request PrintRequest) ([]Job, error) {
	files := request.Files
	if request.TestPage {
		files = []string{"the test page"}
	}
	if len(files) == 0 {
		return nil, problem(Invalid, "", "there is no document to print")
	}
	id, name, client, err := n.atPrinter(request.PC, request.Printer)
	if err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	jobs := []Job{}
	for _, file := range files {
		job, err := n.printOne(ctx, id, name, client, file, request)
		if err != nil {
			return jobs, n.printProblem(ctx, id, name, file, err)
		}
		job.PC, job.Owner, job.Mine, job.Created = id, n.id.ID, true, time.Now()
		n.noteJob(job)
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func (n *Node) printOne(ctx context.Context, id, printer string, client *printing.Client, file string, request PrintRequest) (Job, error) {
	if request.TestPage {
		return n.testPage(ctx, id, printer, client, request)
	}
	j, err := client.PrintFile(ctx, printer, file, request.PIN, request.Options, request.Copies)
	if err != nil {
		return Job{}, err
	}
	job := n.showJob(j)
	job.Printer, job.Name = printer, filepath.Base(file)
	return job, nil
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
	case errors.Is(err, printing.ErrBadPIN):
		return problem(Invalid, "", "%s: %w", where, err)
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
	if words, ok := denial(err); ok {
		return problem(Denied, "", "%s: %s", where, words)
	}
	for known, hint := range jobHints {
		if errors.Is(err, known) {
			return problem(Failed, hint, "%s: %w", where, err)
		}
	}
	return problem(Failed, "", "%s: %w", where, err)
}

// jobHints say what to do about a job to which something can't be done as it stands.
var jobHints = map[error]string{
	printing.ErrPrinting:   "wait until it has come out, or cancel it",
	printing.ErrNoDocument: "send it again; with the option job-retain-until-interval=SECONDS a document is kept that long",
	printing.ErrClosed:     "its owner opens it with `lanyard printer open`",
	errNotBack:             "look at it with `lanyard jobs`",
}

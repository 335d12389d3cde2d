package node

import (
	"context"
	"slices"

	"lanyard/printing"
)

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


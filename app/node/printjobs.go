package node

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"lanyard/printing"
)

func (n *Node) showJob(j printing.Job) Job {
	return Job{
		ID: j.ID, Printer: j.Printer, PC: n.id.ID, Owner: j.Owner, Name: clean(j.Name), State: j.State.String(), Reasons: orEmpty(j.Reasons),
		Message: clean(j.Message), Pages: j.Pages, Total: j.Total, Size: j.Size, Place: j.Place, PIN: j.PIN, Kept: j.Kept,
		Mine: j.Owner == n.id.ID, Created: j.Created, Ended: j.Ended,
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
	for id, p := range n.peers {
		for _, j := range p.jobs {
			if !p.online && !j.HasEnded() {
				j.unknown(n.nameLocked(id))
			}
			jobs = append(jobs, j)
		}
	}
	n.mu.Unlock()
	slices.SortStableFunc(jobs, func(a, b Job) int { return b.Created.Compare(a.Created) })
	return jobs
}

// unknown says of a job that its PC can't be asked how it is.
func (j *Job) unknown(pc string) {
	if j.State == "processing" {
		j.State = printing.JobStopped.String()
	}
	j.Reasons, j.Message = []string{"printer-stopped"}, pc+" is off or can't be reached: how far the job is will be known when it is back"
}

// noteJob lists a job of this PC's at another one, until that tells of it itself, which takes a moment.
func (n *Node) noteJob(job Job) {
	n.mu.Lock()
	if p := n.peers[job.PC]; p != nil && !slices.ContainsFunc(p.jobs, func(j Job) bool { return j.ID == job.ID }) {
		p.jobs = append(slices.Clone(p.jobs), job)
	}
	n.mu.Unlock()
	n.changes.fire()
}

// onJob does something to a job, through the door of the PC with the printer, also where that is this one.
func (n *Node) onJob(ctx context.Context, job JobRef, do func(ctx context.Context, c *printing.Client, printer string) error) error {
	id, name, client, err := n.atPrinter(job.PC, job.Printer)
	if err != nil {
		return err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	if err := do(ctx, client, name); err != nil {
		return n.printProblem(ctx, id, name, "", err)
	}
	return nil
}

// CancelJob implements Service.
func (n *Node) CancelJob(ctx context.Context, job JobRef) error {
	return n.onJob(ctx, job, func(ctx context.Context, c *printing.Client, printer string) error {
		return c.Cancel(ctx, printer, job.ID)
	})
}

// HoldJob implements Service. A job that is stuck at the printer is taken back from it, so that those behind it get on; one
// that comes out right now is not.
func (n *Node) HoldJob(ctx context.Context, job JobRef) error {
	return n.onJob(ctx, job, func(ctx context.Context, c *printing.Client, printer string) error {
		err := c.Hold(ctx, printer, job.ID, false)
		if !errors.Is(err, printing.ErrPrinting) {
			return err
		}
		if j, jerr := c.Job(ctx, printer, job.ID); jerr != nil || j.State != printing.JobStopped {
			return cmp.Or(jerr, err)
		}
		return takeBack(ctx, c, printer, job.ID)
	})
}

const (
	// backWait is how long a print system may take to let go of a job: CUPS stops its filters and the backend first.
	backWait = 20 * time.Second
	// backLook is the time between two looks whether it has.
	backLook = 100 * time.Millisecond
)

// errNotBack says that a job is still at its printer, from where it was to be taken back.
var errNotBack = errors.New("its print system has not let go of the job yet")

// takeBack holds a job wherever it is, and returns once it is held. One that has come out, or was cancelled, is
// printing.ErrEnded.
func takeBack(ctx context.Context, c *printing.Client, printer string, id int) error {
	if err := c.Hold(ctx, printer, id, true); err != nil {
		return err
	}
	j, err := follow(ctx, c, printer, id, func(j printing.Job) bool { return j.State == printing.JobHeld })
	switch {
	case err != nil:
		return err
	case j.State.Ended():
		return printing.ErrEnded
	}
	return nil
}

// follow waits until a job is as wanted, or has ended.
func follow(ctx context.Context, c *printing.Client, printer string, id int, is func(printing.Job) bool) (printing.Job, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, backWait, errNotBack)
	defer cancel()
	for {
		j, err := c.Job(ctx, printer, id)
		if err != nil || j.State.Ended() || is(j) {
			return j, err
		}
		select {
		case <-ctx.Done():
			return j, context.Cause(ctx)
		case <-time.After(backLook):
		}
	}
}

// ReleaseJob implements Service.
func (n *Node) ReleaseJob(ctx context.Context, job JobRef, pin string) error {
	return n.onJob(ctx, job, func(ctx context.Context, c *printing.Client, printer string) error {
		return c.Release(ctx, printer, job.ID, pin)
	})
}

// RestartJob implements Service.
func (n *Node) RestartJob(ctx context.Context, job JobRef) (made *Job, err error) {
	err = n.onJob(ctx, job, func(ctx context.Context, c *printing.Client, printer string) error {
		j, err := c.Restart(ctx, printer, job.ID)
		if err == nil {
			made = n.jobNow(ctx, c, job.PC, j)
		}
		return err
	})
	return made, err
}

// jobNow is a job that was just made or moved, as it stands; as it was told when it can't be asked for.
func (n *Node) jobNow(ctx context.Context, c *printing.Client, pc string, j printing.Job) *Job {
	if now, err := c.Job(ctx, j.Printer, j.ID); err == nil {
		now.Printer, j = j.Printer, now
	}
	job := n.showJob(j)
	job.PC, _ = n.resolve(pc)
	job.Owner, job.Mine = n.id.ID, true
	if job.PC != n.id.ID {
		n.noteJob(job)
		return &job
	}
	for _, one := range n.print.Jobs(printing.Caller{ID: n.id.ID, Owner: true}) { // which may be another's
		if one.ID == j.ID {
			job.Owner, job.Mine = one.Owner, one.Owner == n.id.ID
		}
	}
	return &job
}

// OrderJob implements Service.
func (n *Node) OrderJob(ctx context.Context, printer string, id, before int) error {
	name, err := n.ownPrinter(printer)
	if err != nil {
		return err
	}
	if err := n.print.Order(ctx, name, id, before, printing.Caller{ID: n.id.ID, Owner: true}); err != nil {
		return n.printProblem(ctx, n.id.ID, name, "", err)
	}
	return nil
}

package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"lanyard/printing"
	"lanyard/share"
)

// A job that moves to a printer of another PC goes there with its document, in an order that neither loses it nor prints it
// twice, wherever it is broken off, by a lost connection or the end of any of the PCs:
//
//  1. The new printer is asked whether it takes the document and its options. Nothing has changed until here.
//  2. The job is held where it is, taken back from the printer if need be. From now on it does not come out there by itself.
//  3. Its document is fetched and given to the new printer as a job that is held, so that it does not come out there either.
//  4. The old job is cancelled. Only when its PC has said that it was is
//  5. the new one released.
//
// What fails in step 2 or 3 lets the old job go on. What breaks off later leaves at least one of the two, held, and says which:
// a person decides. There is never a moment at which both would be printed, nor one at which neither is there.

const (
	// movingDir holds documents on their way, in the home. What a crash has left in it is removed at the next start.
	movingDir = "moving"
	// movingWait is how long each of the steps may take that must not be broken off half-way, when whoever wanted the move
	// is gone: a PC that is on answers at once, and the end of this Lanyard must not wait long for one that is off.
	movingWait = 4 * time.Second
)

// moving is a job on its way from one PC to another.
type moving struct {
	n        *Node
	from, to stand
	job      printing.Job
	template printing.Template
	held     bool // it waits for somebody already, and goes on doing so if it doesn't move
	stays    bool // it waits for its sender: also where it goes to
}

// stand is a printer, and a way to it.
type stand struct {
	pc, printer string
	client      *printing.Client
}

// MoveJob implements Service.
func (n *Node) MoveJob(ctx context.Context, job JobRef, pc, printer string) (*Job, error) {
	m := &moving{n: n}
	for at, name := range map[*stand][2]string{&m.from: {job.PC, job.Printer}, &m.to: {pc, printer}} {
		var err error
		if at.pc, at.printer, at.client, err = n.atPrinter(name[0], name[1]); err != nil {
			return nil, err
		}
	}
	ctx, done := n.use(ctx, m.from.pc)
	defer done()
	ctx, done = n.use(ctx, m.to.pc)
	defer done()
	if err := m.look(ctx, job.ID); err != nil {
		return nil, err
	}
	made := printing.Job{ID: job.ID, Printer: m.to.printer}
	var err error
	if m.from.pc != m.to.pc {
		made, err = m.carry(ctx)
	} else if err = m.from.client.Move(ctx, m.from.printer, job.ID, m.to.printer); err != nil {
		err = n.printProblem(ctx, m.from.pc, m.from.printer, "", err)
	}
	if err != nil {
		return nil, err
	}
	return n.jobNow(ctx, m.to.client, m.to.pc, made), nil
}

var errIncoming = errors.New("the document of the job is still on its way")

// look finds out what is to move, and whether it can.
func (m *moving) look(ctx context.Context, id int) (err error) {
	if m.job, err = m.from.client.Job(ctx, m.from.printer, id); err == nil {
		m.template, err = m.from.client.Template(ctx, m.from.printer, id)
	}
	switch {
	case err != nil:
	case m.from.pc == m.to.pc && m.from.printer == m.to.printer:
		err = printing.ErrSamePrinter
	case m.job.State.Ended():
		err = printing.ErrEnded
	case m.job.PIN && m.from.pc != m.to.pc:
		err = printing.ErrPINStays
	case slices.Contains(m.job.Reasons, "job-incoming"):
		err = errIncoming
	}
	if err != nil {
		return m.n.printProblem(ctx, m.from.pc, m.from.printer, "", err)
	}
	if err := m.to.client.Takes(ctx, m.to.printer, m.job.Format, m.template); err != nil {
		return m.n.printProblem(ctx, m.to.pc, m.to.printer, m.job.Name, err)
	}
	m.held = m.job.State == printing.JobHeld
	m.stays = slices.Contains(m.job.Reasons, "job-hold-until-specified") || m.n.waitsAt(m.to)
	return nil
}

// waitsAt tells whether each job of a printer waits until its sender lets it go.
func (n *Node) waitsAt(at stand) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.showPrintersLocked(), func(p Printer) bool {
		return p.PC == at.pc && p.Name == at.printer && p.Rule.Release
	})
}

// carry takes the job to the other PC.
func (m *moving) carry(ctx context.Context) (printing.Job, error) {
	switch err := takeBack(ctx, m.from.client, m.from.printer, m.job.ID); {
	case errors.Is(err, printing.ErrEnded), errors.Is(err, printing.ErrPrinting), errors.Is(err, printing.ErrNotFound): // it was left alone
		return printing.Job{}, m.n.printProblem(ctx, m.from.pc, m.from.printer, "", err)
	case err != nil:
		return printing.Job{}, m.undone(ctx, m.n.printProblem(ctx, m.from.pc, m.from.printer, "", err))
	}
	made, err := m.copy(ctx)
	if err != nil {
		return printing.Job{}, m.undone(ctx, err)
	}
	if err := m.drop(ctx, made); err != nil {
		return printing.Job{}, err
	}
	if m.stays {
		return made, nil
	}
	late, done := m.late(ctx)
	defer done()
	if err := m.to.client.Release(late, m.to.printer, made.ID, ""); err != nil {
		return printing.Job{}, problem(Failed, "release it there", "the job has moved and is now %s, but it is held there: %w", m.to.job(m.n, made.ID), err)
	}
	return made, nil
}

// late is a time for what must be tried whatever has ended ctx.
func (m *moving) late(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), movingWait)
}

// job is what people call a job of a printer.
func (s stand) job(n *Node, id int) string {
	return fmt.Sprintf("%s/%s/%d", n.nameOf(s.pc), s.printer, id)
}

// copy makes the job at the new printer, held.
func (m *moving) copy(ctx context.Context) (made printing.Job, err error) {
	dir := m.n.home.Path(movingDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return made, problem(Failed, "", "keep the document on this PC: %w", err)
	}
	if free, err := share.Free(dir); err == nil && free-roomLeft < m.job.Size {
		return made, problem(Full, "make some room", "there is not enough space on this PC for the document on its way")
	}
	f, err := os.CreateTemp(dir, "*")
	if err != nil {
		return made, problem(Failed, "", "keep the document on this PC: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := m.from.client.Fetch(ctx, m.from.printer, m.job.ID, f, m.job.Size); err != nil {
		return made, m.n.printProblem(ctx, m.from.pc, m.from.printer, "", err)
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return made, problem(Failed, "", "keep the document on this PC: %w", err)
	}
	made, err = m.to.client.PrintHeld(ctx, m.to.printer, printing.Document{Name: m.job.Name, Reader: f, Size: size}, m.template)
	if err != nil {
		return made, m.n.printProblem(ctx, m.to.pc, m.to.printer, m.job.Name, err)
	}
	return made, nil
}

// undone lets the job go on where it was, and tells why it did not move.
func (m *moving) undone(ctx context.Context, why error) error {
	old := m.from.job(m.n, m.job.ID)
	if m.held {
		return problem(KindOf(why), "", "%s stays where it is, held: %w", old, why)
	}
	late, done := m.late(ctx)
	defer done()
	if err := m.from.client.Release(late, m.from.printer, m.job.ID, ""); err != nil && !errors.Is(err, printing.ErrNotHeld) {
		return problem(KindOf(why), "release it when its PC is back, or move it again", "%s stays where it is, but it may be held: %w", old, why)
	}
	return problem(KindOf(why), "", "%s stays where it is: %w", old, why)
}

// drop cancels the job where it was, and makes sure that it was.
func (m *moving) drop(ctx context.Context, made printing.Job) error {
	late, done := m.late(ctx)
	defer done()
	old, now := m.from.job(m.n, m.job.ID), m.to.job(m.n, made.ID)
	err := m.from.client.Withdraw(late, m.from.printer, m.job.ID, "it has moved to "+now)
	var j printing.Job
	if err == nil {
		j, err = follow(late, m.from.client, m.from.printer, m.job.ID, func(printing.Job) bool { return false })
	}
	switch {
	case err == nil && j.State == printing.JobCanceled:
		return nil
	case err != nil && !errors.Is(err, printing.ErrEnded):
		return problem(KindOf(err), "once that PC is back, cancel the one and release the other",
			"the job is held both as %s and as %s, as it can't be made sure that the first was cancelled: %w", old, now, err)
	}
	// Somebody has let it go meanwhile, or cancelled it, or moved it elsewhere.
	if err := m.to.client.Cancel(late, m.to.printer, made.ID); err != nil {
		return problem(Failed, "cancel it there", "%s has ended meanwhile, and %s is held: %w", old, now, err)
	}
	return problem(Failed, "", "%s has ended meanwhile, so that it has not moved", old)
}

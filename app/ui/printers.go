package ui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxOpenJobs and maxJobs are how many jobs are shown that wait, and that have ended: more than anybody reads, fewer than slow a
// window down.
const (
	maxOpenJobs = 400
	maxJobs     = 100
)

// jobDeeds is what the page of printers asks for.
type jobDeeds interface {
	printerDeeds
	jobRowDeeds
	orderJob(j node.Job, before int)
	printerTarget(pc, printer string) dropTarget
	focus(o fyne.Focusable)
}

// printersView is every printer in reach, the jobs that wait for them in their order, and those that have ended.
type printersView struct {
	do       jobDeeds
	page     *fyne.Container
	full     fyne.CanvasObject
	empty    fyne.CanvasObject
	printers *rows[node.Printer]
	jobs     *rows[node.Job] // not ended
	ended    *rows[node.Job]
	before   *look.Text // the heading of the ended ones
	noJobs   fyne.CanvasObject
}

func newPrintersView(do jobDeeds) *printersView {
	v := &printersView{do: do, page: container.NewStack(), printers: printerGrid(do), before: look.NewHeading(tr("Ended"))}
	list := func() *rows[node.Job] {
		return newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(6)), jobKey, v.newRow)
	}
	v.jobs, v.ended = list(), list()
	v.noJobs = look.NewProse(tr("No jobs. Drop a document on a printer to print it."), fyne.TextAlignLeading)
	v.full = look.Page(14, v.printers.box, look.NewHeading(tr("Jobs")), v.jobs.box, v.noJobs, v.before, v.ended.box)
	v.empty = emptyState(look.IconPrinter, tr("No printer in reach"), tr("Printers that are set up on this PC, and those that other PCs of the workgroup share, appear here."))
	return v
}

func (v *printersView) newRow() row[node.Job] {
	r := newJobRow(v.do)
	r.OnFocus = func() { look.Reveal(v.full, r.Button) }
	r.step = func(by int) { v.step(r.job, by) }
	r.move = func(by int) { v.move(r.job, by) }
	return r
}

func (v *printersView) content() fyne.CanvasObject { return v.page }
func (v *printersView) actions() fyne.CanvasObject { return nil }
func (v *printersView) leave()                     {}

func (v *printersView) show(s *node.State) {
	v.printers.show(s.Printers)
	jobs, ended := queuedJobs(s.Jobs)
	jobs, ended = jobs[:min(len(jobs), maxOpenJobs)], ended[:min(len(ended), maxJobs)]
	v.jobs.show(jobs)
	v.ended.show(ended)
	for _, j := range jobs {
		r := v.jobs.have[jobKey(j)].(*jobRow)
		queue, at := v.queue(j)
		r.above, r.below = at > 0, at >= 0 && at < len(queue)-1
	}
	visible(v.jobs.box, len(jobs) > 0)
	visible(v.noJobs, len(jobs)+len(ended) == 0)
	visible(v.before, len(ended) > 0)
	visible(v.ended.box, len(ended) > 0)
	page := v.full
	if len(s.Printers)+len(s.Jobs) == 0 {
		page = v.empty
	}
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
}

// queuedJobs parts jobs into those that have not ended, in the order in which each printer takes them, and those that have,
// the latest first.
func queuedJobs(all []node.Job) (queue, ended []node.Job) {
	for _, j := range all {
		if jobEnded(j.State) {
			ended = append(ended, j)
		} else {
			queue = append(queue, j)
		}
	}
	slices.SortStableFunc(queue, func(a, b node.Job) int {
		return cmp.Or(cmp.Compare(a.PC, b.PC), cmp.Compare(a.Printer, b.Printer), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	return queue, ended
}

// queue are the jobs of a printer of this PC whose order can be changed, and where a job is among them; -1 is nowhere.
func (v *printersView) queue(j node.Job) (queue []node.Job, at int) {
	at = -1
	if j.PC != v.do.selfID() || !waits(j) {
		return nil, at
	}
	for _, k := range v.jobs.keys {
		other := v.jobs.have[k].(*jobRow).job
		if other.PC == j.PC && other.Printer == j.Printer && waits(other) {
			if other.ID == j.ID {
				at = len(queue)
			}
			queue = append(queue, other)
		}
	}
	return queue, at
}

// move puts a job before the one above it, or after the one below it.
func (v *printersView) move(j node.Job, by int) {
	queue, at := v.queue(j)
	switch {
	case at < 0 || at+by < 0 || at+by >= len(queue):
	case by < 0:
		v.do.orderJob(j, queue[at-1].ID)
	case at+2 < len(queue):
		v.do.orderJob(j, queue[at+2].ID)
	default:
		v.do.orderJob(j, 0)
	}
}

// moved is for the window's keys: the job that has the focus moves in its queue.
func (v *printersView) moved(focused fyne.Focusable, by int) {
	for _, k := range v.jobs.keys {
		if r := v.jobs.have[k].(*jobRow); r.Button == focused {
			v.move(r.job, by)
		}
	}
}

// step takes the keyboard from one job to the one above or below.
func (v *printersView) step(j node.Job, by int) {
	keys := append(slices.Clone(v.jobs.keys), v.ended.keys...)
	to := slices.Index(keys, jobKey(j)) + by
	if to < 0 || to >= len(keys) {
		return
	}
	r, ok := v.jobs.have[keys[to]]
	if !ok {
		r = v.ended.have[keys[to]]
	}
	v.do.focus(r.(*jobRow).Button)
}

func (v *printersView) dropAt(at fyne.Position) dropTarget {
	return dropOnPrinter(v.printers, at, v.do.printerTarget)
}

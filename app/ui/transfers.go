package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// transferDeeds is what the page of transfers asks for.
type transferDeeds interface {
	transferRowDeeds
	forgetTransfers()
	pauseTransfer(id string)
	resumeTransfer(id string)
	orderTransfer(id, before string)
	focus(o fyne.Focusable)
}

// transfersView is the queue in its order, and what has ended.
type transfersView struct {
	do     transferDeeds
	page   *fyne.Container
	full   fyne.CanvasObject
	empty  fyne.CanvasObject
	total  *look.Text // of all that is under way
	share  *look.Bar
	sum    *fyne.Container
	queue  *grid[node.Transfer]
	ended  *grid[node.Transfer]
	before *look.Text
	clear  *widget.Button
	pause  *widget.Button
	resume *widget.Button
	bar    *fyne.Container
}

// oneColumn is the width of a cell of which only one stands in a line, however wide the screen.
const oneColumn = 100_000

func newTransfersView(do transferDeeds) *transfersView {
	v := &transfersView{do: do, page: container.NewStack(), before: look.NewHeading(tr("Ended")), total: look.NewQuiet("").Shrink(60), share: look.NewBar()}
	v.queue, v.ended = v.list(true), v.list(false)
	v.sum = look.VBox(6, v.total, v.share)
	v.full = look.Page(14, v.sum, v.queue, v.before, v.ended)
	v.queue.page, v.ended.page = v.full, v.full
	v.empty = emptyState(look.IconTransfer, tr("Nothing is moving"),
		tr("Files that you download, drop on another PC's folder or send to somebody show their progress here. What is cut off goes on by itself."))
	v.clear = widget.NewButtonWithIcon(tr("Clear ended"), look.IconCheck, do.forgetTransfers)
	v.pause = widget.NewButtonWithIcon(tr("Pause all"), look.IconPause, func() { do.pauseTransfer("") })
	v.resume = widget.NewButtonWithIcon(tr("Resume all"), look.IconPlay, func() { do.resumeTransfer("") })
	v.bar = container.NewHBox(v.resume, v.pause, v.clear)
	return v
}

func (v *transfersView) list(moving bool) *grid[node.Transfer] {
	return newTransferGrid(v.do, moving, v.step, v.move)
}

// newTransferGrid is a list of transfers: of those with progress, or of those that have ended. step takes the keyboard from one to
// another, move changes its place in the queue.
func newTransferGrid(do transferRowDeeds, moving bool, step, move func(id string, by int)) *grid[node.Transfer] {
	var g *grid[node.Transfer]
	g = newGrid(oneColumn, 8, func(t node.Transfer) string { return t.ID }, func() row[node.Transfer] {
		r := newTransferRow(do)
		visible(r.bar, moving)
		r.OnFocus = func() { g.reach(r.transfer.ID) }
		r.step = func(by int) { step(r.transfer.ID, by) }
		r.move = move
		r.place = func() (at, of int) { return g.places[r.transfer.ID], len(g.items) }
		return r
	})
	return g
}

func (v *transfersView) content() fyne.CanvasObject { return v.page }
func (v *transfersView) actions() fyne.CanvasObject { return v.bar }
func (v *transfersView) leave()                     {}

func (v *transfersView) show(s *node.State) {
	queue, ended := queued(s.Transfers)
	v.queue.show(queue)
	v.ended.show(ended)
	text, share := movingText(s)
	v.total.SetText(text)
	v.share.Set(share, theme.ColorNamePrimary)
	visible(v.sum, len(queue) > 1)
	visible(v.before, len(queue)*len(ended) > 0)
	visible(v.queue, len(queue) > 0)
	visible(v.ended, len(ended) > 0)
	visible(v.clear, len(ended) > 0)
	paused := 0
	for _, t := range queue {
		if t.State == node.TransferPaused {
			paused++
		}
	}
	visible(v.pause, paused < len(queue))
	visible(v.resume, paused > 0)
	page := v.full
	if len(s.Transfers) == 0 {
		page = v.empty
	}
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
}

// queued parts transfers into those of the queue, the next one first, and those that have ended, the latest first.
func queued(all []node.Transfer) (queue, ended []node.Transfer) {
	for _, t := range all {
		if t.State.Ended() {
			ended = append(ended, t)
		} else {
			queue = append(queue, t)
		}
	}
	slices.Reverse(queue) // those without a place stand in the order they were asked for
	slices.SortStableFunc(queue, func(a, b node.Transfer) int { return a.Place - b.Place })
	return queue, ended
}

// step takes the keyboard from one transfer to the one above or below.
func (v *transfersView) step(id string, by int) {
	all := slices.Concat(v.queue.items, v.ended.items)
	to := slices.IndexFunc(all, func(t node.Transfer) bool { return t.ID == id }) + by
	if to < 0 || to >= len(all) {
		return
	}
	for _, g := range []*grid[node.Transfer]{v.queue, v.ended} {
		if r, ok := g.reach(all[to].ID); ok {
			v.do.focus(r.(*transferRow).Button)
		}
	}
}

// move puts a transfer of the queue before the one above it, or after the one below it.
func (v *transfersView) move(id string, by int) {
	at, ok := v.queue.places[id]
	switch last := len(v.queue.items) - 1; {
	case !ok || at+by < 0 || at+by > last:
	case by < 0:
		v.do.orderTransfer(id, v.queue.items[at-1].ID)
	case at+2 > last:
		v.do.orderTransfer(id, "")
	default:
		v.do.orderTransfer(id, v.queue.items[at+2].ID)
	}
}

// moved is for the window's keys: the transfer that has the focus moves in the queue.
func (v *transfersView) moved(focused fyne.Focusable, by int) {
	for id, r := range v.queue.have {
		if r.(*transferRow).Button == focused {
			v.move(id, by)
			return
		}
	}
}

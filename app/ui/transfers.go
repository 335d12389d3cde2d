package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxTransfers is how many transfers are shown.
const maxTransfers = 200

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
	queue  *rows[node.Transfer]
	ended  *rows[node.Transfer]
	before *look.Text
	clear  *widget.Button
	pause  *widget.Button
	resume *widget.Button
	bar    *fyne.Container
}

func newTransfersView(do transferDeeds) *transfersView {
	v := &transfersView{do: do, page: container.NewStack(), before: look.NewHeading(tr("Ended"))}
	list := func() *rows[node.Transfer] {
		return newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(t node.Transfer) string { return t.ID }, v.newRow)
	}
	v.queue, v.ended = list(), list()
	v.full = look.Page(14, v.queue.box, v.before, v.ended.box)
	v.empty = emptyState(look.IconTransfer, tr("Nothing is moving"),
		tr("Files that you download, drop on another PC's folder or send to somebody show their progress here. What is cut off goes on by itself."))
	v.clear = widget.NewButtonWithIcon(tr("Clear ended"), look.IconCheck, do.forgetTransfers)
	v.pause = widget.NewButtonWithIcon(tr("Pause all"), look.IconPause, func() { do.pauseTransfer("") })
	v.resume = widget.NewButtonWithIcon(tr("Resume all"), look.IconPlay, func() { do.resumeTransfer("") })
	v.bar = container.NewHBox(v.resume, v.pause, v.clear)
	return v
}

func (v *transfersView) newRow() row[node.Transfer] {
	r := newTransferRow(v.do)
	r.OnFocus = func() { look.Reveal(v.full, r.Button) }
	r.step = func(by int) { v.step(r.transfer.ID, by) }
	r.move = func(by int) { v.move(r.transfer.ID, by) }
	return r
}

func (v *transfersView) content() fyne.CanvasObject { return v.page }
func (v *transfersView) actions() fyne.CanvasObject { return v.bar }
func (v *transfersView) leave()                     {}

func (v *transfersView) show(s *node.State) {
	queue, ended := queued(s.Transfers[:min(len(s.Transfers), maxTransfers)])
	v.queue.show(queue)
	v.ended.show(ended)
	for i, t := range queue {
		v.queue.have[t.ID].(*transferRow).among(i, len(queue))
	}
	visible(v.before, len(queue)*len(ended) > 0)
	visible(v.queue.box, len(queue) > 0)
	visible(v.ended.box, len(ended) > 0)
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
	keys := append(slices.Clone(v.queue.keys), v.ended.keys...)
	to := slices.Index(keys, id) + by
	if to < 0 || to >= len(keys) {
		return
	}
	r, ok := v.queue.have[keys[to]]
	if !ok {
		r = v.ended.have[keys[to]]
	}
	v.do.focus(r.(*transferRow).Button)
}

// move puts a transfer of the queue before the one above it, or after the one below it.
func (v *transfersView) move(id string, by int) {
	keys := append(slices.Clone(v.queue.keys), "")
	at := slices.Index(keys, id)
	switch {
	case at < 0 || at+by < 0 || at+by >= len(keys)-1:
	case by < 0:
		v.do.orderTransfer(id, keys[at-1])
	default:
		v.do.orderTransfer(id, keys[at+2])
	}
}

// moved is for the window's keys: the transfer that has the focus moves in the queue.
func (v *transfersView) moved(focused fyne.Focusable, by int) {
	for _, k := range v.queue.keys {
		if v.queue.have[k].(*transferRow).Button == focused {
			v.move(k, by)
		}
	}
}

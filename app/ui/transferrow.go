package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// transferRowDeeds is what the line of a transfer asks for.
type transferRowDeeds interface {
	paced
	showTransfer(id string)
	pauseTransfer(id string)
	resumeTransfer(id string)
	retryTransfer(id string)
	cancelTransfer(id string)
	prioritizeTransfer(id, priority string)
	checkTransfer(id string)
	showLocal(path string)
	pcNameText(id string) string
	endedText(t node.Transfer) string
	askHeld(id string)
	hasLeft(id string) bool
	speedsOf(id string) []float64
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// transferRow is one transfer. Clicked it shows its files; the rest is in its buttons, its menu and its keys.
type transferRow struct {
	*look.Button
	do            transferRowDeeds
	transfer      node.Transfer
	place         func() (at, of int) // in the list, from 0
	step          func(by int)
	move          func(id string, by int)
	icon          *widget.Icon
	name, detail  *look.Text
	side, held    *look.Text
	bar           *look.Bar
	graph         *look.Graph
	hold, goOn    *widget.Button
	retry, cancel *widget.Button
	find, more    *widget.Button
	ask           *widget.Button
}

func newTransferRow(do transferRowDeeds) *transferRow {
	r := &transferRow{do: do, icon: widget.NewIcon(look.Quiet(look.IconDownload)), name: look.NewHeading("").Shrink(60), detail: look.NewCaption("").Shrink(60),
		side: look.NewCaption("").Right().Shrink(60), held: look.NewCaption("").Right().Shrink(20), bar: look.NewBar()}
	r.hold = quietButton("", look.IconPause, do.tapped(r.pause))
	r.goOn = quietButton("", look.IconPlay, do.tapped(r.pause))
	r.retry = quietButton("", look.IconRefresh, do.tapped(r.again))
	r.cancel = quietButton("", look.IconClose, do.tapped(r.stop))
	r.more = quietButton("", look.IconMore, r.menuAtButton)
	r.find = widget.NewButton(tr("Show in folder"), func() { do.showLocal(r.transfer.Dest) })
	r.ask = widget.NewButton(tr("Show them…"), func() { do.askHeld(r.transfer.ID) })
	r.graph = look.NewGraph(fyne.NewSize(graphWide, graphTall))
	middle := look.VBox(4, container.New(beside{}, r.name, r.side), r.bar, container.New(beside{}, r.detail, r.held))
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(r.icon)), nil,
		look.AsFit(rowKeeps, look.Pad(0, 4, look.Middle(middle)), r.graph, r.ask, r.find, r.hold, r.goOn, r.retry, r.cancel, r.more))
	r.Button = look.NewCardButton(body, func() { do.showTransfer(r.transfer.ID) })
	r.Inset = fyne.NewSize(12, 10)
	r.OnMenu = func(at fyne.Position) { do.menu(at, r.menuItems()...) }
	r.OnKey = r.key
	return r
}

func (r *transferRow) set(t node.Transfer) {
	r.transfer = t
	if icon := look.Quiet(transferIcon(t)); r.icon.Resource == nil || r.icon.Resource.Name() != icon.Name() {
		r.icon.SetResource(icon)
	}
	r.side.SetText(transferSide(t, r.do.pcNameText(t.PC)))
	r.name.SetText(plain(t.Label))
	text, ink := transferText(t)
	if t.State.Ended() {
		text += "   ·   " + r.do.endedText(t)
	}
	r.detail.SetText(text)
	r.detail.SetColor(ink)
	visible(r.graph, t.State == node.TransferRunning)
	if r.graph.Visible() {
		r.graph.Set(r.do.speedsOf(t.ID))
	}
	visible(r.bar, !t.State.Ended() && t.State != node.TransferAsking)
	fill := theme.ColorNamePrimary
	if t.State == node.TransferPaused || t.State == node.TransferBlocked {
		fill = look.ColorQuiet
	}
	share := 0.0
	if t.Total > 0 {
		share = float64(t.Bytes) / float64(t.Total)
	}
	r.bar.Set(share, fill)
	r.setHeld(t)
	visible(r.hold, canPause(t))
	visible(r.goOn, t.State == node.TransferPaused)
	visible(r.retry, canRetry(t) || t.State == node.TransferBlocked)
	visible(r.cancel, !t.State.Ended())
	visible(r.find, t.State == node.TransferDone && t.Direction == "get")
}

// rowKeeps is what the words of a transfer keep of its line, in Fyne's pixels: its graph goes first, then what is in the menu too.
const rowKeeps = 230

// graphWide and graphTall are the size of the graph of the speed, in Fyne's pixels: two for each second.
const graphWide, graphTall = 2 * graphTime, 34

// setHeld shows what was held back. It can be asked for once the rest is there.
func (r *transferRow) setHeld(t node.Transfer) {
	n := heldCount(t)
	visible(r.ask, n > 0 && t.State.Ended())
	if n == 0 {
		r.held.SetText("")
		return
	}
	r.held.SetText(heldText(n))
	ink, weight := theme.ColorNameWarning, widget.MediumImportance
	if r.do.hasLeft(t.ID) {
		ink, weight = look.ColorQuiet, widget.LowImportance
	}
	r.held.SetColor(ink)
	if r.ask.Importance != weight {
		r.ask.Importance = weight
		r.ask.Refresh()
	}
}

func (r *transferRow) pause() { r.pauseIt(r.transfer) }

func (r *transferRow) pauseIt(t node.Transfer) {
	if t.State == node.TransferPaused {
		r.do.resumeTransfer(t.ID)
	} else if canPause(t) {
		r.do.pauseTransfer(t.ID)
	}
}

// again does once more what failed, or has a transfer that waits for something look for it now.
func (r *transferRow) again() { r.tryIt(r.transfer) }

func (r *transferRow) tryIt(t node.Transfer) {
	if t.State == node.TransferBlocked {
		r.do.resumeTransfer(t.ID)
	} else if canRetry(t) {
		r.do.retryTransfer(t.ID)
	}
}

func (r *transferRow) menuAtButton() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.more)
	r.OnMenu(at.AddXY(0, r.more.Size().Height))
}

// menuItems are what can be done with it now.
func (r *transferRow) menuItems() (items []*fyne.MenuItem) {
	t := r.transfer
	add := func(may bool, text string, icon fyne.Resource, do func()) *fyne.MenuItem {
		i := fyne.NewMenuItemWithIcon(text, icon, do)
		if may {
			items = append(items, i)
		}
		return i
	}
	add(true, tr("Files and results…"), look.IconInfo, func() { r.do.showTransfer(t.ID) })
	add(canPause(t), tr("Pause"), look.IconPause, func() { r.pauseIt(t) })
	add(t.State == node.TransferPaused, tr("Go on"), look.IconPlay, func() { r.pauseIt(t) })
	add(t.State == node.TransferBlocked, tr("Try again now"), look.IconRefresh, func() { r.tryIt(t) })
	add(canRetry(t), retryText(t), look.IconRefresh, func() { r.tryIt(t) })
	add(heldCount(t) > 0 && t.State.Ended(), tr("Show what was held back…"), look.IconWarning, func() { r.do.askHeld(t.ID) })
	add(canCheck(t), tr("Check the files…"), look.IconCheck, func() { r.do.checkTransfer(t.ID) })
	add(t.State == node.TransferDone && t.Direction == "get", tr("Show in folder"), look.IconOpen, func() { r.do.showLocal(t.Dest) })
	if t.State.Ended() {
		return items
	}
	items = append(items, fyne.NewMenuItemSeparator())
	place, of := r.place()
	add(place > 0, tr("Move up"), look.IconUp, func() { r.move(t.ID, -1) })
	add(place < of-1, tr("Move down"), look.IconDownArrow, func() { r.move(t.ID, 1) })
	level := add(true, tr("Priority"), nil, nil)
	var levels []*fyne.MenuItem
	for _, p := range priorities {
		i := fyne.NewMenuItem(priorityText(p), func() { r.do.prioritizeTransfer(t.ID, p) })
		i.Checked = priorityOf(t) == p
		levels = append(levels, i)
	}
	level.ChildMenu = fyne.NewMenu("", levels...)
	items = append(items, fyne.NewMenuItemSeparator())
	add(true, tr("Cancel"), look.IconClose, func() { r.do.cancelTransfer(t.ID) })
	return items
}

// key is for Fyne: it does what can be done with the transfer that has the keyboard.
func (r *transferRow) key(key fyne.KeyName) bool { return press(r.hotkeys(), key) }

func (r *transferRow) hotkeys() []hotkey {
	return []hotkey{
		on(tr("Another one"), func() { r.step(-1) }, fyne.KeyUp), on(tr("Another one"), func() { r.step(1) }, fyne.KeyDown),
		on(tr("Its files and results"), func() { r.do.showTransfer(r.transfer.ID) }, fyne.KeyReturn),
		on(tr("Pause, go on"), r.pause, fyne.KeyP),
		on(tr("Again, or try now"), r.againByKey, fyne.KeyR),
		on(tr("Cancel"), r.stopByKey, fyne.KeyDelete),
		on(tr("Check the files"), r.check, fyne.KeyV),
		on(tr("Higher priority"), func() { r.rank(1) }, fyne.KeyPlus, fyne.KeyEqual),
		on(tr("Lower priority"), func() { r.rank(-1) }, fyne.KeyMinus),
	}
}

func (r *transferRow) stop() {
	if !r.transfer.State.Ended() {
		r.do.cancelTransfer(r.transfer.ID)
	}
}

func (r *transferRow) againByKey() {
	if r.do.pressed() {
		r.again()
	}
}

func (r *transferRow) stopByKey() {
	if r.do.pressed() {
		r.stop()
	}
}

func (r *transferRow) check() {
	if canCheck(r.transfer) {
		r.do.checkTransfer(r.transfer.ID)
	}
}

func (r *transferRow) rank(by int) {
	if p := otherPriority(r.transfer, by); p != priorityOf(r.transfer) && !r.transfer.State.Ended() {
		r.do.prioritizeTransfer(r.transfer.ID, p)
	}
}

// beside is a layout of two lines of text side by side. The right one has the width that it wants, but leaves the left
// one the larger half.
type beside struct{}

const largerHalf = 0.55

func (beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	l, r := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(l.Width+r.Width, max(l.Height, r.Height))
}

func (beside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	right := min(o[1].(*look.Text).Whole(), max(size.Width*(1-largerHalf), o[1].MinSize().Width))
	o[0].Resize(fyne.NewSize(size.Width-right-8, size.Height))
	o[1].Move(fyne.NewPos(size.Width-right, 0))
	o[1].Resize(fyne.NewSize(right, size.Height))
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxTransfers is how many transfers are shown.
const maxTransfers = 200

// transferDeeds is what the page of transfers asks for.
type transferDeeds interface {
	cancelTransfer(id string)
	forgetTransfers()
	showLocal(path string)
	pcNameText(id string) string
	endedText(t node.Transfer) string
	askHeld(id string)
	hasLeft(id string) bool
}

// transfersView is what is moving, and what was.
type transfersView struct {
	do    transferDeeds
	page  *fyne.Container
	full  fyne.CanvasObject
	empty fyne.CanvasObject
	list  *rows[node.Transfer]
	clear *widget.Button
}

func newTransfersView(do transferDeeds) *transfersView {
	v := &transfersView{do: do, page: container.NewStack()}
	v.list = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(t node.Transfer) string { return t.ID }, func() row[node.Transfer] { return newTransferRow(do) })
	v.full = look.Page(14, v.list.box)
	v.empty = emptyState(look.IconTransfer, tr("Nothing is moving"), tr("Files that you download, or drop on another PC's folder, show their progress here."))
	v.clear = widget.NewButtonWithIcon(tr("Clear finished"), look.IconCheck, do.forgetTransfers)
	return v
}

func (v *transfersView) content() fyne.CanvasObject { return v.page }
func (v *transfersView) actions() fyne.CanvasObject { return v.clear }
func (v *transfersView) leave()                     {}

func (v *transfersView) show(s *node.State) {
	v.list.show(s.Transfers[:min(len(s.Transfers), maxTransfers)])
	visible(v.clear, len(s.Transfers) > runningTransfers(s))
	page := v.full
	if len(s.Transfers) == 0 {
		page = v.empty
	}
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
}

// transferRow is one transfer.
type transferRow struct {
	*look.Tile
	do           transferDeeds
	transfer     node.Transfer
	icon         *widget.Icon
	name, detail *look.Text
	side, held   *look.Text
	bar          *look.Bar
	cancel, find *widget.Button
	ask          *widget.Button
}

func newTransferRow(do transferDeeds) *transferRow {
	r := &transferRow{do: do, icon: widget.NewIcon(look.Quiet(look.IconDownload)), name: look.NewHeading("").Shrink(60), detail: look.NewCaption("").Shrink(60),
		side: look.NewCaption("").Right().Shrink(180), held: look.NewCaption("").Shrink(60), bar: look.NewBar()}
	r.cancel = quietButton("", look.IconClose, func() { do.cancelTransfer(r.transfer.ID) })
	r.find = widget.NewButton(tr("Show in folder"), func() { do.showLocal(r.transfer.Dest) })
	r.ask = widget.NewButton(tr("Show them…"), func() { do.askHeld(r.transfer.ID) })
	middle := look.VBox(4, container.NewBorder(nil, nil, nil, r.side, r.name), r.bar, r.detail, r.held)
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(r.icon)), look.Middle(container.NewHBox(r.ask, r.find, r.cancel)), look.Pad(0, 4, middle))
	r.Tile = look.NewCard(body, nil)
	r.Tile.Inset = fyne.NewSize(12, 10)
	return r
}

func (r *transferRow) set(t node.Transfer) {
	r.transfer = t
	icon, side := look.IconDownload, tr("from {{.PC}}", "PC", r.do.pcNameText(t.PC))
	if t.Direction == "put" {
		icon, side = look.IconUpload, tr("to {{.PC}}", "PC", r.do.pcNameText(t.PC))
	}
	if icon := look.Quiet(icon); r.icon.Resource == nil || r.icon.Resource.Name() != icon.Name() {
		r.icon.SetResource(icon)
	}
	r.side.SetText(side)
	r.name.SetText(plain(t.Label))
	text, ink := transferText(t)
	if t.State.Ended() {
		text += "   ·   " + r.do.endedText(t)
	}
	r.detail.SetText(text)
	r.detail.SetColor(ink)
	visible(r.bar, !t.State.Ended())
	if t.Total > 0 {
		r.bar.Set(float64(t.Bytes)/float64(t.Total), theme.ColorNamePrimary)
	}
	r.setHeld(t)
	visible(r.cancel, !t.State.Ended())
	visible(r.find, t.State == node.TransferDone && t.Direction == "get")
}

// setHeld shows what was held back. It can be asked for once the rest is there.
func (r *transferRow) setHeld(t node.Transfer) {
	visible(r.held, len(t.Held) > 0)
	visible(r.ask, len(t.Held) > 0 && t.State.Ended())
	if len(t.Held) == 0 {
		return
	}
	r.held.SetText(heldText(len(t.Held)))
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

// transferText says how far a transfer is, and in which colour.
func transferText(t node.Transfer) (text string, ink fyne.ThemeColorName) {
	ink = look.ColorQuiet
	switch t.State {
	case node.TransferWaiting:
		return tr("Waiting"), ink
	case node.TransferCancelled:
		return tr("Cancelled"), ink
	case node.TransferFailed:
		text, ink = tr("Failed"), theme.ColorNameError
		if t.Error != "" {
			text = plain(sentence(t.Error))
		}
		return text, ink
	case node.TransferDone:
		text = tr("{{.Size}} in {{.Files}}", "Size", formatSize(t.Bytes), "Files", trn("{{.N}} file", "{{.N}} files", t.Files))
		if t.Failed > 0 {
			return text + "   ·   " + trn("one file failed", "{{.N}} files failed", t.Failed) + ": " + plain(t.Error), theme.ColorNameWarning
		}
		return text, ink
	}
	text = formatSize(t.Bytes)
	if t.Total >= 0 {
		text = tr("{{.Done}} of {{.Total}}", "Done", formatSize(t.Bytes), "Total", formatSize(t.Total))
	}
	if t.Count > 1 {
		text += "   ·   " + tr("{{.A}} of {{.B}} files", "A", formatCount(t.Files), "B", formatCount(t.Count))
	}
	if t.Speed > 0 {
		text += "   ·   " + formatSpeed(t.Speed)
	}
	if left := timeLeft(t.Total-t.Bytes, t.Speed); left != "" && t.Total >= 0 {
		text += "   ·   " + left
	}
	return text, ink
}

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

// pcPageDeeds is what another PC's page asks for.
type pcPageDeeds interface {
	traveller
	printerDeeds
	pcDeeds
	transferRowDeeds
	orderTransfer(id, before string)
	focus(o fyne.Focusable)
	askInvite()
	joinAt(pc string)
	personTarget(id string) dropTarget
	folderTarget(p place) dropTarget
	printerTarget(pc, printer string) dropTarget
	menu(at fyne.Position, items ...*fyne.MenuItem)
	peerStateText(p node.Peer) string
}

// pcView is another PC: its shared folders and its printers.
type pcView struct {
	do       pcPageDeeds
	id       string
	page     *fyne.Container
	body     fyne.CanvasObject
	more     *widget.Button
	send     *fyne.Container
	buttons  *fyne.Container
	dot      *fyne.Container
	state    *look.Text
	note     *problemLine
	folders  *rows[folderOffer]
	printers *rows[node.Printer]
	none     fyne.CanvasObject
	moving   *grid[node.Transfer] // between the two PCs
	labels   struct{ folders, printers, moving *look.Text }
	shown    string // which page is in place
	peer     node.Peer
}

// folderOffer is a shared folder of another PC, with what its card must know.
type folderOffer struct {
	node.Offer
	online bool
}

func newPCView(do pcPageDeeds, id string) *pcView {
	v := &pcView{do: do, id: id, page: container.NewStack(), dot: container.NewStack(look.Dot(false)), state: look.NewQuiet("").Shrink(60), note: newProblemLine()}
	v.folders = newRows(fyne.Layout(look.NewFlow(230, 12)), func(o folderOffer) string { return o.Name }, func() row[folderOffer] { return newFolderCard(do, id) })
	v.printers = printerGrid(do)
	v.labels.folders, v.labels.printers = look.NewHeading(tr("Shared folders")), look.NewHeading(tr("Printers"))
	v.none = look.NewProse(tr("This PC shares nothing with yours yet. Whoever uses it can share a folder or printer in Lanyard there."), fyne.TextAlignLeading)
	state := look.Frame(nil, nil, look.Pad(0, 4, v.dot), nil, v.state)
	v.labels.moving = look.NewHeading(tr("Transfers with this PC"))
	v.moving = newTransferGrid(do, true, v.step, v.order)
	v.body = look.Page(14, state, v.note, v.labels.folders, v.folders.box, v.none, v.labels.printers, v.printers.box, v.labels.moving, v.moving)
	v.moving.page = v.body
	v.more = quietButton("", look.IconMore, v.showMenu)
	v.send = container.NewHBox(widget.NewButtonWithIcon(tr("Send a text…"), look.IconText, func() { do.askSendText(id) }),
		mainButton(tr("Send files…"), look.IconSend, func() { do.askSendFiles(id) }))
	v.buttons = container.NewHBox(v.more, v.send)
	return v
}

func (v *pcView) content() fyne.CanvasObject { return v.page }
func (v *pcView) actions() fyne.CanvasObject { return v.buttons }
func (v *pcView) leave()                     {}

func (v *pcView) showMenu() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.more)
	v.do.menu(at.AddXY(0, v.more.Size().Height), pcMenu(v.do, v.peer)...)
}

func (v *pcView) show(s *node.State) {
	p := findPeer(s, v.id)
	if p != nil {
		v.peer = *p
	}
	visible(v.more, p != nil)
	visible(v.send, p != nil && p.Member && !p.Avoided)
	switch {
	case p == nil:
		v.put("gone", func() fyne.CanvasObject {
			return emptyState(look.IconPC, tr("This PC is no longer in sight"), tr("It left the workgroup or the network."),
				mainButton(tr("Show the workgroup"), nil, func() { v.do.visit(place{kind: atWorkgroup}) }))
		})
	case p.Avoided:
		v.put("avoided", func() fyne.CanvasObject {
			return emptyState(look.IconStop, tr("This PC avoids {{.PC}}", "PC", peerName(*p)),
				tr("It neither connects to it nor lets it in."), mainButton(tr("Stop avoiding it"), nil, func() { v.do.stopAvoiding(v.id) }))
		})
	case !p.Member:
		v.stranger(s, *p)
	default:
		v.put("member", func() fyne.CanvasObject { return v.body })
		v.showMember(s, *p)
	}
}

func (v *pcView) put(name string, make func() fyne.CanvasObject) {
	if v.shown == name {
		return
	}
	v.shown = name
	v.page.Objects = []fyne.CanvasObject{make()}
	v.page.Refresh()
}

// stranger shows a PC outside the workgroup, and how the two could get together.
func (v *pcView) stranger(s *node.State, p node.Peer) {
	switch {
	case s.Self.Workgroup == "" && p.Workgroup != "":
		v.put("join "+p.Workgroup, func() fyne.CanvasObject {
			return emptyState(look.IconKey, tr("Join the workgroup “{{.Name}}”", "Name", plain(p.Workgroup)),
				tr("Choose “Invite a PC” on {{.PC}}. It shows a code; type that here.", "PC", peerName(p)),
				mainButton(tr("Join with a code…"), look.IconKey, func() { v.do.joinAt(p.ID) }))
		})
	case s.Self.Workgroup == "":
		v.put("none", func() fyne.CanvasObject {
			return emptyState(look.IconPC, tr("{{.PC}} is in no workgroup, and neither is this PC", "PC", peerName(p)),
				tr("Start a workgroup on one of the two and invite the other."),
				mainButton(tr("Show how"), nil, func() { v.do.visit(place{kind: atWorkgroup}) }))
		})
	default:
		v.put("invite "+p.Workgroup, func() fyne.CanvasObject {
			text := tr("It can see nothing of this workgroup. Invite it, and type the code on {{.PC}}.", "PC", peerName(p))
			if p.Workgroup != "" {
				text = tr("It is in the workgroup “{{.Name}}”. It has to leave that before it can join this one.", "Name", plain(p.Workgroup))
			}
			return emptyState(look.IconPC, tr("{{.PC}} isn't in this workgroup", "PC", peerName(p)), text,
				mainButton(tr("Invite a PC"), look.IconInvite, v.do.askInvite))
		})
	}
}

func (v *pcView) showMember(s *node.State, p node.Peer) {
	v.dot.Objects = []fyne.CanvasObject{look.Dot(p.Online)}
	v.dot.Refresh()
	text := join(plain(p.Face.User), v.do.peerStateText(p))
	if p.Online && len(p.Addresses) > 0 {
		text += "   ·   " + plain(p.Addresses[0])
	}
	if p.Version != "" && p.Version != s.Self.Version {
		text += "   ·   Lanyard " + plain(p.Version)
	}
	v.state.SetText(text)
	var folders []folderOffer
	for _, f := range p.Folders {
		folders = append(folders, folderOffer{f, p.Online})
	}
	printers := printersOf(s, p.ID)
	v.folders.show(folders)
	v.printers.show(printers)
	queue, _ := queued(slices.DeleteFunc(slices.Clone(s.Transfers), func(t node.Transfer) bool { return t.PC != v.id }))
	v.moving.show(queue)
	visible(v.labels.moving, len(queue) > 0)
	visible(v.moving, len(queue) > 0)
	visible(v.labels.folders, len(folders) > 0)
	visible(v.labels.printers, len(printers) > 0)
	visible(v.none, len(folders)+len(printers) == 0)
}

func (v *pcView) pasteHere() dropTarget { return v.do.personTarget(v.id) }

// step takes the keyboard from one transfer to the one above or below.
func (v *pcView) step(id string, by int) {
	i := v.moving.places[id] + by
	if i < 0 || i >= len(v.moving.items) {
		return
	}
	if r, ok := v.moving.reach(v.moving.items[i].ID); ok {
		v.do.focus(r.(*transferRow).Button)
	}
}

// order puts a transfer before or after its neighbour here; among those with other PCs it goes along.
func (v *pcView) order(id string, by int) {
	items, i := v.moving.items, v.moving.places[id]
	switch {
	case i+by < 0 || i+by >= len(items):
	case by < 0:
		v.do.orderTransfer(id, items[i-1].ID)
	default:
		v.do.orderTransfer(items[i+1].ID, id)
	}
}

func (v *pcView) dropAt(at fyne.Position) dropTarget {
	if name := v.folders.at(at); name != "" {
		return v.do.folderTarget(place{kind: atFolder, pc: v.id, folder: name}).over(v.folders.have[name].Object())
	}
	if t := dropOnPrinter(v.printers, at, v.do.printerTarget); t.do != nil {
		return t
	}
	return v.do.personTarget(v.id)
}

// folderCard is a shared folder of another PC.
type folderCard struct {
	*look.Button
	offer        folderOffer
	name, access *look.Text
	free         *look.Text
}

func newFolderCard(to traveller, pc string) *folderCard {
	c := &folderCard{name: look.NewHeading("").Shrink(40), access: look.NewCaption("").Shrink(40), free: look.NewCaption("").Shrink(40)}
	ground := look.NewPaint(look.ColorTint, 10)
	ground.Least = fyne.NewSquareSize(42)
	icon := container.NewStack(ground, container.NewCenter(look.Icon(look.IconFolderFull, 24)))
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(icon)), nil, look.Middle(look.VBox(3, c.name, c.access, c.free)))
	c.Button = look.NewCardButton(body, func() { to.visit(place{kind: atFolder, pc: pc, folder: c.offer.Name}) })
	return c
}

func (c *folderCard) set(o folderOffer) {
	c.offer = o
	c.name.SetText(plain(o.Name))
	ink := theme.ColorNameForeground
	if !o.online {
		ink = look.ColorQuiet
	}
	c.name.SetColor(ink)
	c.access.SetText(accessText(o.Access))
	visible(c.free, o.Free >= 0)
	if o.Free >= 0 {
		c.free.SetText(tr("{{.Size}} free", "Size", formatSize(o.Free)))
	}
}

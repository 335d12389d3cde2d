package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// workgroupDeeds is what the first page asks for.
type workgroupDeeds interface {
	traveller
	wayInDeeds
	tellEntered(joined bool)
	askConnect()
	personTarget(id string) dropTarget
	shareDropped(paths []string)
	peerStateText(p node.Peer) string
}

// workgroupView shows every PC as a card; outside any workgroup, how to get into one.
type workgroupView struct {
	do      workgroupDeeds
	outside fyne.CanvasObject // shown while there is no workgroup
	inside  fyne.CanvasObject
	page    *fyne.Container
	buttons *fyne.Container
	this    *thisCard
	members *rows[node.Peer]
	nearby  *rows[node.Peer]
	sighted *rows[node.Peer] // those in sight, when outside
	way     *wayIn
	labels  struct{ nearby, sighted, alone fyne.CanvasObject }
}

func newWorkgroupView(do workgroupDeeds) *workgroupView {
	v := &workgroupView{do: do, page: container.NewStack(), buttons: container.NewHBox(), this: newThisCard(do)}
	id := func(p node.Peer) string { return p.ID }
	card := func() row[node.Peer] { return newPeerCard(do) }
	v.members = newRows(look.NewFlow(250, 12), id, card)
	v.nearby = newRows(look.NewFlow(250, 12), id, card)
	v.sighted = newRows(look.NewFlow(250, 12), id, card)
	v.buttons.Add(widget.NewButtonWithIcon(tr("Connect…"), look.IconNetwork, do.askConnect))
	v.buttons.Add(mainButton(tr("Invite a PC"), look.IconInvite, do.askInvite))
	v.labels.nearby = look.NewHeading(tr("Nearby, not in this workgroup"))
	v.labels.sighted = look.NewHeading(tr("PCs in sight"))
	v.labels.alone = look.NewProse(tr("No other PC is in this workgroup yet. Invite one: it shows a code here, and you type it on the other PC."), fyne.TextAlignLeading)
	v.inside = look.Page(14, look.NewHeading(tr("PCs in this workgroup")), v.members.box, v.labels.alone, v.labels.nearby, v.nearby.box)
	v.way = newWayIn(do)
	v.way.entered = do.tellEntered
	v.outside = look.Page(16, look.NewTitle(tr("Share files and printers with the PCs around you")), v.way.content(), v.labels.sighted, v.sighted.box)
	return v
}

func (v *workgroupView) content() fyne.CanvasObject { return v.page }
func (v *workgroupView) actions() fyne.CanvasObject { return v.buttons }
func (v *workgroupView) leave()                     { v.way.leave() }

func (v *workgroupView) show(s *node.State) {
	var members, others []node.Peer
	for _, p := range s.Peers {
		if p.Member {
			members = append(members, p)
		} else {
			others = append(others, p)
		}
	}
	page := v.inside
	if s.Self.Workgroup == "" {
		page = v.outside
		v.way.show(s)
		v.sighted.show(s.Peers)
		visible(v.labels.sighted, len(s.Peers) > 0)
		v.buttons.Hide()
	} else {
		v.buttons.Show()
		v.this.set(s)
		if v.members.show(members) || len(v.members.box.Objects) == len(members) {
			v.members.box.Objects = append([]fyne.CanvasObject{v.this.Object()}, v.members.box.Objects...)
			v.members.box.Refresh()
		}
		for _, p := range members {
			v.members.have[p.ID].(*peerCard).printers(len(printersOf(s, p.ID)))
		}
		v.nearby.show(others)
		visible(v.labels.alone, len(members) == 0)
		visible(v.labels.nearby, len(others) > 0)
	}
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
}

// atDoor tells whether it shows the ways into a workgroup.
func (v *workgroupView) atDoor() bool {
	return len(v.page.Objects) > 0 && v.page.Objects[0] == v.outside
}

// paste takes a code, or a picture of one.
func (v *workgroupView) paste() {
	if v.atDoor() {
		v.way.paste()
	}
}

func (v *workgroupView) dropAt(at fyne.Position) dropTarget {
	if v.atDoor() {
		return dropTarget{do: v.way.dropped}
	}
	if under(v.this.Object(), at) {
		return dropTarget{do: v.do.shareDropped}
	}
	for _, cards := range []*rows[node.Peer]{v.members, v.nearby} {
		if id := cards.at(at); id != "" {
			return v.do.personTarget(id)
		}
	}
	return dropTarget{}
}

func visible(o fyne.CanvasObject, on bool) {
	if on != o.Visible() {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
}

// peerCard is another PC.
type peerCard struct {
	*look.Button
	id                 string
	name, state, gives *look.Text
	dot                *fyne.Container
	on                 bool
	folders            int
	words              func(node.Peer) string
}

func newPeerCard(do workgroupDeeds) *peerCard {
	c := &peerCard{name: look.NewHeading("").Shrink(40), state: look.NewCaption("").Shrink(40), gives: look.NewCaption("").Shrink(40), dot: container.New(layout.NewCustomPaddedLayout(0, 0, 1, 6), look.Dot(false))}
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Emblem(look.IconPC, 42))), nil,
		look.VBox(3, c.name, look.Frame(nil, nil, c.dot, nil, c.state), c.gives))
	c.Button = look.NewCardButton(body, func() { do.visit(place{kind: atPC, pc: c.id}) })
	c.words = do.peerStateText
	return c
}

func (c *peerCard) set(p node.Peer) {
	c.id, c.folders = p.ID, len(p.Folders)
	c.name.SetText(peerName(p))
	c.state.SetText(c.words(p))
	visible(c.gives, p.Member)
	if p.Online != c.on {
		c.on = p.Online
		c.dot.Objects = []fyne.CanvasObject{look.Dot(p.Online)}
		c.dot.Refresh()
	}
	visible(c.dot, p.Member)
	c.printers(0)
}

// printers says how many it has.
func (c *peerCard) printers(n int) {
	text := tr("Shares nothing with this PC")
	if c.folders+n > 0 {
		text = sharingWhat(c.folders, n)
	}
	c.gives.SetText(text)
}

// thisCard is this PC among the others.
type thisCard struct {
	*look.Button
	name, gives *look.Text
}

func newThisCard(to traveller) *thisCard {
	c := &thisCard{name: look.NewHeading("").Shrink(40), gives: look.NewCaption("").Shrink(40)}
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Emblem(look.IconThisPC, 42))), nil,
		look.VBox(3, c.name, look.NewCaption(tr("This PC")), c.gives))
	c.Button = look.NewCardButton(body, func() { to.visit(place{kind: atThisPC}) })
	return c
}

func (c *thisCard) set(s *node.State) {
	c.name.SetText(plain(s.Self.Name))
	n := sharedPrinters(s)
	text := tr("Drop a folder here to share it")
	if len(s.Folders)+n > 0 {
		text = tr("Sharing {{.What}}", "What", sharingWhat(len(s.Folders), n))
	}
	c.gives.SetText(text)
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// cardDeeds is what the card of a PC asks for.
type cardDeeds interface {
	traveller
	pcDeeds
	peerStateText(p node.Peer) string
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// pcDeeds is what can be done with another PC.
type pcDeeds interface {
	traveller
	askSendFiles(pc string)
	askSendText(pc string)
	askAvoid(id string)
	stopAvoiding(id string)
	askRemoveMember(id string)
}

// pcItem is a PC as its card shows it. This PC is one, too.
type pcItem struct {
	node.Peer
	self     bool
	printers int // that it shares
}

// pcCard is a PC among the others: who sits there, how it is, and what it gives.
type pcCard struct {
	*look.Button
	do          cardDeeds
	pc          pcItem
	face        node.Face
	name, user  *look.Text
	state, free *look.Text
	gives       *look.Text
	avatar, dot *fyne.Container
	on          bool
}

func newPCCard(do cardDeeds) *pcCard {
	c := &pcCard{do: do, name: look.NewHeading("").Shrink(40), user: look.NewCaption("").Right().Shrink(20), state: look.NewCaption("").Shrink(40), free: look.NewCaption("").Right().Shrink(40),
		gives: look.NewCaption("").Shrink(40), avatar: container.NewStack(look.Avatar("", "", avatarSize)), dot: container.New(layout.NewCustomPaddedLayout(0, 0, 1, 6), look.Dot(false))}
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(c.avatar)), nil,
		look.VBox(3, container.New(beside{}, c.name, c.user), container.New(beside{}, look.Frame(nil, nil, c.dot, nil, c.state), c.free), c.gives))
	c.Button = look.NewCardButton(body, c.open)
	c.OnMenu = func(at fyne.Position) { do.menu(at, c.menuItems()...) }
	return c
}

// avatarSize is that of the picture of a PC on its card, in Fyne's pixels.
const avatarSize = 42

func (c *pcCard) open() {
	if c.pc.self {
		c.do.visit(place{kind: atThisPC})
		return
	}
	c.do.visit(place{kind: atPC, pc: c.pc.ID})
}

func (c *pcCard) set(p pcItem) {
	c.pc = p
	off := !p.self && !p.Online && p.Member
	ink := theme.ColorNameForeground
	if off {
		ink = look.ColorQuiet
	}
	c.name.SetText(peerName(p.Peer))
	c.name.SetColor(ink)
	c.user.SetText(plain(p.Face.User))
	c.draw(off)
	state, free := tr("This PC"), ""
	if !p.self {
		state = c.do.peerStateText(p.Peer)
	}
	if p.Online && p.Free >= 0 {
		free = tr("{{.Size}} free", "Size", formatSize(p.Free))
	}
	c.state.SetText(state)
	c.free.SetText(free)
	c.gives.SetText(c.givesText())
	visible(c.dot, p.Member && !p.self)
}

// draw shows the PC's picture in its colour, without any when it is off, and whether it is there.
func (c *pcCard) draw(off bool) {
	face := c.pc.Face
	if off {
		face.Color = "grey"
	}
	if face.User = ""; face != c.face {
		c.face = face
		c.avatar.Objects = []fyne.CanvasObject{look.Avatar(face.Picture, face.Color, avatarSize)}
		c.avatar.Refresh()
	}
	if c.pc.Online != c.on {
		c.on = c.pc.Online
		c.dot.Objects = []fyne.CanvasObject{look.Dot(c.on)}
		c.dot.Refresh()
	}
}

// givesText says what the PC shares.
func (c *pcCard) givesText() string {
	p := c.pc
	shares := len(p.Folders)+p.printers > 0
	switch {
	case p.self && shares:
		return tr("Sharing {{.What}}", "What", sharingWhat(len(p.Folders), p.printers))
	case p.self:
		return tr("Drop a folder here to share it")
	case shares:
		return sharingWhat(len(p.Folders), p.printers)
	case !p.Member:
		return ""
	}
	return tr("Shares nothing with this PC")
}

func (c *pcCard) menuItems() []*fyne.MenuItem {
	items := []*fyne.MenuItem{fyne.NewMenuItemWithIcon(tr("Open"), look.IconOpen, c.open)}
	if c.pc.self {
		return items
	}
	return append(items, pcMenu(c.do, c.pc.Peer)...)
}

// pcMenu is what can be done with another PC.
func pcMenu(do pcDeeds, p node.Peer) (items []*fyne.MenuItem) {
	add := func(may bool, text string, icon fyne.Resource, tapped func()) {
		if may {
			items = append(items, fyne.NewMenuItemWithIcon(text, icon, tapped))
		}
	}
	add(p.Member && !p.Avoided, tr("Send files…"), look.IconSend, func() { do.askSendFiles(p.ID) })
	add(p.Member && !p.Avoided, tr("Send a text…"), look.IconText, func() { do.askSendText(p.ID) })
	add(p.Avoided, tr("Stop avoiding it"), look.IconCheck, func() { do.stopAvoiding(p.ID) })
	add(!p.Avoided, tr("Avoid this PC…"), look.IconStop, func() { do.askAvoid(p.ID) })
	add(true, tr("What's wrong?"), look.IconCare, func() { do.visit(place{kind: atDoctor, pc: p.ID}) })
	add(p.Member, tr("Remove from the workgroup…"), look.IconLeave, func() { do.askRemoveMember(p.ID) })
	return items
}

// newPCGrid is a grid of such cards, in which the arrow keys lead from one to the next.
func newPCGrid(do cardDeeds, focus func(fyne.Focusable)) *grid[pcItem] {
	var g *grid[pcItem]
	g = newGrid(cardWidth, 12, func(p pcItem) string { return p.ID }, func() row[pcItem] {
		c := newPCCard(do)
		c.OnKey = func(key fyne.KeyName) bool {
			to, ok := g.neighbour(c.pc.ID, key)
			if next, there := g.reach(to); ok && there {
				focus(next.(*pcCard).Button)
			}
			return ok
		}
		c.OnFocus = func() { g.reach(c.pc.ID) }
		return c
	})
	return g
}

// cardWidth is the least of a PC's card: it holds an address, or two counts, beside the picture.
const cardWidth = 256

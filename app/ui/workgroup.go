package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// workgroupDeeds is what the first page asks for.
type workgroupDeeds interface {
	cardDeeds
	wayInDeeds
	tellEntered(joined bool)
	askConnect()
	personTarget(id string) dropTarget
	shareTarget() dropTarget
	focus(o fyne.Focusable)
}

// manyPCs is from how many on they can be searched.
const manyPCs = 12

// workgroupView shows every PC as a card; outside any workgroup, how to get into one.
type workgroupView struct {
	do      workgroupDeeds
	outside fyne.CanvasObject // shown while there is no workgroup
	inside  fyne.CanvasObject
	page    *fyne.Container
	buttons *fyne.Container
	filter  *input
	search  *fyne.Container
	members *grid[pcItem] // this PC is the first
	nearby  *grid[pcItem]
	sighted *grid[pcItem] // those in sight, when outside
	labels  struct{ members, nearby, sighted, alone fyne.CanvasObject }
	way     *wayIn
	none    *look.Prose // no PC is called as the filter says
	state   *node.State
}

func newWorkgroupView(do workgroupDeeds) *workgroupView {
	v := &workgroupView{do: do, page: container.NewStack(), buttons: container.NewHBox(), none: look.NewProse("", fyne.TextAlignLeading)}
	v.members, v.nearby, v.sighted = newPCGrid(do, do.focus), newPCGrid(do, do.focus), newPCGrid(do, do.focus)
	v.filter = newInput(tr("Search"), func() { v.filter.SetText("") })
	v.filter.Icon = look.Quiet(look.IconSearch)
	v.filter.OnChanged = func(string) { v.show(v.state) }
	v.filter.OnSubmitted = func(string) { v.enter() }
	v.search = look.Middle(container.New(atLeast{width: 150}, v.filter))
	v.buttons.Objects = []fyne.CanvasObject{v.search, widget.NewButtonWithIcon(tr("Connect…"), look.IconNetwork, do.askConnect),
		mainButton(tr("Invite a PC"), look.IconInvite, do.askInvite)}
	v.labels.members = look.NewHeading(tr("PCs in this workgroup"))
	v.labels.nearby = look.NewHeading(tr("Nearby, not in this workgroup"))
	v.labels.sighted = look.NewHeading(tr("PCs in sight"))
	v.labels.alone = look.NewProse(tr("No other PC is in this workgroup yet. Invite one: it shows a code here, and you type it on the other PC."), fyne.TextAlignLeading)
	v.inside = look.Page(14, v.labels.members, v.members, v.none, v.labels.alone, v.labels.nearby, v.nearby)
	v.way = newWayIn(do)
	v.way.entered = do.tellEntered
	v.outside = look.Page(16, look.NewTitle(tr("Share files and printers with the PCs around you")), v.way.content(), v.labels.sighted, v.sighted)
	v.members.page, v.nearby.page, v.sighted.page = v.inside, v.inside, v.outside
	return v
}

func (v *workgroupView) content() fyne.CanvasObject { return v.page }
func (v *workgroupView) actions() fyne.CanvasObject { return v.buttons }
func (v *workgroupView) leave()                     { v.way.leave() }

func (v *workgroupView) show(s *node.State) {
	if v.state = s; s == nil {
		return
	}
	if s.Self.Workgroup == "" {
		v.buttons.Hide()
		v.way.show(s)
		visible(v.labels.sighted, len(s.Peers) > 0)
		v.sighted.show(v.found(pcItems(s, s.Peers)))
		v.put(v.outside)
		return
	}
	v.buttons.Show()
	visible(v.search, len(s.Peers) >= manyPCs)
	split := slices.IndexFunc(s.Peers, func(p node.Peer) bool { return !p.Member })
	if split < 0 {
		split = len(s.Peers)
	}
	members := v.found(append([]pcItem{thisItem(s)}, pcItems(s, s.Peers[:split])...))
	nearby := v.found(pcItems(s, s.Peers[split:]))
	v.members.show(members)
	v.nearby.show(nearby)
	v.none.SetText(tr("No PC and no person here is called “{{.Text}}”.", "Text", plain(v.filter.Text)))
	visible(v.none, len(members)+len(nearby) == 0)
	visible(v.labels.members, len(members) > 0)
	visible(v.labels.alone, split == 0 && v.filter.Text == "")
	visible(v.labels.nearby, len(nearby) > 0)
	v.put(v.inside)
}

func (v *workgroupView) put(page fyne.CanvasObject) {
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
}

// found returns those of some PCs that the filter means: by name, and by who sits there.
func (v *workgroupView) found(all []pcItem) []pcItem {
	return slices.DeleteFunc(all, func(p pcItem) bool { return !called(p.Peer, v.filter.Text) })
}

// called tells whether a PC, or the person at it, is called like a text, in letters of either case.
func called(p node.Peer, text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return strings.Contains(strings.ToLower(p.Name), text) || strings.Contains(strings.ToLower(p.Face.User), text)
}

// enter gives the keyboard to the first card that was found.
func (v *workgroupView) enter() {
	for _, g := range []*grid[pcItem]{v.members, v.nearby} {
		if len(g.items) > 0 {
			if c, ok := g.reach(g.key(g.items[0])); ok {
				v.do.focus(c.(*pcCard).Button)
			}
			return
		}
	}
}

// filterLine is for Ctrl+F: the line to type in, when there is one.
func (v *workgroupView) filterLine() fyne.Focusable {
	if v.search.Visible() && v.buttons.Visible() {
		return v.filter
	}
	return nil
}

// pcItems makes items of PCs, with the printers that they share.
func pcItems(s *node.State, peers []node.Peer) []pcItem {
	printers := map[string]int{}
	for _, p := range s.Printers {
		printers[p.PC]++
	}
	items := make([]pcItem, len(peers))
	for i, p := range peers {
		items[i] = pcItem{Peer: p, printers: printers[p.ID]}
	}
	return items
}

// thisItem is this PC as one of them.
func thisItem(s *node.State) pcItem {
	this := pcItem{self: true, Peer: node.Peer{ID: s.Self.ID, Name: s.Self.Name, Face: s.Self.Face, Member: true, Folders: make([]node.Offer, len(s.Folders))}}
	this.printers = sharedPrinters(s)
	return this
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
		return v.way.target().over(v.way.content())
	}
	for _, g := range []*grid[pcItem]{v.members, v.nearby} {
		switch id := g.at(at); {
		case id == "":
		case g.items[g.places[id]].self:
			return v.do.shareTarget().over(g.have[id].Object())
		default:
			return v.do.personTarget(id).over(g.have[id].Object())
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

package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/assets"
)

// traveller goes to places.
type traveller interface{ visit(p place) }

// sidebarDeeds is what the navigation asks for.
type sidebarDeeds interface {
	traveller
	focus(o fyne.Focusable)
	setupWaits() bool
	forgetSetup()
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// sidebar is the navigation: the workgroup, this PC, the pages that span PCs, and every other PC with its state.
type sidebar struct {
	do      sidebarDeeds
	content fyne.CanvasObject
	scroll  fyne.CanvasObject // a look.Strip
	pages   *grid[sidebarEntry]
	filter  *input
	search  *fyne.Container
	pcs     *grid[sidebarEntry]
	last    []*sidebarItem // at the bottom: the setup while it is to be finished, what is wrong, and the settings
	state   *node.State
	here    place // the line of what is shown
}

// sidebarEntry is what one line of it says.
type sidebarEntry struct {
	caption string // a line that is only a heading
	place   place
	text    string
	icon    fyne.Resource
	dot     bool // has a state dot
	on      bool
	note    string // at the right
	warn    bool   // something is wrong there
	pc      string // drop target: files for this PC
}

func (e sidebarEntry) key() string {
	return e.caption + "\x00" + strconv.Itoa(int(e.place.kind)) + "\x00" + e.place.pc
}

// logo is the picture beside the program's name.
var logo = fyne.NewStaticResource("logo.png", assets.Logo)

func newSidebar(do sidebarDeeds) *sidebar {
	b := &sidebar{do: do}
	b.pages, b.pcs = b.lines(), b.lines()
	b.filter = newInput(tr("Search"), func() { b.filter.SetText("") })
	b.filter.Icon = look.Quiet(look.IconSearch)
	b.filter.OnChanged = func(string) { b.show(b.state, b.here) }
	b.filter.OnSubmitted = func(string) { b.enter() }
	b.search = look.Pad(6, 2, b.filter)
	b.search.Hide()
	b.scroll = look.Strip(b.pages, b.search, b.pcs)
	b.pages.page, b.pcs.page = b.scroll, b.scroll
	brand := container.New(layout.NewCustomPaddedLayout(13, 9, 16, 8), look.HBox(9, look.Icon(logo, 22),
		look.Middle(look.NewText("Lanyard").In(theme.ColorNameForeground, theme.SizeNameSubHeadingText).Bold())))
	bottom := look.VBox(1)
	for _, e := range []sidebarEntry{
		{place: place{kind: atSetup}, text: tr("Finish setting up"), icon: look.IconCheck},
		{place: place{kind: atDoctor}, text: tr("What's wrong?"), icon: look.IconCare},
		{place: place{kind: atSettings}, text: tr("Settings"), icon: look.IconSettings},
	} {
		i := b.item()
		i.set(e)
		b.last = append(b.last, i)
		bottom.Add(i.box)
	}
	b.last[0].OnMenu = func(at fyne.Position) {
		do.menu(at, fyne.NewMenuItemWithIcon(tr("Don't remind me any more"), look.IconClose, do.forgetSetup))
	}
	b.content = look.Frame(brand, look.Pad(6, 8, bottom), nil, nil, b.scroll)
	return b
}

func (b *sidebar) lines() *grid[sidebarEntry] {
	return newGrid(sidebarMost, 1, sidebarEntry.key, func() row[sidebarEntry] { return b.item() })
}

func (b *sidebar) item() *sidebarItem {
	i := newSidebarItem(b.do)
	i.here = func() place { return b.here }
	i.Button.OnKey = func(key fyne.KeyName) bool { return b.step(i.entry, key) }
	return i
}

// step takes the keyboard from one line to the one above or below.
func (b *sidebar) step(from sidebarEntry, key fyne.KeyName) bool {
	by := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[key]
	if by == 0 {
		return false
	}
	all := append(slices.Clone(b.pages.items), b.pcs.items...)
	for _, i := range b.last {
		if i.box.Visible() {
			all = append(all, i.entry)
		}
	}
	at := slices.IndexFunc(all, func(e sidebarEntry) bool { return e.key() == from.key() })
	for at += by; at >= 0 && at < len(all) && all[at].caption != ""; at += by {
	}
	if at >= 0 && at < len(all) {
		b.reach(all[at])
	}
	return true
}

// reach gives the keyboard to a line.
func (b *sidebar) reach(e sidebarEntry) {
	for _, g := range []*grid[sidebarEntry]{b.pages, b.pcs} {
		if i, ok := g.reach(e.key()); ok {
			b.do.focus(i.(*sidebarItem).Button)
		}
	}
	for _, i := range b.last {
		if i.entry == e {
			b.do.focus(i.Button)
		}
	}
}

// enter gives it to the first PC that was found.
func (b *sidebar) enter() {
	for _, e := range b.pcs.items {
		if e.caption == "" {
			b.reach(e)
			return
		}
	}
}

func (b *sidebar) show(s *node.State, here place) {
	b.state, b.here = s, sidebarPlace(here)
	b.pages.show(sidebarPages(s))
	all := sidebarPCs(s, b.filter.Text)
	visible(b.search, s != nil && len(s.Peers) >= manyPCs)
	b.pcs.show(all)
	for _, i := range b.last {
		i.set(i.entry)
	}
	if waits := b.do.setupWaits(); waits != b.last[0].box.Visible() {
		visible(b.last[0].box, waits)
		b.content.Refresh()
	}
}

// sidebarPlace returns the line that stands for a place.
func sidebarPlace(p place) place {
	switch {
	case p.kind == atBin && p.pc == "":
		return place{kind: atThisPC}
	case p.kind == atDoctor:
		return place{kind: atDoctor}
	case p.kind == atFolder || p.kind == atBin:
		return place{kind: atPC, pc: p.pc}
	}
	return p
}

// sidebarPages are the lines of the pages.
func sidebarPages(s *node.State) []sidebarEntry {
	entries := []sidebarEntry{{place: place{kind: atWorkgroup}, text: tr("Workgroup"), icon: look.IconWorkgroup}}
	if s == nil {
		return entries
	}
	if s.Self.Workgroup != "" {
		entries[0].text = plain(s.Self.Workgroup)
	}
	return append(entries, sidebarEntry{place: place{kind: atThisPC}, text: tr("This PC"), icon: look.IconThisPC, warn: len(s.Problems)+len(s.Brakes) > 0},
		sidebarEntry{place: place{kind: atPrinters}, text: tr("Printers"), icon: look.IconPrinter, note: count(busyJobs(s))},
		sidebarEntry{place: place{kind: atTransfers}, text: tr("Transfers"), icon: look.IconTransfer, note: count(runningTransfers(s))},
		sidebarEntry{place: place{kind: atInbox}, text: tr("Inbox"), icon: look.IconInbox, note: count(waitingOffers(s))})
}

// quietPC is the icon of a PC outside the workgroup.
var quietPC = look.Quiet(look.IconPC)

// sidebarPCs are the lines of the other PCs that are called like a text, under their headings.
func sidebarPCs(s *node.State, text string) []sidebarEntry {
	if s == nil {
		return nil
	}
	var members, others []sidebarEntry
	for _, p := range s.Peers {
		if !called(p, text) {
			continue
		}
		e := sidebarEntry{place: place{kind: atPC, pc: p.ID}, text: peerName(p), dot: true, on: p.Online, pc: p.ID}
		if !p.Member {
			e.dot, e.icon = false, quietPC
			others = append(others, e)
			continue
		}
		switch {
		case p.Avoided:
			e.note = tr("avoided")
		case !p.Online:
			e.note = tr("off")
		}
		members = append(members, e)
	}
	var entries []sidebarEntry
	if len(members) > 0 {
		entries = append([]sidebarEntry{{caption: tr("PCs")}}, members...)
	}
	if len(others) > 0 {
		caption := tr("Nearby, not in the workgroup")
		if s.Self.Workgroup == "" {
			caption = tr("PCs in sight")
		}
		entries = append(append(entries, sidebarEntry{caption: caption}), others...)
	}
	return entries
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func runningTransfers(s *node.State) int {
	n := 0
	for _, t := range s.Transfers {
		if !t.State.Ended() {
			n++
		}
	}
	return n
}

func busyJobs(s *node.State) int {
	n := 0
	for _, j := range s.Jobs {
		if j.Mine && !jobEnded(j.State) {
			n++
		}
	}
	return n
}

// has tells whether a button is one of its lines.
func (b *sidebar) has(button *look.Button) bool {
	for _, g := range []*grid[sidebarEntry]{b.pages, b.pcs} {
		for _, i := range g.have {
			if i.(*sidebarItem).Button == button {
				return true
			}
		}
	}
	return slices.ContainsFunc(b.last, func(i *sidebarItem) bool { return i.Button == button })
}

// at returns the line under a place in the window, and what shows it: nil beside the navigation.
func (b *sidebar) at(pos fyne.Position) (sidebarEntry, fyne.CanvasObject) {
	if !under(b.scroll, pos) {
		return sidebarEntry{}, nil
	}
	for _, g := range []*grid[sidebarEntry]{b.pages, b.pcs} {
		k := g.at(pos)
		if i, ok := g.places[k]; ok {
			return g.items[i], g.have[k].Object()
		}
	}
	return sidebarEntry{}, b.scroll
}

package ui

import (
	"reflect"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// traveller goes to places.
type traveller interface{ visit(p place) }

// sidebarDeeds is what the navigation asks for.
type sidebarDeeds interface {
	traveller
	setupWaits() bool
	forgetSetup()
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// sidebar is the navigation: the workgroup, this PC, every other PC with its state, and the pages that span PCs.
type sidebar struct {
	to      sidebarDeeds
	content fyne.CanvasObject
	list    *fyne.Container
	last    *fyne.Container // at the bottom: what is to be finished, what is wrong, settings
	lasting []*sidebarItem  // its lines
	scroll  *container.Scroll
	items   []*sidebarItem
	shown   []sidebarEntry
}

// sidebarEntry is what one line of it says; comparing entries tells whether anything has changed.
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

type sidebarItem struct {
	*look.Button
	entry sidebarEntry
}

func newSidebar(to sidebarDeeds, logo fyne.Resource) *sidebar {
	b := &sidebar{to: to, list: look.VBox(1)}
	b.scroll = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(2, 8, 8, 8), b.list))
	brand := container.New(layout.NewCustomPaddedLayout(13, 9, 16, 8), look.HBox(9, look.Icon(logo, 22),
		look.Middle(look.NewText("Lanyard").In(theme.ColorNameForeground, theme.SizeNameSubHeadingText).Bold())))
	setup := b.item(sidebarEntry{place: place{kind: atSetup}, text: tr("Finish setting up"), icon: look.IconCheck})
	setup.OnMenu = func(at fyne.Position) {
		to.menu(at, fyne.NewMenuItemWithIcon(tr("Don't remind me any more"), look.IconClose, to.forgetSetup))
	}
	b.lasting = []*sidebarItem{setup, b.item(sidebarEntry{place: place{kind: atDoctor}, text: tr("What's wrong?"), icon: look.IconCare}),
		b.item(sidebarEntry{place: place{kind: atSettings}, text: tr("Settings"), icon: look.IconSettings})}
	b.last = look.VBox(1)
	for _, i := range b.lasting {
		b.last.Add(i.Button)
	}
	b.content = look.Frame(brand, look.Pad(6, 8, b.last), nil, nil, b.scroll)
	return b
}

func (b *sidebar) item(e sidebarEntry) *sidebarItem {
	i := &sidebarItem{entry: e}
	i.Button = look.NewButton(i.row(), func() { b.to.visit(e.place) })
	return i
}

func (b *sidebar) show(s *node.State, here place) {
	if entries := sidebarEntries(s); !reflect.DeepEqual(entries, b.shown) {
		b.shown = entries
		b.rebuild()
	}
	at := sidebarPlace(here)
	for _, i := range slices.Concat(b.items, b.lasting) {
		i.SetSelected(i.entry.place == at)
	}
	if waits := b.to.setupWaits(); waits != b.lasting[0].Visible() {
		visible(b.lasting[0].Button, waits)
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

func sidebarEntries(s *node.State) []sidebarEntry {
	entries := []sidebarEntry{{place: place{kind: atWorkgroup}, text: tr("Workgroup"), icon: look.IconWorkgroup}}
	if s == nil {
		return entries
	}
	if s.Self.Workgroup != "" {
		entries[0].text = plain(s.Self.Workgroup)
	}
	entries = append(entries, sidebarEntry{place: place{kind: atThisPC}, text: tr("This PC"), icon: look.IconThisPC, warn: len(s.Problems)+len(s.Brakes) > 0},
		sidebarEntry{place: place{kind: atPrinters}, text: tr("Printers"), icon: look.IconPrinter, note: count(busyJobs(s))},
		sidebarEntry{place: place{kind: atTransfers}, text: tr("Transfers"), icon: look.IconTransfer, note: count(runningTransfers(s))},
		sidebarEntry{place: place{kind: atInbox}, text: tr("Inbox"), icon: look.IconInbox, note: count(waitingOffers(s))})
	var members, others []sidebarEntry
	for _, p := range s.Peers {
		e := sidebarEntry{place: place{kind: atPC, pc: p.ID}, text: peerName(p), dot: true, on: p.Online, pc: p.ID}
		if p.Member {
			switch {
			case p.Avoided:
				e.note = tr("avoided")
			case !p.Online:
				e.note = tr("off")
			}
			members = append(members, e)
		} else {
			e.dot, e.icon = false, look.Quiet(look.IconPC)
			others = append(others, e)
		}
	}
	if len(members) > 0 {
		entries = append(append(entries, sidebarEntry{caption: tr("PCs")}), members...)
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

func (b *sidebar) rebuild() {
	b.items, b.list.Objects = nil, nil
	for _, e := range b.shown {
		if e.caption != "" {
			b.list.Add(container.New(layout.NewCustomPaddedLayout(12, 3, 10, 4), look.NewCaption(e.caption).Shrink(40)))
			continue
		}
		item := b.item(e)
		b.items = append(b.items, item)
		b.list.Add(item.Button)
	}
	b.list.Refresh()
	b.scroll.Refresh()
}

func (i *sidebarItem) row() fyne.CanvasObject {
	left := fyne.CanvasObject(nil)
	if i.entry.dot {
		left = container.New(atLeast{width: 18}, look.Dot(i.entry.on))
	} else {
		left = look.Icon(i.entry.icon, 18)
	}
	text := look.NewText(i.entry.text).Shrink(30)
	if i.entry.dot && !i.entry.on {
		text.Color = look.ColorQuiet
	}
	var right fyne.CanvasObject
	switch {
	case i.entry.warn:
		right = look.Icon(theme.NewColoredResource(look.IconWarning, theme.ColorNameWarning), 16)
	case i.entry.note == "":
	case i.entry.dot:
		right = look.NewCaption(i.entry.note)
	default:
		right = look.Badge(i.entry.note, theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary)
	}
	return container.NewBorder(nil, nil, container.New(layout.NewCustomPaddedLayout(0, 0, 0, 6), left), right, text)
}

// has tells whether a button is one of its lines.
func (b *sidebar) has(button *look.Button) bool {
	return slices.ContainsFunc(slices.Concat(b.items, b.lasting), func(i *sidebarItem) bool { return i.Button == button })
}

// at returns the line under a place in the window.
func (b *sidebar) at(pos fyne.Position) (sidebarEntry, bool) {
	if !under(b.scroll, pos) {
		return sidebarEntry{}, false
	}
	for _, i := range b.items {
		if under(i.Button, pos) {
			return i.entry, true
		}
	}
	return sidebarEntry{}, true
}

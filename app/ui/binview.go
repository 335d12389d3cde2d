package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// maxActions is how many deeds are shown, the latest: more than anybody looks through.
const maxActions = 200

// binDeeds is what the page of a bin asks for.
type binDeeds interface {
	wanderer
	paced
	up()
	bin(pc, folder string, then func([]node.BinItem, error)) *task
	restore(pc, folder string, ids []string, then func())
	askEmpty(folder string, ids []string, then func())
	arrange(items []filelist.Item, order filelist.Order, then func([]filelist.Item)) *task
	timeText(a binAction) string
	pcNameText(id string) string
	words() filelist.Words
	focus(o fyne.Focusable)
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// binView is what was replaced and removed in a folder, by what was done; or the files of one deed, to choose from.
type binView struct {
	do      binDeeds
	at      place
	page    *fyne.Container
	middle  *fyne.Container
	bar     *fyne.Container
	empty   *widget.Button
	restore *widget.Button
	deeds   []binAction
	cards   *rows[binAction]
	list    fyne.CanvasObject
	rest    *look.Text
	files   *filelist.List
	all     []filelist.Item
	ids     map[string][]string // of the items of a path
	order   filelist.Order
	loaded  bool
	asked   *task
	sorted  *task
}

func newBinView(do binDeeds, at place) *binView {
	v := &binView{do: do, at: at, middle: container.NewStack(), rest: look.NewCaption("")}
	v.cards = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(a binAction) string { return a.id }, func() row[binAction] { return newBinCard(v) })
	v.list = look.Page(12, look.NewProse(tr("What other PCs replace or delete in this folder waits here before it is gone for good."), fyne.TextAlignLeading), v.cards.box, v.rest)
	w := do.words()
	w.Modified = tr("Since")
	v.files = filelist.New(w)
	v.files.OnSelect = v.selected
	v.files.OnOrder = v.arrange
	v.files.OnKey = func(k fyne.KeyName) { v.key(k) }
	v.files.OnMenu = func(at fyne.Position) {
		do.menu(at, fyne.NewMenuItemWithIcon(tr("Bring back"), look.IconUndo, v.bringBack), fyne.NewMenuItemWithIcon(tr("Refresh"), look.IconRefresh, v.refresh))
	}
	v.restore = mainButton(tr("Bring all back"), look.IconUndo, v.bringBack)
	v.empty = widget.NewButtonWithIcon(tr("Empty the bin…"), look.IconDelete, func() { do.askEmpty(at.folder, nil, v.refresh) })
	v.bar = container.NewHBox(quietButton("", look.IconRefresh, v.refresh), v.empty, v.restore)
	v.page = container.NewStack(v.middle)
	v.restore.Hide()
	v.empty.Hide()
	v.refresh()
	return v
}

func (v *binView) content() fyne.CanvasObject { return v.page }
func (v *binView) actions() fyne.CanvasObject { return v.bar }
func (v *binView) show(*node.State)           {}

func (v *binView) leave() {
	v.asked.stop()
	v.sorted.stop()
}

// refresh lists the bin anew.
func (v *binView) refresh() {
	v.asked.stop()
	if !v.loaded {
		v.put(busyPage(tr("Looking into the bin…"), v.do.up))
	}
	v.asked = v.do.bin(v.at.pc, v.at.folder, func(items []node.BinItem, err error) {
		if err != nil {
			v.buttons(false, false)
			v.loaded = false
			text, hint := put(err)
			v.put(emptyState(look.IconWarning, text, hint, mainButton(tr("Try again"), look.IconRefresh, v.refresh), widget.NewButton(tr("Go up"), v.do.up)))
			return
		}
		v.deeds, v.loaded = binActions(items), true
		if v.at.path == "" {
			v.showActions()
		} else {
			v.showFiles()
		}
	})
}

func (v *binView) put(o fyne.CanvasObject) {
	for _, old := range v.middle.Objects {
		stopSigns(old)
	}
	v.middle.Objects = []fyne.CanvasObject{o}
	v.middle.Refresh()
}

// buttons shows those that there is something for. Only the PC that a folder is on may empty its bin.
func (v *binView) buttons(some, files bool) {
	visible(v.empty, some && !files && v.at.pc == "")
	visible(v.restore, files)
}

func (v *binView) showActions() {
	n := len(v.deeds)
	v.buttons(n > 0, false)
	if n == 0 {
		v.put(emptyState(look.IconDelete, tr("The bin is empty"), tr("What other PCs replace or delete in “{{.Folder}}” waits here for a while and can be brought back.", "Folder", plain(v.at.folder))))
		return
	}
	v.cards.show(v.deeds[:min(n, maxActions)])
	visible(v.rest, n > maxActions)
	v.rest.SetText(trn("and one earlier", "and {{.N}} earlier", n-maxActions))
	v.put(v.list)
}

// showFiles lists what one deed has brought here.
func (v *binView) showFiles() {
	v.all, v.ids = nil, map[string][]string{}
	for _, a := range v.deeds {
		if a.id != v.at.path {
			continue
		}
		for _, i := range a.items {
			if _, twice := v.ids[i.Path]; !twice {
				v.all = append(v.all, filelist.Item{Name: i.Path, Folder: i.Folder, Size: max(i.Size, 0), Modified: i.Time})
			}
			v.ids[i.Path] = append(v.ids[i.Path], i.ID)
		}
	}
	v.buttons(len(v.all) > 0, len(v.all) > 0)
	if len(v.all) == 0 {
		v.put(emptyState(look.IconCheck, tr("Nothing of it is in the bin any more"), "", mainButton(tr("Show the bin"), nil, v.do.up)))
		return
	}
	v.arrange(v.order)
}

func (v *binView) arrange(order filelist.Order) {
	v.order = order
	v.sorted.stop()
	v.sorted = v.do.arrange(v.all, order, func(items []filelist.Item) {
		v.files.SetItems(items, order)
		v.selected()
		if len(v.middle.Objects) != 1 || v.middle.Objects[0] != v.files {
			v.put(v.files)
			v.do.focus(v.files.Focusable())
		}
	})
}

// selected lets the button say what it would bring back.
func (v *binView) selected() {
	text := tr("Bring all back")
	if n := v.files.Count(); n > 0 {
		text = trn("Bring one back", "Bring {{.N}} back", n)
	}
	if v.restore.Text != text {
		v.restore.SetText(text)
	}
}

// bringBack restores what is selected; nothing is all of it.
func (v *binView) bringBack() {
	chosen := v.files.Selected()
	if len(chosen) == 0 {
		chosen = v.files.Items()
	}
	if len(chosen) == len(v.all) {
		v.do.restore(v.at.pc, v.at.folder, []string{v.at.path}, v.refresh)
		return
	}
	var ids []string
	for _, i := range chosen {
		ids = append(ids, v.ids[i.Name]...)
	}
	v.do.restore(v.at.pc, v.at.folder, ids, v.refresh)
}

func (v *binView) key(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyF5:
		v.refresh()
	case fyne.KeyBackspace:
		v.do.up()
	default:
		return false
	}
	return true
}

// binCard is what one deed has brought into the bin.
type binCard struct {
	*look.Button
	v           *binView
	action      binAction
	icon        *widget.Icon
	title, done *look.Text
	names       *look.Text
	more        *widget.Button
}

func newBinCard(v *binView) *binCard {
	c := &binCard{v: v, icon: widget.NewIcon(look.Quiet(look.IconFile)), title: look.NewHeading("").Shrink(60), done: look.NewCaption("").Shrink(60), names: look.NewCaption("").Shrink(60)}
	back := widget.NewButtonWithIcon(tr("Bring back"), look.IconUndo, v.do.tapped(c.restore))
	c.more = quietButton("", look.IconMore, func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.more)
		c.OnMenu(at.AddXY(0, c.more.Size().Height))
	})
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(c.icon)), look.Middle(container.NewHBox(back, c.more)), look.Pad(0, 4, look.VBox(3, c.title, c.done, c.names)))
	c.Button = look.NewCardButton(body, c.open)
	c.Inset = fyne.NewSize(12, 10)
	c.OnFocus = func() { look.Reveal(v.list, c.Button) }
	c.OnMenu = func(at fyne.Position) { v.do.menu(at, c.menuItems()...) }
	c.OnKey = func(key fyne.KeyName) bool { return (key == fyne.KeyF5 || key == fyne.KeyBackspace) && v.key(key) }
	return c
}

func (c *binCard) menuItems() []*fyne.MenuItem {
	items := []*fyne.MenuItem{
		fyne.NewMenuItemWithIcon(tr("Bring back"), look.IconUndo, c.restore),
		fyne.NewMenuItemWithIcon(tr("Choose from its files…"), look.IconText, c.open),
	}
	if c.v.at.pc == "" {
		items = append(items, fyne.NewMenuItemSeparator(),
			fyne.NewMenuItemWithIcon(tr("Remove for good…"), look.IconDelete, func() { c.v.do.askEmpty(c.v.at.folder, c.action.ids(), c.v.refresh) }))
	}
	return items
}

func (c *binCard) open() {
	to := c.v.at
	to.path = c.action.id
	c.v.do.visit(to)
}

func (c *binCard) restore() { c.v.do.restore(c.v.at.pc, c.v.at.folder, c.action.ids(), c.v.refresh) }

func (c *binCard) set(a binAction) {
	c.action = a
	icon := look.IconCopy
	if len(a.items) == 1 {
		icon = look.IconFile
		if a.items[0].Folder {
			icon = look.IconFolder
		}
	}
	if icon := look.Quiet(icon); c.icon.Resource == nil || c.icon.Resource.Name() != icon.Name() {
		c.icon.SetResource(icon)
	}
	c.title.SetText(a.title())
	size := ""
	if a.bytes > 0 {
		size = formatSize(a.bytes)
	}
	inside := ""
	if a.items[0].Folder && len(a.items) == 1 && a.files > 0 {
		inside = trn("{{.N}} file", "{{.N}} files", a.files)
	}
	c.done.SetText(join(a.done(c.v.do.pcNameText(a.pc)), c.v.do.timeText(a), inside, size))
	c.names.SetText(a.names())
	visible(c.names, a.names() != "")
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// folderDeeds is what a folder's page asks for.
type folderDeeds interface {
	wanderer
	tileDeeds
	up()
	list(at node.Location, some func(items []filelist.Item), then func(items []filelist.Item, err error)) *task
	arrange(items []filelist.Item, order filelist.Order, then func([]filelist.Item)) *task
	openFile(at node.Location)
	download(from []node.Location)
	askUpload(to node.Location)
	askNewFolder(in node.Location, then func(name string))
	askRename(at node.Location, folder bool, then func(name string))
	askRemove(at []node.Location, then func())
	folderTarget(p place) dropTarget
	copyOut(from []node.Location)
	drag(from []node.Location)
	paste()
	openInFileManager(p place)
	pcNameText(id string) string
	menu(at fyne.Position, items ...*fyne.MenuItem)
	focus(o fyne.Focusable)
	words() filelist.Words
	folderLook() folderLook
	keepFolderLook(l folderLook)
	newPreview(download, open func(), key func(fyne.KeyName) bool) *filePreview
	openQuick(v *folderView) *quickLook
	showProperties(in place, items []filelist.Item, access string)
}

// folderView is a folder of another PC, as a list or as tiles.
type folderView struct {
	do     folderDeeds
	at     place
	access string
	online bool
	page   *fyne.Container
	files  *filelist.List
	all    []filelist.Item // as they came, unordered
	order  filelist.Order
	asked  *task  // listing under way
	sorted *task  // ordering under way, or nil
	due    *task  // ordering of what comes meanwhile, or nil
	sees   int    // how many of all are shown, or filtered out
	loaded bool   // some are
	coming bool   // the rest is on its way
	stale  bool   // the folder has changed meanwhile
	ended  int    // transfers into this folder that have ended, to list anew
	pick   string // name to select once it is listed

	look    folderLook
	tiles   *folderTiles
	preview *filePreview // beside the files
	pane    *fyne.Container
	quick   *quickLook // the one that is open, or nil

	filter  *input
	foot    *folderFoot
	buttons struct{ get, put, folder, tiles, pane, more *widget.Button }
	bar     *fyne.Container
	middle  *fyne.Container
}

func newFolderView(do folderDeeds, at place) *folderView {
	v := &folderView{do: do, at: at, online: true, middle: container.NewStack()}
	v.files = filelist.New(do.words())
	v.files.OnOpen = v.open
	v.files.OnMenu = v.showMenu
	v.files.OnDrag = v.drag
	v.files.OnSelect = v.selected
	v.files.OnOrder = func(o filelist.Order) { v.arrange(o) }
	v.files.OnKey = func(k fyne.KeyName) { v.key(k) }
	v.filter = newInput(tr("Filter"), func() { v.clearFilter() })
	v.filter.ActionItem = nil
	v.filter.Icon = look.Quiet(look.IconSearch)
	v.filter.OnChanged = func(text string) {
		o := v.order
		o.Filter = text
		v.arrange(o)
	}
	v.filter.OnSubmitted = func(string) { v.do.focus(v.files.Focusable()) }
	v.buttons.get = widget.NewButtonWithIcon(tr("Download"), look.IconDownload, v.get)
	v.buttons.put = widget.NewButtonWithIcon(tr("Upload…"), look.IconUpload, func() { do.askUpload(v.at.location()) })
	v.buttons.folder = quietButton("", look.IconNewDir, v.newFolder)
	v.buttons.more = quietButton("", look.IconMore, v.menuAtButton)
	filter := container.New(atLeast{width: 104}, v.filter)
	v.makeLook()
	views := look.HBox(2, v.buttons.tiles, v.buttons.pane, v.buttons.folder)
	v.bar = container.NewHBox(look.Middle(filter), views, v.buttons.put, v.buttons.get, v.buttons.more)
	v.foot = newFolderFoot(v.halfway, v.refresh)
	v.page = look.Frame(nil, v.foot.line, nil, nil, container.New(withPane{v}, v.middle, v.pane))
	v.selected()
	v.refresh()
	return v
}

func (v *folderView) content() fyne.CanvasObject { return v.page }
func (v *folderView) actions() fyne.CanvasObject { return v.bar }
func (v *folderView) filterLine() fyne.Focusable { return v.filter }

func (v *folderView) leave() {
	v.asked.stop()
	v.foot.settle()
	v.halt()
	v.tiles.stop()
	v.preview.stop()
}

// show follows the rights, whether the PC is there, and transfers that bring something here.
func (v *folderView) show(s *node.State) {
	v.access = ""
	if o := findOffer(s, v.at.pc, v.at.folder); o != nil {
		v.access = o.Access
	}
	p := findPeer(s, v.at.pc)
	online := p != nil && p.Online
	back := online && !v.online
	v.online = online
	ended := 0
	for _, t := range s.Transfers {
		if t.Direction == "put" && t.PC == v.at.pc && t.State.Ended() {
			ended++
		}
	}
	changed := v.loaded && ended > v.ended
	v.stale = v.stale || changed && v.coming
	if changed && !v.coming || back {
		v.refresh()
	}
	v.ended = ended
	if online || !v.loaded {
		v.foot.tell("")
	} else {
		v.foot.tell(v.wasSo())
	}
	v.followRights()
	v.selected()
}

func (v *folderView) wasSo() string {
	return tr("{{.PC}} is off. This is how it was.", "PC", v.do.pcNameText(v.at.pc))
}

// refresh lists the folder anew. What is shown stays until all of it is there; the first time it is shown as it comes.
func (v *folderView) refresh() {
	v.asked.stop()
	v.halt()
	v.stale = false
	if v.loaded = v.loaded && !v.coming; !v.loaded {
		v.coming = true
		v.all, v.sees = nil, 0
		v.put(v.busy())
	} else {
		v.foot.anew(v.do.later)
	}
	v.tiles.afresh(v.tiles.may)
	v.asked = v.do.list(v.at.location(), v.more, v.whole)
}

// halfway ends listing anew: what is shown stays.
func (v *folderView) halfway() {
	v.asked.stop()
	v.foot.settle()
}

// arrange orders and filters what is listed, and shows it.
func (v *folderView) arrange(order filelist.Order) {
	v.order = order
	v.halt()
	of := len(v.all)
	v.sorted = v.do.arrange(v.all, order, func(items []filelist.Item) {
		v.sorted, v.sees = nil, of
		first := !v.loaded
		v.loaded = true
		v.files.SetItems(items, order)
		v.put(v.shown())
		v.selected()
		if v.pick != "" && v.files.Select(v.pick) {
			v.pick = ""
		}
		if first && v.files.Len() > 0 {
			v.do.focus(v.files.Focusable())
		}
		v.follow()
	})
}

// shown is the list, or what to say in its place.
func (v *folderView) shown() fyne.CanvasObject {
	switch {
	case len(v.files.Items()) > 0 || v.coming:
		return v.files
	case v.order.Filter != "":
		return emptyState(look.IconSearch, tr("No name contains “{{.Text}}”", "Text", plain(v.order.Filter)), tr("The filter looks at the names in this folder."),
			widget.NewButton(tr("Clear the filter"), v.clearFilter))
	case mayWrite(v.access):
		return emptyState(look.IconFolder, tr("This folder is empty"), tr("Drop files here to send them to the other PC."),
			mainButton(tr("Upload…"), look.IconUpload, func() { v.do.askUpload(v.at.location()) }))
	}
	return emptyState(look.IconFolder, tr("This folder is empty"), tr("Nothing has been put into it yet."))
}

func (v *folderView) busy() fyne.CanvasObject {
	return busyPage(tr("Listing the folder…"), func() {
		v.asked.stop()
		v.do.up()
	})
}

// trouble says why the folder can't be shown, and what can be done.
func (v *folderView) trouble(err error) fyne.CanvasObject {
	if v.access == "add" && node.KindOf(err) != node.Offline {
		return emptyState(look.IconUpload, tr("A folder to put files into"), tr("You can add files here, but not see what is in it. Drop files to send them."),
			mainButton(tr("Upload…"), look.IconUpload, func() { v.do.askUpload(v.at.location()) }))
	}
	if v.access == "see" && node.KindOf(err) != node.Offline {
		return emptyState(look.IconStop, tr("This folder is not open to this PC"), tr("You can see that it is there, but not what is in it. Ask the person there for the right."), widget.NewButton(tr("Go up"), v.do.up))
	}
	text, hint := put(err)
	return emptyState(look.IconWarning, text, hint, mainButton(tr("Try again"), look.IconRefresh, v.refresh), widget.NewButton(tr("Go up"), v.do.up))
}

func (v *folderView) put(o fyne.CanvasObject) {
	if len(v.middle.Objects) == 1 && v.middle.Objects[0] == o {
		return
	}
	for _, old := range v.middle.Objects {
		stopSigns(old)
	}
	v.middle.Objects = []fyne.CanvasObject{o}
	v.middle.Refresh()
}

// stopSigns ends the turning signs in what is taken off the page, which would otherwise turn on unseen.
func stopSigns(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *busyLine:
		o.stop()
	case *fyne.Container:
		for _, c := range o.Objects {
			stopSigns(c)
		}
	}
}

// selected follows the selection: which buttons can be used, and the line below the list.
func (v *folderView) selected() {
	n, list := v.files.Count(), mayList(v.access)
	able(v.buttons.get, n > 0 && list)
	able(v.buttons.put, mayWrite(v.access))
	able(v.buttons.folder, v.access == "change")
	text := ""
	switch {
	case !v.loaded:
	case n == 0 && v.coming:
		text = trn("Listing… {{.N}} item so far", "Listing… {{.N}} items so far", len(v.all))
	case n == 0:
		text = trn("{{.N}} item", "{{.N}} items", v.files.Len())
		if len(v.all) != v.files.Len() {
			text = tr("{{.A}} of {{.B}} items", "A", formatCount(v.files.Len()), "B", formatCount(len(v.all)))
		}
	default:
		var size int64
		folders := 0
		for _, i := range v.files.Selected() {
			size += i.Size
			if i.Folder {
				folders++
			}
		}
		text = trn("{{.N}} of {{.All}} selected", "{{.N}} of {{.All}} selected", n, "All", formatCount(v.files.Len()))
		if folders < n {
			text += "   ·   " + formatSize(size)
		}
	}
	v.foot.count.SetText(text)
	v.followPreview()
}

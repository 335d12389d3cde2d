package ui

import (
	"context"
	"image"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
	"lanyard/app/ui/preview"
)

const (
	peekWait = 150 * time.Millisecond // before a file is asked for: the selection may be moving on
	busyWait = 300 * time.Millisecond // before it is said that it is under way: most is there by then
)

// filePreview shows what is selected in a folder: a picture, the pages of a PDF, a text, or what there is to tell. It follows
// the selection, reads what it shows from the other PC, and writes nothing anywhere.
type filePreview struct {
	u       *UI
	content fyne.CanvasObject
	lean    bool // what there is to tell of a file is one line
	stage   *peekStage
	head    *look.Text
	facts   *fyne.Container
	pager   *fyne.Container
	label   *look.Text
	back    *widget.Button
	on      *widget.Button
	paper   *paperView
	text    *textView

	shown
	items    []filelist.Item
	peek     *peek // of the one item, when it is there
	page     int
	due      *task // reading that is about to begin
	reading  *task
	busy     *task // saying so is about to begin
	drawing  *task
	download func() // what is selected
	open     func() // the one file
}

// newFilePreview makes a preview of nothing. key gets keys that it has no use for.
func newFilePreview(u *UI, download, open func(), key func(fyne.KeyName) bool) *filePreview {
	p := &filePreview{u: u, download: download, open: open, head: look.NewHeading("").Shrink(40), text: newTextView(), label: look.NewCaption("").Centre().Shrink(40)}
	p.paper = newPaperView(p.turn, p.draw)
	p.stage = newPeekStage(func(name fyne.KeyName) bool { return p.key(name) || key(name) })
	p.paper.onKey = p.stage.onKey
	p.back = quietButton("", look.IconBack, func() { p.turn(-1) })
	p.on = quietButton("", look.IconForward, func() { p.turn(1) })
	p.pager = container.NewBorder(nil, nil, p.back, p.on, look.Middle(p.label))
	p.facts = container.NewStack()
	foot := container.New(&look.Column{Gap: 6}, p.pager, p.head, p.facts)
	p.content = look.Frame(nil, look.Pad(8, 2, foot), nil, nil, p.stage)
	p.say(look.IconEye, tr("Select a file to see it here."))
	p.pager.Hide()
	return p
}

func (u *UI) newPreview(download, open func(), key func(fyne.KeyName) bool) *filePreview {
	return newFilePreview(u, download, open, key)
}

// show shows what is selected in a folder. may tells whether this PC may read there.
func (p *filePreview) show(in place, items []filelist.Item, may bool) {
	next := shown{in: in, may: may}
	for _, i := range items {
		next.add(i)
	}
	if next == p.shown {
		return
	}
	p.stop()
	p.shown, p.items = next, items
	p.peek, p.page = nil, 0
	p.pager.Hide()
	p.facts.Objects = nil
	switch len(items) {
	case 0:
		p.head.SetText("")
		p.say(look.IconEye, tr("Select a file to see it here."))
	case 1:
		p.one(items[0])
	default:
		p.several()
	}
	p.facts.Refresh()
	p.content.Refresh()
}

// one shows one item: what is known at once, and the rest when it comes.
func (p *filePreview) one(i filelist.Item) {
	p.head.SetText(plain(i.Name))
	p.tell(p.u.factsOf(i, p.in))
	p.say(filelist.KindOf(i.Name, i.Folder).Icon(), "")
	if p.may && (i.Folder || canPeek(i.Name) && i.Size > 0) {
		p.due = p.u.later(peekWait, p.read)
	}
}

// at is where the one item is.
func (p *filePreview) at() node.Location { return below(p.in, p.items[0].Name).location() }

// read reads the one item, or looks into the folder.
func (p *filePreview) read() {
	at, item := p.at(), p.items[0]
	p.busy = p.u.later(busyWait, func() { p.stage.set(p.busyState()) })
	p.reading = p.u.work.start(func(ctx context.Context) func() {
		if item.Folder {
			n, err := p.u.countIn(ctx, at)
			return func() { p.counted(n, err) }
		}
		found, err := p.u.peekInto(ctx, at)
		return func() { p.found(found, err) }
	})
}

// found shows what was read.
func (p *filePreview) found(k *peek, err error) {
	p.busy.stop()
	if err != nil {
		p.trouble(err)
		return
	}
	p.peek = k
	if k.pages == 0 {
		p.text.show(k.text, preview.IsCode(p.items[0].Name))
		p.stage.set(p.text)
		if k.part {
			p.label.SetText(tr("The beginning of the file"))
			p.showPager(false)
		}
		return
	}
	p.paper.most = 0
	if k.loose {
		p.paper.most = 1 / p.u.window.Canvas().Scale()
	}
	p.paper.show(nil)
	p.stage.set(p.paper)
	p.showPager(k.pages > 1)
	p.turn(0)
}

func (p *filePreview) showPager(turns bool) {
	show := turns || p.peek.part
	if !show {
		return
	}
	for _, b := range []*widget.Button{p.back, p.on} {
		if b.Hidden = !turns; turns {
			b.Show()
		}
	}
	p.pager.Show()
	p.content.Refresh()
}

func (p *filePreview) again() {
	p.stop()
	p.say(filelist.KindOf(p.items[0].Name, p.items[0].Folder).Icon(), "")
	p.read()
}

// turn goes on by some pages, up to the ends.
func (p *filePreview) turn(by int) {
	if p.peek == nil || p.peek.pages == 0 {
		return
	}
	last := p.peek.pages - 1
	p.page = min(max(p.page+by, 0), last)
	able(p.back, p.page > 0)
	able(p.on, p.page < last)
	if last > 0 {
		p.label.SetText(tr("Page {{.N}} of {{.All}}", "N", strconv.Itoa(p.page+1), "All", formatCount(last+1)))
	}
	p.draw()
}

// draw draws the page that is looked at, away from the window.
func (p *filePreview) draw() {
	box := p.paper.room(p.u.window.Canvas().Scale())
	if p.peek == nil || p.peek.pages == 0 || box.X < 1 || box.Y < 1 {
		return
	}
	p.drawing.stop()
	draw, page := p.peek.draw, p.page
	p.drawing = p.u.work.start(func(ctx context.Context) func() {
		img, err := draw(ctx, page, limited(box))
		return func() {
			p.u.restViewer()
			if err != nil {
				p.trouble(err)
				return
			}
			p.paper.show(img)
		}
	})
}

// limited is a box that isn't larger than what is drawn at most.
func limited(box image.Point) image.Point {
	return image.Pt(min(box.X, peekSide), min(box.Y, peekSide))
}

// key is a key while the preview has the focus. It tells whether it took it.
func (p *filePreview) key(name fyne.KeyName) bool {
	switch {
	case p.peek == nil:
		return false
	case p.peek.pages == 0:
		return p.text.key(name)
	case p.peek.pages == 1:
		return false
	}
	switch name {
	case fyne.KeyPageDown, fyne.KeyDown:
		p.turn(1)
	case fyne.KeyPageUp, fyne.KeyUp:
		p.turn(-1)
	case fyne.KeyHome:
		p.turn(-p.peek.pages)
	case fyne.KeyEnd:
		p.turn(p.peek.pages)
	default:
		return false
	}
	return true
}

// stop ends what is under way.
func (p *filePreview) stop() {
	for _, t := range []*task{p.due, p.reading, p.busy, p.drawing} {
		t.stop()
	}
}

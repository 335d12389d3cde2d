package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// The navigation takes a share of the window's width, in Fyne's pixels: at most what a PC's name of some 22 letters needs, and
// at least what one of 15 does, so that a screen of 1280 by 800 at scale 2 has room for the page.
const (
	sidebarShare = 0.22
	sidebarMost  = 224
	sidebarLeast = 172
)

// frame is what stays around the page: navigation at the left, the way here and the page's buttons above, notices,
// and the status line below.
type frame struct {
	u       *UI
	content fyne.CanvasObject
	sidebar *sidebar
	head    *fyne.Container
	fits    *headLayout
	crumbs  *crumbs
	actions *fyne.Container
	notice  *noticeBar
	page    *fyne.Container
	status  *statusLine
	around  []fyne.CanvasObject // what steps aside for a view that has the window to itself
	view    view
	wanted  fyne.Size // of the actions, when the head was last laid out
}

func newFrame(u *UI) *frame {
	f := &frame{
		u: u, sidebar: newSidebar(u), crumbs: newCrumbs(u), actions: container.NewHBox(),
		notice: newNoticeBar(u.work), page: container.NewStack(), status: newStatusLine(u), fits: &headLayout{},
	}
	f.head = look.Pad(9, 16, container.New(f.fits, f.crumbs.content, f.actions))
	head := look.VBox(0, f.head, widget.NewSeparator())
	right := look.Frame(look.VBox(0, head, f.notice.box), nil, nil, nil, f.page)
	left := look.Frame(nil, nil, nil, widget.NewSeparator(), container.NewStack(look.NewPaint(look.ColorSidebar, 0), f.sidebar.content))
	foot := look.VBox(0, widget.NewSeparator(), f.status.content)
	f.content = look.Frame(nil, foot, nil, nil, container.New(besideNav{}, left, right))
	f.around = []fyne.CanvasObject{left, head, foot}
	return f
}

// besideNav is a layout of the navigation at the left of the page.
type besideNav struct{}

func (besideNav) MinSize(o []fyne.CanvasObject) fyne.Size {
	if !o[0].Visible() {
		return o[1].MinSize()
	}
	return fyne.NewSize(sidebarLeast+o[1].MinSize().Width, max(o[0].MinSize().Height, o[1].MinSize().Height))
}

func (besideNav) Layout(o []fyne.CanvasObject, size fyne.Size) {
	w := min(max(size.Width*sidebarShare, sidebarLeast), sidebarMost)
	o[0].Resize(fyne.NewSize(w, size.Height))
	if !o[0].Visible() {
		w = 0
	}
	o[1].Move(fyne.NewPos(w, 0))
	o[1].Resize(fyne.NewSize(size.Width-w, size.Height))
}

// setView puts a page in the middle.
func (f *frame) setView(v view) {
	if f.view != nil {
		f.view.leave()
		f.unfocus()
	}
	f.view = v
	_, whole := v.(wholeWindow)
	for _, o := range f.around {
		visible(o, !whole)
	}
	f.page.Objects = []fyne.CanvasObject{v.content()}
	f.page.Refresh()
	f.actions.Objects, *f.fits = nil, headLayout{}
	if a := v.actions(); a != nil {
		f.actions.Objects = []fyne.CanvasObject{a}
	}
	f.fitActions()
	f.head.Refresh()
	f.content.Refresh()
}

// unfocus takes the keyboard from a page that is going, where a cursor would blink on unseen; the navigation keeps it.
func (f *frame) unfocus() {
	c := f.u.window.Canvas()
	if nav, ok := c.Focused().(*look.Button); ok && f.sidebar.has(nav) {
		return
	}
	c.Unfocus()
}

func (f *frame) show(s *node.State) {
	f.sidebar.show(s, f.u.nav.place)
	f.crumbs.show(s, &f.u.nav)
	f.status.show(s)
	if s != nil {
		f.view.show(s)
	}
	f.fitActions()
}

// fitActions lays the head out anew when a page shows more or fewer buttons than before.
func (f *frame) fitActions() {
	if want := f.actions.MinSize(); want != f.wanted {
		f.wanted = want
		f.head.Refresh()
	}
}

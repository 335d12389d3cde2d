package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// sidebarWidth holds a PC's name of some 22 letters.
const sidebarWidth = 224

// frame is what stays around the page: navigation at the left, the way here and the page's buttons above, notices,
// and the status line below.
type frame struct {
	u       *UI
	content fyne.CanvasObject
	sidebar *sidebar
	head    *fyne.Container
	crumbs  *crumbs
	actions *fyne.Container
	notice  *noticeBar
	page    *fyne.Container
	status  *statusLine
	view    view
	wanted  fyne.Size // of the actions, when the head was last laid out
}

func newFrame(u *UI) *frame {
	f := &frame{
		u: u, sidebar: newSidebar(u, u.logo()), crumbs: newCrumbs(u), actions: container.NewHBox(),
		notice: newNoticeBar(u.work), page: container.NewStack(), status: newStatusLine(u),
	}
	f.head = look.Pad(9, 16, container.New(atLeast{height: 34}, look.Frame(nil, nil, nil, look.Middle(f.actions), f.crumbs.content)))
	right := look.Frame(look.VBox(0, f.head, widget.NewSeparator(), f.notice.box), nil, nil, nil, f.page)
	left := look.Frame(nil, nil, nil, widget.NewSeparator(),
		container.NewStack(look.NewPaint(look.ColorSidebar, 0), container.New(atLeast{width: sidebarWidth}, f.sidebar.content)))
	f.content = look.Frame(nil, look.VBox(0, widget.NewSeparator(), f.status.content), left, nil, right)
	return f
}

// setView puts a page in the middle.
func (f *frame) setView(v view) {
	if f.view != nil {
		f.view.leave()
		f.unfocus()
	}
	f.view = v
	f.page.Objects = []fyne.CanvasObject{v.content()}
	f.page.Refresh()
	f.actions.Objects = nil
	if a := v.actions(); a != nil {
		f.actions.Objects = []fyne.CanvasObject{a}
	}
	f.fitActions()
	f.head.Refresh()
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

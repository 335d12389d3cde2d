package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/ui/look"
)

// quickRoom is what a quick look leaves of the window around it, in Fyne's pixels.
const quickRoom = 170

// quickLook is a large preview over the window. The arrow keys go on to the next file and the one before, and Space ends it.
type quickLook struct {
	v       *folderView
	preview *filePreview
}

// quickLook opens one for what is selected, or does nothing when nothing is.
func (v *folderView) quickLook() {
	if v.files.Count() == 0 || !mayList(v.access) {
		return
	}
	v.quick = v.do.openQuick(v)
}

func (u *UI) openQuick(v *folderView) *quickLook {
	q := &quickLook{v: v}
	q.preview = newFilePreview(u, v.get, v.openChosen, q.key)
	q.preview.lean = true
	size := u.window.Canvas().Size()
	tall := max(size.Height-quickRoom, 120)
	u.open(sheetSpec{
		title: tr("Preview"), icon: look.IconEye, body: container.New(atLeast{height: tall}, q.preview.content), width: max(size.Width-quickRoom, 380),
		main: tr("Open"), cancel: tr("Close"), onMain: func(*sheet) {
			u.closeSheet()
			v.openChosen()
		},
		onClose: q.close, focus: q.preview.stage,
	})
	q.follow()
	return q
}

// follow shows what is selected now.
func (q *quickLook) follow() { q.preview.show(q.v.at, q.v.files.Selected(), mayList(q.v.access)) }

func (q *quickLook) close() {
	q.preview.stop()
	q.v.quick = nil
}

func (q *quickLook) key(name fyne.KeyName) bool {
	switch name {
	case fyne.KeySpace, fyne.KeyEscape:
		q.preview.u.closeSheet()
	case fyne.KeyLeft, fyne.KeyUp:
		q.v.files.Step(-1)
	case fyne.KeyRight, fyne.KeyDown:
		q.v.files.Step(1)
	case fyne.KeyReturn, fyne.KeyEnter:
		q.preview.u.closeSheet()
		q.v.openChosen()
	default:
		return false
	}
	return true
}

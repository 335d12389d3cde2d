package ui

import (
	"context"
	"image"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/ui/look"
)

// nudgeTime is from one line to the next while files are held at the edge of a list: a page in two seconds.
const nudgeTime = 90 * time.Millisecond

// hover is files that are dragged over the window: what would happen to them is shown where they are.
type hover struct {
	u      *UI
	layer  *fyne.Container // over all of the window, and never in the pointer's way
	frame  *canvas.Rectangle
	label  *fyne.Container
	ground *look.Paint
	sign   *fyne.Container
	text   *look.Text
	cargo  cargo
	at     fyne.Position
	over   bool  // they are over the window
	nudges *task // scrolling on, or nil
}

func newHover(u *UI) *hover {
	h := &hover{u: u, frame: canvas.NewRectangle(nil), ground: look.NewPaint(theme.ColorNamePrimary, 7), sign: container.NewStack(), text: look.NewText("").Bold().Shrink(40)}
	h.frame.StrokeWidth, h.frame.CornerRadius = 2, 10
	h.label = container.NewStack(h.ground, look.Pad(5, 9, look.Frame(nil, nil, look.Pad(0, 4, h.sign), nil, look.Middle(h.text))))
	h.layer = container.NewWithoutLayout(h.frame, h.label)
	h.layer.Hide()
	return h
}

// Hover is for exchange.Receiver; it is called on a goroutine of the desktop's, as the next two are.
func (h *hover) Hover(at image.Point, paths []string, err error, answer func(may bool)) {
	h.u.work.post(func() { answer(h.move(h.place(at), paths, err)) })
}

// Leave is for exchange.Receiver.
func (h *hover) Leave() { h.u.work.post(h.leave) }

// Drop is for exchange.Receiver.
func (h *hover) Drop(at image.Point, paths []string, err error) {
	h.u.work.post(func() {
		h.leave()
		h.u.dropFiles(h.place(at), paths, err)
	})
}

// place is a place in the window's pixels as Fyne counts.
func (h *hover) place(at image.Point) fyne.Position {
	scale := h.u.window.Canvas().Scale()
	return fyne.NewPos(float32(at.X)/scale, float32(at.Y)/scale)
}

// move shows what would happen at a place, and tells whether the files can be dropped there.
func (h *hover) move(at fyne.Position, paths []string, err error) bool {
	if h.u.state == nil || !h.u.free() {
		h.leave()
		return false
	}
	h.at = at
	if !h.over || !slices.Equal(paths, h.cargo.paths) {
		h.over, h.cargo = true, cargo{paths: paths, err: err}
		h.look(paths)
	}
	h.nudge()
	return h.show()
}

// look finds out which are folders, away from the window.
func (h *hover) look(paths []string) {
	h.u.work.start(func(context.Context) func() {
		c := lookAt(paths)
		return func() {
			if h.over && slices.Equal(paths, h.cargo.paths) {
				c.err = h.cargo.err
				h.cargo = c
				h.show()
			}
		}
	})
}

// nudge scrolls while they are held at an edge.
func (h *hover) nudge() {
	n, ok := h.u.frame.view.(nudger)
	if !ok || !h.nudges.idle() || !under(h.u.frame.page, h.at) || !n.nudge(h.at) {
		return
	}
	h.nudges = h.u.later(nudgeTime, func() {
		if h.over {
			h.nudge()
			h.show()
		}
	})
}

// show marks the target and says what would happen. It tells whether anything would.
func (h *hover) show() bool {
	t := h.u.targetAt(h.at)
	text, why := dropHelp(), t.unfit(h.cargo)
	may := t.do != nil && why == ""
	switch {
	case may:
		text = t.says(h.cargo.names())
	case why != "":
		text = why
	}
	fill, ink, icon := theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary, look.IconAdd
	if !may {
		fill, ink, icon = theme.ColorNameWarning, theme.ColorNameForegroundOnWarning, look.IconStop
	}
	h.ground.SetFill(fill)
	h.sign.Objects = []fyne.CanvasObject{look.Icon(theme.NewColoredResource(icon, ink), 15)}
	h.sign.Refresh()
	h.text.SetText(text)
	h.text.SetColor(ink)
	h.frame.StrokeColor = theme.Color(fill)
	visible(h.frame, t.do != nil || t.refuse != "")
	h.frame.Move(t.on.at)
	h.frame.Resize(t.on.size)
	h.frame.Refresh()
	h.put()
	h.layer.Show()
	return may
}

// put puts the line above the pointer, where the picture that other programs hang at it doesn't cover it, within the window.
func (h *hover) put() {
	const above, below, edge = 40, 84, 8 // from the pointer's tip; from the window's edges
	room := h.u.window.Canvas().Size()
	size := h.label.MinSize()
	size.Width = min(size.Width-h.text.MinSize().Width+h.text.Whole(), room.Width-2*edge)
	at := h.at.SubtractXY(size.Width/2, above+size.Height)
	at.X = max(min(at.X, room.Width-edge-size.Width), edge)
	if at.Y < edge {
		at.Y = h.at.Y + below
	}
	h.label.Move(at)
	h.label.Resize(size)
}

// leave takes the marks away.
func (h *hover) leave() {
	h.nudges.stop()
	h.nudges, h.over, h.cargo = nil, false, cargo{}
	h.layer.Hide()
}

package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// noticeTime is how long a notice that asks nothing of anybody stays: long enough to read two lines.
const noticeTime = 6 * time.Second

// undoTime is how long one stays that offers to take something back: long enough to notice the mistake.
const undoTime = 30 * time.Second

type noticeKind int

const (
	noticeInfo noticeKind = iota
	noticeGood
	noticeWarning
	noticeError
)

// notice is something to tell, without stopping anybody's work.
type notice struct {
	kind       noticeKind
	text, hint string
	verb       string // of a button, or ""
	do         func()
	stays      bool   // until it is closed
	takesBack  bool   // its button undoes what was just done
	about      string // what it is about, for closeAbout
}

// noticeBar shows the latest notice above the page.
type noticeBar struct {
	work  *work
	box   *fyne.Container
	shown *notice
	timer *task
}

func newNoticeBar(w *work) *noticeBar {
	n := &noticeBar{work: w, box: container.NewStack()}
	n.box.Hide()
	return n
}

func (b *noticeBar) say(n notice) {
	b.timer.stop()
	b.shown = &n
	ground, ink, icon := look.ColorInfoBG, theme.ColorNamePrimary, look.IconInfo
	switch n.kind {
	case noticeGood:
		ground, ink, icon = look.ColorGoodBG, theme.ColorNameSuccess, look.IconCheck
	case noticeWarning:
		ground, ink, icon = look.ColorWarnBG, theme.ColorNameWarning, look.IconWarning
	case noticeError:
		ground, ink, icon = look.ColorErrorBG, theme.ColorNameError, look.IconWarning
	}
	text := widget.NewLabel(n.text)
	text.Wrapping = fyne.TextWrapWord
	if n.hint != "" {
		text.SetText(n.text + "\n" + n.hint)
	}
	right := container.NewHBox()
	if n.verb != "" {
		right.Add(widget.NewButton(n.verb, func() {
			b.close()
			n.do()
		}))
	}
	right.Add(quietButton("", look.IconClose, b.close))
	left := look.Pad(0, 6, look.Icon(theme.NewColoredResource(icon, ink), 17))
	b.box.Objects = []fyne.CanvasObject{look.Pad(4, 12, container.NewStack(
		look.NewPaint(ground, 8),
		look.Pad(1, 6, container.NewBorder(nil, nil, left, container.NewCenter(right), text)),
	))}
	b.box.Show()
	b.box.Refresh()
	if !n.stays {
		long := noticeTime
		if n.takesBack {
			long = undoTime
		}
		b.timer = b.work.start(func(ctx context.Context) func() {
			select {
			case <-time.After(long):
				return b.close
			case <-ctx.Done():
				return nil
			}
		})
	}
}

// leave closes a notice that belongs to the page that is being left, which is every one that does not stay.
func (b *noticeBar) leave() {
	if b.shown != nil && !b.shown.stays {
		b.close()
	}
}

// closeAbout closes a notice whose matter is settled.
func (b *noticeBar) closeAbout(matter string) {
	if b.shown != nil && b.shown.about == matter {
		b.close()
	}
}

// undo does what the button of a notice does that offers to take something back.
func (b *noticeBar) undo() {
	if n := b.shown; n != nil && n.takesBack {
		b.close()
		n.do()
	}
}

func (b *noticeBar) close() {
	b.timer.stop()
	b.shown = nil
	b.box.Hide()
}

// text returns what is shown, or "".
func (b *noticeBar) text() string {
	if b.shown == nil {
		return ""
	}
	return b.shown.text
}

package ui

import (
	"context"
	"slices"
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
	unasked    bool   // it came by itself, not of what the person has just done
	about      string // what it is about, for closeAbout
	until      time.Time
}

// keptUnder is how many notices wait for the one above them to be closed.
const keptUnder = 5

// noticeBar shows the latest notice above the page. Those that must not get lost come back when it is closed.
type noticeBar struct {
	work  *work
	box   *fyne.Container
	shown *notice
	under []*notice // the latest last
	timer *task
}

func newNoticeBar(w *work) *noticeBar {
	n := &noticeBar{work: w, box: container.NewStack()}
	n.box.Hide()
	return n
}

// say shows a notice. What stood there is over, unless it offers to take something back, or one of the two came by itself and
// the other is still to be read.
func (b *noticeBar) say(n notice) {
	b.forget(n.about)
	if old := b.shown; old != nil && (old.takesBack || old.text != n.text && old.stays && (old.unasked || n.unasked)) {
		b.under = append(b.under, old)
		b.under = b.under[max(len(b.under)-keptUnder, 0):]
	}
	if !n.stays {
		long := noticeTime
		if n.takesBack {
			long = undoTime
		}
		n.until = time.Now().Add(long)
	}
	b.put(&n)
}

// put shows a notice, for as long as it has left.
func (b *noticeBar) put(n *notice) {
	b.timer.stop()
	b.shown = n
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
		b.timer = b.work.start(func(ctx context.Context) func() {
			select {
			case <-time.After(time.Until(n.until)):
				return b.close
			case <-ctx.Done():
				return nil
			}
		})
	}
}

// leave closes a notice that belongs to the page that is being left: one that neither stays nor takes something back.
func (b *noticeBar) leave() {
	if b.shown != nil && !b.shown.stays && !b.shown.takesBack {
		b.close()
	}
}

// closeAbout closes a notice whose matter is settled.
func (b *noticeBar) closeAbout(matter string) {
	b.forget(matter)
	if b.shown != nil && b.shown.about == matter {
		b.close()
	}
}

// forget drops what waits about a matter.
func (b *noticeBar) forget(matter string) {
	b.under = slices.DeleteFunc(b.under, func(n *notice) bool { return matter != "" && n.about == matter })
	if matter != "" && b.shown != nil && b.shown.about == matter {
		b.shown.stays, b.shown.takesBack = false, false // it needn't come back
	}
}

// undo does what the button of the latest notice does that offers to take something back.
func (b *noticeBar) undo() {
	if n := b.shown; n != nil && n.takesBack {
		b.close()
		n.do()
		return
	}
	for i, n := range slices.Backward(b.under) {
		if n.takesBack && time.Now().Before(n.until) {
			b.under = slices.Delete(b.under, i, i+1)
			n.do()
			return
		}
	}
}

// close closes what is shown, and shows what waits under it.
func (b *noticeBar) close() {
	b.timer.stop()
	b.shown = nil
	for len(b.under) > 0 {
		n := b.under[len(b.under)-1]
		b.under = b.under[:len(b.under)-1]
		if n.stays || time.Now().Before(n.until) {
			b.put(n)
			return
		}
	}
	b.box.Hide()
}

// text returns what is shown, or "".
func (b *noticeBar) text() string {
	if b.shown == nil {
		return ""
	}
	return b.shown.text
}

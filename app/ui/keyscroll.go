package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// scrollStep is how far an arrow key scrolls: two lines.
const scrollStep = 36

// keyScroll scrolls something of which no part takes the focus, so that the keyboard reaches all of it.
type keyScroll struct {
	widget.BaseWidget
	scroll   *container.Scroll
	mark     *look.Paint
	onEscape func()
	onKey    func(fyne.KeyName) bool // a key of its owner's, asked first; may be nil
}

func newKeyScroll(content fyne.CanvasObject, escape func()) *keyScroll {
	k := &keyScroll{scroll: container.NewVScroll(content), mark: look.NewPaint("", 8), onEscape: escape}
	k.ExtendBaseWidget(k)
	return k
}

// FocusGained is for Fyne.
func (k *keyScroll) FocusGained() { k.focus(theme.ColorNamePrimary) }

// FocusLost is for Fyne.
func (k *keyScroll) FocusLost() { k.focus("") }

func (k *keyScroll) focus(line fyne.ThemeColorName) {
	k.mark.Line = line
	k.mark.Refresh()
}

// TypedRune is for Fyne.
func (k *keyScroll) TypedRune(rune) {}

// TypedKey is for Fyne.
func (k *keyScroll) TypedKey(e *fyne.KeyEvent) {
	if k.onKey != nil && k.onKey(e.Name) {
		return
	}
	at := k.scroll.Offset.Y
	switch e.Name {
	case fyne.KeyUp:
		at -= scrollStep
	case fyne.KeyDown:
		at += scrollStep
	case fyne.KeyPageUp:
		at -= k.Size().Height - scrollStep
	case fyne.KeyPageDown:
		at += k.Size().Height - scrollStep
	case fyne.KeyHome:
		at = 0
	case fyne.KeyEnd:
		at = k.scroll.Content.Size().Height
	case fyne.KeyEscape:
		k.onEscape()
		return
	}
	k.scroll.ScrollToOffset(fyne.NewPos(0, at))
}

// CreateRenderer is for Fyne.
func (k *keyScroll) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(k.scroll, k.mark))
}

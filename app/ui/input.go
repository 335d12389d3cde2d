package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// input is a line to type in that knows Escape, and leaves to the window the shortcuts it has no use for.
type input struct {
	widget.Entry
	onEscape func()
}

func newInput(placeholder string, onEscape func()) *input {
	i := &input{onEscape: onEscape}
	i.ExtendBaseWidget(i)
	i.SetPlaceHolder(placeholder)
	return i
}

// TypedKey is for Fyne.
func (i *input) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape && i.onEscape != nil {
		i.onEscape()
		return
	}
	i.Entry.TypedKey(e)
}

// TypedShortcut is for Fyne.
func (i *input) TypedShortcut(s fyne.Shortcut) {
	custom, ok := s.(*desktop.CustomShortcut)
	inText := ok && (custom.KeyName == fyne.KeyLeft || custom.KeyName == fyne.KeyRight || custom.KeyName == fyne.KeyBackspace || custom.KeyName == fyne.KeyDelete)
	if !ok || inText && custom.Modifier&fyne.KeyModifierAlt == 0 {
		i.Entry.TypedShortcut(s)
		return
	}
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(i).(interface{ TypedShortcut(fyne.Shortcut) }); ok {
		c.TypedShortcut(s)
	}
}

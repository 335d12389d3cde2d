package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// digitBox is one box for one digit of a code.
type digitBox struct {
	widget.BaseWidget
	all     *codeBoxes
	place   int
	digit   string
	focused bool
	escape  func()
}

func newDigitBox(all *codeBoxes, place int, escape func()) *digitBox {
	d := &digitBox{all: all, place: place, escape: escape}
	d.ExtendBaseWidget(d)
	return d
}

func (d *digitBox) put(digit string) {
	d.digit = digit
	d.Refresh()
}

// Tapped is for Fyne.
func (d *digitBox) Tapped(*fyne.PointEvent) { d.all.focus(d.place) }

// Cursor is for Fyne.
func (d *digitBox) Cursor() desktop.Cursor { return desktop.TextCursor }

// FocusGained is for Fyne.
func (d *digitBox) FocusGained() {
	d.focused = true
	d.Refresh()
}

// FocusLost is for Fyne.
func (d *digitBox) FocusLost() {
	d.focused = false
	d.Refresh()
}

// TypedRune is for Fyne.
func (d *digitBox) TypedRune(r rune) {
	if _, ok := digitValue(r); ok {
		d.all.fill(d.place, string(r))
	}
}

// TypedKey is for Fyne.
func (d *digitBox) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyBackspace:
		if d.digit == "" && d.place > 0 {
			d.all.focus(d.place - 1)
			d.all.boxes[d.place-1].put("")
		}
		d.put("")
		d.all.changed()
	case fyne.KeyDelete:
		d.put("")
		d.all.changed()
	case fyne.KeyLeft:
		d.all.focus(max(d.place-1, 0))
	case fyne.KeyRight:
		d.all.focus(min(d.place+1, codeLength-1))
	case fyne.KeyReturn, fyne.KeyEnter:
		if d.all.onSubmit != nil {
			d.all.onSubmit()
		}
	case fyne.KeyEscape:
		d.escape()
	}
}

// TypedShortcut is for Fyne: a code can be pasted in any form. What the box has no use for is the window's.
func (d *digitBox) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok {
		d.all.onPaste(paste.Clipboard.Content())
		return
	}
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(d).(interface{ TypedShortcut(fyne.Shortcut) }); ok {
		c.TypedShortcut(s)
	}
}

// CreateRenderer is for Fyne.
func (d *digitBox) CreateRenderer() fyne.WidgetRenderer {
	r := &digitRenderer{d: d, box: canvas.NewRectangle(nil), text: canvas.NewText("", nil)}
	r.text.Alignment, r.text.TextStyle = fyne.TextAlignCenter, fyne.TextStyle{Bold: true}
	r.Refresh()
	return r
}

type digitRenderer struct {
	d    *digitBox
	box  *canvas.Rectangle
	text *canvas.Text
}

func (r *digitRenderer) MinSize() fyne.Size { return fyne.NewSize(40, 48) }

func (r *digitRenderer) Layout(size fyne.Size) {
	r.box.Resize(size)
	h := r.text.MinSize().Height
	r.text.Move(fyne.NewPos(0, (size.Height-h)/2))
	r.text.Resize(fyne.NewSize(size.Width, h))
}

func (r *digitRenderer) Refresh() {
	th, v := r.d.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.box.FillColor, r.box.CornerRadius = th.Color(theme.ColorNameInputBackground, v), 8
	r.box.StrokeColor, r.box.StrokeWidth = th.Color(theme.ColorNameInputBorder, v), 1
	if r.d.focused {
		r.box.StrokeColor, r.box.StrokeWidth = th.Color(theme.ColorNamePrimary, v), 2
	}
	r.text.Text, r.text.Color, r.text.TextSize = r.d.digit, th.Color(theme.ColorNameForeground, v), 24
	r.Layout(r.d.Size())
	r.box.Refresh()
	r.text.Refresh()
}

func (r *digitRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.box, r.text} }
func (r *digitRenderer) Destroy()                     {}

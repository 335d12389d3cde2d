package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// input is a line to type in that knows Escape, and leaves to the window the shortcuts it has no use for.
type input struct {
	widget.Entry
	onEscape  func()
	onKey     func(fyne.KeyName) bool // a key of its own, asked first; it tells whether it took it. May be nil
	onFocus   func()                  // may be nil
	most      int                     // the longest text that can be pasted, in bytes; 0 is any
	onTooLong func()                  // nothing was pasted, as it is longer
}

func newInput(placeholder string, onEscape func()) *input {
	i := &input{onEscape: onEscape}
	i.ExtendBaseWidget(i)
	i.SetPlaceHolder(placeholder)
	return i
}

// TypedKey is for Fyne.
func (i *input) TypedKey(e *fyne.KeyEvent) {
	if i.onKey != nil && i.onKey(e.Name) {
		return
	}
	if e.Name == fyne.KeyEscape && i.onEscape != nil {
		i.onEscape()
		return
	}
	i.Entry.TypedKey(e)
}

// KeyDown is for Fyne. The window hears of it too, as it does where the focus isn't in a line.
func (i *input) KeyDown(e *fyne.KeyEvent) {
	i.Entry.KeyDown(e)
	look.PassKey(i, e)
}

// FocusGained is for Fyne.
func (i *input) FocusGained() {
	i.Entry.FocusGained()
	if i.onFocus != nil {
		i.onFocus()
	}
}

// TypedShortcut is for Fyne.
func (i *input) TypedShortcut(s fyne.Shortcut) {
	if _, paste := s.(*fyne.ShortcutPaste); paste && i.most > 0 && len(i.Text)+len(fyne.CurrentApp().Clipboard().Content()) > i.most {
		i.onTooLong() // Fyne would be busy with it for minutes
		return
	}
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

// newTextBox is several lines to type in.
func newTextBox(placeholder string, onEscape func()) *input {
	i := newInput(placeholder, onEscape)
	i.MultiLine = true
	i.Wrapping = fyne.TextWrapWord
	return i
}

// button, choice and check are Fyne's, for dialogs: they know Escape too, and a button Enter.
type button struct {
	widget.Button
	onEscape func()
	onKey    func(fyne.KeyName) bool // as of an input
	onFocus  func()                  // may be nil
}

func newButton(text string, escape, tap func()) *button {
	b := &button{onEscape: escape}
	b.ExtendBaseWidget(b)
	b.Text, b.OnTapped = text, tap
	return b
}

// TypedKey is for Fyne.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch {
	case b.onKey != nil && b.onKey(e.Name):
	case e.Name == fyne.KeyEscape && b.onEscape != nil:
		b.onEscape()
	case (e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter) && !b.Disabled():
		b.Tapped(nil)
	default:
		look.PassKey(b, e)
		b.Button.TypedKey(e)
	}
}

// newIconButton is a button on a page.
func newIconButton(text string, icon fyne.Resource, tap func()) *button {
	b := newButton(text, nil, tap)
	b.Icon = icon
	return b
}

// FocusGained is for Fyne.
func (b *button) FocusGained() {
	b.Button.FocusGained()
	if b.onFocus != nil {
		b.onFocus()
	}
}

// bringsIntoView makes what takes the keyboard in a part of a page scroll the page to itself then: Fyne doesn't, and tells nobody.
func bringsIntoView(page, part fyne.CanvasObject) {
	within(part, func(o fyne.CanvasObject) bool {
		var focused *func()
		switch o := o.(type) {
		case *input:
			focused = &o.onFocus
		case *choice:
			focused = &o.onFocus
		case *check:
			focused = &o.onFocus
		case *button:
			focused = &o.onFocus
		}
		if focused != nil && *focused == nil {
			*focused = func() { look.Reveal(page, o) }
		}
		return false
	})
}

type choice struct {
	widget.Select
	onEscape func()
	onEnter  func()                  // of the sheet that it is in; may be nil
	onKey    func(fyne.KeyName) bool // as of an input
	onFocus  func()                  // may be nil
}

func newChoice(texts []string, escape func()) *choice {
	c := &choice{onEscape: escape}
	c.ExtendBaseWidget(c)
	c.Options, c.PlaceHolder = texts, tr("Choose…")
	return c
}

// unlike makes texts to choose from differ: Fyne tells choices apart by nothing else.
func unlike(texts []string) []string {
	seen, all := map[string]int{}, make([]string, len(texts))
	for i, t := range texts {
		all[i] = t
		if seen[t]++; seen[t] > 1 {
			all[i] += " (" + formatCount(seen[t]) + ")"
		}
	}
	return all
}

// TypedKey is for Fyne.
func (c *choice) TypedKey(e *fyne.KeyEvent) {
	if c.onKey != nil && c.onKey(e.Name) {
		return
	}
	if !asked(e.Name, c.onEscape, c.onEnter) {
		look.PassKey(c, e)
		c.Select.TypedKey(e)
	}
}

// FocusGained is for Fyne.
func (c *choice) FocusGained() {
	c.Select.FocusGained()
	if c.onFocus != nil {
		c.onFocus()
	}
}

// asked does what Escape and Enter ask for, and tells whether it was one of them.
func asked(key fyne.KeyName, escape, enter func()) bool {
	switch {
	case key == fyne.KeyEscape && escape != nil:
		escape()
	case (key == fyne.KeyReturn || key == fyne.KeyEnter) && enter != nil:
		enter()
	default:
		return false
	}
	return true
}

type check struct {
	widget.Check
	onEscape func()
	onEnter  func()                  // of the sheet that it is in; may be nil
	onKey    func(fyne.KeyName) bool // as of an input
	onFocus  func()                  // may be nil
}

func newCheck(text string, escape func()) *check {
	c := &check{onEscape: escape}
	c.ExtendBaseWidget(c)
	c.Text = text
	return c
}

// TypedKey is for Fyne.
func (c *check) TypedKey(e *fyne.KeyEvent) {
	if c.onKey != nil && c.onKey(e.Name) {
		return
	}
	if !asked(e.Name, c.onEscape, c.onEnter) {
		look.PassKey(c, e)
		c.Check.TypedKey(e)
	}
}

// FocusGained is for Fyne.
func (c *check) FocusGained() {
	c.Check.FocusGained()
	if c.onFocus != nil {
		c.onFocus()
	}
}

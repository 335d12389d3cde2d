package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// hotkeys are the window's keys, on whatever page.
func (u *UI) hotkeys() []hotkey {
	ctrl, alt := fyne.KeyModifierShortcutDefault, fyne.KeyModifierAlt
	to := func(kind placeKind) func() { return func() { u.visit(place{kind: kind}) } }
	return []hotkey{
		chord(0, tr("This list of keys"), u.showKeys, fyne.KeyF1),
		chord(ctrl|fyne.KeyModifierShift, tr("This list of keys"), u.showKeys, fyne.KeySlash),
		chord(ctrl, tr("The workgroup"), to(atWorkgroup), fyne.Key1),
		chord(ctrl, tr("This PC"), to(atThisPC), fyne.Key2),
		chord(ctrl, tr("Printers"), to(atPrinters), fyne.Key3),
		chord(ctrl, tr("Transfers"), to(atTransfers), fyne.Key4),
		chord(ctrl, tr("Inbox"), to(atInbox), fyne.Key5),
		chord(ctrl, tr("Settings"), to(atSettings), fyne.KeyComma),
		chord(alt, tr("The folder or page above"), u.up, fyne.KeyUp),
		chord(alt, tr("Back and forward"), func() { u.wander(-1) }, fyne.KeyLeft),
		chord(alt, tr("Back and forward"), func() { u.wander(1) }, fyne.KeyRight),
		chord(ctrl, tr("Search on this page"), u.focusFilter, fyne.KeyF),
		chord(ctrl, tr("Load anew"), u.refresh, fyne.KeyR),
		chord(ctrl, tr("Paste files that were copied, or a code"), u.paste, fyne.KeyV),
		chord(ctrl, tr("Undo what was just deleted or renamed"), func() { u.frame.notice.undo() }, fyne.KeyZ),
		chord(ctrl, tr("Transfer or print job earlier in its queue"), func() { u.moveFocused(-1) }, fyne.KeyUp),
		chord(ctrl, tr("Transfer or print job later in its queue"), func() { u.moveFocused(1) }, fyne.KeyDown),
		chord(ctrl, tr("Close the window"), u.closeAsked, fyne.KeyW),
		chord(ctrl, tr("Quit"), u.askQuit, fyne.KeyQ),
	}
}

// folderHotkeys are those that mean something on the page of a folder, wherever the keyboard is.
func (u *UI) folderHotkeys() []hotkey {
	ctrl, alt := fyne.KeyModifierShortcutDefault, fyne.KeyModifierAlt
	in := func(do func(*folderView)) func() { return func() { u.inFolder(do) } }
	return []hotkey{
		chord(ctrl, tr("Select all"), in(func(v *folderView) { v.files.SelectAll() }), fyne.KeyA),
		chord(ctrl, tr("Copy files, to paste them elsewhere"), in((*folderView).copy), fyne.KeyC),
		chord(ctrl, tr("Download to a folder"), in((*folderView).get), fyne.KeyS),
		chord(ctrl, tr("Tiles or lines"), in(func(v *folderView) { v.setLook(folderLook{!v.look.tiles, v.look.pane}) }), fyne.KeyI),
		chord(alt, tr("Preview beside the list"), in(func(v *folderView) { v.setLook(folderLook{v.look.tiles, !v.look.pane}) }), fyne.KeyP),
		chord(ctrl|fyne.KeyModifierShift, tr("New folder"), in((*folderView).newFolder), fyne.KeyN),
		chord(alt, tr("Properties"), in((*folderView).properties), fyne.KeyReturn, fyne.KeyEnter),
	}
}

// bindKeys sets the window's keys.
func (u *UI) bindKeys() {
	c := u.window.Canvas()
	for _, h := range append(u.hotkeys(), u.folderHotkeys()...) {
		for _, key := range h.keys {
			c.AddShortcut(shortcut(key, h.mod), func(fyne.Shortcut) {
				if u.free() || key == fyne.KeyQ {
					h.do()
				}
			})
		}
	}
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { u.typed(e.Name) })
	if c, ok := c.(desktop.Canvas); ok { // see look.PassKey
		c.SetOnKeyDown(func(e *fyne.KeyEvent) {
			if e.Name == fyne.KeyF1 && u.free() {
				u.showKeys()
			}
		})
	}
}

// shortcut is what Fyne makes of a key with others held down.
func shortcut(key fyne.KeyName, mod fyne.KeyModifier) fyne.Shortcut {
	if mod == fyne.KeyModifierShortcutDefault {
		switch key {
		case fyne.KeyA:
			return &fyne.ShortcutSelectAll{}
		case fyne.KeyC:
			return &fyne.ShortcutCopy{}
		case fyne.KeyV:
			return &fyne.ShortcutPaste{}
		case fyne.KeyZ:
			return &fyne.ShortcutUndo{}
		}
	}
	return &desktop.CustomShortcut{KeyName: key, Modifier: mod}
}

// free tells whether no dialog or menu is open.
func (u *UI) free() bool { return u.window.Canvas().Overlays().Top() == nil }

// typed is a key that no widget took.
func (u *UI) typed(key fyne.KeyName) {
	if u.sheet != nil && u.window.Canvas().Overlays().Top() == u.sheet.pop && asked(key, u.closeSheet, u.sheet.onEnter) {
		return
	}
	if !u.free() {
		return
	}
	if v, ok := u.frame.view.(keyed); ok && v.key(key) {
		return
	}
	switch key {
	case fyne.KeyF5:
		u.refresh()
	case fyne.KeyBackspace:
		u.up()
	}
}

// wander goes back or forward: through the pages, or through the steps of one that has some.
func (u *UI) wander(by int) {
	switch v, ok := u.frame.view.(stepper); {
	case ok:
		v.wander(by)
	case by < 0:
		u.goBack()
	default:
		u.goForward()
	}
}

// searched is a page that can be searched by typing.
type searched interface {
	// filterLine is the line to type in; nil while there is none.
	filterLine() fyne.Focusable
}

func (u *UI) focusFilter() {
	if v, ok := u.frame.view.(searched); ok {
		if line := v.filterLine(); line != nil {
			u.window.Canvas().Focus(line)
		}
	}
}

// inFolder does something on the page of a folder, where that is shown.
func (u *UI) inFolder(do func(*folderView)) {
	if v, ok := u.frame.view.(*folderView); ok {
		do(v)
	}
}

// moveFocused moves the transfer or job that has the focus in its queue.
func (u *UI) moveFocused(by int) {
	if v, ok := u.frame.view.(interface {
		moved(focused fyne.Focusable, by int)
	}); ok {
		v.moved(u.window.Canvas().Focused(), by)
	}
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// bindKeys sets the window's keys:
//
//	Ctrl+Q quit            Alt+Up the folder above      F5 refresh
//	Ctrl+W close           Alt+Left, Alt+Right history  Escape close a dialog
//	Ctrl+F filter          Ctrl+A select all            Ctrl+1…5 pages
//	Ctrl+I tiles or lines  Alt+P preview                Alt+Enter properties
//	Space a quick look     Ctrl+Shift+N new folder
//	Ctrl+Z undo what was just deleted                   Ctrl+Up, Ctrl+Down the place of a transfer or job in its queue
func (u *UI) bindKeys() {
	c := u.window.Canvas()
	bind := func(key fyne.KeyName, mod fyne.KeyModifier, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: mod}, func(fyne.Shortcut) {
			if u.free() {
				do()
			}
		})
	}
	ctrl, alt := fyne.KeyModifierShortcutDefault, fyne.KeyModifierAlt
	bind(fyne.KeyW, ctrl, u.closeAsked)
	bind(fyne.KeyF, ctrl, u.focusFilter)
	bind(fyne.KeyR, ctrl, u.refresh)
	bind(fyne.KeyUp, alt, u.up)
	bind(fyne.KeyLeft, alt, func() { u.wander(-1) })
	bind(fyne.KeyRight, alt, func() { u.wander(1) })
	for key, kind := range map[fyne.KeyName]placeKind{fyne.Key1: atWorkgroup, fyne.Key2: atThisPC, fyne.Key3: atPrinters, fyne.Key4: atTransfers, fyne.Key5: atInbox} {
		bind(key, ctrl, func() { u.visit(place{kind: kind}) })
	}
	bind(fyne.KeyI, ctrl, func() { u.inFolder(func(v *folderView) { v.setLook(folderLook{!v.look.tiles, v.look.pane}) }) })
	bind(fyne.KeyP, alt, func() { u.inFolder(func(v *folderView) { v.setLook(folderLook{v.look.tiles, !v.look.pane}) }) })
	bind(fyne.KeyN, ctrl|fyne.KeyModifierShift, func() { u.inFolder((*folderView).newFolder) })
	for _, enter := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter} {
		bind(enter, alt, func() { u.inFolder((*folderView).properties) })
	}
	bind(fyne.KeyUp, ctrl, func() { u.moveFocused(-1) })
	bind(fyne.KeyDown, ctrl, func() { u.moveFocused(1) })
	c.AddShortcut(&fyne.ShortcutUndo{}, func(fyne.Shortcut) {
		if u.free() {
			u.frame.notice.undo()
		}
	})
	c.AddShortcut(&fyne.ShortcutPaste{}, func(fyne.Shortcut) {
		if v, ok := u.frame.view.(paster); ok && u.free() {
			v.paste()
		}
	})
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyQ, Modifier: ctrl}, func(fyne.Shortcut) { u.askQuit() })
	c.AddShortcut(&fyne.ShortcutSelectAll{}, func(fyne.Shortcut) {
		if u.free() {
			u.inFolder(func(v *folderView) { v.files.SelectAll() })
		}
	})
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { u.typed(e.Name) })
}

// free tells whether no dialog or menu is open.
func (u *UI) free() bool { return u.window.Canvas().Overlays().Top() == nil }

// typed is a key that no widget took.
func (u *UI) typed(key fyne.KeyName) {
	if key == fyne.KeyEscape && u.sheet != nil {
		u.closeSheet()
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

func (u *UI) focusFilter() { u.inFolder(func(v *folderView) { u.window.Canvas().Focus(v.filter) }) }

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

package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/ui/look"
)

// hotkey is keys and what each of them does, in words too: the list of keys is made of the tables that bind them, so that it tells
// the truth.
type hotkey struct {
	keys []fyne.KeyName
	mod  fyne.KeyModifier
	says string
	do   func()
}

func on(says string, do func(), keys ...fyne.KeyName) hotkey {
	return hotkey{keys: keys, says: says, do: do}
}

// chord is a hotkey for when other keys are held down.
func chord(mod fyne.KeyModifier, says string, do func(), keys ...fyne.KeyName) hotkey {
	return hotkey{keys, mod, says, do}
}

// press does what a key without others does, and tells whether it does anything.
func press(table []hotkey, key fyne.KeyName) bool {
	for _, h := range table {
		for _, k := range h.keys {
			if k == key && h.mod == 0 {
				h.do()
				return true
			}
		}
	}
	return false
}

// keyNames are the keys that are called otherwise than Fyne does.
func keyNames() map[fyne.KeyName]string {
	return map[fyne.KeyName]string{
		fyne.KeyUp: "↑", fyne.KeyDown: "↓", fyne.KeyLeft: "←", fyne.KeyRight: "→", fyne.KeyReturn: tr("Enter"), fyne.KeyEnter: tr("Enter"), fyne.KeyDelete: tr("Delete key"), fyne.KeyBackspace: tr("Backspace"),
		fyne.KeySpace: tr("Space"), fyne.KeyEscape: tr("Escape"), fyne.KeyPageUp: tr("Page Up"), fyne.KeyPageDown: tr("Page Down"), fyne.KeyHome: tr("Home"), fyne.KeyEnd: tr("End key"), desktop.KeyMenu: tr("Menu key"),
		fyne.KeyMinus: "−",
	}
}

// text is the keys as they are printed on a keyboard.
func (h hotkey) text() string {
	held := ""
	for _, m := range []struct {
		mod  fyne.KeyModifier
		name string
	}{{fyne.KeyModifierControl, tr("Ctrl")}, {fyne.KeyModifierSuper, tr("Cmd")}, {fyne.KeyModifierAlt, tr("Alt")}, {fyne.KeyModifierShift, tr("Shift")}} {
		if h.mod&m.mod != 0 {
			held += m.name + "+"
		}
	}
	var texts []string
	names := keyNames()
	for _, k := range h.keys {
		name, ok := names[k]
		if !ok {
			name = string(k)
		}
		if len(texts) == 0 || texts[len(texts)-1] != held+name {
			texts = append(texts, held+name)
		}
	}
	return strings.Join(texts, "   ")
}

// keyGroup is the keys of a part of the window.
type keyGroup struct {
	title string
	keys  []hotkey
}

// keyGroups are all keys that Lanyard has.
func (u *UI) keyGroups() []keyGroup {
	none := func() {}
	return []keyGroup{
		{tr("Everywhere"), append(u.hotkeys(), on(tr("Next and previous part of the window: Tab, with Shift"), none, fyne.KeyTab), on(tr("Press what has the keyboard"), none, fyne.KeySpace, fyne.KeyReturn), on(tr("What can be done with it"), none, desktop.KeyMenu))},
		{tr("In a folder"), append(append((&folderView{}).hotkeys(), u.folderHotkeys()...), on(tr("Open"), none, fyne.KeyReturn), on(tr("A page on, to the beginning, to the end"), none, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd))},
		{tr("On a transfer"), (&transferRow{}).hotkeys()},
		{tr("On a print job"), (&jobRow{}).hotkeys()},
		{tr("In the inbox"), (&offerRow{}).hotkeys()},
	}
}

// showKeys lists all keys.
func (u *UI) showKeys() {
	list := look.VBox(4)
	for n, g := range u.keyGroups() {
		room := float32(10)
		if n == 0 {
			room = 0
		}
		list.Add(look.VBox(0, container.New(atLeast{height: room}, container.NewStack()), look.NewHeading(g.title)))
		for at := 0; at < len(g.keys); {
			says, keys := g.keys[at].says, ""
			for ; at < len(g.keys) && g.keys[at].says == says; at++ {
				keys += "   " + g.keys[at].text()
			}
			line := look.NewText(keys).In(look.ColorQuiet, theme.SizeNameText).Right()
			list.Add(container.NewBorder(nil, nil, nil, line, look.NewText(says).Shrink(120)))
		}
	}
	scroll := newKeyScroll(look.Pad(10, 14, container.New(roomForBar{}, list)), u.closeSheet)
	tall := min(max(u.window.Canvas().Size().Height-keysRest, resultsLeast), keysMost)
	u.open(sheetSpec{
		title: tr("Keys"), icon: look.IconKeyboard, width: 560, cancel: tr("Close"), focus: scroll,
		body: container.NewStack(look.NewPaint(look.ColorSidebar, 8), container.New(atLeast{height: tall}, scroll)),
	})
}

// The list of keys takes what the window has left beside the rest of its sheet, in Fyne's pixels.
const keysMost, keysRest = 460, 180

package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/ui/uitest"
)

// The list of keys is made of the tables that bind them; here each of those that go somewhere is pressed.
func TestTheKeysDoWhatTheirListSays(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.typed(fyne.KeyF1)
	if d.sheet != nil {
		t.Fatal("F1 is heard twice where nothing has the keyboard")
	}
	d.shortcut(fyne.KeySlash, fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift)
	d.reads("Ctrl+5")
	d.shoot("keys")
	d.hit(fyne.KeyEscape)
	d.closed()

	for _, c := range []struct {
		says string
		want place
	}{
		{"Inbox", place{kind: atInbox}}, {"Transfers", place{kind: atTransfers}}, {"Printers", place{kind: atPrinters}}, {"This PC", place{kind: atThisPC}}, {"Settings", place{kind: atSettings}},
		{"The folder or page above", place{kind: atWorkgroup}}, {"Back and forward", place{kind: atSettings}}, {"The workgroup", place{kind: atWorkgroup}},
	} {
		for _, h := range d.hotkeys() {
			if h.says == c.says {
				d.shortcut(h.keys[0], h.mod)
				break
			}
		}
		if d.nav.place != c.want {
			t.Errorf("%q leads to %+v", c.says, d.nav.place)
		}
	}

	// No key is bound twice, in the window or in a part of it.
	for _, g := range d.keyGroups() {
		seen := map[string]string{}
		for _, h := range g.keys {
			for _, k := range h.keys {
				id := fmt.Sprint(h.mod, k)
				if was, ok := seen[id]; ok {
					t.Errorf("%s: %s is both %q and %q", g.title, h.text(), was, h.says)
				}
				seen[id] = h.says
			}
		}
	}
}

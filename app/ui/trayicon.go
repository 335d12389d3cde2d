//go:build linux || windows

package ui

import (
	"context"
	"runtime"
	"strings"

	"fyne.io/systray"
)

// systemTray is the icon of the system's tray. Its lines stay the same objects, so that a menu that is open neither flickers nor
// loses a click when a number in it changes; Fyne's own makes all of them anew.
type systemTray struct {
	work  *work
	open  func() // the icon was clicked
	end   func() // nil until it is shown
	lines []*trayItem
	last  []byte // the icon that is shown
}

type trayItem struct {
	item *systray.MenuItem
	now  TrayLine
}

// newTrayIcon returns the tray's icon, which isn't shown yet.
func newTrayIcon(w *work, open func()) TrayIcon { return &systemTray{work: w, open: open} }

// Show is for TrayIcon.
func (t *systemTray) Show(icon []byte, menu []TrayLine) {
	if t.end == nil {
		t.begin()
	}
	if len(icon) > 0 && string(icon) != string(t.last) {
		t.last = icon
		systray.SetIcon(asIcon(icon))
	}
	for i, line := range menu {
		if i == len(t.lines) {
			t.lines = append(t.lines, t.add(line))
		} else if !t.lines[i].now.same(line) {
			t.lines[i].change(line)
		} else {
			t.lines[i].now.Do = line.Do
		}
	}
}

// begin registers the icon with the desktop. Windows wants that done where the messages of its windows are taken, which is here;
// elsewhere it may wait for a bus.
func (t *systemTray) begin() {
	systray.SetOnTapped(func() { t.work.post(t.open) })
	systray.SetTitle("Lanyard")
	systray.SetTooltip("Lanyard")
	start, end := systray.RunWithExternalLoop(nil, nil)
	t.end = end
	if runtime.GOOS == "windows" {
		start()
		return
	}
	t.work.start(func(context.Context) func() {
		start()
		return nil
	})
}

// add makes a line. A separator can't be changed later.
func (t *systemTray) add(line TrayLine) *trayItem {
	if line.Separator {
		systray.AddSeparator()
		return &trayItem{now: line}
	}
	i := &trayItem{item: systray.AddMenuItem(menuText(line.Text), ""), now: TrayLine{Text: line.Text}}
	i.change(line)
	clicked := i.item.ClickedCh
	t.work.start(func(ctx context.Context) func() {
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-clicked:
				t.work.post(i.tapped)
			}
		}
	})
	return i
}

// menuText is a text as a menu of the desktop takes it, where a sign before a letter makes that its key.
func menuText(text string) string {
	if runtime.GOOS == "windows" {
		return strings.ReplaceAll(text, "&", "&&")
	}
	return strings.ReplaceAll(text, "_", "__")
}

func (i *trayItem) tapped() {
	if i.now.Do != nil && !i.now.Off && !i.now.Hidden {
		i.now.Do()
	}
}

// change brings a line up to date.
func (i *trayItem) change(line TrayLine) {
	was := i.now
	i.now = line
	if was.Text != line.Text {
		i.item.SetTitle(menuText(line.Text))
	}
	if off := line.Off || line.Do == nil; off != i.item.Disabled() {
		if off {
			i.item.Disable()
		} else {
			i.item.Enable()
		}
	}
	if was.Hidden != line.Hidden {
		if line.Hidden {
			i.item.Hide()
		} else {
			i.item.Show()
		}
	}
}

// Close is for TrayIcon.
func (t *systemTray) Close() {
	if t.end != nil {
		t.end()
	}
}

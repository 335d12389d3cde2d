//go:build !linux && !windows

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// fyneTray is Fyne's icon, where the system's own can only be had together with its windows.
type fyneTray struct{ host desktop.App }

// newTrayIcon returns the tray's icon, which isn't shown yet; nil where Fyne has none.
func newTrayIcon(*work, func()) TrayIcon {
	host, ok := fyne.CurrentApp().(desktop.App)
	if !ok {
		return nil
	}
	return fyneTray{host}
}

// Show is for TrayIcon.
func (t fyneTray) Show(_ []byte, menu []TrayLine) {
	var items []*fyne.MenuItem
	for _, line := range menu {
		switch {
		case line.Hidden:
		case line.Separator:
			items = append(items, fyne.NewMenuItemSeparator())
		default:
			i := fyne.NewMenuItem(line.Text, line.Do)
			i.Disabled = line.Off || line.Do == nil
			items = append(items, i)
		}
	}
	items[len(items)-1].IsQuit = true
	t.host.SetSystemTrayMenu(fyne.NewMenu("Lanyard", items...))
}

// Close is for TrayIcon.
func (fyneTray) Close() {}

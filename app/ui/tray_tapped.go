//go:build linux || windows

package ui

import "fyne.io/systray"

// trayTapped makes a click on the tray icon call open, on Fyne's goroutine. The system calls from one of its own.
func trayTapped(w *work, open func()) { systray.SetOnTapped(func() { w.post(open) }) }

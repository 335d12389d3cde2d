//go:build !linux && !windows

package ui

// trayTapped does nothing: a click opens the tray icon's menu here.
func trayTapped(*work, func()) {}

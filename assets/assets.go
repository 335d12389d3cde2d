// Package assets holds the files that are built into Lanyard: its icon, its menu entry and its login service.
// It knows no toolkit and reads nothing from disk.
package assets

import _ "embed"

// Icon is the program's icon, a PNG of 256 × 256 pixels.
//
//go:embed lanyard.png
var Icon []byte

// Logo is the same icon at 64 × 64 pixels, for beside its name.
//
//go:embed lanyard-64.png
var Logo []byte

// IconSVG is the same icon as a drawing, the source of every other size.
//
//go:embed lanyard.svg
var IconSVG []byte

// DesktopFile is the freedesktop.org Desktop Entry that puts Lanyard into a desktop's menu.
//
//go:embed org.lanyard.Lanyard.desktop
var DesktopFile []byte

// ServiceUnit is a systemd user unit that keeps `lanyard serve` running from login to logout.
//
//go:embed lanyard.service
var ServiceUnit []byte

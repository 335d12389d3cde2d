package ui

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/ui/camera"
	"lanyard/app/ui/exchange"
)

// Options are what a window needs from the world. The zero value works.
type Options struct {
	// DataDir is a private folder for the window's own things: its size, the theme, copies of files that were opened.
	// "" means a folder below the system's cache folder.
	DataDir string
	// ViewerDir is a private folder for the program that draws PDF, as this machine runs it. "" means one in DataDir.
	ViewerDir string
	// Hidden starts without showing the window, where there is a tray.
	Hidden bool
	// Remote says that the node runs in another process, so that quitting the window doesn't end the sharing.
	Remote bool
	// Tray tells whether this desktop shows tray icons now. nil asks the desktop.
	Tray func(ctx context.Context) bool
	// TrayComes waits until the desktop shows tray icons and returns true, or false when it doesn't before ctx ends; nil: Tray, or
	// what belongs to this system.
	TrayComes func(ctx context.Context) bool
	// Open opens a local file or folder, or an address of the web, with the system's program for it. nil asks the desktop.
	Open func(ctx context.Context, path string) error
	// OpenDrive shows a WebDAV address of this PC (http://127.0.0.1:…) in the system's file manager. nil asks the desktop.
	OpenDrive func(ctx context.Context, address string) error
	// Desktop is how files pass between the window and other programs. nil asks the desktop.
	Desktop exchange.Desktop
	// Pick lets a person choose local files or a folder. nil asks the desktop, then Fyne.
	Pick Picker
	// TrayIcon shows the icon beside the clock. nil is the desktop's.
	TrayIcon TrayIcon
	// Notes tells a person who doesn't look at the window. nil asks the desktop.
	Notes Notes
	// UserFolders finds the folders that the person at this PC might share, absolute and existing. nil looks for those for
	// documents, pictures and the like.
	UserFolders func() []string
	// Cameras finds the cameras of this PC. nil looks for them.
	Cameras func() []camera.Camera
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Icon is the program's icon; nil means none.
	Icon fyne.Resource
	// Log takes what goes wrong and no person needs to see; nil drops it.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.DataDir == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			dir = os.TempDir()
		}
		o.DataDir = filepath.Join(dir, "lanyard", "window")
	}
	if o.ViewerDir == "" {
		o.ViewerDir = filepath.Join(o.DataDir, "viewer")
	}
	if o.Tray == nil {
		o.Tray, o.TrayComes = trayPresent, trayComes
	}
	if o.TrayComes == nil {
		o.TrayComes = o.Tray
	}
	if o.Open == nil {
		o.Open = openWithSystem
	}
	if o.OpenDrive == nil {
		o.OpenDrive = openDrive
	}
	if o.UserFolders == nil {
		o.UserFolders = userFolders
	}
	if o.Cameras == nil {
		o.Cameras = camera.Cameras
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

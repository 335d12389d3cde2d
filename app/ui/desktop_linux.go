package ui

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"github.com/godbus/dbus/v5"

	"lanyard/app/ui/exchange"
	"lanyard/app/ui/exchange/x11"
)

// sessionBus connects to the session's bus, but never starts one. The caller closes it.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err = conn.Auth(nil); err == nil {
		err = conn.Hello()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// trayPresent asks the session's bus for a StatusNotifierWatcher with a host: without one a tray icon is never seen,
// and a hidden window would be lost.
func trayPresent(ctx context.Context) bool {
	conn, err := sessionBus(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	return trayHost(ctx, conn)
}

// trayWatcher knows who shows tray icons.
const trayWatcher = "org.kde.StatusNotifierWatcher"

func trayHost(ctx context.Context, conn *dbus.Conn) bool {
	var shown dbus.Variant
	err := conn.Object(trayWatcher, "/StatusNotifierWatcher").CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		trayWatcher, "IsStatusNotifierHostRegistered").Store(&shown)
	on, _ := shown.Value().(bool)
	return err == nil && on
}

// trayComes waits until tray icons are shown, or ctx ends: at login a program may be there before the desktop's panel.
func trayComes(ctx context.Context) bool {
	conn, err := sessionBus(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	news := make(chan *dbus.Signal, 16)
	conn.Signal(news)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, trayWatcher)},
		{dbus.WithMatchInterface(trayWatcher), dbus.WithMatchMember("StatusNotifierHostRegistered")},
	} {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return false
		}
	}
	for !trayHost(ctx, conn) {
		select {
		case <-ctx.Done():
			return false
		case _, open := <-news:
			if !open {
				return false
			}
		}
	}
	return true
}

// openCommand is the command that opens a path with the desktop's program for it.
func openCommand(path string) *exec.Cmd {
	return exec.Command("xdg-open", path) // #nosec G204 -- a path of ours, as one argument
}

// openDrive shows a WebDAV address of this PC in the file manager. It has a secret in it, which everybody on this PC could
// read on a command line: it goes over the session's bus where a file manager listens there.
func openDrive(ctx context.Context, address string) error {
	davs := strings.Replace(address, "http://", davScheme()+"://", 1)
	if conn, err := sessionBus(ctx); err == nil {
		defer conn.Close()
		const name = "org.freedesktop.FileManager1"
		err := conn.Object(name, "/org/freedesktop/FileManager1").CallWithContext(ctx, name+".ShowFolders", 0, []string{davs}, "").Err
		if err == nil {
			return nil
		}
	}
	if mount, err := exec.LookPath("gio"); err == nil && davScheme() == "dav" {
		// Mounted already is an error too: the file manager says what is wrong, if anything is.
		_ = exec.CommandContext(ctx, mount, "mount", davs).Run() // #nosec G204 -- an address of ours, as one argument
	}
	return openWithSystem(ctx, davs)
}

// davScheme is what the file manager of this desktop calls WebDAV.
func davScheme() string {
	if strings.Contains(strings.ToUpper(os.Getenv("XDG_CURRENT_DESKTOP")), "KDE") {
		return "webdav"
	}
	return "dav"
}

// askDesktop shows the desktop's own file dialog (xdg-desktop-portal, FileChooser.OpenFile) and returns its choice as
// URIs: none when it was cancelled, errNoDialog where there is no such dialog.
func askDesktop(ctx context.Context, title string, folder bool, start string) ([]string, error) {
	conn, err := sessionBus(ctx)
	if err != nil {
		return nil, noDialog(ctx)
	}
	defer conn.Close()
	// The answer is a signal of an object whose name we know beforehand, so we listen before we ask.
	token := "lanyard" + rand.Text()
	sender := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	request := dbus.ObjectPath(fmt.Sprintf("/org/freedesktop/portal/desktop/request/%s/%s", sender, token))
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(request), dbus.WithMatchInterface("org.freedesktop.portal.Request")); err != nil {
		return nil, noDialog(ctx)
	}
	answers := make(chan *dbus.Signal, 1)
	conn.Signal(answers)
	options := map[string]dbus.Variant{
		"handle_token": dbus.MakeVariant(token), "directory": dbus.MakeVariant(folder), "multiple": dbus.MakeVariant(!folder),
		"current_folder": dbus.MakeVariant(append([]byte(start), 0)),
	}
	err = conn.Object("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop").
		CallWithContext(ctx, "org.freedesktop.portal.FileChooser.OpenFile", 0, "", title, options).Err
	if err != nil {
		return nil, noDialog(ctx)
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case answer, ok := <-answers:
		if !ok {
			return nil, errors.New("ask for a file: the desktop went away")
		}
		return chosen(answer.Body)
	}
}

// noDialog says that there is no dialog, unless nobody waits for one any more.
func noDialog(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errNoDialog
}

// chosen reads the portal's answer: a status (0 is a choice) and a dictionary with the URIs.
func chosen(body []any) ([]string, error) {
	var status uint32
	var results map[string]dbus.Variant
	if err := dbus.Store(body, &status, &results); err != nil {
		return nil, fmt.Errorf("read the desktop's answer: %w", err)
	}
	uris, _ := results["uris"].Value().([]string)
	if status != 0 {
		return nil, nil
	}
	return uris, nil
}

// desktopOf returns what the desktop can do with files: over X11, where the window is on such a display.
func desktopOf(w fyne.Window) (d exchange.Desktop) {
	d = exchange.None{}
	if n, ok := w.(driver.NativeWindow); ok {
		n.RunNative(func(context any) {
			if c, ok := context.(driver.X11WindowContext); ok && c.WindowHandle != 0 {
				d = x11.Desktop{Window: uint32(c.WindowHandle)} // #nosec G115 -- X11 has IDs of 29 bits
			}
		})
	}
	return d
}

package ui

import (
	"context"
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"lanyard/app/ui/exchange"
	"lanyard/app/ui/exchange/ole"
)

// trayPresent says yes: every Windows desktop has a notification area.
func trayPresent(context.Context) bool { return true }

func trayComes(context.Context) bool { return true }

// openCommand is the command that opens a path with the desktop's program for it. No shell is involved. It would inherit the
// priority of this program, which may be below the usual one.
func openCommand(path string) *exec.Cmd {
	c := exec.Command("rundll32", "url.dll,FileProtocolHandler", path) // #nosec G204 -- a path of ours, as one argument
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.NORMAL_PRIORITY_CLASS}
	return c
}

func askDesktop(context.Context, string, bool, string) ([]string, error) { return nil, errNoDialog }

// openDrive shows a WebDAV address of this PC in the Explorer, by the name that Windows has for it: \\HOST@PORT\DavWWWRoot\PATH.
func openDrive(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("show the drive: its address is damaged")
	}
	return openWithSystem(ctx, `\\`+u.Hostname()+"@"+u.Port()+`\DavWWWRoot`+strings.ReplaceAll(strings.TrimSuffix(u.Path, "/"), "/", `\`))
}

// desktopOf returns what the desktop can do with files.
func desktopOf(w fyne.Window) (d exchange.Desktop) {
	d = exchange.None{}
	if n, ok := w.(driver.NativeWindow); ok {
		n.RunNative(func(context any) {
			if c, ok := context.(driver.WindowsWindowContext); ok {
				d = ole.Desktop{Window: c.HWND}
			}
		})
	}
	return d
}

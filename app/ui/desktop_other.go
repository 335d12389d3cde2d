//go:build !linux && !windows

package ui

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"lanyard/app/ui/exchange"
)

// trayPresent knows of a menu bar on macOS, and elsewhere of nothing.
func trayPresent(context.Context) bool { return runtime.GOOS == "darwin" }

func trayComes(ctx context.Context) bool { return trayPresent(ctx) }

// openCommand is the command that opens a path with the desktop's program for it.
func openCommand(path string) *exec.Cmd {
	if runtime.GOOS == "darwin" {
		return exec.Command("open", path)
	}
	return exec.Command("xdg-open", path)
}

func askDesktop(context.Context, string, bool, string) ([]string, error) { return nil, errNoDialog }

// openDrive shows a WebDAV address of this PC in the file manager: the Finder mounts it first.
func openDrive(ctx context.Context, address string) error {
	if runtime.GOOS != "darwin" {
		return openWithSystem(ctx, strings.Replace(address, "http://", "dav://", 1))
	}
	// The script comes over standard input: a command line can be read by everybody on this PC.
	cmd := exec.CommandContext(ctx, "osascript", "-")
	cmd.Stdin = strings.NewReader("tell application \"Finder\" to open location " + strconv.Quote(address))
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("show the drive in the Finder: %w", err)
	}
	return nil
}

func desktopOf(fyne.Window) exchange.Desktop { return exchange.None{} }

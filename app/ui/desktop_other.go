//go:build !linux && !windows

package ui

import (
	"context"
	"os/exec"
	"runtime"
)

// trayPresent knows of a menu bar on macOS, and elsewhere of nothing.
func trayPresent(context.Context) bool { return runtime.GOOS == "darwin" }

// openCommand is the command that opens a path with the desktop's program for it.
func openCommand(path string) *exec.Cmd {
	if runtime.GOOS == "darwin" {
		return exec.Command("open", path)
	}
	return exec.Command("xdg-open", path)
}

func askDesktop(context.Context, string, bool, string) ([]string, error) { return nil, errNoDialog }

package ui

import (
	"context"
	"os/exec"
)

// trayPresent says yes: every Windows desktop has a notification area.
func trayPresent(context.Context) bool { return true }

// openCommand is the command that opens a path with the desktop's program for it. No shell is involved.
func openCommand(path string) *exec.Cmd {
	return exec.Command("rundll32", "url.dll,FileProtocolHandler", path) // #nosec G204 -- a path of ours, as one argument
}

func askDesktop(context.Context, string, bool, string) ([]string, error) { return nil, errNoDialog }

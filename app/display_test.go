//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A window that can't be opened is told in a sentence, and nothing is left running.
func TestWithoutADisplay(t *testing.T) {
	for _, tt := range []struct{ display, says string }{{"", "there is no display to open a window on"}, {":4711", "the display :4711 can't be opened"}} {
		cmd := exec.CommandContext(t.Context(), program(t), "--home", filepath.Join(t.TempDir(), "home"))
		cmd.Env = append(os.Environ(), "DISPLAY="+tt.display, "WAYLAND_DISPLAY=", "LANG=C")
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), tt.says) || strings.Contains(string(out), "goroutine") || strings.Contains(string(out), "locale") {
			t.Errorf("with DISPLAY=%s: %v\n%s", tt.display, err, out)
		}
	}
}

// Package fynelog keeps Fyne's own messages off the terminal. Fyne writes them to Go's standard log, and begins before main:
// where the locale is "C" every command would complain of it. Go initializes packages in the order of their paths as soon
// as what they import is ready (The Go Programming Language Specification, "Program initialization"), which puts this one,
// that needs hardly anything, before Fyne.
package fynelog

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"os"
	"slices"
)

func init() { log.SetOutput(io.Discard) }

// Restore has the standard log write to stderr, as it does by default.
func Restore() { log.SetOutput(os.Stderr) }

// To has the standard log write to l, as warnings; what is of no use to a person is for who wants to look closer.
func To(l *slog.Logger) {
	log.SetFlags(0)
	log.SetOutput(&writer{log: l})
}

// useless are what Fyne complains of although nothing is wrong: a locale "C", and settings that were never made.
var useless = [][]byte{[]byte("Error parsing user locale"), []byte("Preferences load error")}

type writer struct {
	log  *slog.Logger
	less bool // of the message that is being written
}

// Write is for the standard log: a line of a message, of which Fyne's have three: what, "  Cause:" and "  At:".
func (w *writer) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, []byte("  ")) {
		w.less = slices.ContainsFunc(useless, func(u []byte) bool { return bytes.Contains(p, u) })
	}
	say := w.log.Warn
	if w.less || bytes.HasPrefix(p, []byte("  At:")) {
		say = w.log.Debug
	}
	say(string(bytes.TrimSpace(p)))
	return len(p), nil
}

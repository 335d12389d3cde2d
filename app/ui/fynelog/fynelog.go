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
)

func init() { log.SetOutput(io.Discard) }

// Restore has the standard log write to stderr, as it does by default.
func Restore() { log.SetOutput(os.Stderr) }

// To has the standard log write to l: what is Fyne's for who wants to look closer, the rest as warnings.
func To(l *slog.Logger) {
	log.SetFlags(0)
	log.SetOutput(writer{l})
}

type writer struct{ log *slog.Logger }

// Write is for the standard log: a message.
func (w writer) Write(p []byte) (int, error) {
	say := w.log.Warn
	for _, begins := range []string{"Fyne error: ", "  Cause:", "  At:"} {
		if bytes.HasPrefix(p, []byte(begins)) {
			say = w.log.Debug
		}
	}
	say(string(bytes.TrimSpace(p)))
	return len(p), nil
}

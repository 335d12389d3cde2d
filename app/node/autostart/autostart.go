// Package autostart has one Lanyard start by itself whenever its user logs in, by the means each system has for that. It starts
// nothing now and keeps no record of its own: what the system would do is the truth.
package autostart

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"
)

// Entry is a program that is to start with its user's session.
type Entry struct {
	Home   string // of this Lanyard, absolute; "" is the usual one
	Window bool   // the program with a window, which starts hidden; else the one without, as a service of the user
}

// appID is what the program is called in menus and on buses.
const appID = "org.lanyard.Lanyard"

// fileMode is that of a person's configuration, which is no secret.
const fileMode = 0o644

// suffix tells several Lanyards of one user apart.
func (e Entry) suffix() string {
	if e.Home == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(e.Home))
	return "-" + hex.EncodeToString(sum[:4])
}

// command is what is to be run: this very program.
func (e Entry) command() ([]string, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	args := []string{program}
	if e.Home != "" {
		args = append(args, "--home", e.Home)
	}
	if e.Window {
		args = append(args, "--hidden")
	} else {
		args = append(args, "serve")
	}
	for _, a := range args {
		if strings.ContainsFunc(a, unicode.IsControl) {
			return nil, errors.New("a path with control characters in it can't be started at login")
		}
	}
	return args, nil
}

// remove removes a file; none is fine.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

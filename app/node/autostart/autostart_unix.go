//go:build !windows && !darwin

package autostart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lanyard/app/node/home"
)

// Files, below the person's configuration folder.
type files struct {
	entry string // for a desktop's session
	unit  string // for systemd
	wants string // a link to the unit: that it is to start
}

func (e Entry) files() (files, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return files{}, fmt.Errorf("find the folder for settings: %w", err)
	}
	units, name := filepath.Join(dir, "systemd", "user"), "lanyard"+e.suffix()+".service"
	return files{
		entry: filepath.Join(dir, "autostart", appID+e.suffix()+".desktop"),
		unit:  filepath.Join(units, name), wants: filepath.Join(units, "default.target.wants", name),
	}, nil
}

// On tells whether it starts at login, one way or the other.
func (e Entry) On() (bool, error) {
	f, err := e.files()
	if err != nil {
		return false, err
	}
	text, err := os.ReadFile(f.entry)
	if program, starts := desktopStarts(string(text)); err == nil && starts && isThere(program) {
		return true, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	if _, err := os.Stat(f.wants); err == nil { // a link to nothing starts nothing
		return true, nil
	}
	return false, nil
}

// isThere tells whether a program is where an entry says, which it need not say.
func isThere(program string) bool {
	if program == "" {
		return true
	}
	_, err := os.Stat(program) // #nosec G703 -- it is only asked whether it is there
	return err == nil
}

// Set has it start at login, or no longer.
func (e Entry) Set(on bool) error {
	f, err := e.files()
	if err != nil {
		return err
	}
	if !on {
		return errors.Join(remove(f.entry), remove(f.wants))
	}
	args, err := e.command()
	if err != nil {
		return err
	}
	if e.Window {
		return home.Replace(f.entry, []byte(desktopEntry(args)), fileMode)
	}
	if _, err := os.Stat(f.unit); errors.Is(err, os.ErrNotExist) { // one that was installed may have been changed
		if err := home.Replace(f.unit, []byte(unit(args)), fileMode); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(f.wants), 0o700); err != nil {
		return err
	}
	if err := remove(f.wants); err != nil {
		return err
	}
	return os.Symlink(f.unit, f.wants) // as `systemctl --user enable` does, also where no systemd runs now
}

package autostart

import (
	"fmt"
	"os"
	"path/filepath"

	"lanyard/app/node/home"
)

func (e Entry) file() (string, error) {
	dir, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the home folder: %w", err)
	}
	return filepath.Join(dir, "Library", "LaunchAgents", appID+e.suffix()+".plist"), nil
}

// On tells whether it starts at login.
func (e Entry) On() (bool, error) {
	path, err := e.file()
	if err != nil {
		return false, err
	}
	_, err = os.Stat(path)
	if os.IsNotExist(err) {
		return false, nil
	}
	return err == nil, err
}

// Set has it start at login, or no longer.
func (e Entry) Set(on bool) error {
	path, err := e.file()
	if err != nil {
		return err
	}
	if !on {
		return remove(path)
	}
	args, err := e.command()
	if err != nil {
		return err
	}
	return home.Replace(path, []byte(launchAgent(appID+e.suffix(), args)), fileMode)
}

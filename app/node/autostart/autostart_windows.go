package autostart

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows/registry"
)

// Keys below the person's own part of the registry. In the second, Windows notes what people switch off in the Task Manager:
// a value whose first byte is odd.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

func (e Entry) name() string { return "Lanyard" + e.suffix() }

// On tells whether it starts at login.
func (e Entry) On() (bool, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read what starts at login: %w", err)
	}
	defer k.Close()
	if _, _, err := k.GetStringValue(e.name()); errors.Is(err, registry.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("read what starts at login: %w", err)
	}
	a, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return true, nil // nobody has switched off anything
	}
	defer a.Close()
	said, _, err := a.GetBinaryValue(e.name())
	return err != nil || len(said) == 0 || said[0]&1 == 0, nil
}

// Set has it start at login, or no longer.
func (e Entry) Set(on bool) error {
	if !on {
		return drop(runKey, e.name())
	}
	args, err := e.command()
	if err != nil {
		return err
	}
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("write what starts at login: %w", err)
	}
	defer k.Close()
	if err := k.SetStringValue(e.name(), windowsLine(args)); err != nil {
		return fmt.Errorf("write what starts at login: %w", err)
	}
	return drop(approvedKey, e.name()) // it may have been switched off there
}

// drop removes a value; none is fine.
func drop(key, name string) error {
	k, err := registry.OpenKey(registry.CURRENT_USER, key, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write what starts at login: %w", err)
	}
	defer k.Close()
	if err := k.DeleteValue(name); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("write what starts at login: %w", err)
	}
	return nil
}

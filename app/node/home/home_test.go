//go:build unix

package home

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// T20: nobody else on this PC reads the key and the settings, whatever the umask is and whatever was done to them.
func TestT20WhatIsInAHomeIsItsOwnersAlone(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	d := open(t, filepath.Join(t.TempDir(), "new", "home"))
	if err := d.WriteJSON("settings.json", 1); err != nil {
		t.Fatal(err)
	}
	if m := mode(t, d.Path()); m != 0o700 {
		t.Errorf("the home has mode %o", m)
	}
	if m := mode(t, d.Path("settings.json")); m != 0o600 {
		t.Errorf("a file has mode %o", m)
	}
	if err := os.Chmod(d.Path("settings.json"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := d.Read("settings.json"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if m := mode(t, d.Path("settings.json")); m != 0o600 {
		t.Errorf("a file that was opened to all keeps mode %o", m)
	}
}

func TestOneAtATime(t *testing.T) {
	d := open(t, t.TempDir())
	if _, err := Open(d.Path()); !errors.Is(err, ErrBusy) {
		t.Errorf("a second one: %v", err)
	}
}

func TestWhatMakesNoSenseIsKept(t *testing.T) {
	d := open(t, t.TempDir())
	for _, want := range []string{"f.bak", "f.bak2"} {
		if err := d.Write("f", []byte("{")); err != nil {
			t.Fatal(err)
		}
		var v any
		var damaged *Damaged
		if err := d.ReadJSON("f", &v); !errors.As(err, &damaged) || damaged.Kept != d.Path(want) {
			t.Fatalf("%v, want it kept as %s", err, want)
		}
		if got, err := os.ReadFile(d.Path(want)); err != nil || string(got) != "{" {
			t.Errorf("%s holds %q (%v)", want, got, err)
		}
	}
}

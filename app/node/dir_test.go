package node

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// T20: what nobody means to give away isn't shared by accident.
func TestT20WhatMustNotBeSharedByAccident(t *testing.T) {
	n := newNode(t)
	user := t.TempDir()
	user = filepath.Join(user, "home", "anna")
	t.Setenv("HOME", user)
	for _, d := range []string{"Documents", ".ssh", ".config/app", "Documents/.git"} {
		if err := os.MkdirAll(filepath.Join(user, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(user, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir       string
		want      Kind // "": it is shared
		confirmed Kind // the same once it is confirmed
	}{
		{filepath.Join(user, "Documents"), "", ""},
		{user, Unsure, ""},
		{filepath.Dir(user), Unsure, ""},
		{link, Unsure, ""},
		{filepath.Dir(filepath.Dir(filepath.Dir(user))), Denied, Denied}, // this test's Lanyard has its home there, too
		{"/etc", Unsure, ""},
		{"/usr/share", Unsure, ""},
		{"/", Denied, Denied},
		{filepath.Join(user, "..", ".."+"/.."+"/.."+"/.."+"/.."), Denied, Denied},
		{filepath.Join(user, ".ssh"), Denied, Denied},
		{filepath.Join(user, ".config/app"), Denied, Denied},
		{filepath.Join(user, "Documents/.git"), Denied, Denied},
		{n.home.Path(), Denied, Denied},
		{filepath.Dir(n.home.Path()), Denied, Denied},
		{n.home.Path("spool"), Denied, Denied},
		{"Documents", Invalid, Invalid},
	} {
		for confirmed, want := range map[bool]Kind{false: c.want, true: c.confirmed} {
			_, err := n.checkDir(c.dir, confirmed)
			if got := kind(err); got != want {
				t.Errorf("sharing %s, confirmed %v: %q (%v), want %q", c.dir, confirmed, got, err, want)
			}
		}
	}
}

func kind(err error) Kind {
	if err == nil {
		return ""
	}
	return KindOf(err)
}

// The usual place of Lanyard's own home is a hidden folder of the person's: with that person's home it isn't given away.
func TestT20AHomeFolderCanBeSharedOnceConfirmed(t *testing.T) {
	user := t.TempDir()
	t.Setenv("HOME", user)
	n, err := New(Options{Home: filepath.Join(user, ".config", "lanyard"), Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.door.Close(); n.home.Close() })
	if _, err := n.checkDir(user, false); KindOf(err) != Unsure {
		t.Errorf("unconfirmed: %v", err)
	}
	if _, err := n.checkDir(user, true); err != nil {
		t.Errorf("confirmed: %v", err)
	}
}

package node

import (
	"strings"
	"testing"
)

func TestAFaceFromAnotherPC(t *testing.T) {
	long := strings.Repeat("ä", 100)
	for _, c := range []struct {
		rule      string
		raw, want Face
	}{
		{"as it was set", Face{"Anna", "teal", "plant"}, Face{"Anna", "teal", "plant"}},
		{"what a newer one can draw", Face{"Anna", "gold", "rocket"}, Face{"Anna", "", ""}},
		{"a name that would turn the line", Face{User: "An\u202ena\n"}, Face{User: "Anna"}},
		{"a name without end", Face{User: long}, Face{User: cut(long, maxPCName)}},
		{"no picture of its own", Face{Picture: "../../etc/passwd"}, Face{}},
	} {
		if got := readFace(c.raw); got != c.want {
			t.Errorf("%s: %+v", c.rule, got)
		}
	}
}

func TestTheFaceIsSet(t *testing.T) {
	n := newNode(t)
	for _, c := range []struct {
		key, value string
		good       bool
	}{
		{"user", "  Anna Miller ", true}, {"user", "An\u202ena", false}, {"user", strings.Repeat("x", 64), false},
		{"color", "teal", true}, {"color", "gold", false}, {"picture", "plant", true}, {"picture", "rocket", false},
	} {
		if err := n.SetSetting(t.Context(), c.key, c.value); (err == nil) != c.good {
			t.Errorf("%s %q: %v", c.key, c.value, err)
		}
	}
	if s, err := n.Snapshot(t.Context()); err != nil || s.Self.Face != (Face{"Anna Miller", "teal", "plant"}) {
		t.Errorf("this PC looks like %+v, %v", s.Self.Face, err)
	}
	for _, key := range []string{"user", "color", "picture"} {
		if err := n.SetSetting(t.Context(), key, ""); err != nil {
			t.Errorf("%s can't be taken back: %v", key, err)
		}
	}
	if s, _ := n.Snapshot(t.Context()); s.Self.Face != (Face{}) {
		t.Errorf("this PC looks like %+v", s.Self.Face)
	}
}

func TestLoginIsWhatTheSystemHas(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	n := newNode(t)
	value := func() string {
		all, err := n.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if s.Key == "login" {
				return s.Value
			}
		}
		return "missing"
	}
	if err := n.SetSetting(t.Context(), "login", "on"); err != nil || value() != "on" {
		t.Errorf("on: %v, and it is %s", err, value())
	}
	if err := n.autostart().Set(false); err != nil || value() != "off" { // somebody takes the file away
		t.Errorf("taken away: %v, and it is %s", err, value())
	}
	if err := n.SetSetting(t.Context(), "login", "perhaps"); err == nil {
		t.Error("perhaps is taken for a switch")
	}
}

//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// T40: what one PC removes at another comes back by command. Who changes too much is stopped, shown by name, undone and let
// go.
func TestT40WhatAnotherPCRemovesComesBack(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	files := map[string]string{"plan.txt": "the plan", "old/letter.txt": "a letter"}
	for n := range 60 {
		files[fmt.Sprintf("many/%d.txt", n)] = "much"
	}
	dir := front.Shares("Plans", "change", files)
	back.Knows(front, "Plans")
	content := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(dir, name))
		return string(text)
	}

	back.Must("rm", "front:Plans/plan.txt", "front:Plans/old")
	if said := back.Must("bin", "front:Plans"); !strings.Contains(said, "plan.txt") || !strings.Contains(said, "old/") {
		t.Errorf("the bin shows %q", said)
	}
	back.Must("bin", "front:Plans", "restore")
	if content("plan.txt") != "the plan" || content("old/letter.txt") != "a letter" {
		t.Error("it has not come back")
	}

	front.Must("config", "set", "brake", "50")
	list, err := os.ReadDir(filepath.Join(dir, "many"))
	if err != nil {
		t.Fatal(err)
	}
	stopped := 0
	for _, f := range list {
		err := back.Remove(t.Context(), []node.Location{{PC: "front", Folder: "Plans", Path: "many/" + f.Name()}})
		if node.KindOf(err) == node.Denied {
			stopped++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if stopped < 10 {
		t.Errorf("of 60 files that were removed it was stopped at %d", stopped)
	}
	is := func(s *node.State) bool { return len(s.Brakes) == 1 && s.Brakes[0].Files > 0 }
	front.Until(10*time.Second, "shows whom the brake has stopped", is)
	if said := front.Must("brake"); !strings.Contains(said, "back") {
		t.Errorf("the brake shows %q", said)
	}
	front.Must("brake", "undo", "back")
	if left, err := os.ReadDir(filepath.Join(dir, "many")); err != nil || len(left) != 60 {
		t.Errorf("of 60 files %d are back, %v", len(left), err)
	}
	back.Fails("stopped", "rm", "front:Plans/plan.txt")
	front.Must("brake", "release", "back")
	back.Must("rm", "front:Plans/plan.txt")
	front.Must("bin", "this:Plans", "empty")
	if said := back.Must("bin", "front:Plans"); strings.Contains(said, "plan.txt") {
		t.Errorf("emptied, and the bin shows %q", said)
	}
	front.Until(10*time.Second, "shows nobody", func(s *node.State) bool { return len(s.Brakes) == 0 })
}

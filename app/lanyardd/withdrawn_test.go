//go:build linux

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// Who loses a right in the middle of using it is cut off within a second, however slowly the bytes go, and keeps no half of a
// file that the program would take for a whole one.
func TestARightWithdrawnEndsWhatRuns(t *testing.T) {
	for name, withdraw := range map[string]func(front *officetest.Desk, dir string){
		"the right to the folder": func(front *officetest.Desk, dir string) { front.Must("share", "add", dir, "--allow", "everyone=see") },
		"the folder":              func(front *officetest.Desk, dir string) { front.Must("share", "remove", "Plans") },
		"the service":             func(front *officetest.Desk, dir string) { front.Must("config", "set", "files", "false") },
		"the membership":          func(front *officetest.Desk, dir string) { front.Must("workgroup", "remove", "back") },
		"the will to know it":     func(front *officetest.Desk, dir string) { front.Must("config", "set", "avoid", "back") },
	} {
		t.Run(name, func(t *testing.T) {
			lan := discoverytest.NewLAN(t)
			two := officetest.Office(t, lan, "front", "back")
			front, back := two[0], two[1]
			dir := front.Shares("Plans", "change", nil)
			big(t, filepath.Join(dir, "big.bin"), 32<<20)
			back.Knows(front, "Plans")
			front.PC.Limit(4 << 20)
			back.PC.Limit(4 << 20)
			local := filepath.Join(noDisk(t), "new.bin") // a disk that turns does one thing at a time
			big(t, local, 32<<20)
			got := t.TempDir()
			if _, err := back.Get(t.Context(), []node.Location{{PC: "front", Folder: "Plans", Path: "big.bin"}}, got, node.Moving{}); err != nil {
				t.Fatal(err)
			}
			half(back)
			if _, err := back.Put(t.Context(), []string{local}, node.Location{PC: "front", Folder: "Plans"}, node.Moving{}); err != nil {
				t.Fatal(err)
			}
			half(back)
			begun := time.Now()
			withdraw(front, dir)
			back.Until(time.Second+air, "has both ended", func(s *node.State) bool {
				return len(s.Transfers) == 2 && over(s.Transfers[0]) && over(s.Transfers[1])
			})
			took := time.Since(begun)
			t.Logf("over %v after it was withdrawn", took.Round(time.Millisecond))
			for _, tr := range state(back).Transfers {
				if tr.State == node.TransferBlocked && name == "the will to know it" {
					continue // that can't be told from a PC that is off
				}
				if tr.State != node.TransferFailed || tr.Error == "" {
					t.Errorf("the %s ended as %s: %q", tr.Direction, tr.State, tr.Error)
				}
			}
			shows(t, got)
			shows(t, dir, "big.bin")
		})
	}
}

// over tells whether a transfer moves nothing any more.
func over(t node.Transfer) bool { return t.State.Ended() || t.State == node.TransferBlocked }

// shows fails when a folder shows anything but these files. What half stands is hidden: the transfer can be tried again.
func shows(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("%s shows %q, want %q", dir, names, want)
	}
}

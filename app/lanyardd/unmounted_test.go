//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// A disk that is taken out is waited for, also over a restart, although there is a folder where it belongs: nothing is put
// there, and hidden by the disk once it is back.
func TestAPutWaitsForADiskThatWasTakenOut(t *testing.T) {
	t.Parallel() // it mostly waits
	image, mount := t.TempDir(), t.TempDir()
	if err := unix.Mount("none", image, "tmpfs", 0, "size=64m"); err != nil {
		discoverytest.Unavailable(t, "mount: %v", err)
	}
	defer unix.Unmount(image, unix.MNT_DETACH)
	front, back, _ := movers(t, discoverytest.NewLAN(t)) // after the mount, so that it is the PCs' too
	in := func() {
		front.PC.Do(func() {
			if err := unix.Mount(image, mount, "", unix.MS_BIND, ""); err != nil {
				t.Error(err)
			}
		})
	}
	in()
	if _, err := front.ShareFolder(t.Context(), node.Folder{Name: "Stick", Dir: mount, Allow: map[string]string{"everyone": "change"}}); err != nil {
		t.Fatal(err)
	}
	back.Knows(front, "Stick")
	local := filepath.Join(t.TempDir(), "new.bin")
	big(t, local, movie)
	tr, err := back.Put(t.Context(), []string{local}, node.Location{PC: "front", Folder: "Stick"}, node.Moving{})
	if err != nil {
		t.Fatal(err)
	}
	middle(back, tr.ID)
	front.Cmd.Kill()
	front.Cmd.Wait()
	front.PC.Do(func() {
		if err := unix.Unmount(mount, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	front.Start()
	back.Until(patience, "waits for the disk", func(s *node.State) bool {
		tr := transfer(s, tr.ID)
		return tr.State == node.TransferBlocked && strings.Contains(tr.Waits, "is its disk plugged in?") || tr.State.Ended()
	})
	front.Until(patience, "tells its owner", func(s *node.State) bool {
		for _, f := range s.Folders {
			if f.Name == "Stick" {
				return strings.Contains(f.Error, "nothing is mounted")
			}
		}
		return false
	})
	if list, err := os.ReadDir(mount); err != nil || len(list) > 0 {
		t.Errorf("where the disk belongs there is %v, %v", list, err)
	}
	in()
	is(back, tr.ID, node.TransferDone)
	if officetest.Content(t, local) != officetest.Content(t, filepath.Join(image, "new.bin")) {
		t.Error("another file is on the disk")
	}
}

package bin

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const stormDir = "LANYARD_TEST_STORM" // set: the test binary replaces and removes files there until it is killed

const stormFiles = 20

func TestMain(m *testing.M) {
	if dir := os.Getenv(stormDir); dir != "" {
		storm(dir)
	}
	os.Exit(m.Run())
}

func storm(dir string) {
	root, err := os.OpenRoot(dir)
	b := New(root, Names{besides, moveNew})
	for n := 0; err == nil; n++ {
		temp, at := fmt.Sprint(".lanyard-", n%3), fmt.Sprint("replaced", n%stormFiles)
		if err = os.WriteFile(filepath.Join(dir, temp), []byte("whole"), 0o666); err == nil {
			err = b.Replace(temp, at, "x", func(fs.FileInfo) error { return nil })
		}
		if n >= stormFiles && n < 2*stormFiles && err == nil {
			err = b.Remove(fmt.Sprint("removed", n-stormFiles), "x", func(int) error { return nil })
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Killed at any moment of a storm of changes, there is not a file that is missing in its place and in the bin.
func TestT40KilledInAStormNothingIsLost(t *testing.T) {
	for round := range 25 {
		dir := t.TempDir()
		for n := range stormFiles {
			for _, name := range []string{"replaced", "removed"} {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(name, n)), []byte("whole"), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd := exec.Command(os.Args[0]) // #nosec G204 -- this test
		cmd.Env = append(os.Environ(), stormDir+"="+dir)
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for { // until it is at work
			if _, err := os.Stat(filepath.Join(dir, Name, journalName)); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if said.Len() > 0 {
			t.Fatal(said.String())
		}
		s := openShelf(t, dir)
		kept := map[string]int{}
		for _, i := range s.items() {
			kept[i.Path]++
		}
		for n := range stormFiles {
			at := fmt.Sprint("replaced", n)
			if text, err := os.ReadFile(filepath.Join(dir, at)); err != nil || string(text) != "whole" {
				t.Errorf("round %d: %s: %q, %v", round, at, text, err)
			}
			at = fmt.Sprint("removed", n)
			if _, err := os.Stat(filepath.Join(dir, at)); err != nil && kept[at] != 1 {
				t.Errorf("round %d: %s is nowhere", round, at)
			}
		}
		if kept[""] > 0 {
			t.Errorf("round %d: of %d items nobody knows where they were", round, kept[""])
		}
		if r := s.restore(anything); r.Failed > 0 {
			t.Errorf("round %d: %+v", round, r)
		}
	}
}

// What is on another disk that is mounted below the shared folder has its bin there.
func TestAnotherDiskHasABinOfItsOwn(t *testing.T) {
	s := newShelf(t)
	mount := mkdir(t, s.dir, "a", "disk")
	if err := unix.Mount("tmpfs", mount, "tmpfs", 0, "size=1m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("SKIPPED: this test needs the right to mount: %v", err)
	}
	t.Cleanup(func() {
		s.Close()
		if err := unix.Unmount(mount, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	s.write("a/disk/d/x", "1")
	s.write("a/disk/d/deep/y", "1")
	s.write("a/here", "1")
	s.remove("a/disk/d/deep", "w")
	s.remove("a/here", "w")
	s.write("a/disk/d/.lanyard-temp", "2")
	s.check(s.Replace("a/disk/d/.lanyard-temp", "a/disk/d/x", "w", func(fs.FileInfo) error { return nil }))
	s.has("a/disk/d/x=2")
	for _, dir := range []string{"a", "a/disk/d"} {
		if _, err := os.Stat(filepath.Join(s.dir, dir, Name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("there is a bin in %s", dir)
		}
	}
	again := openShelf(t, s.dir) // after a restart
	if list := again.items(); len(list) != 3 {
		t.Errorf("in the bin is %+v", list)
	}
	if r := again.restore(anything); r.Items != 3 || r.Failed != 0 {
		t.Errorf("%+v", r)
	}
	s.has("a/disk/d/deep/y=1", "a/disk/d/x=1", "a/here=1")
}

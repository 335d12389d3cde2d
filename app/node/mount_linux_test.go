package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lanyard/app/node/gate"
)

// Where the disk of a shared folder belongs is kept, also when its rights change while it is out, and shown to nobody.
func TestWhereADiskBelongsIsKept(t *testing.T) {
	o, mount := newOffice(t, nil), t.TempDir()
	in := func() {
		t.Helper()
		if err := unix.Mount("none", mount, "tmpfs", 0, "size=1m"); err != nil {
			t.Skipf("mount: %v", err)
		}
	}
	out := func() { _ = unix.Unmount(mount, unix.MNT_DETACH) }
	kept := func() string {
		t.Helper()
		s, err := loadSettings(o.home)
		if err != nil || len(s.Folders) != 2 {
			t.Fatalf("%v, %v", s.Folders, err)
		}
		return s.Folders[1].Mount
	}
	shares := func(access string) {
		t.Helper()
		f, err := o.ShareFolder(t.Context(), Folder{Name: "Stick", Dir: mount, Allow: map[string]string{gate.Everyone: access}, Mount: "/mine"})
		if err != nil || f.Mount != "" {
			t.Fatalf("%+v, %v", f, err)
		}
	}
	in()
	defer out()
	shares("read")
	if got := kept(); got != mount {
		t.Fatalf("it is mounted at %q, not at %q", mount, got)
	}
	out()
	shares("change")
	if got := kept(); got != mount {
		t.Errorf("without the disk, %q is kept for %q", got, mount)
	}
	s, err := o.Snapshot(t.Context())
	if err != nil || len(s.Folders) != 2 || s.Folders[1].Mount != "" {
		t.Errorf("shown: %+v, %v", s.Folders, err)
	}
	if !strings.Contains(s.Folders[1].Error, "nothing is mounted at "+mount) {
		t.Errorf("the owner is told %q", s.Folders[1].Error)
	}
	if list, err := os.ReadDir(mount); err != nil || len(list) != 0 {
		t.Errorf("where the disk belongs there is %v, %v", list, err)
	}

	// Settings of an older Lanyard know of no disks.
	in()
	o.settings.Folders[1].Mount = ""
	o.keepMounts()
	if got := kept(); got != mount {
		t.Errorf("of a folder that was shared before, %q is kept for %q", got, mount)
	}
	inner := filepath.Join(mount, "inner")
	s2 := settings{Folders: []Folder{{Dir: mount, Mount: inner}, {Dir: mount, Error: "no"}}}
	if s2.findMounts() || s2.Folders[0].Mount != inner || s2.Folders[1].Mount != "" {
		t.Errorf("an outer disk takes the place of an inner one, or of none: %+v", s2.Folders)
	}
}

package share

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// MountOf returns where the disk is mounted that a folder is on, for Folder.Mount; "" is the one that the system starts from,
// or a folder that is not there. The top of a btrfs subvolume counts, too: it does no harm.
func MountOf(dir string) string {
	at, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return ""
	}
	here, err := os.Lstat(at)
	for err == nil {
		up := filepath.Dir(at)
		if up == at {
			return ""
		}
		var above fs.FileInfo
		if above, err = os.Lstat(up); err == nil && deviceOf(above) != deviceOf(here) {
			return at
		}
		at, here = up, above
	}
	return ""
}

// offDisk tells whether an open folder is one on the disk that is there when its own is not mounted: where that belongs is an
// empty folder then. It is the open one that is asked, which no mount changes any more.
func offDisk(root *os.Root, mount string) bool {
	if mount == "" {
		return false
	}
	if at, err := os.Lstat(mount); err != nil || !at.IsDir() {
		return false // what is shared is no longer below it
	}
	above, err := os.Lstat(filepath.Dir(mount))
	if err != nil {
		return false
	}
	here, err := root.Stat(".")
	return err == nil && deviceOf(here) == deviceOf(above)
}

func deviceOf(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev)
	}
	return 0
}

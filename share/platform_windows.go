package share

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// noWait is not needed: opening never waits here.
const noWait = 0

// Free returns how many bytes this user can still write to the disk of a folder.
func Free(dir string) (int64, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, nil, nil); err != nil {
		return 0, err
	}
	return int64(free), nil
}

// freeOf returns the space left on the disk of an open file.
func freeOf(f *os.File) (int64, error) { return Free(filepath.Dir(f.Name())) }

package printing

import (
	"errors"

	"golang.org/x/sys/windows"
)

// freeSpace returns the bytes that an ordinary program may still write to the disk that holds dir.
func freeSpace(dir string) (int64, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
	return int64(min(free, 1<<62)), err
}

// syncDir does nothing: NTFS keeps its names in a journal and folders can't be flushed.
func syncDir(string) error { return nil }

func isNoSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

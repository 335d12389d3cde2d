package share

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// noWait is not needed: opening never waits here.
const noWait = 0

// Free returns how many bytes this user can still write to the disk of a folder.
func Free(dir string) (int64, error) {
	s, err := spaceIn(dir)
	return s.free, err
}

func spaceIn(dir string) (space, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return space{}, err
	}
	var free, total uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, &total, nil); err != nil {
		return space{}, err
	}
	return space{free: int64(free), total: int64(total)}, nil
}

// spaceOf tells what is left on the disk of an open file.
func spaceOf(f *os.File) (space, error) { return spaceIn(filepath.Dir(f.Name())) }

// judgeHere knows the errors that only this system has.
func judgeHere(err error) (Code, string) {
	switch {
	case errors.Is(err, windows.ERROR_DISK_FULL), errors.Is(err, windows.ERROR_HANDLE_DISK_FULL):
		return Full, "there is no space left on the disk"
	case errors.Is(err, windows.ERROR_WRITE_PROTECT):
		return Denied, "the disk can only be read"
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION), errors.Is(err, windows.ERROR_LOCK_VIOLATION):
		return Denied, textOpen
	case errors.Is(err, windows.ERROR_INVALID_NAME):
		return Invalid, "the system can't take that name"
	}
	return "", ""
}

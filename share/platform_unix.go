//go:build unix

package share

import (
	"os"

	"golang.org/x/sys/unix"
)

// noWait makes an open return at once, also of a pipe that nobody writes to.
const noWait = unix.O_NONBLOCK

// Free returns how many bytes this user can still write to the disk of a folder.
func Free(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil // #nosec G115 -- no disk has 2^63 bytes
}

// spaceOf tells what is left on the disk of an open file.
func spaceOf(f *os.File) (space, error) {
	var s unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &s); err != nil {
		return space{}, err
	}
	few := uint64(s.Ffree) < uint64(s.Files)/100
	return space{free: int64(s.Bavail) * int64(s.Bsize), total: int64(s.Blocks) * int64(s.Bsize), few: few}, nil // #nosec G115 -- no disk has 2^63 bytes
}

// judgeHere knows the errors that only this system has.
func judgeHere(error) (Code, string) { return "", "" }

package share

import "os"

// How much of a disk is left to the owner of the PC by what others put there: the system, and programs that have something
// to save, go on. One percent, and no less than these, where the disk isn't small itself.
const (
	leastReserve = 256 << 20
	mostReserve  = 4 << 30 // a percent of a large disk is more than anybody needs to go on
	smallDisk    = 20      // a twentieth of it is the most that is left
)

var errFull = &Error{Code: Full, Text: "there is not enough space left on the disk"}

// reserveOf tells how much of a disk of that many bytes is left.
func reserveOf(total int64) int64 {
	return min(max(total/100, leastReserve), mostReserve, total/smallDisk)
}

// space is what is left on a disk, and what there is of it, in bytes.
type space struct {
	free, total int64
	few         bool // it has hardly any more files to give, however small
}

// room tells whether the disk of an open file or folder takes so many bytes more; reserved is for those that aren't its
// owner's.
func room(f *os.File, size int64, reserved bool) error {
	s, err := spaceOf(f)
	if err != nil || s.total <= 0 { // a disk that can't tell is found out when it is full
		return nil
	}
	if reserved {
		s.free -= reserveOf(s.total)
	}
	if s.free < size || reserved && s.few {
		return errFull
	}
	return nil
}

// Room returns an Error of code Full when the disk of a folder takes nothing more from other PCs.
func Room(dir string) error {
	f, err := os.Open(dir) // #nosec G304 -- a folder of this PC that is shared
	if err != nil {
		return err
	}
	defer f.Close()
	return room(f, 1, true)
}

// roomIn is room for more names in a shared folder.
func roomIn(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	return room(f, 0, true)
}

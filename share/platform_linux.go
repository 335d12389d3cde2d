package share

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// groupSync says that this system makes any number of files durable with one call.
const groupSync = true

// syncFiles makes closed files durable: a few by themselves, many with the whole disk at once (syncfs, one commit of its
// journal). dirs are the folders they are in.
func syncFiles(root *os.Root, files []string, dirs map[string]bool) error {
	if len(files) > fewFiles {
		return syncDisks(root, dirs)
	}
	for _, name := range files {
		if err := syncOne(root, name); err != nil {
			return err
		}
	}
	return nil
}

// setTime gives an open file its time.
func setTime(root *os.Root, f *os.File, name string, modified time.Time) error {
	t, err := unix.TimeToTimespec(modified)
	if err == nil {
		err = unix.UtimesNanoAt(int(f.Fd()), "", []unix.Timespec{t, t}, unix.AT_EMPTY_PATH)
	}
	if err == nil {
		return nil
	}
	return root.Chtimes(name, modified, modified) // before Linux 5.8, by its name
}

// renameNew renames a file in a folder, in one step that replaces nothing: fs.ErrExist where something has the name. It is
// errors.ErrUnsupported on a disk that can't.
func renameNew(dir *os.File, from, to string) error {
	fd := int(dir.Fd())
	switch err := unix.Renameat2(fd, from, fd, to, unix.RENAME_NOREPLACE); err {
	case nil:
		return nil
	case unix.EINVAL, unix.ENOSYS, unix.EPERM: // EPERM: some filters of calls say so
		return errors.ErrUnsupported
	default:
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
}

// writeBehind has the disk begin to write a part of a file, without waiting for it.
func writeBehind(f *os.File, at, n int64) {
	_ = unix.SyncFileRange(int(f.Fd()), at, n, unix.SYNC_FILE_RANGE_WRITE) // only to be quicker: Sync is what counts
}

// syncDirs makes the names in folders durable.
func syncDirs(root *os.Root, dirs map[string]bool) error {
	if len(dirs) > fewFiles {
		return syncDisks(root, dirs)
	}
	for dir := range dirs {
		if err := syncOne(root, dir); err != nil {
			return err
		}
	}
	return nil
}

func syncOne(root *os.Root, name string) error {
	f, err := root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // removed since, which naming it will find out
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// syncDisks syncs every disk that one of the folders is on: another may be mounted below a shared folder.
func syncDisks(root *os.Root, dirs map[string]bool) error {
	done := map[uint64]bool{}
	for dir := range dirs {
		f, err := root.Open(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		var s unix.Stat_t
		if err = unix.Fstat(int(f.Fd()), &s); err == nil && !done[uint64(s.Dev)] {
			done[uint64(s.Dev)] = true
			err = unix.Syncfs(int(f.Fd()))
		}
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// sparse tells whether a file has holes.
func sparse(f *os.File, size int64) bool {
	var s unix.Stat_t
	return unix.Fstat(int(f.Fd()), &s) == nil && s.Blocks*512 < size
}

// holeAt tells how many bytes from at on are a hole, and up to where there is none after that.
func holeAt(f *os.File, at, size int64) (hole, data int64) {
	begin, err := unix.Seek(int(f.Fd()), at, unix.SEEK_DATA)
	if errors.Is(err, unix.ENXIO) {
		return size - at, size
	}
	if err != nil || begin > size {
		return 0, size
	}
	end, err := unix.Seek(int(f.Fd()), begin, unix.SEEK_HOLE)
	if err != nil {
		end = size
	}
	return begin - at, max(begin, end)
}

// cloneFile makes to have what is in from without a copy, on a disk that can.
func cloneFile(to, from *os.File) bool {
	return unix.IoctlFileClone(int(to.Fd()), int(from.Fd())) == nil
}

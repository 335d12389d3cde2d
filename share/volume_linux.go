package share

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// What Linux calls the file systems of Windows; those that are programs say what they are where they are mounted.
const (
	ntfsMagic  = 0x5346544e
	ntfs3Magic = 0x7366746e
)

const casefold = 0x40000000 // FS_CASEFOLD_FL of linux/fs.h: a folder that takes A and a for one

// spellingOf is how names are written on the disk of a folder.
func spellingOf(root *os.Root) spelling {
	s := spellingOn("linux")
	d, err := root.Open(".")
	if err != nil {
		return s
	}
	defer d.Close()
	var v unix.Statfs_t
	if unix.Fstatfs(int(d.Fd()), &v) != nil {
		return s
	}
	if n := int(v.Namelen); n > 0 && n < s.limit { // an encrypted folder has less
		s.limit = n
	}
	switch uint32(v.Type) { // #nosec G115 -- a magic number of 32 bits, which some platforms extend
	case unix.MSDOS_SUPER_MAGIC, unix.EXFAT_SUPER_MAGIC:
		s.windows, s.folds, s.grain = true, true, fatGrain
	case ntfsMagic, ntfs3Magic:
		s.windows, s.folds, s.grain = true, true, ntfsGrain
	case unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC: // which spell names themselves
		s.folds, s.grain = true, ntfsGrain
	case unix.EXT4_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC:
		flags, err := unix.IoctlGetInt(int(d.Fd()), unix.FS_IOC_GETFLAGS)
		s.folds = err == nil && flags&casefold != 0
	case unix.FUSE_SUPER_MAGIC:
		var st unix.Stat_t
		if unix.Fstat(int(d.Fd()), &st) == nil && ofWindows(mountedAs(st.Dev)) {
			s.windows, s.folds, s.grain = true, true, fatGrain
		}
	}
	return s
}

// mountedAs is the type of the file system of a device, as proc_pid_mountinfo(5) tells it.
func mountedAs(dev uint64) string {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	number := fmt.Sprintf("%d:%d", unix.Major(dev), unix.Minor(dev))
	for lines := bufio.NewScanner(f); lines.Scan(); {
		mount, kind, _ := strings.Cut(lines.Text(), " - ")
		if fields := strings.Fields(mount); len(fields) > 2 && fields[2] == number {
			kind, _, _ = strings.Cut(kind, " ")
			return kind
		}
	}
	return ""
}

// ofWindows tells whether a program of that type makes one of Windows' file systems: on disks nearly all do.
func ofWindows(kind string) bool {
	return kind == "fuseblk" || strings.HasPrefix(kind, "fuse.") && (strings.Contains(kind, "ntfs") || strings.Contains(kind, "fat"))
}

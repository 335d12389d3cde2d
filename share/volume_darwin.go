package share

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// spellingOf is how names are written on the disk of a folder.
func spellingOf(root *os.Root) spelling {
	s := spellingOn("darwin")
	d, err := root.Open(".")
	if err != nil {
		return s
	}
	defer d.Close()
	var v unix.Statfs_t
	if unix.Fstatfs(int(d.Fd()), &v) == nil {
		switch unix.ByteSliceToString(v.Fstypename[:]) {
		case "msdos", "exfat":
			s.windows, s.grain = true, fatGrain
		case "ntfs":
			s.windows, s.grain = true, ntfsGrain
		case "hfs", "smbfs", "nfs", "webdav":
			s.grain = time.Second
		}
	}
	return s
}

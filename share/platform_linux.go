package share

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncTogether makes everything written below root durable with one call (syncfs, one journal commit for any number
// of files); false says that each file must be synced by itself.
func syncTogether(root *os.Root) bool {
	d, err := root.Open(".")
	if err != nil {
		return false
	}
	defer d.Close()
	return unix.Syncfs(int(d.Fd())) == nil
}

const groupSync = true

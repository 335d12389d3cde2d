package transfers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Disk tells what disk a path is on, or would be, and whether it turns: such a one does one thing at a time well. A file system
// that is on no disk of its own counts as one that doesn't turn.
func Disk(path string) (id string, rotating bool) {
	var st unix.Stat_t
	for unix.Stat(path, &st) != nil {
		up := filepath.Dir(path)
		if up == path {
			return "", false
		}
		path = up
	}
	number := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	device, err := filepath.EvalSymlinks("/sys/dev/block/" + number)
	if err != nil {
		return number, false
	}
	for range 2 { // a partition's disk is the folder that it is in
		if turns, err := os.ReadFile(filepath.Join(device, "queue", "rotational")); err == nil {
			return device, strings.TrimSpace(string(turns)) == "1"
		}
		device = filepath.Dir(device)
	}
	return number, false
}

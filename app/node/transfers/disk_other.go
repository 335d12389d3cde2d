//go:build !linux

package transfers

import (
	"path/filepath"
	"strings"
)

// Disk tells what disk a path is on. Whether it turns is not known here: it counts as one that doesn't.
func Disk(path string) (id string, rotating bool) {
	return strings.ToLower(filepath.VolumeName(path)), false
}

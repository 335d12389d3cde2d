package share

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// unmarked tells what is wrong with the mark of a file.
func unmarked(file string) string {
	got := make([]byte, 100)
	n, err := unix.Getxattr(file, quarantine, got)
	if err != nil || !strings.HasPrefix(string(got[:max(n, 0)]), "0081;") {
		return fmt.Sprintf("its quarantine is %q, %v", got, err)
	}
	return ""
}

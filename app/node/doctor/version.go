package doctor

import (
	"strconv"
	"strings"
)

// OldestVersion is the oldest Lanyard that this one works with: it speaks lanyard/1 and keeps signed lists of members.
const OldestVersion = "0.1"

// older tells whether a version is before another, as far as both are numbers with dots between; what is none is no older.
func older(version, than string) bool {
	a, b := numbers(version), numbers(than)
	if a == nil || b == nil {
		return false
	}
	for i := range max(len(a), len(b)) {
		var x, y int
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return x < y
		}
	}
	return false
}

// numbers reads 1.2.3; what follows a hyphen or a plus (a pre-release, a build) doesn't count.
func numbers(version string) []int {
	version, _, _ = strings.Cut(version, "-")
	version, _, _ = strings.Cut(version, "+")
	var list []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil
		}
		list = append(list, n)
	}
	return list
}

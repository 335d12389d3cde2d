//go:build !linux

package uitest

import "time"

// busy returns the time that something takes.
func busy(do func()) time.Duration {
	from := time.Now()
	do()
	return time.Since(from)
}

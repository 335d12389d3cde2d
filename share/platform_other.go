//go:build !linux

package share

import "os"

// syncTogether can't be done on this system: each file is synced by itself.
func syncTogether(*os.Root) bool { return false }

const groupSync = false

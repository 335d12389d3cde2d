//go:build !linux

package printing

// listening returns none: ipp-usb belongs to Linux.
func listening() map[int]uint64 { return nil }

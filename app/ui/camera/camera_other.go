//go:build !linux || !(amd64 || arm64)

package camera

// Cameras returns none.
func Cameras() []Camera { return nil }

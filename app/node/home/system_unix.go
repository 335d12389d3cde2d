//go:build unix

package home

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// makePrivate makes a folder when needed, which nobody else on this PC can look into.
func makePrivate(path string) error { return os.MkdirAll(path, 0o700) }

func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = ErrBusy
		}
		return nil, err
	}
	return f, nil
}

// syncDir makes a rename durable. A file system that can't is no reason to fail.
func syncDir(path string) {
	if d, err := os.Open(path); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

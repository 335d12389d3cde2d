package door

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// listen opens a socket that hears only one interface, or everything for everywhere. Programs without privileges may do so
// since Linux 5.7.
func listen(port, index int, beside map[int]*socket) (*net.TCPListener, error) {
	// The kernel lets a bound socket and an unbound one stand side by side only while both share their port. Sharing is
	// over before anybody else could count on it: without it a second Lanyard would not notice that the port is taken.
	sharing := len(beside) > 0
	if sharing {
		defer share(beside, false)
		share(beside, true)
	}
	tcp, err := listenTCP(port, func(_, _ string, c syscall.RawConn) error {
		var err error
		if cerr := c.Control(func(fd uintptr) { err = prepare(int(fd), index, sharing) }); cerr != nil {
			return cerr
		}
		return err
	})
	if err == nil && sharing {
		share(map[int]*socket{index: {TCPListener: tcp}}, false)
	}
	return tcp, err
}

func prepare(fd, index int, sharing bool) error {
	if index != everywhere {
		err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BINDTOIFINDEX, index)
		if err != nil && !errors.Is(err, unix.ENODEV) {
			return fmt.Errorf("%w: %w", errUnbindable, err)
		} else if err != nil {
			return err
		}
	}
	if sharing {
		return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}
	return nil
}

// share lets sockets of this user be bound to the port of others, or no longer. Where it fails the next bind says so.
func share(sockets map[int]*socket, on bool) {
	value := 0
	if on {
		value = 1
	}
	for _, s := range sockets {
		if c, err := s.SyscallConn(); err == nil {
			_ = c.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, value) })
		}
	}
}

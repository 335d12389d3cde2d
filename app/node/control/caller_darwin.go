package control

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// isOwner asks the system who is at the other end (unix(4), LOCAL_PEERCRED): the user of this process, or root, who could be it.
func isOwner(c net.Conn) bool {
	socket, ok := c.(*net.UnixConn)
	if !ok {
		return false
	}
	var user *unix.Xucred
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	controlErr := raw.Control(func(fd uintptr) {
		user, err = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	})
	return controlErr == nil && err == nil && (user.Uid == 0 || int(user.Uid) == os.Getuid())
}

package reach

import (
	"net"

	"golang.org/x/sys/unix"
)

// Dead tells whether what was sent on a connection has not been acknowledged for so long, though it was sent again and again,
// that the way is gone. A PC that merely doesn't read acknowledges all the same.
func Dead(c *net.TCPConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return true
	}
	dead := false
	err = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		dead = err == nil && info.Unacked > 0 && info.Retransmits > 0 && int64(info.Last_ack_recv) > deadAfter.Milliseconds()
	})
	return dead || err != nil
}

package discovery

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// confine has this process's multicast DNS sockets hear what comes in on the interfaces they have joined, and nothing
// else. Linux alone gives a socket what any program of the machine has joined (ip(7), IP_MULTICAST_ALL), so that beside
// avahi zeroconf would answer containers. zeroconf doesn't let its sockets be seen; they are found by their port.
func confine() {
	descriptors, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range descriptors {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		switch at, _ := unix.Getsockname(fd); at := at.(type) {
		case *unix.SockaddrInet4:
			if at.Port == mdnsPort {
				unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_ALL, 0)
			}
		case *unix.SockaddrInet6:
			if at.Port == mdnsPort {
				unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_ALL, 0)
			}
		}
	}
}

package printing

import (
	"encoding/binary"
	"os"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// listening returns the TCP ports on which root or this user listens, and the number of the socket, as the kernel says
// (sock_diag(7)). Only those that listen are asked for: /proc/net/tcp has the kernel walk through all that it could hold,
// for 2 ms each time.
func listening() map[int]uint64 {
	ports := map[int]uint64{}
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		request := nl.NewNetlinkRequest(nl.SOCK_DIAG_BY_FAMILY, unix.NLM_F_DUMP)
		request.AddRawData(listeners(family))
		sockets, _ := request.Execute(unix.NETLINK_INET_DIAG, 0) // a kernel without it has no printers on USB for us
		for _, socket := range sockets {
			if port, number := listener(socket); number != 0 {
				ports[port] = number
			}
		}
	}
	return ports
}

// tcpListen is the state of a TCP socket that takes connections (TCP_LISTEN).
const tcpListen = 10

// listeners is a struct inet_diag_req_v2 for the sockets of a family that listen.
func listeners(family byte) []byte {
	const ofWhich = 48 // bytes of a struct inet_diag_sockid, for one socket alone
	b := binary.NativeEndian.AppendUint32([]byte{family, unix.IPPROTO_TCP, 0, 0}, 1<<tcpListen)
	return append(b, make([]byte, ofWhich)...)
}

// listener reads a struct inet_diag_msg. The socket is 0 where it isn't of root or of this user.
func listener(b []byte) (port int, socket uint64) {
	const portAt, uidAt, inodeAt, size = 4, 64, 68, 72
	if len(b) < size {
		return 0, 0
	}
	if owner := int(binary.NativeEndian.Uint32(b[uidAt:])); owner != 0 && owner != os.Geteuid() {
		return 0, 0
	}
	return int(binary.BigEndian.Uint16(b[portAt:])), uint64(binary.NativeEndian.Uint32(b[inodeAt:]))
}

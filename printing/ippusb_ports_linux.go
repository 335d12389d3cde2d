package printing

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// listening returns the TCP ports on which root or this user listens, and the number of the socket, as the kernel says
// (proc_net_tcp). Those that listen come first there, so that little is read however many connections there are.
func listening() map[int]uint64 {
	ports := map[int]uint64{}
	for _, name := range []string{"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"} {
		f, err := os.Open(name) // #nosec G304 -- one of these two
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			port, socket, last := listener(lines.Text())
			if socket != 0 {
				ports[port] = socket
			}
			if last {
				break
			}
		}
		_ = f.Close()
	}
	return ports
}

// listener reads a line of the table: sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode … The
// socket is 0 where it isn't one of those.
func listener(line string) (port int, socket uint64, last bool) {
	const listens = "0A"
	fields := strings.Fields(line)
	if len(fields) < 10 || fields[0] == "sl" {
		return 0, 0, false
	}
	if fields[3] != listens {
		return 0, 0, true
	}
	_, hex, _ := strings.Cut(fields[1], ":")
	n, err := strconv.ParseUint(hex, 16, 16)
	owner, oerr := strconv.Atoi(fields[7])
	if err != nil || oerr != nil || owner != 0 && owner != os.Geteuid() {
		return 0, 0, false
	}
	socket, _ = strconv.ParseUint(fields[9], 10, 64)
	return int(n), socket, false
}

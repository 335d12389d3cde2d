package examine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listening is the state of a TCP socket that takes connections, in /proc/net/tcp.
const listening = "0A"

// Holder returns the name of a program other than this one that has a port, as far as this user may know; network is tcp or
// udp.
func Holder(network string, port int) string {
	sockets := socketsAt(network, port)
	if len(sockets) == 0 {
		return ""
	}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		if filepath.Base(p) == strconv.Itoa(os.Getpid()) {
			continue
		}
		open, err := os.ReadDir(p + "/fd")
		if err != nil { // another user's, or gone
			continue
		}
		for _, fd := range open {
			if to, err := os.Readlink(filepath.Join(p, "fd", fd.Name())); err == nil && slices.Contains(sockets, to) {
				return nameOf(p)
			}
		}
	}
	return ""
}

// Own returns the name of this program, as Holder would.
func Own() string { return nameOf("/proc/self") }

func nameOf(process string) string {
	name, _ := os.ReadFile(process + "/comm") // #nosec G304 -- below /proc; the process may have just ended
	return string(bytes.TrimSpace(name))
}

// socketsAt returns the sockets at a port, as they stand in the lists of open files (proc(5), /proc/net/tcp).
func socketsAt(network string, port int) (sockets []string) {
	for _, file := range []string{network, network + "6"} {
		table, err := os.ReadFile("/proc/net/" + file) // #nosec G304 -- one of four
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(table)) {
			f := strings.Fields(line)
			const local, state, inode = 1, 3, 9
			if len(f) <= inode || !strings.HasSuffix(f[local], fmt.Sprintf(":%04X", port)) || network == "tcp" && f[state] != listening {
				continue
			}
			sockets = append(sockets, "socket:["+f[inode]+"]")
		}
	}
	return sockets
}

//go:build !linux

package door

import "net"

// listen opens the socket that listens everywhere: others can't be had.
func listen(port, index int, _ map[int]*socket) (*net.TCPListener, error) {
	if index != everywhere {
		return nil, errUnbindable
	}
	return listenTCP(port, nil)
}

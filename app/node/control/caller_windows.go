package control

import "net"

// isOwner takes whoever could open the socket for the owner: Windows doesn't say who it is, and the folder lets nobody else in.
func isOwner(*net.UnixConn) bool { return true }

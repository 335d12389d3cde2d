//go:build unix

package control

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// maxSunPath bounds the path of a unix socket: 104 bytes on macOS, 108 on Linux.
const maxSunPath = 100

// Path returns where the control socket of a home is. A home whose path is too long for a socket has it in a
// folder of this user's own among the temporary ones.
func Path(home string) (string, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return "", err
	}
	path := filepath.Join(home, "control.sock")
	if len(path) <= maxSunPath {
		return path, nil
	}
	dir := filepath.Join(os.TempDir(), "lanyard-"+strconv.Itoa(os.Getuid()))
	if err := ownDir(dir); err != nil {
		return "", fmt.Errorf("place control socket: %w", err)
	}
	sum := sha256.Sum256([]byte(home))
	return filepath.Join(dir, hex.EncodeToString(sum[:8])), nil
}

// ownDir makes a folder that only this user can write in, or finds that it is one.
func ownDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err == nil {
		return nil
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || info.Mode().Perm()&0o077 != 0 || !ok || int(s.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not this user's alone", dir)
	}
	return nil
}

// listen opens the socket. One that is there is a dead one's.
func listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func dial(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

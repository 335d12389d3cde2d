package control

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// Path returns the name of the named pipe that is the control socket of a home.
func Path(home string) (string, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.ToLower(home))) // Windows takes both cases for one
	return `\\.\pipe\lanyard-` + hex.EncodeToString(sum[:16]), nil
}

// listen opens the pipe as this user's, and for this user alone. It fails where somebody has one of that name.
func listen(path string) (net.Listener, error) {
	me, err := user()
	if err != nil {
		return nil, err
	}
	return winio.ListenPipe(path, &winio.PipeConfig{SecurityDescriptor: fmt.Sprintf("O:%vD:P(A;;GA;;;%[1]v)", me)})
}

func user() (*windows.SID, error) {
	who, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, fmt.Errorf("ask who this user is: %w", err)
	}
	return who.User.Sid, nil
}

// isOwner takes whoever could open the pipe for the owner, since nobody else can.
func isOwner(net.Conn) bool { return true }

// dial connects to a pipe of this user's; anybody can make one of the same name first.
func dial(ctx context.Context, path string) (net.Conn, error) {
	c, err := winio.DialPipeContext(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := checkServer(c); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func checkServer(c net.Conn) error {
	file, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return errors.New("ask whose control pipe it is: it has no handle")
	}
	sd, err := windows.GetSecurityInfo(windows.Handle(file.Fd()), windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("ask whose control pipe it is: %w", err)
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return fmt.Errorf("ask whose control pipe it is: %w", err)
	}
	me, err := user()
	if err != nil {
		return err
	}
	if !owner.Equals(me) {
		return fmt.Errorf("the control pipe belongs to another user (%s)", owner)
	}
	return nil
}

package awake

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// hold asks logind for an inhibitor lock (org.freedesktop.login1.Manager.Inhibit). It lasts as long as the descriptor is
// open that comes back, whatever becomes of the bus.
func hold(ctx context.Context) (io.Closer, error) {
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("reach the system bus: %w", err)
	}
	defer bus.Close()
	login := bus.Object("org.freedesktop.login1", "/org/freedesktop/login1")
	// Where nobody sits at the PC, a user may keep it from sleeping by itself but not from being sent to sleep.
	for _, what := range []string{"sleep:idle", "idle"} {
		var fd dbus.UnixFD
		err = login.CallWithContext(ctx, "org.freedesktop.login1.Manager.Inhibit", 0, what, "Lanyard", reason, "block").Store(&fd)
		if err == nil {
			unix.CloseOnExec(int(fd))
			return os.NewFile(uintptr(fd), "inhibitor"), nil // #nosec G115 -- a descriptor, which is never negative
		}
	}
	return nil, fmt.Errorf("ask logind: %w", err)
}

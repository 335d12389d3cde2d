package share

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// quarantine is what macOS keeps with a file from elsewhere: with it Gatekeeper looks at a program before it starts. The
// flags say that it was downloaded and that nobody has agreed to it yet.
const quarantine, quarantineFlags = "com.apple.quarantine", 0x81

// mark notes on a file just made that it is from another PC. Disks that can't note it don't.
func mark(f *os.File) {
	_ = unix.Fsetxattr(int(f.Fd()), quarantine, fmt.Appendf(nil, "%04x;%08x;Lanyard;", quarantineFlags, time.Now().Unix()), 0)
}

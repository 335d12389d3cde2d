package uitest

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// busy returns the processor's time that something takes on this goroutine.
func busy(do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	from := threadTime()
	do()
	return threadTime() - from
}

func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}

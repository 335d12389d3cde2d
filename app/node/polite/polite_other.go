//go:build !linux && !windows

package polite

import (
	"fmt"

	"golang.org/x/sys/unix"
)

const mostNice = 20

func usual() int {
	v, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return 0
	}
	return v
}

// giveWay lowers the whole process: here priorities are not a thread's own. One with a window stays as it is, so that
// the window answers at once.
func (p *Process) giveWay() error {
	if p.spare {
		return nil
	}
	return set(min(p.usual+nice, mostNice))
}

func (p *Process) takeBack() error { return set(p.usual) }

func set(to int) error {
	now, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err == nil && now != to {
		err = unix.Setpriority(unix.PRIO_PROCESS, 0, to)
	}
	if err != nil {
		return fmt.Errorf("set the priority: %w", err)
	}
	return nil
}

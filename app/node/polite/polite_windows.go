package polite

import (
	"fmt"

	"golang.org/x/sys/windows"
)

func usual() int { return 0 }

// giveWay puts the whole process below the usual class, the window's thread with it: the system itself prefers the program
// in the foreground. The background mode goes further, but slows reads and writes where nobody else wants the disk.
func (*Process) giveWay() error { return class(windows.BELOW_NORMAL_PRIORITY_CLASS) }

func (*Process) takeBack() error { return class(windows.NORMAL_PRIORITY_CLASS) }

func class(c uint32) error {
	if err := windows.SetPriorityClass(windows.CurrentProcess(), c); err != nil {
		return fmt.Errorf("set the priority class: %w", err)
	}
	return nil
}

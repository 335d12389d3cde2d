package polite

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Of ioprio_set(2): the best-effort class, in which 0 goes first and 7 last, and none, which follows the priority at the
// processor.
const (
	ofThread   = 1 // IOPRIO_WHO_PROCESS, which means a thread
	classShift = 13
	bestEffort = 2
	lastLevel  = 7
	ioLast     = bestEffort<<classShift | lastLevel
	ioUsual    = 0
)

const (
	kernelZero = 20 // getpriority(2) of the kernel counts down from here, so that no priority looks like an error
	mostNice   = 19
)

func usual() int {
	v, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return 0
	}
	return kernelZero - v
}

func (p *Process) giveWay() error  { return p.each(min(p.usual+nice, mostNice), ioLast) }
func (p *Process) takeBack() error { return p.each(p.usual, ioUsual) }

// walks bounds how often the threads are gone through: those that one not yet seen has made meanwhile need another time.
const walks = 10

// each sets the priorities of all threads: on Linux they are a thread's own, and a new thread has those of its maker.
func (p *Process) each(nice, io int) (err error) {
	for range walks {
		var changed bool
		if changed, err = p.walk(nice, io); !changed {
			break
		}
	}
	return err
}

func (p *Process) walk(nice, io int) (changed bool, failed error) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return false, fmt.Errorf("find the threads: %w", err)
	}
	main := strconv.Itoa(os.Getpid())
	for _, t := range tasks {
		id, err := strconv.Atoi(t.Name())
		if err != nil || p.spare && t.Name() == main {
			continue
		}
		c, err := setThread(id, nice, io)
		changed = changed || c
		if err != nil && !errors.Is(err, unix.ESRCH) { // it has just ended
			failed = err
		}
	}
	return changed, failed
}

func setThread(id, nice, io int) (changed bool, err error) {
	now, err := unix.Getpriority(unix.PRIO_PROCESS, id)
	if err != nil {
		return false, err
	}
	if kernelZero-now != nice {
		if err := unix.Setpriority(unix.PRIO_PROCESS, id, nice); err != nil {
			return false, fmt.Errorf("set the priority of a thread: %w", err)
		}
		changed = true
	}
	has, _, e := unix.Syscall(unix.SYS_IOPRIO_GET, ofThread, uintptr(id), 0) // #nosec G115 -- a thread's ID
	if e != 0 {
		return changed, nil // a kernel that knows no priorities of disks
	}
	if class := has >> classShift; int(has) == io || class != 0 && class != bestEffort { // #nosec G115 -- 16 bits
		return changed, nil // who was started as idle stays that
	}
	if _, _, e := unix.Syscall(unix.SYS_IOPRIO_SET, ofThread, uintptr(id), uintptr(io)); e != 0 { // #nosec G115 -- as above
		return changed, fmt.Errorf("set the priority of a thread at the disk: %w", e)
	}
	return true, nil
}

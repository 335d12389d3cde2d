package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	ticks     = 100                    // clock ticks a second in /proc, on every Linux that Go runs on
	endWait   = 8 * time.Second        // for a child to end once it is told to
	readyWait = 15 * time.Second       // for a server to answer
	lookEvery = 100 * time.Millisecond // for the memory of servers
)

// child is a server that runs until it is ended.
type child struct {
	name  string
	cmd   *exec.Cmd
	log   bytes.Buffer // what it said, for when it fails
	ended chan struct{}
}

// spawn starts a server.
func spawn(name string, args ...string) (*child, error) {
	c := &child{name: name, cmd: exec.Command(args[0], args[1:]...), ended: make(chan struct{})} // #nosec G204 -- what this program names
	c.cmd.Stdout, c.cmd.Stderr = &c.log, &c.log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl+C is for this program, which ends the others in order
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { // ends with the process
		_ = c.cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// end ends it and waits for that.
func (c *child) end() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
	case <-time.After(endWait):
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
}

// ready waits until a check passes.
func (c *child) ready(ctx context.Context, check func() error) error {
	late := time.After(readyWait)
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-c.ended:
			return fmt.Errorf("%s ended at once: %s", c.name, c.log.String())
		case <-late:
			return fmt.Errorf("%s doesn't answer: %w", c.name, err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// cpu returns the seconds of processor time that a process, and those of its children that have ended, have used.
func (c *child) cpu() float64 {
	fields := stat(c.cmd.Process.Pid)
	if len(fields) < 15 {
		return 0
	}
	sum := 0
	for _, f := range fields[11:15] { // utime stime cutime cstime (proc_pid_stat(5), less the first two fields)
		n, _ := strconv.Atoi(f)
		sum += n
	}
	return float64(sum) / ticks
}

// stat returns the fields of a process behind its name.
func stat(pid int) []string {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if i := bytes.LastIndexByte(data, ')'); i >= 0 {
		return strings.Fields(string(data[i+1:]))
	}
	return nil
}

// forgetPeak makes the peak memory of a process start anew.
func (c *child) forgetPeak() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", c.cmd.Process.Pid), []byte("5"), 0)
}

// peak returns the largest peak memory in bytes of a process and those that it has started.
func (c *child) peak() int64 {
	family := map[int]bool{c.cmd.Process.Pid: true}
	most := peakOf(c.cmd.Process.Pid)
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, d := range dirs { // a child's number is above its parent's, but for wrapped ones
		pid, _ := strconv.Atoi(filepath.Base(d))
		if f := stat(pid); len(f) > 1 {
			if parent, _ := strconv.Atoi(f[1]); family[parent] {
				family[pid] = true
				most = max(most, peakOf(pid))
			}
		}
	}
	return most
}

func peakOf(pid int) int64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if kb, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(kb, "kB")), 10, 64)
			return n << 10
		}
	}
	return 0
}

// watch notes the peak memory of servers until it is told to stop, and returns that of each.
func watch(servers []*child) (stop func() []int64) {
	peaks := make([]int64, len(servers))
	look := func() {
		for i, s := range servers {
			peaks[i] = max(peaks[i], s.peak())
		}
	}
	for _, s := range servers {
		s.forgetPeak()
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-time.After(lookEvery):
				look()
			case <-done:
				look()
				return
			}
		}
	})
	return func() []int64 { close(done); wg.Wait(); return peaks }
}

// output runs a command to its end and returns what it printed.
func output(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) // #nosec G204 -- what this program names
	out, err := cmd.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, failed.Stderr)
		}
		return "", fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

func have(programs ...string) (missing []string) {
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			missing = append(missing, p)
		}
	}
	return missing
}

package discoverytest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// stopTime is what a process is given to end by itself when asked to; Lanyard promises 6 s.
const stopTime = 8 * time.Second

// Cmd is a program that runs inside a PC. It is used like an exec.Cmd; it is killed when the test ends.
type Cmd struct {
	*exec.Cmd
	pc      *PC
	waiting sync.Once
	waited  chan struct{}
	err     error
}

// Command prepares a program to run inside the PC: its network, its host name, its own /run. Start it with Start, Run,
// Output or CombinedOutput of the Cmd. When ctx ends it is killed.
func (p *PC) Command(ctx context.Context, name string, args ...string) *Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	c := &Cmd{Cmd: command, pc: p, waited: make(chan struct{})}
	command.Cancel = c.Kill
	command.WaitDelay = time.Second // for grandchildren that hold its output open
	return c
}

// Self prepares this test binary to run inside the PC in one of the roles given to Setup.
func (p *PC) Self(ctx context.Context, role string, args ...string) *Cmd {
	c := p.Command(ctx, "/proc/self/exe", args...)
	c.Env = append(c.Environ(), roleVariable+"="+role)
	return c
}

// Start starts it.
func (c *Cmd) Start() error {
	if err := c.pc.spaces.start(c.Cmd.Start); err != nil {
		return err
	}
	c.pc.t.Cleanup(func() { c.Kill(); c.Wait() })
	return nil
}

// Wait waits for its end, like exec.Cmd, but may be called more than once.
func (c *Cmd) Wait() error {
	c.waiting.Do(func() {
		c.err = c.Cmd.Wait()
		close(c.waited)
	})
	<-c.waited
	return c.err
}

// Run starts it and waits for its end.
func (c *Cmd) Run() error {
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}

// Output runs it and returns what it wrote to standard output; its standard error is part of the error.
func (c *Cmd) Output() ([]byte, error) {
	var out, errs bytes.Buffer
	c.Stdout = &out
	if c.Stderr == nil {
		c.Stderr = &errs
	}
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		exit.Stderr = errs.Bytes()
	}
	return out.Bytes(), err
}

// CombinedOutput runs it and returns what it wrote.
func (c *Cmd) CombinedOutput() ([]byte, error) {
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, io.Writer(&out)
	err := c.Run()
	return out.Bytes(), err
}

// Stop asks it to end (SIGTERM), waits, and kills it when that takes over 8 seconds.
func (c *Cmd) Stop() error {
	c.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(stopTime, func() { c.Kill() })
	defer late.Stop()
	return c.Wait()
}

// Kill kills it at once (SIGKILL), and the processes it started.
func (c *Cmd) Kill() error {
	if c.Process == nil {
		return nil
	}
	syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
	return c.Process.Kill()
}

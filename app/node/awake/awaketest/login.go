//go:build linux

package awaketest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// wait is for what takes milliseconds.
const wait = 10 * time.Second

// Lock is an inhibitor lock that somebody was given.
type Lock struct {
	What, Who, Why, Mode string

	given *os.File // the end that was given away; this side must close it before it can see that the other did
	end   *os.File // reads the end of file when all others have closed theirs
}

// Login is a logind.
type Login struct {
	Address string // for DBUS_SYSTEM_BUS_ADDRESS
	t       testing.TB
	daemon  *exec.Cmd

	mu      sync.Mutex
	refuses []string // what is not given; mu guards the below
	locks   []*Lock
	asked   int
}

// Start starts the bus and the logind on it. Both end with the test.
func Start(t testing.TB) *Login {
	t.Helper()
	dir, err := os.MkdirTemp("", "bus") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	l := &Login{t: t, Address: "unix:path=" + filepath.Join(dir, "s")}
	config := filepath.Join(dir, "c")
	text := fmt.Sprintf(`<busconfig><listen>%s</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`, l.Address)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l.daemon = exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1")
	l.daemon.Stderr = os.Stderr
	out, err := l.daemon.StdoutPipe()
	if err == nil {
		err = l.daemon.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Stop)
	if _, err := out.Read(make([]byte, 256)); err != nil { // it listens
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	t.Cleanup(cancel)
	bus, err := dbus.Connect(l.Address, dbus.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	if err := bus.Export(manager{l}, "/org/freedesktop/login1", "org.freedesktop.login1.Manager"); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName("org.freedesktop.login1", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return l
}

// Stop ends the bus.
func (l *Login) Stop() {
	if l.daemon.ProcessState == nil {
		_ = l.daemon.Process.Kill()
		_ = l.daemon.Wait()
	}
}

// Refuse has requests for these refused, as "sleep:idle".
func (l *Login) Refuse(what ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuses = what
}

// manager is what the bus sees.
type manager struct{ l *Login }

// Inhibit is org.freedesktop.login1.Manager.Inhibit.
func (m manager) Inhibit(what, who, why, mode string) (dbus.UnixFD, *dbus.Error) {
	m.l.mu.Lock()
	defer m.l.mu.Unlock()
	m.l.asked++
	if slices.Contains(m.l.refuses, what) {
		return 0, dbus.NewError("org.freedesktop.DBus.Error.AccessDenied", []any{"no"})
	}
	end, given, err := os.Pipe()
	if err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	m.l.locks = append(m.l.locks, &Lock{what, who, why, mode, given, end})
	return dbus.UnixFD(given.Fd()), nil
}

// Asked tells how often anybody asked.
func (l *Login) Asked() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// Locks returns all that were given, the first one first.
func (l *Login) Locks() []*Lock {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.locks)
}

// Until waits until so many locks were given, and returns the last one.
func (l *Login) Until(n int) *Lock {
	l.t.Helper()
	for deadline := time.Now().Add(wait); ; time.Sleep(10 * time.Millisecond) {
		if locks := l.Locks(); len(locks) >= n {
			return locks[n-1]
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("%d locks were asked for, want %d", len(l.Locks()), n)
		}
	}
}

// Gone tells whether the lock has been let go within a time. It may be asked once whoever asked for it surely has it.
func (k *Lock) Gone(within time.Duration) bool {
	if k.given != nil {
		k.given.Close()
		k.given = nil
	}
	_ = k.end.SetReadDeadline(time.Now().Add(within))
	_, err := k.end.Read(make([]byte, 1))
	return err == io.EOF
}

// Taken waits until the other side has its descriptor, which is so once the message that carried it is gone from here.
func (k *Lock) Taken(pid int) bool {
	own, err := k.end.Stat()
	if err != nil {
		return false
	}
	for deadline := time.Now().Add(wait); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		open, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, f := range open {
			if s, err := os.Stat(f); err == nil && os.SameFile(s, own) {
				return true
			}
		}
	}
	return false
}

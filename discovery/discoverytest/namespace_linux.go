package discoverytest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// namespaces are the private network, host name and file system view of one PC (or of the switch), without a name in
// the file system. One thread lives in them as long as they are open; processes are started from it, so that the
// kernel kills them with the thread, however the test ends.
type namespaces struct {
	net, uts, mnt int // descriptors
	work          chan func()
	ended         chan struct{}
	closing       sync.Once
}

// newNamespaces opens them and calls setup inside.
func newNamespaces(setup func() error) (*namespaces, error) {
	n := &namespaces{work: make(chan func()), ended: make(chan struct{})}
	ready := make(chan error)
	go n.live(setup, ready)
	if err := <-ready; err != nil {
		return nil, err
	}
	return n, nil
}

func (n *namespaces) live(setup func() error, ready chan<- error) {
	defer close(n.ended)
	runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
	err := n.unshare()
	defer n.release()
	if err == nil {
		err = setup()
	}
	ready <- err
	if err != nil {
		return
	}
	for work := range n.work {
		work()
	}
}

func (n *namespaces) release() {
	for _, fd := range []int{n.net, n.uts, n.mnt} {
		if fd > 0 {
			unix.Close(fd)
		}
	}
}

func (n *namespaces) unshare() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	for kind, fd := range map[string]*int{"net": &n.net, "uts": &n.uts, "mnt": &n.mnt} {
		var err error
		if *fd, err = unix.Open("/proc/thread-self/ns/"+kind, unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
			return fmt.Errorf("open %s namespace: %w", kind, err)
		}
	}
	return nil
}

// start calls f on the thread that lives in the namespaces; f must not block.
func (n *namespaces) start(f func() error) error {
	done := make(chan error)
	n.work <- func() { done <- f() }
	return <-done
}

// do calls f on a thread of its own in the namespaces; f may block.
func (n *namespaces) do(f func()) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked
		err := unix.Unshare(unix.CLONE_FS)
		err = errors.Join(err, unix.Setns(n.net, unix.CLONE_NEWNET), unix.Setns(n.uts, unix.CLONE_NEWUTS),
			unix.Setns(n.mnt, unix.CLONE_NEWNS))
		defer func() { done <- err }() // also when f ends the test
		if err == nil {
			f()
		}
	}()
	return <-done
}

func (n *namespaces) close() {
	n.closing.Do(func() { close(n.work) })
	<-n.ended
}

// furnish gives the present thread's namespaces a host name, names that resolve without a network, and an empty /run.
func furnish(host, dir string) error {
	if err := unix.Sethostname([]byte(host)); err != nil {
		return fmt.Errorf("set host name: %w", err)
	}
	// A name server that refuses at once, or every look-up waits for the real one, which is out of reach.
	resolv, err := filepath.EvalSymlinks("/etc/resolv.conf")
	if err != nil {
		resolv = "/etc/resolv.conf"
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	files := map[string]string{
		resolv:       "nameserver 127.0.0.1\n",
		"/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 " + host + "\n",
	}
	for path, text := range files {
		if err := overlay(path, text, dir); err != nil {
			return err
		}
	}
	return nil
}

// overlay puts a text in the place of a file, for the present mount namespace only.
func overlay(path, text, dir string) error {
	if strings.HasPrefix(path, "/run/") {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text), 0o644)
	}
	own := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(own, []byte(text), 0o644); err != nil {
		return err
	}
	if err := unix.Mount(own, path, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("mount over %s: %w", path, err)
	}
	return nil
}

// sysctl sets a network setting of the present thread's network namespace.
func sysctl(key, value string) error {
	return os.WriteFile("/proc/sys/net/"+key, []byte(value), 0)
}

// becomeRoot runs the test binary again as root of a new user namespace; it returns where that can't be had.
func becomeRoot() {
	const tried = "DISCOVERYTEST_USERNS"
	if os.Getuid() == 0 || os.Getenv(tried) != "" {
		return
	}
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Args[0] = os.Args[0]
	again.Env = append(os.Environ(), tried+"=1")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if again.Start() != nil {
		return // no user namespaces here: NewLAN will say so
	}
	var failed *exec.ExitError
	if errors.As(again.Wait(), &failed) {
		os.Exit(failed.ExitCode())
	}
	os.Exit(0)
}

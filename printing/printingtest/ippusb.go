package printingtest

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

//go:embed testdata/libusb.c
var libusb []byte

// IPPUSB is an ipp-usb daemon, the real one, that sees a Device as a printer on USB: a libusb of its own brings what it
// sends there.
type IPPUSB struct {
	State string // its folder, as it is seen from outside
	Port  int    // at which the printer is, on loopback

	t       testing.TB
	dir     string
	command func(name string, args ...string) *exec.Cmd
	cmd     *exec.Cmd
}

// StartIPPUSB starts an ipp-usb that gives the printer a free port from first on, run through command, in a network
// namespace, say, where the printer must be as well; nil runs it here. It ends with the test, and isn't plugged in yet.
func StartIPPUSB(t testing.TB, d *Device, first int, command func(name string, args ...string) *exec.Cmd) *IPPUSB {
	t.Helper()
	const daemon = "/usr/sbin/ipp-usb"
	Need(t, daemon, "/usr/bin/gcc", "/usr/bin/unshare")
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: ipp-usb wants root")
	}
	if command == nil {
		command = exec.Command
	}
	dir := t.TempDir()
	u := &IPPUSB{State: filepath.Join(dir, "var/ipp-usb"), t: t, dir: dir, command: command}
	for _, d := range []string{"var", "etc"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	conf := fmt.Sprintf("[network]\nhttp-min-port = %d\nhttp-max-port = %d\ndns-sd = disable\ninterface = loopback\nipv6 = enable\n"+
		"[logging]\ndevice-log = error\nmain-log = error\nconsole-log = debug\nconsole-color = disable\n", first, first+9)
	for name, text := range map[string][]byte{"libusb.c": libusb, "etc/ipp-usb.conf": []byte(conf)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("gcc", "-shared", "-fPIC", "-o", filepath.Join(dir, "libusb.so"), filepath.Join(dir, "libusb.c")).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v: %s", err, out)
	}
	at, err := url.Parse(d.URI)
	if err != nil {
		t.Fatal(err)
	}
	u.Port = first
	u.start(daemon, at.Port())
	t.Cleanup(u.stop)
	return u
}

// start runs the daemon with folders of its own in the place of the system's.
func (u *IPPUSB) start(daemon, port string) {
	u.t.Helper()
	u.cmd = u.command("unshare", "-m", "sh", "-ec", `mount --bind "$1/var" /var; mount --bind "$1/etc" /etc/ipp-usb
exec env LD_PRELOAD="$1/libusb.so" LANYARD_USB_PLUGGED="$1/plugged" LANYARD_USB_PORT="$2" "$3" debug`, "sh", u.dir, port, daemon)
	log, err := os.Create(filepath.Join(u.dir, "log"))
	if err != nil {
		u.t.Fatal(err)
	}
	defer log.Close()
	u.cmd.Stdout, u.cmd.Stderr = log, log
	if err := u.cmd.Start(); err != nil {
		u.t.Fatal(err)
	}
	u.wait("answer", func() bool {
		conn, err := net.Dial("unix", filepath.Join(u.State, "ctrl"))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (u *IPPUSB) stop() {
	_ = u.cmd.Process.Signal(syscall.SIGTERM)
	ctx, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	stop := context.AfterFunc(ctx, func() { _ = u.cmd.Process.Kill() })
	_ = u.cmd.Wait()
	stop()
	if u.t.Failed() {
		u.t.Logf("ipp-usb said:\n%s", u.Log())
	}
}

// Log is what ipp-usb has said.
func (u *IPPUSB) Log() string {
	b, _ := os.ReadFile(filepath.Join(u.dir, "log"))
	return string(b)
}

func (u *IPPUSB) wait(what string, is func() bool) {
	u.t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			u.t.Fatalf("ipp-usb doesn't %s: %s", what, u.Log())
		}
	}
}

// Plug plugs the printer in.
func (u *IPPUSB) Plug() {
	u.t.Helper()
	if err := os.WriteFile(filepath.Join(u.dir, "plugged"), nil, 0o644); err != nil {
		u.t.Fatal(err)
	}
}

// Unplug pulls the cable.
func (u *IPPUSB) Unplug() {
	u.t.Helper()
	if err := os.Remove(filepath.Join(u.dir, "plugged")); err != nil {
		u.t.Fatal(err)
	}
}

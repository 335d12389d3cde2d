package printingtest

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// StartIPPUSB starts an ipp-usb that gives the printer the port, run through command, in a network namespace, say; nil
// runs it here. It ends with the test, and the printer isn't plugged in yet.
func StartIPPUSB(t testing.TB, d *Device, port int, command func(name string, args ...string) *exec.Cmd) *IPPUSB {
	t.Helper()
	Need(t, ippUSB, "/usr/bin/gcc", "/usr/bin/unshare")
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: ipp-usb wants root")
	}
	if command == nil {
		command = exec.Command
	}
	dir, err := os.MkdirTemp("", "usb") // not t.TempDir: the name of a socket may have 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	u := &IPPUSB{State: filepath.Join(dir, "var/ipp-usb"), Port: port, t: t, dir: dir, command: command}
	printer, err := net.Listen("unix", filepath.Join(dir, "printer"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: d}
	go func() { _ = server.Serve(printer) }()
	t.Cleanup(func() { // in the other order
		u.stop()
		_ = server.Close()
		_ = os.RemoveAll(dir)
	})
	if err := u.configure(); err != nil {
		t.Fatalf("configure ipp-usb: %v", err)
	}
	u.start()
	return u
}

const ippUSB = "/usr/sbin/ipp-usb"

func (u *IPPUSB) configure() error {
	for _, d := range []string{"var", "etc"} {
		if err := os.Mkdir(filepath.Join(u.dir, d), 0o755); err != nil {
			return err
		}
	}
	conf := fmt.Sprintf("[network]\nhttp-min-port = %d\nhttp-max-port = %d\ndns-sd = disable\ninterface = loopback\nipv6 = enable\n"+
		"[logging]\ndevice-log = error\nmain-log = error\nconsole-log = debug\nconsole-color = disable\n", u.Port, u.Port+9)
	for name, text := range map[string][]byte{"libusb.c": libusb, "etc/ipp-usb.conf": []byte(conf)} {
		if err := os.WriteFile(filepath.Join(u.dir, name), text, 0o644); err != nil {
			return err
		}
	}
	out, err := exec.Command("gcc", "-shared", "-fPIC", "-o", filepath.Join(u.dir, "libusb.so"), filepath.Join(u.dir, "libusb.c")).CombinedOutput()
	if err != nil {
		return fmt.Errorf("gcc: %w: %s", err, out)
	}
	return nil
}

// start runs the daemon with folders of its own in the place of the system's.
func (u *IPPUSB) start() {
	u.t.Helper()
	u.cmd = u.command("unshare", "-m", "sh", "-ec", `mount --bind "$1/var" /var; mount --bind "$1/etc" /etc/ipp-usb
exec env LD_PRELOAD="$1/libusb.so" LANYARD_USB_PLUGGED="$1/plugged" LANYARD_USB_PRINTER="$1/printer" "$2" debug`, "sh", u.dir, ippUSB)
	log, err := os.Create(filepath.Join(u.dir, "log"))
	if err != nil {
		u.t.Fatal(err)
	}
	defer log.Close()
	u.cmd.Stdout, u.cmd.Stderr = log, log
	if err := u.cmd.Start(); err != nil {
		u.t.Fatal(err)
	}
	u.wait("answer", func(string) bool { return true })
}

func (u *IPPUSB) stop() {
	if u.cmd == nil || u.cmd.Process == nil {
		return
	}
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

// wait waits until what ipp-usb says of itself is as wanted.
func (u *IPPUSB) wait(what string, is func(status string) bool) {
	u.t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(u.State, "ctrl"))
	}}}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if answer, err := client.Get("http://localhost/status"); err == nil {
			status, err := io.ReadAll(answer.Body)
			_ = answer.Body.Close()
			if err == nil && is(string(status)) {
				return
			}
		}
		if time.Now().After(end) {
			u.t.Fatalf("ipp-usb doesn't %s: %s", what, u.Log())
		}
	}
}

// Plug plugs the printer in, and returns when ipp-usb has made it ready.
func (u *IPPUSB) Plug() {
	u.t.Helper()
	if err := os.WriteFile(filepath.Join(u.dir, "plugged"), nil, 0o644); err != nil {
		u.t.Fatal(err)
	}
	u.wait("see the printer", func(status string) bool { return strings.Contains(status, "status: OK") })
}

// Unplug pulls the cable.
func (u *IPPUSB) Unplug() {
	u.t.Helper()
	if err := os.Remove(filepath.Join(u.dir, "plugged")); err != nil {
		u.t.Fatal(err)
	}
	u.wait("miss the printer", func(status string) bool { return strings.Contains(status, "not found") })
}

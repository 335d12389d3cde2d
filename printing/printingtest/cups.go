package printingtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// CUPS is a private cupsd. Its printers hang on a virtual USB backend, which keeps what it is given.
type CUPS struct {
	Socket string // where it listens
	Dir    string // everything of it

	t       testing.TB
	command func(name string, args ...string) *exec.Cmd
	cmd     *exec.Cmd
	dirty   string // seconds until cupsd writes down what it has promised
	guard   string // who may change queues
	listen  string // lines of its configuration that say where it listens besides

	discovering bool
}

// Option changes how a CUPS is run.
type Option func(*CUPS)

// Command makes cupsd and its tools run through a command that the caller builds: in a network namespace, say.
func Command(build func(name string, args ...string) *exec.Cmd) Option {
	return func(c *CUPS) { c.command = build }
}

// Durable makes cupsd write each job to its disk at once, and not within half a minute as it comes.
func Durable(c *CUPS) { c.dirty = "0" }

// Guarded makes cupsd let nobody change its queues, as it does to who isn't one of its administrators.
func Guarded(c *CUPS) { c.guard = guard }

// Discovering lets it look for printers on the network, as cupsd does where avahi runs.
func Discovering(c *CUPS) { c.discovering = true }

// Listen makes cupsd share its printers with other networks at an address, which must be one of its own network.
func Listen(address string) Option {
	return func(c *CUPS) { c.listen += "Listen " + address + "\n" }
}

// NewCUPS starts a cupsd that ends with the test. Where CUPS isn't installed the test is skipped, and fails in CI.
func NewCUPS(t testing.TB, opts ...Option) *CUPS {
	t.Helper()
	Need(t, "/usr/sbin/cupsd", "/usr/sbin/lpadmin")
	// Not t.TempDir: filters run as another user, who must get in, and the name of a socket may have 107 bytes.
	dir, err := os.MkdirTemp("", "cups")
	if err != nil {
		t.Fatal(err)
	}
	c := &CUPS{Socket: filepath.Join(dir, "s"), Dir: dir, t: t, command: exec.Command, dirty: "30"}
	for _, o := range opts {
		o(c)
	}
	t.Cleanup(func() {
		c.Stop()
		_ = os.RemoveAll(dir)
	})
	if err := c.configure(); err != nil {
		t.Fatalf("configure cupsd: %v", err)
	}
	c.Start()
	return c
}

func (c *CUPS) configure() error {
	if err := os.Chmod(c.Dir, 0o755); err != nil {
		return err
	}
	for _, d := range []string{"root", "bin/backend", "cache", "state", "spool", "tmp", "out", "switch"} {
		if err := os.MkdirAll(filepath.Join(c.Dir, d), 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(filepath.Join(c.Dir, "tmp"), 0o777|fs.ModeSticky); err != nil { // filters run as another user
		return err
	}
	for _, d := range []string{"filter", "daemon", "driver", "monitor", "notifier", "cgi-bin"} {
		if err := os.Symlink(filepath.Join("/usr/lib/cups", d), filepath.Join(c.Dir, "bin", d)); err != nil {
			return err
		}
	}
	backends := map[string]string{"ipp": "ipp", "ipps": "ipp", "dnssd": "ipp"}
	if c.discovering {
		backends["dnssd"] = "dnssd"
	}
	for name, of := range backends {
		if err := os.Symlink(filepath.Join("/usr/lib/cups/backend", of), filepath.Join(c.Dir, "bin/backend", name)); err != nil {
			return err
		}
	}
	files := map[string]string{"bin/backend/usb": backend, "root/cupsd.conf": cupsdConf, "root/cups-files.conf": cupsFilesConf, "error_log": "", "page_log": ""}
	for name, text := range files {
		mode := fs.FileMode(0o644)
		if name == "bin/backend/usb" {
			mode = 0o700 // CUPS runs a backend that only root may read as root
		}
		text = strings.NewReplacer("@DIR@", c.Dir, "@DIRTY@", c.dirty, "@GUARD@", c.guard, "@LISTEN@", c.listen).Replace(text)
		if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(text), mode); err != nil {
			return err
		}
	}
	return nil
}

// Start starts cupsd, again when it was stopped, and returns when it answers.
func (c *CUPS) Start() {
	c.t.Helper()
	c.cmd = c.command("/usr/sbin/cupsd", "-f", "-c", filepath.Join(c.Dir, "root/cupsd.conf"), "-s", filepath.Join(c.Dir, "root/cups-files.conf"))
	var out bytes.Buffer
	c.cmd.Stdout, c.cmd.Stderr = &out, &out
	c.cmd.WaitDelay = time.Second
	if err := c.cmd.Start(); err != nil {
		c.t.Fatalf("start cupsd: %v", err)
	}
	for range 500 {
		if conn, err := net.Dial("unix", c.Socket); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.t.Fatalf("cupsd doesn't answer: %s%s", out.String(), c.Log())
}

// Stop ends cupsd in order; jobs stay in its spool.
func (c *CUPS) Stop() { c.end(syscall.SIGTERM) }

// Kill ends cupsd at once.
func (c *CUPS) Kill() { c.end(syscall.SIGKILL) }

// Forget starts cupsd anew without any of its jobs, as after a disk was replaced.
func (c *CUPS) Forget() {
	c.t.Helper()
	c.Stop() // in order, or it would forget its printers too
	files, err := filepath.Glob(filepath.Join(c.Dir, "spool/[cd]0*"))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, f := range append(files, filepath.Join(c.Dir, "cache/job.cache")) {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			c.t.Fatal(err)
		}
	}
	c.Start()
}

func (c *CUPS) end(sig syscall.Signal) {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Signal(sig)
	_ = c.cmd.Wait()
	c.cmd = nil
	_ = os.Remove(c.Socket)
}

// Log returns what cupsd's error log says of jobs and of errors.
func (c *CUPS) Log() string {
	b, _ := os.ReadFile(filepath.Join(c.Dir, "error_log"))
	var log strings.Builder
	for line := range strings.Lines(string(b)) {
		if strings.Contains(line, "[Job ") || strings.HasPrefix(line, "E ") || strings.HasPrefix(line, "W ") {
			log.WriteString(line)
		}
	}
	return log.String()
}

// In returns c for a subtest: what fails, fails that.
func (c *CUPS) In(t testing.TB) *CUPS {
	in := *c
	in.t = t
	return &in
}

// Run runs one of CUPS' client programs against this cupsd and returns what it printed.
func (c *CUPS) Run(name string, args ...string) string {
	c.t.Helper()
	out, err := c.Try(name, args...)
	if err != nil {
		c.t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return out
}

// Try is Run that may fail.
func (c *CUPS) Try(name string, args ...string) (string, error) {
	cmd := c.command(name, args...)
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "CUPS_SERVER="+c.Socket, "LC_ALL=C", "HOME="+c.Dir)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// The models of printers.
const (
	// Direct takes PDF, JPEG and PWG raster as they are, like a printer without a driver: fast, and Printed shows the
	// options that reached it.
	Direct = "direct"
	// PostScript is driven through all of CUPS' filters, so that Printed shows what they made of the options.
	PostScript = "postscript"
	// FaceUp takes PDF through CUPS' filters and stacks its pages face up, so that its driver turns their order round.
	FaceUp = "faceup"
	// Photo is PostScript with papers of any size, and one that it prints on to the edge.
	Photo = "photo"
)

// AddUSBQueue adds a queue for a printer on the virtual USB.
func (c *CUPS) AddUSBQueue(name, model string) {
	c.t.Helper()
	ppd := filepath.Join(c.Dir, name+".ppd")
	if err := os.WriteFile(ppd, []byte(makePPD(model)), 0o644); err != nil {
		c.t.Fatal(err)
	}
	c.Run("/usr/sbin/lpadmin", "-p", name, "-v", "usb://HP/LaserJet%20Lab?serial="+name, "-P", ppd, "-o", "printer-error-policy=retry-current-job", "-o", "printer-is-shared="+strconv.FormatBool(c.listen != ""),
		"-D", "LaserJet Lab", "-L", "Room 1", "-E")
}

// AddRemoteQueue adds a driverless queue for an IPP printer and returns when CUPS has made its PPD.
func (c *CUPS) AddRemoteQueue(name, uri string) {
	c.t.Helper()
	c.Run("/usr/sbin/lpadmin", "-p", name, "-v", uri, "-m", "everywhere", "-E")
	ppd := filepath.Join(c.Dir, "root/ppd", name+".ppd")
	for range 1500 { // it may have to find it on the network first
		if info, err := os.Stat(ppd); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.t.Fatalf("cupsd made no PPD for %s: %s", uri, c.Log())
}

// SetReasons makes the printers have these printer-state-reasons, as a USB printer that is out of paper has
// media-empty-error, from the next look at a job on; none lets them print again.
func (c *CUPS) SetReasons(reasons ...string) {
	c.set("reasons", strings.Join(reasons, "\n"))
}

// SetAttrs makes the printers say NAME=VALUE of themselves, as CUPS takes it from a backend: "marker-levels=42,77", from the
// next look at a job on.
func (c *CUPS) SetAttrs(attrs ...string) { c.set("attrs", strings.Join(attrs, "\n")) }

// SetSlow makes each job take that long at the printer.
func (c *CUPS) SetSlow(d time.Duration) {
	c.set("slow", strconv.FormatFloat(d.Seconds(), 'f', 2, 64))
}

// SetBroken makes the backend fail each job.
func (c *CUPS) SetBroken(broken bool) {
	if broken {
		c.set("broken", "1")
	} else {
		c.set("broken", "")
	}
}

func (c *CUPS) set(name, text string) {
	c.t.Helper()
	file := filepath.Join(c.Dir, "switch", name)
	var err error
	if text == "" {
		if err = os.Remove(file); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	} else if err = os.WriteFile(file+".new", []byte(text+"\n"), 0o644); err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// String tells where it is, for messages of tests.
func (c *CUPS) String() string { return fmt.Sprintf("cupsd at %s", c.Socket) }

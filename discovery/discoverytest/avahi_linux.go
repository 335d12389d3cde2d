package discoverytest

import (
	"bytes"
	"context"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// browseTime is more than a busy machine takes for what happens at once.
const browseTime = 5 * time.Second

// names has programs find names that end in .local by avahi, as on a desktop, where the module for that is installed.
const names = "passwd: files\ngroup: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns\n"

// RunAvahi starts the system's own responder in the PC, with a D-Bus of its own, and waits until it answers to the PC's
// name. Where it isn't installed the test ends.
func (p *PC) RunAvahi() {
	p.t.Helper()
	for _, program := range []string{"dbus-daemon", "avahi-daemon", "avahi-browse", "avahi-resolve"} {
		if _, err := exec.LookPath(program); err != nil {
			Unavailable(p.t, "%v", err)
		}
	}
	dir := p.t.TempDir()
	must(p.t, p.spaces.start(func() error { return overlay("/etc/nsswitch.conf", names, dir) }))
	daemons := p.Command(context.Background(), "sh", "-c",
		`mkdir -p /run/dbus && dbus-daemon --system --nofork --nopidfile & while ! [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done; exec avahi-daemon --no-drop-root --no-chroot`)
	must(p.t, daemons.Start())
	name := hostname(p.Name) + ".local"
	for range 100 {
		if p.Command(p.t.Context(), "avahi-resolve", "-n", name).Run() == nil {
			if out, _ := p.Command(p.t.Context(), "avahi-resolve", "-4", "-n", name).Output(); strings.Contains(string(out), p.Addr().String()) {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatal("avahi doesn't answer")
}

// Browser is an avahi-browse that goes on: it writes a line for what comes (+), is resolved (=) and goes (-).
type Browser struct {
	t    testing.TB
	mu   sync.Mutex
	text bytes.Buffer // mu guards the below
	read int          // of text, by Has
}

// Browse starts one in the PC, where avahi runs, for a type or subtype of services; "-a" stands for all types.
func (p *PC) Browse(kind string) *Browser {
	p.t.Helper()
	b := &Browser{t: p.t}
	cmd := p.Command(context.Background(), "avahi-browse", "-rpk", kind)
	cmd.Stdout, cmd.Stderr = b, b
	must(p.t, cmd.Start())
	return b
}

// Write implements io.Writer, for avahi-browse.
func (b *Browser) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String is all that it has written.
func (b *Browser) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// Again has the next Has begin from the start.
func (b *Browser) Again() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = 0
}

// Has waits for a line with all these words, behind those that Has found before, and returns it.
func (b *Browser) Has(words ...string) string {
	b.t.Helper()
	for end := time.Now().Add(browseTime); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if line := b.find(words); line != "" {
			return line
		}
	}
	b.t.Fatalf("no line with %q within %v behind the first %d bytes of:\n%s", words, browseTime, b.read, b)
	return ""
}

func (b *Browser) find(words []string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.read
	for line := range strings.Lines(b.text.String()[b.read:]) {
		at += len(line)
		lacks := func(word string) bool { return !strings.Contains(line, word) }
		if strings.HasSuffix(line, "\n") && !slices.ContainsFunc(words, lacks) {
			b.read = at
			return line
		}
	}
	return ""
}

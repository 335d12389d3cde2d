package officetest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/app/cli"
	"lanyard/app/node"
	"lanyard/app/node/control"
	"lanyard/discovery/discoverytest"
)

// Main is TestMain: the test binary is also the program on each desk. Goroutines that are left fail it.
func Main(m *testing.M, ignore ...goleak.Option) {
	discoverytest.Setup(discoverytest.Roles{lanyardd: beLanyardd})
	flag.Parse()
	_ = flag.Set("test.parallel", "6") // those that may run side by side mostly wait
	goleak.VerifyTestMain(m, ignore...)
}

// lanyardd is the role of the program itself.
const lanyardd = "lanyardd"

// versionVariable carries the version that the program of a desk has.
const versionVariable = "OFFICETEST_VERSION"

// Version is for New: a PC with another Lanyard than the others.
func Version(v string) string { return versionVariable + "=" + v }

// beLanyardd is the program itself, inside a PC of a test.
func beLanyardd(ctx context.Context, args []string) error {
	if by := os.Getenv(clockVariable); by != "" {
		if err := shiftClock(by); err != nil {
			return err
		}
	}
	if code := cli.Run(ctx, cli.Program{Name: "lanyardd", Version: cmp.Or(os.Getenv(versionVariable), "test"), In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, args); code != 0 {
		os.Exit(code)
	}
	return nil
}

// Desk is a PC of a test with Lanyard on it.
type Desk struct {
	T    *testing.T
	PC   *discoverytest.PC
	Home string
	Env  []string           // KEY=VALUE, for all that runs there, beside the test's own
	Log  *Log               // what serve has written to stderr, since its last start
	Cmd  *discoverytest.Cmd // serve
	*control.Client
}

// Polite is for New: Lanyard gives way to what else runs on the machine, as it does where it isn't told otherwise.
const Polite = "OFFICETEST_POLITE=yes"

// New starts Lanyard on a PC and waits until it answers. What is given goes to serve, or, as KEY=VALUE, into the
// environment of all that runs there. It doesn't give way: on one machine with other tests, that would leave it hardly any of the
// processor, and each PC of an office has one of its own.
func New(t *testing.T, pc *discoverytest.PC, serve ...string) *Desk {
	t.Helper()
	d := &Desk{T: t, PC: pc, Home: filepath.Join(t.TempDir(), "home")}
	serve = slices.DeleteFunc(serve, func(s string) bool {
		env := !strings.HasPrefix(s, "-") && strings.Contains(s, "=")
		if env {
			d.Env = append(d.Env, s)
		}
		return env
	})
	if !slices.Contains(d.Env, Polite) {
		d.hurry()
	}
	d.Start(serve...)
	if err := d.SetSetting(t.Context(), "name", pc.Name); err != nil {
		t.Fatal(err)
	}
	return d
}

// hurry has Lanyard run at the usual priority from its first start on.
func (d *Desk) hurry() {
	d.T.Helper()
	err := os.Mkdir(d.Home, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.Home, "settings.json"), []byte(`{"fullSpeed":true}`), 0o600)
	}
	if err != nil {
		d.T.Fatal(err)
	}
}

// Command prepares a command of Lanyard there.
func (d *Desk) Command(ctx context.Context, args ...string) *discoverytest.Cmd {
	cmd := d.PC.Self(ctx, lanyardd, append([]string{"--home", d.Home}, args...)...)
	cmd.Env = append(cmd.Env, d.Env...)
	if args[0] != "serve" { // the race detector waits a second for latecomers, which a command has none of
		cmd.Env = append(cmd.Env, "GORACE=atexit_sleep_ms=0")
	}
	return cmd
}

// Log is what a program has written.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Start runs serve on the desk's home, again after a stop.
func (d *Desk) Start(serve ...string) {
	d.T.Helper()
	d.Cmd = d.Command(d.T.Context(), append([]string{"serve"}, serve...)...)
	d.Log = new(Log)
	d.Cmd.Stderr = d.Log
	if err := d.Cmd.Start(); err != nil {
		d.T.Fatal(err)
	}
	client, err := control.Dial(d.Home)
	if err != nil {
		d.T.Fatal(err)
	}
	if d.Client != nil {
		d.Client.Close()
	}
	d.Client = client
	d.T.Cleanup(client.Close)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := client.Snapshot(d.T.Context())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			d.T.Fatalf("%s does not answer: %v\n%s", d.PC.Name, err, d.Log)
		}
	}
}

// Run runs a command there and returns what it prints, or the error that it prints.
func (d *Desk) Run(args ...string) (string, error) {
	d.T.Helper()
	ctx, cancel := context.WithTimeout(d.T.Context(), time.Minute)
	defer cancel()
	cmd := d.Command(ctx, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w", strings.TrimSpace(errs.String()), err)
	}
	return out.String(), nil
}

// Must runs a command that must work, and returns what it prints.
func (d *Desk) Must(args ...string) string {
	d.T.Helper()
	out, err := d.Run(args...)
	if err != nil {
		d.T.Fatalf("%s: lanyardd %s: %v", d.PC.Name, strings.Join(args, " "), err)
	}
	return out
}

// Fails runs a command that must fail with a message that has all these words in it.
func (d *Desk) Fails(words string, args ...string) {
	d.T.Helper()
	out, err := d.Run(args...)
	if err == nil {
		d.T.Errorf("lanyardd %s worked: %s", strings.Join(args, " "), out)
		return
	}
	for _, w := range strings.Fields(words) {
		if !strings.Contains(err.Error(), w) {
			d.T.Errorf("lanyardd %s: %v; want it to say %q", strings.Join(args, " "), err, w)
			return
		}
	}
}

// Until waits for a state and returns how long that took.
func (d *Desk) Until(within time.Duration, what string, is func(*node.State) bool) time.Duration {
	d.T.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(d.T.Context(), within)
	defer cancel()
	ok := false
	var last *node.State
	err := d.Watch(ctx, func(s *node.State) {
		if last = s; is(s) {
			ok = true
			cancel()
		}
	})
	if !ok {
		state, _ := json.Marshal(last)
		d.T.Fatalf("%s: not within %v: %s (%v)\n%s", d.PC.Name, within, what, err, state)
	}
	return time.Since(begun)
}

// Peer finds another desk in a state.
func Peer(s *node.State, other *Desk) *node.Peer {
	for i := range s.Peers {
		if s.Peers[i].Name == other.PC.Name {
			return &s.Peers[i]
		}
	}
	return nil
}

func (d *Desk) Sees(others ...*Desk) {
	d.T.Helper()
	for _, o := range others {
		d.Until(10*time.Second, "sees "+o.PC.Name, func(s *node.State) bool { p := Peer(s, o); return p != nil && p.Online })
	}
}

func (d *Desk) Misses(within time.Duration, o *Desk) time.Duration {
	d.T.Helper()
	return d.Until(within, "misses "+o.PC.Name, func(s *node.State) bool { p := Peer(s, o); return p == nil || !p.Online })
}

// Lets admits another desk to its workgroup, through the commands' own code.
func (d *Desk) Lets(o *Desk) {
	d.T.Helper()
	inv, err := d.Invite(d.T.Context())
	if err != nil {
		d.T.Fatal(err)
	}
	o.Until(10*time.Second, "is invited", func(s *node.State) bool { p := Peer(s, d); return p != nil && p.Inviting })
	if err := o.Join(d.T.Context(), inv.Code, d.PC.Name); err != nil {
		d.T.Fatal(err)
	}
	for _, pair := range [][2]*Desk{{d, o}, {o, d}} {
		pair[0].Until(5*time.Second, "is in one workgroup with "+pair[1].PC.Name, func(s *node.State) bool {
			p := Peer(s, pair[1])
			return p != nil && p.Member && p.Online
		})
	}
}

// Office is a workgroup of n desks on one switch.
func Office(t *testing.T, lan *discoverytest.LAN, names ...string) []*Desk {
	t.Helper()
	var all []*Desk
	for _, name := range names {
		d := New(t, lan.Join(name))
		if len(all) == 0 {
			if err := d.CreateWorkgroup(t.Context(), "Office"); err != nil {
				t.Fatal(err)
			}
		} else {
			all[0].Lets(d)
		}
		all = append(all, d)
	}
	for _, d := range all {
		for _, o := range all {
			if o != d {
				d.Until(10*time.Second, "member "+o.PC.Name, func(s *node.State) bool { p := Peer(s, o); return p != nil && p.Member && p.Online })
			}
		}
	}
	return all
}

// Shares makes a folder with files and shares it.
func (d *Desk) Shares(name, access string, files map[string]string) string {
	d.T.Helper()
	dir := filepath.Join(d.T.TempDir(), name)
	for path, content := range files {
		at := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			d.T.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(content), 0o644); err != nil {
			d.T.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		d.T.Fatal(err)
	}
	if _, err := d.ShareFolder(d.T.Context(), node.Folder{Dir: dir, Allow: map[string]string{"everyone": access}}); err != nil {
		d.T.Fatal(err)
	}
	return dir
}

// Knows waits until a desk knows of a folder of another.
func (d *Desk) Knows(o *Desk, folder string) {
	d.T.Helper()
	d.Until(5*time.Second, "knows "+folder, func(s *node.State) bool {
		p := Peer(s, o)
		return p != nil && slices.ContainsFunc(p.Folders, func(f node.Offer) bool { return f.Name == folder })
	})
}

func Content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(b)
}

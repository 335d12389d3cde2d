//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/app/cli"
	"lanyard/app/node"
	"lanyard/app/node/control"
	"lanyard/discovery/discoverytest"
)

func TestMain(m *testing.M) {
	discoverytest.Setup(discoverytest.Roles{"lanyardd": beLanyardd})
	goleak.VerifyTestMain(m)
}

// beLanyardd is the program itself, inside a PC of a test.
func beLanyardd(ctx context.Context, args []string) error {
	if code := cli.Run(ctx, cli.Program{Name: "lanyardd", Version: version, Out: os.Stdout, Err: os.Stderr}, args); code != 0 {
		os.Exit(code)
	}
	return nil
}

// desk is a PC of a test with Lanyard on it.
type desk struct {
	t    *testing.T
	pc   *discoverytest.PC
	home string
	cmd  *discoverytest.Cmd
	*control.Client
}

// newDesk starts Lanyard on a PC and waits until it answers.
func newDesk(t *testing.T, pc *discoverytest.PC, serve ...string) *desk {
	t.Helper()
	d := &desk{t: t, pc: pc, home: filepath.Join(t.TempDir(), "home")}
	d.start(serve...)
	if err := d.SetSetting(t.Context(), "name", pc.Name); err != nil {
		t.Fatal(err)
	}
	return d
}

// start runs serve on the desk's home, again after a stop.
func (d *desk) start(serve ...string) {
	d.t.Helper()
	d.cmd = d.pc.Self(d.t.Context(), "lanyardd", append([]string{"--home", d.home, "serve"}, serve...)...)
	var log bytes.Buffer
	d.cmd.Stderr = &log
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	client, err := control.Dial(d.home)
	if err != nil {
		d.t.Fatal(err)
	}
	if d.Client != nil {
		d.Client.Close()
	}
	d.Client = client
	d.t.Cleanup(client.Close)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := client.Snapshot(d.t.Context())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("%s does not answer: %v\n%s", d.pc.Name, err, log.String())
		}
	}
}

// run runs a command there and returns what it prints, or the error that it prints.
func (d *desk) run(args ...string) (string, error) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	cmd := d.pc.Self(ctx, "lanyardd", append([]string{"--home", d.home}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w", strings.TrimSpace(errs.String()), err)
	}
	return out.String(), nil
}

func (d *desk) must(args ...string) string {
	d.t.Helper()
	out, err := d.run(args...)
	if err != nil {
		d.t.Fatalf("%s: lanyardd %s: %v", d.pc.Name, strings.Join(args, " "), err)
	}
	return out
}

// fails runs a command that must fail with a message that has all these words in it.
func (d *desk) fails(words string, args ...string) {
	d.t.Helper()
	out, err := d.run(args...)
	if err == nil {
		d.t.Errorf("lanyardd %s worked: %s", strings.Join(args, " "), out)
		return
	}
	for _, w := range strings.Fields(words) {
		if !strings.Contains(err.Error(), w) {
			d.t.Errorf("lanyardd %s: %v; want it to say %q", strings.Join(args, " "), err, w)
			return
		}
	}
}

// until waits for a state and returns how long that took.
func (d *desk) until(within time.Duration, what string, is func(*node.State) bool) time.Duration {
	d.t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(d.t.Context(), within)
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
		d.t.Fatalf("%s: not within %v: %s (%v)\n%s", d.pc.Name, within, what, err, state)
	}
	return time.Since(begun)
}

// peer finds another desk in a state.
func peer(s *node.State, other *desk) *node.Peer {
	for i := range s.Peers {
		if s.Peers[i].Name == other.pc.Name {
			return &s.Peers[i]
		}
	}
	return nil
}

func (d *desk) sees(others ...*desk) {
	d.t.Helper()
	for _, o := range others {
		d.until(10*time.Second, "sees "+o.pc.Name, func(s *node.State) bool { p := peer(s, o); return p != nil && p.Online })
	}
}

func (d *desk) misses(within time.Duration, o *desk) time.Duration {
	d.t.Helper()
	return d.until(within, "misses "+o.pc.Name, func(s *node.State) bool { p := peer(s, o); return p == nil || !p.Online })
}

// lets admits another desk to its workgroup, through the commands' own code.
func (d *desk) lets(o *desk) {
	d.t.Helper()
	inv, err := d.Invite(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	o.until(10*time.Second, "is invited", func(s *node.State) bool { p := peer(s, d); return p != nil && p.Inviting })
	if err := o.Join(d.t.Context(), inv.Code, d.pc.Name); err != nil {
		d.t.Fatal(err)
	}
	for _, pair := range [][2]*desk{{d, o}, {o, d}} {
		pair[0].until(5*time.Second, "is in one workgroup with "+pair[1].pc.Name, func(s *node.State) bool {
			p := peer(s, pair[1])
			return p != nil && p.Member && p.Online
		})
	}
}

// office is a workgroup of n desks on one switch.
func office(t *testing.T, lan *discoverytest.LAN, names ...string) []*desk {
	t.Helper()
	var all []*desk
	for _, name := range names {
		d := newDesk(t, lan.Join(name))
		if len(all) == 0 {
			if err := d.CreateWorkgroup(t.Context(), "Office"); err != nil {
				t.Fatal(err)
			}
		} else {
			all[0].lets(d)
		}
		all = append(all, d)
	}
	for _, d := range all {
		for _, o := range all {
			if o != d {
				d.until(10*time.Second, "member "+o.pc.Name, func(s *node.State) bool { p := peer(s, o); return p != nil && p.Member && p.Online })
			}
		}
	}
	return all
}

// shares makes a folder with files and shares it.
func (d *desk) shares(name, access string, files map[string]string) string {
	d.t.Helper()
	dir := filepath.Join(d.t.TempDir(), name)
	for path, content := range files {
		at := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(content), 0o644); err != nil {
			d.t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.ShareFolder(d.t.Context(), node.Folder{Dir: dir, Allow: map[string]string{"everyone": access}}); err != nil {
		d.t.Fatal(err)
	}
	return dir
}

// knows waits until a desk knows of a folder of another.
func (d *desk) knows(o *desk, folder string) {
	d.t.Helper()
	d.until(5*time.Second, "knows "+folder, func(s *node.State) bool {
		p := peer(s, o)
		return p != nil && slices.ContainsFunc(p.Folders, func(f node.Offer) bool { return f.Name == folder })
	})
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(b)
}

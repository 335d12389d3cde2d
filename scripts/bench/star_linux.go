package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// rate is that of the link to compare on, in the words of tc.
const rate = "1gbit"

// place is a network namespace to run programs in; the zero value is this program's own.
type place struct {
	name    string
	address string
	pid     int      // of a process in it
	env     []string // KEY=VALUE, for all that runs there
}

// command runs a command line there.
func (p place) command(args ...string) []string {
	if p.pid == 0 {
		return args
	}
	words := []string{"nsenter", fmt.Sprintf("--net=/proc/%d/ns/net", p.pid), "--"}
	if len(p.env) > 0 {
		words = append(append(words, "env"), p.env...)
	}
	return append(words, args...)
}

func (p place) reach() string {
	if p.address == "" {
		return "127.0.0.1"
	}
	return p.address
}

// received returns the bytes that came in by an interface.
func (p place) received(name string) int64 {
	file := "/proc/net/dev"
	if p.pid != 0 {
		file = fmt.Sprintf("/proc/%d/net/dev", p.pid)
	}
	data, _ := os.ReadFile(file) // #nosec G304 -- of a process that this program started
	for line := range strings.Lines(string(data)) {
		if device, figures, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(device) == name {
			var n int64
			_, _ = fmt.Sscan(figures, &n)
			return n
		}
	}
	return 0
}

// newPlace makes a network in which nothing is.
func (b *bench) newPlace(ctx context.Context, name, address string) (place, error) {
	// unshare becomes the program that holds the network, which says when it stands.
	c, err := b.serve("network "+name, "unshare", "--net", "sleep", "infinity")
	if err != nil {
		return place{}, err
	}
	p := place{name: name, address: address, pid: c.cmd.Process.Pid}
	own, _ := os.Readlink("/proc/self/ns/net")
	err = c.ready(ctx, func() error {
		if ns, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", p.pid)); err != nil || ns == own {
			return fmt.Errorf("the network isn't there yet")
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, all(ctx, p.command("ip", "link", "set", "lo", "up"))
}

// all runs commands until one fails.
func all(ctx context.Context, commands ...[]string) error {
	for _, c := range commands {
		if _, err := output(ctx, c...); err != nil {
			return err
		}
	}
	return nil
}

// star makes networks that are connected by one switch, the first of which is for the server; with slow, by links of rate.
func (b *bench) star(ctx context.Context, name string, clients int, slow bool) (hub place, leaves []place, err error) {
	hub, err = b.newPlace(ctx, name+"-hub", "10.9.0.1")
	if err != nil {
		return hub, nil, err
	}
	err = all(ctx, hub.command("ip", "link", "add", "switch", "type", "bridge"),
		hub.command("ip", "addr", "add", "10.9.0.1/24", "dev", "switch"),
		hub.command("ip", "link", "set", "switch", "up"))
	for i := 0; i < clients && err == nil; i++ {
		var leaf place
		leaf, err = b.newPlace(ctx, fmt.Sprintf("%s-%d", name, i), fmt.Sprintf("10.9.0.%d", i+2))
		if err != nil {
			break
		}
		leaves = append(leaves, leaf)
		port := fmt.Sprintf("port%d", i)
		err = all(ctx, hub.command("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", fmt.Sprint(leaf.pid)),
			hub.command("ip", "link", "set", port, "master", "switch", "up"),
			leaf.command("ip", "addr", "add", leaf.address+"/24", "dev", "eth0"),
			leaf.command("ip", "link", "set", "eth0", "up"))
		if err == nil && slow {
			err = all(ctx, shaped(hub, port), shaped(leaf, "eth0"))
		}
	}
	return hub, leaves, err
}

// shaped limits what leaves by an interface: a token bucket deep enough for what the kernel sends in one piece, and a queue as a
// switch has.
func shaped(p place, device string) []string {
	return p.command("tc", "qdisc", "add", "dev", device, "root", "tbf", "rate", rate, "burst", "256kb", "latency", "20ms")
}

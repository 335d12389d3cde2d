package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// pc is a Lanyard in some network.
type pc struct {
	*child
	lanyard []string
	home    string
	at      place
	port    int
}

// newPC starts a Lanyard with a home of its own.
func (b *bench) newPC(ctx context.Context, name string, at place) (*pc, error) {
	p := &pc{lanyard: b.lanyard, home: filepath.Join(b.dir, "homes", at.name+name), at: at}
	c, err := b.serve("Lanyard "+name, p.args("serve")...)
	if err != nil {
		return nil, err
	}
	p.child = c
	err = c.ready(ctx, func() error {
		out, err := output(ctx, p.args("status", "--json")...)
		if err != nil {
			return err
		}
		var status struct{ Port int }
		err = json.Unmarshal([]byte(out), &status)
		p.port = status.Port
		return err
	})
	if err != nil {
		return nil, err
	}
	// The other programs give way to nobody: with this, what else the machine does slows all of them alike.
	if err := p.do(ctx, "config", "set", "polite", "off"); err != nil {
		return nil, err
	}
	return p, p.do(ctx, "config", "set", "name", name)
}

// args is the command line of a command there.
func (p *pc) args(args ...string) []string {
	return p.at.command(slices.Concat(p.lanyard, []string{"--home", p.home}, args)...)
}

func (p *pc) do(ctx context.Context, args ...string) error {
	_, err := output(ctx, p.args(args...)...)
	return err
}

var codeLine = regexp.MustCompile(`^\d{3} \d{3}$`)

// invite lets another PC in, as two people do, one of whom reads the code out.
func (p *pc) invite(ctx context.Context, other *pc) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	args := p.args("workgroup", "invite")
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) // #nosec G204 -- what this program names
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if codeLine.MatchString(lines.Text()) {
			code := strings.ReplaceAll(lines.Text(), " ", "")
			return other.do(ctx, "workgroup", "join", code, "--at", fmt.Sprintf("%s:%d", p.at.reach(), p.port))
		}
	}
	return fmt.Errorf("no invitation came: %s", p.log.String())
}

// pair starts two PCs that share a workgroup, the first of which shares the files.
func (b *bench) pair(ctx context.Context, server place, clients ...place) (*pc, []*pc, error) {
	a, err := b.newPC(ctx, "server", server)
	if err != nil {
		return nil, nil, err
	}
	if err := a.do(ctx, "workgroup", "create", "Bench"); err != nil {
		return nil, nil, err
	}
	if err := a.do(ctx, "share", "add", b.data(), "--name", "bench", "--allow", "everyone=change", "--yes"); err != nil {
		return nil, nil, err
	}
	var others []*pc
	for i, at := range clients {
		c, err := b.newPC(ctx, fmt.Sprintf("client%d", i), at)
		if err == nil {
			err = a.invite(ctx, c)
		}
		if err != nil {
			return nil, nil, err
		}
		others = append(others, c)
	}
	return a, others, nil
}

// get is the command line that fetches a file or folder below the data.
func (p *pc) get(from, to string) []string { return p.args("get", "server:bench/"+from, to) }

// put is the command line that sends one into a folder below the data.
func (p *pc) put(from, to string) []string { return p.args("put", from, "server:bench/"+to) }

// asPeer shows a pair of PCs as one of the programs to compare.
func asPeer(server, client *pc) *peer {
	return &peer{
		name: lanyardName, note: "TLS, verified, synced by itself", servers: []*child{server.child}, clients: []*child{client.child},
		get: client.get, put: client.put,
	}
}

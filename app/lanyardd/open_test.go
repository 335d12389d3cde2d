//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// A look into files of another PC, as the window takes one: over the control socket, through the node, to the other node.
func TestALookIntoFiles(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	film := make([]byte, 12<<20) // more than all buffers on the way
	rand.Read(film)
	dir := front.Shares("Films", "read", map[string]string{"sub/a film.mp4": string(film), "empty": ""})
	front.Shares("Drop", "add", map[string]string{"secret": "x"})
	back.Shares("Mine", "read", map[string]string{"own": "mine"})
	back.Knows(front, "Films")
	back.Knows(front, "Drop")
	at := node.Location{PC: "front", Folder: "Films", Path: "sub/a film.mp4"}

	read := func(l node.Location) (content []byte, err error) {
		r, err := back.Open(t.Context(), l)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	}
	for what, c := range map[string]struct {
		at   node.Location
		want []byte
	}{
		"all of it":           {at, film},
		"an empty file":       {node.Location{PC: "front", Folder: "Films", Path: "empty"}, nil},
		"a file of one's own": {node.Location{Folder: "Mine", Path: "own"}, []byte("mine")},
	} {
		if got, err := read(c.at); err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
	}
	for what, c := range map[string]struct {
		at   node.Location
		kind node.Kind
	}{
		"what is not there":         {node.Location{PC: "front", Folder: "Films", Path: "nothing"}, node.NotFound},
		"what is not shared":        {node.Location{PC: "front", Folder: "Payroll", Path: "a"}, node.NotFound},
		"a folder":                  {node.Location{PC: "front", Folder: "Films", Path: "sub"}, node.NotFound},
		"a shared folder":           {node.Location{PC: "front", Folder: "Films"}, node.Invalid},
		"a way out":                 {node.Location{PC: "front", Folder: "Films", Path: "../Drop/secret"}, node.Invalid},
		"what may only be added to": {node.Location{PC: "front", Folder: "Drop", Path: "secret"}, node.Denied},
		"a PC that isn't there":     {node.Location{PC: "attic", Folder: "Films", Path: "a"}, node.NotFound},
	} {
		if got, err := read(c.at); err == nil || node.KindOf(err) != c.kind {
			t.Errorf("%s: %q, %s %v; want %s", what, got, node.KindOf(err), err, c.kind)
		}
	}

	// Closed early it ends at both ends, and there is no end to how often that can be done.
	for range 100 { // more than a PC may have connections
		r, err := back.Open(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		head := make([]byte, 1000)
		if _, err := io.ReadFull(r, head); err != nil || !bytes.Equal(head, film[:1000]) {
			t.Fatalf("its beginning: %v", err)
		}
		r.Close()
	}
	closed(t, front, filepath.Join(dir, "sub/a film.mp4"))
	if _, err := read(at); err != nil {
		t.Errorf("after that: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, err := back.Open(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); err == nil {
		t.Error("a look that was cancelled went on to the end")
	}
	r.Close()
	closed(t, front, filepath.Join(dir, "sub/a film.mp4"))

	// It is held to the limits, as all that comes.
	back.Must("config", "set", "download", "2 MB/s")
	if r, err = back.Open(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := io.CopyN(io.Discard, r, 2<<20); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 500*time.Millisecond {
		t.Errorf("2 MiB took %v at 2 MB/s", took)
	}

	// The end of the other PC is an error with words, never a short file.
	front.Cmd.Process.Kill()
	_, err = io.Copy(io.Discard, r)
	r.Close()
	if err == nil || node.KindOf(err) != node.Offline || !strings.Contains(err.Error(), "front") {
		t.Errorf("a file whose PC went away: %s, %v", node.KindOf(err), err)
	}
}

// closed waits until Lanyard at a desk has a file open no more.
func closed(t *testing.T, d *officetest.Desk, file string) {
	t.Helper()
	fds := fmt.Sprintf("/proc/%d/fd", d.Cmd.Process.Pid)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		open := 0
		entries, err := os.ReadDir(fds)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if to, err := os.Readlink(filepath.Join(fds, e.Name())); err == nil && to == file {
				open++
			}
		}
		if open == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still open %d times at %s", file, open, d.PC.Name)
		}
	}
}

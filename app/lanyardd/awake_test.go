//go:build linux

package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/awake/awaketest"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// Both PCs stay awake while a file is on its way, and no longer; and what serves gives way to all else that runs there.
func TestBothPCsStayAwakeWhileAFileIsOnItsWay(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	logins := []*awaketest.Login{awaketest.Start(t), awaketest.Start(t)}
	front := officetest.New(t, lan.Join("front"), "DBUS_SYSTEM_BUS_ADDRESS="+logins[0].Address, officetest.Polite)
	back := officetest.New(t, lan.Join("back"), "DBUS_SYSTEM_BUS_ADDRESS="+logins[1].Address, officetest.Polite)
	if err := front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	front.Lets(back)
	film := make([]byte, 1_000_000)
	rand.Read(film)
	front.Shares("Films", "read", map[string]string{"film": string(film)})
	back.Knows(front, "Films")
	before := asked(logins)
	for try := 1; ; try++ { // on a busy machine a listing may take long for once
		back.Must("ls", "front:Films")
		time.Sleep(time.Second) // what it had them ask for is over
		now := asked(logins)
		if now == before {
			break
		}
		if before = now; try == 5 {
			t.Fatal("each time they are kept awake for nothing much")
		}
	}
	front.Must("config", "set", "upload", "300 kB/s")
	get := back.Command(t.Context(), "get", "front:Films/film", t.TempDir())
	if err := get.Start(); err != nil {
		t.Fatal(err)
	}
	locks := []*awaketest.Lock{logins[0].Until(before[0] + 1), logins[1].Until(before[1] + 1)}
	for i, d := range []*officetest.Desk{front, back} {
		if !locks[i].Taken(d.Cmd.Process.Pid) {
			t.Errorf("%s did not get its lock", d.PC.Name)
		}
		if locks[i].Gone(100 * time.Millisecond) {
			t.Errorf("%s may sleep while the file is on its way", d.PC.Name)
		}
		gaveWay(t, d)
	}
	s, err := back.Snapshot(t.Context())
	if err != nil || len(s.Transfers) != 1 || s.Transfers[0].State != node.TransferRunning {
		t.Fatalf("the transfer was too fast: %+v, %v", s, err)
	}
	if err := get.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, d := range []*officetest.Desk{front, back} {
		if !locks[i].Gone(5 * time.Second) {
			t.Errorf("%s is kept awake after the end", d.PC.Name)
		}
		if n := logins[i].Asked() - before[i]; n != 1 {
			t.Errorf("%s asked %d times", d.PC.Name, n)
		}
	}
}

// asked tells how often each of two PCs has asked to be kept awake.
func asked(logins []*awaketest.Login) [2]int { return [2]int{logins[0].Asked(), logins[1].Asked()} }

// gaveWay looks at the priority of all threads of a PC's Lanyard.
func gaveWay(t *testing.T, d *officetest.Desk) {
	t.Helper()
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", d.Cmd.Process.Pid))
	if len(threads) < 4 {
		t.Errorf("%s has %d threads", d.PC.Name, len(threads))
	}
	for _, stat := range threads {
		b, err := os.ReadFile(stat)
		if err != nil {
			continue // it has just ended
		}
		_, after, _ := strings.Cut(string(b), ") ")
		if nice := strings.Fields(after)[16]; nice == "0" { // proc(5): field 19
			t.Errorf("%s: a thread of Lanyard has the usual priority (nice %s)", d.PC.Name, nice)
		}
	}
}

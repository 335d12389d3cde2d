//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

const (
	slowly   = 8 << 20  // bytes a second of a cable on which the middle of a transfer can be met
	movie    = 32 << 20 // bytes: four seconds of that
	patience = 90 * time.Second
)

// movers are two PCs on slow cables, of which the first shares a folder with a large file.
func movers(t *testing.T, lan *discoverytest.LAN) (front, back *officetest.Desk, dir string) {
	t.Helper()
	two := officetest.Office(t, lan, "front", "back")
	front, back = two[0], two[1]
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("front: %s\nback: %s", front.Log, back.Log)
		}
	})
	dir = front.Shares("Plans", "change", map[string]string{"old.bin": "old"})
	big(t, filepath.Join(dir, "big.bin"), movie)
	back.Knows(front, "Plans")
	front.PC.Limit(slowly)
	back.PC.Limit(slowly)
	return front, back, dir
}

// gets begins to get the large file, and returns when it is in the middle.
func gets(d *officetest.Desk, dest string) node.Transfer {
	d.T.Helper()
	tr, err := d.Get(d.T.Context(), []node.Location{{PC: "front", Folder: "Plans", Path: "big.bin"}}, dest, node.Moving{})
	if err != nil {
		d.T.Fatal(err)
	}
	middle(d, tr.ID)
	return *tr
}

// middle waits until a transfer is about in the middle.
func middle(d *officetest.Desk, id string) {
	d.T.Helper()
	d.Until(patience, "is in the middle", func(s *node.State) bool {
		tr := transfer(s, id)
		return tr.State == node.TransferRunning && tr.Bytes > movie/3
	})
}

func transfer(s *node.State, id string) node.Transfer {
	for _, tr := range s.Transfers {
		if tr.ID == id {
			return tr
		}
	}
	return node.Transfer{}
}

// is waits until a transfer is in a state.
func is(d *officetest.Desk, id string, want node.TransferState) (tr node.Transfer) {
	d.T.Helper()
	d.Until(patience, "transfer is "+string(want), func(s *node.State) bool {
		tr = transfer(s, id)
		return tr.State == want || tr.State.Ended()
	})
	if tr.State != want {
		d.T.Fatalf("the transfer is %+v, want it %s", tr, want)
	}
	return tr
}

// equal fails when two files differ, or there is anything else beside the second.
func equal(t *testing.T, want, got string) {
	t.Helper()
	a, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(got)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("%s differs: %d bytes, want %d (%v)", got, len(b), len(a), err)
	}
}

// noDisk is a folder on no disk at all.
func noDisk(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lanyard")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// leftovers are the hidden files in a folder that are not of its bin.
func leftovers(dir string) []string {
	return slices.DeleteFunc(hidden(dir), func(name string) bool { return name == ".lanyard-bin" })
}

func TestAGetGoesOnAfterAnything(t *testing.T) {
	t.Parallel() // it mostly waits
	for name, happen := range map[string]func(t *testing.T, lan *discoverytest.LAN, front, back *officetest.Desk, id string){
		"the cable is pulled, and plugged in again": func(_ *testing.T, _ *discoverytest.LAN, front, back *officetest.Desk, id string) {
			front.PC.Unplug()
			if tr := is(back, id, node.TransferBlocked); tr.Waits != "front is off" {
				back.T.Errorf("it waits: %q", tr.Waits)
			}
			front.PC.Plug()
		},
		"nothing comes through for a while": func(_ *testing.T, lan *discoverytest.LAN, front, back *officetest.Desk, id string) {
			lan.Silence(front.PC)
			is(back, id, node.TransferBlocked)
			lan.Unsilence(front.PC)
		},
		"the other PC gets another address": func(_ *testing.T, lan *discoverytest.LAN, front, _ *officetest.Desk, _ string) {
			front.PC.SetAddr(netip.PrefixFrom(front.PC.Addr().Next().Next().Next(), lan.Prefix().Bits()))
		},
		"this PC gets another address": func(_ *testing.T, lan *discoverytest.LAN, _, back *officetest.Desk, _ string) {
			back.PC.SetAddr(netip.PrefixFrom(back.PC.Addr().Next().Next().Next(), lan.Prefix().Bits()))
		},
		"the other PC's Lanyard is killed": func(_ *testing.T, _ *discoverytest.LAN, front, back *officetest.Desk, id string) {
			front.Cmd.Kill()
			front.Cmd.Wait()
			is(back, id, node.TransferBlocked)
			front.Start()
		},
		"both are started anew": func(t *testing.T, _ *discoverytest.LAN, front, back *officetest.Desk, _ string) {
			back.Cmd.Kill()
			back.Cmd.Wait()
			if err := front.Cmd.Stop(); err != nil {
				t.Fatal(err)
			}
			back.Start()
			front.Start()
		},
		"it is paused, and this PC started anew": func(t *testing.T, _ *discoverytest.LAN, _, back *officetest.Desk, id string) {
			back.Must("transfers", "pause", id)
			before := is(back, id, node.TransferPaused)
			if err := back.Cmd.Stop(); err != nil {
				t.Fatal(err)
			}
			back.Start()
			if tr := is(back, id, node.TransferPaused); tr.Bytes < before.Bytes {
				t.Errorf("%d bytes are moved, %d were", tr.Bytes, before.Bytes)
			}
			back.Must("transfers", "resume", id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			lan := discoverytest.NewLAN(t)
			front, back, dir := movers(t, lan)
			got := t.TempDir()
			tr := gets(back, got)
			happen(t, lan, front, back, tr.ID)
			is(back, tr.ID, node.TransferDone)
			equal(t, filepath.Join(dir, "big.bin"), filepath.Join(got, "big.bin"))
			nothing(t, got, "big.bin")
		})
	}
}

func TestAPutGoesOnWhenEitherIsKilled(t *testing.T) {
	t.Parallel() // it mostly waits
	for name, who := range map[string]int{"the sender": 0, "the receiver": 1} {
		t.Run(name, func(t *testing.T) {
			front, back, dir := movers(t, discoverytest.NewLAN(t))
			local := filepath.Join(t.TempDir(), "old.bin")
			big(t, local, movie)
			tr, err := back.Put(t.Context(), []string{local}, node.Location{PC: "front", Folder: "Plans"}, node.Moving{})
			if err != nil {
				t.Fatal(err)
			}
			middle(back, tr.ID)
			victim := []*officetest.Desk{back, front}[who]
			victim.Cmd.Kill()
			victim.Cmd.Wait()
			if officetest.Content(t, filepath.Join(dir, "old.bin")) != "old" {
				t.Error("the old file was harmed")
			}
			if victim == front {
				is(back, tr.ID, node.TransferBlocked)
			}
			victim.Start()
			is(back, tr.ID, node.TransferDone)
			equal(t, local, filepath.Join(dir, "old.bin"))
			if left := leftovers(dir); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

func TestACancelledTransferLeavesNothing(t *testing.T) {
	_, back, dir := movers(t, discoverytest.NewLAN(t))
	got := t.TempDir()
	tr := gets(back, got)
	back.Must("transfers", "cancel", tr.ID)
	is(back, tr.ID, node.TransferCancelled)
	nothing(t, got)

	local := filepath.Join(t.TempDir(), "new.bin")
	big(t, local, movie)
	put, err := back.Put(t.Context(), []string{local}, node.Location{PC: "front", Folder: "Plans"}, node.Moving{})
	if err != nil {
		t.Fatal(err)
	}
	middle(back, put.ID)
	back.Must("transfers", "pause", put.ID)
	is(back, put.ID, node.TransferPaused)
	back.Must("transfers", "cancel", put.ID)
	is(back, put.ID, node.TransferCancelled)
	for deadline := time.Now().Add(10 * time.Second); len(leftovers(dir)) > 0 && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
	}
	if left := leftovers(dir); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	back.Must("transfers", "retry", tr.ID)
	is(back, tr.ID, node.TransferDone)
	equal(t, filepath.Join(dir, "big.bin"), filepath.Join(got, "big.bin"))
}

// A disk that is full, on either side, is waited for, and the old file is as it was until the new one is there.
func TestADiskThatIsFullAndFreed(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("none", disk, "tmpfs", 0, "size=24m"); err != nil {
		discoverytest.Unavailable(t, "mount: %v", err)
	}
	defer unix.Unmount(disk, unix.MNT_DETACH)
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back") // after the mount, so that it is the PCs' too
	front, back := two[0], two[1]
	if _, err := front.ShareFolder(t.Context(), node.Folder{Name: "Small", Dir: disk, Allow: map[string]string{"everyone": "change"}}); err != nil {
		t.Fatal(err)
	}
	dir := front.Shares("Plans", "read", nil)
	big(t, filepath.Join(dir, "big.bin"), 8<<20)
	os.WriteFile(filepath.Join(disk, "old.bin"), []byte("old"), 0o644)
	local := filepath.Join(t.TempDir(), "old.bin")
	big(t, local, 8<<20)
	back.Knows(front, "Plans")
	fill := filepath.Join(disk, "fill")
	for _, c := range []struct {
		words, from, to string
		begin           func() (*node.Transfer, error)
	}{
		{"front has no space left", local, "old.bin", func() (*node.Transfer, error) {
			return back.Put(t.Context(), []string{local}, node.Location{PC: "front", Folder: "Small"}, node.Moving{})
		}},
		{"this PC has no space left", filepath.Join(dir, "big.bin"), "big.bin", func() (*node.Transfer, error) {
			return back.Get(t.Context(), []node.Location{{PC: "front", Folder: "Plans", Path: "big.bin"}}, disk, node.Moving{})
		}},
	} {
		var st unix.Statfs_t
		if err := unix.Statfs(disk, &st); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fill, make([]byte, int64(st.Bavail)*st.Bsize-2<<20), 0o644); err != nil {
			t.Fatal(err)
		}
		tr, err := c.begin()
		if err != nil {
			t.Fatal(err)
		}
		if got := is(back, tr.ID, node.TransferBlocked); !strings.Contains(got.Waits, c.words) {
			t.Errorf("it waits: %q, want %q", got.Waits, c.words)
		}
		state, err := front.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(state.Problems, " ")
		if put := c.to == "old.bin"; put != strings.Contains(said, "no room for what back wants to put there") {
			t.Errorf("the owner of the disk is told: %q", said)
		}
		if officetest.Content(t, filepath.Join(disk, "old.bin")) == "" {
			t.Error("the old file was harmed")
		}
		if err := os.Remove(fill); err != nil {
			t.Fatal(err)
		}
		is(back, tr.ID, node.TransferDone)
		equal(t, c.from, filepath.Join(disk, c.to))
	}
}

// A script that has no terminal is not kept waiting for a PC that is off; the transfer stays in the queue.
func TestACommandInAPipeDoesNotWaitForGood(t *testing.T) {
	t.Parallel() // it mostly waits
	front, back, dir := movers(t, discoverytest.NewLAN(t))
	got := t.TempDir()
	cmd := back.Command(t.Context(), "get", "front:Plans/big.bin", got)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	half(back)
	front.Cmd.Kill()
	front.Cmd.Wait()
	_ = cmd.Wait()
	id := state(back).Transfers[0].ID
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(said.String(), "front is off") || !strings.Contains(said.String(), id) {
		t.Errorf("exit %d, %q", code, said.String())
	}
	front.Start()
	is(back, id, node.TransferDone)
	equal(t, filepath.Join(dir, "big.bin"), filepath.Join(got, "big.bin"))
}

// What a transfer is limited by is measured, at both ends.
func TestATransferTellsWhatLimitsIt(t *testing.T) {
	front, back, dir := movers(t, discoverytest.NewLAN(t))
	big(t, filepath.Join(dir, "long.bin"), 256<<20)
	sent := filepath.Join(t.TempDir(), "sent.bin")
	big(t, sent, 256<<20)
	limited := func(id string, want string) {
		t.Helper()
		took := back.Until(30*time.Second, "is limited by "+want, func(s *node.State) bool { return transfer(s, id).Limit == want })
		t.Logf("%s: known after %v", want, took.Round(100*time.Millisecond))
	}
	begin := map[string]func() (*node.Transfer, error){
		"get": func() (*node.Transfer, error) {
			return back.Get(t.Context(), []node.Location{{PC: "front", Folder: "Plans", Path: "long.bin"}}, t.TempDir(), node.Moving{})
		},
		"put": func() (*node.Transfer, error) {
			return back.Put(t.Context(), []string{sent}, node.Location{PC: "front", Folder: "Plans"}, node.Moving{})
		},
	}
	for _, c := range []struct{ kind, mine, theirs string }{{"get", "download", "upload"}, {"put", "upload", "download"}} {
		tr, err := begin[c.kind]()
		if err != nil {
			t.Fatal(err)
		}
		limited(tr.ID, node.LimitNetwork)
		back.Must("config", "set", c.mine, "2 MB/s")
		limited(tr.ID, node.LimitYours)
		back.Must("config", "set", c.mine, "off")
		limited(tr.ID, node.LimitNetwork)
		front.Must("config", "set", c.theirs, "2 MB/s")
		limited(tr.ID, node.LimitThere)
		front.Must("config", "set", c.theirs, "off")
		back.Must("transfers", "cancel", tr.ID)
		is(back, tr.ID, node.TransferCancelled)
	}
}

// A file that has lost a bit on the disk, at either end, is found.
func TestVerifyFindsAFlippedBit(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	dir := front.Shares("Plans", "change", map[string]string{"tree/a.txt": "a", "tree/b.txt": "b", "tree/sub/c.txt": "c"})
	back.Knows(front, "Plans")
	got, sent := t.TempDir(), filepath.Join(t.TempDir(), "sent")
	os.MkdirAll(sent, 0o755)
	os.WriteFile(filepath.Join(sent, "d.txt"), []byte("d"), 0o644)
	os.WriteFile(filepath.Join(sent, "e.txt"), []byte("e"), 0o644)
	back.Must("get", "front:Plans/tree", got)
	back.Must("put", sent, "front:Plans")
	list := state(back).Transfers
	if len(list) != 2 {
		t.Fatalf("%d transfers", len(list))
	}
	for i, file := range []string{filepath.Join(dir, "sent", "e.txt"), filepath.Join(got, "tree", "sub", "c.txt")} {
		all := list[i].Files
		v, err := back.VerifyTransfer(t.Context(), list[i].ID)
		if err != nil || v.Checked != all || all == 0 || len(v.Bad) != 0 || v.Unknown != 0 {
			t.Fatalf("before: %+v of %d files, %v", v, all, err)
		}
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(file, []byte{officetest.Content(t, file)[0] ^ 1}, 0o644)
		os.Chtimes(file, info.ModTime(), info.ModTime())
		v, err = back.VerifyTransfer(t.Context(), list[i].ID)
		if err != nil || v.Checked != all-1 || len(v.Bad) != 1 || filepath.Base(v.Bad[0].Path) != filepath.Base(file) || v.Bad[0].Error == "" {
			t.Errorf("after: %+v, %v", v, err)
		}
		damaged := func() node.Transfer {
			s := state(back)
			return s.Transfers[slices.IndexFunc(s.Transfers, func(tr node.Transfer) bool { return tr.ID == list[i].ID })]
		}
		if tr := damaged(); tr.State != node.TransferFailed || !strings.Contains(tr.Error, "damaged") {
			t.Errorf("found damaged, it is %s: %q", tr.State, tr.Error)
		}
		back.Must("transfers", "retry", list[i].ID)
		back.Until(10*time.Second, "is done again", func(*node.State) bool { return damaged().State == node.TransferDone })
		if v, err := back.VerifyTransfer(t.Context(), list[i].ID); err != nil || v.Checked != all || len(v.Bad) != 0 {
			t.Errorf("sent again: %+v, %v", v, err)
		}
	}
}

func TestResultsOfAGet(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "read", map[string]string{"tree/a.txt": "a", "tree/b.txt": "b"})
	back.Knows(front, "Plans")
	got := t.TempDir()
	back.Must("get", "front:Plans/tree", got)
	back.Must("get", "front:Plans/tree", got)
	var page node.Results
	for i, how := range []string{"same", "sent"} {
		tr := state(back).Transfers[i]
		if err := json.Unmarshal([]byte(back.Must("transfers", "results", tr.ID, "--json")), &page); err != nil {
			t.Fatal(err)
		}
		if page.Count != 2 || len(page.Files) != 2 || page.Files[0].How != how || page.Files[1].How != how || tr.Files != 2 {
			t.Errorf("%+v of %d files, want them %s", page, tr.Files, how)
		}
	}
}

//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// How bad it gets.
const (
	chaosFaults = 25       // in each direction
	chaosRate   = 12 << 20 // bytes a second of the cables: slow enough for that many faults
	inFlight    = 2 << 20  // what was on its way when a fault came, and may be sent again
	chaosSeed   = 4720     // the faults of a failed run can be had again
)

// chaos is a transfer between two PCs that one fault after the other befalls.
type chaos struct {
	t           *testing.T
	lan, wifi   *discoverytest.LAN
	front, back *officetest.Desk
	radio       map[*officetest.Desk]*discoverytest.Cable // the second way between them
	random      *rand.Rand
	addresses   int
}

// Whatever happens to a transfer, it goes on by itself: all arrives byte for byte, nothing half stays, and nothing is sent
// twice beyond what was on its way.
func TestFiftyFaults(t *testing.T) {
	t.Parallel() // it mostly waits
	lan, wifi := discoverytest.NewLAN(t), discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	c := &chaos{t: t, lan: lan, wifi: wifi, front: two[0], back: two[1], random: rand.New(rand.NewPCG(chaosSeed, 0)), radio: map[*officetest.Desk]*discoverytest.Cable{}}
	dir := c.front.Shares("Plans", "change", nil)
	total := c.plant(filepath.Join(dir, "tree"))
	c.back.Knows(c.front, "Plans")
	for _, d := range two {
		c.radio[d] = d.PC.Attach(wifi)
		c.radio[d].Limit(chaosRate)
		d.PC.Limit(chaosRate)
	}
	got := t.TempDir()
	t.Run("get", func(t *testing.T) {
		c.t = t
		before := c.sent(c.front)
		if _, err := c.back.Get(t.Context(), []node.Location{{PC: "front", Folder: "Plans", Path: "tree"}}, got, node.Moving{}); err != nil {
			t.Fatal(err)
		}
		c.storm()
		sameTree(t, filepath.Join(dir, "tree"), filepath.Join(got, "tree"))
		c.judge(total, c.sent(c.front)-before)
	})
	t.Run("put", func(t *testing.T) {
		c.t = t
		if err := os.Rename(filepath.Join(got, "tree"), filepath.Join(got, "again")); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "tree")); err != nil { // what is there by content would not be sent
			t.Fatal(err)
		}
		before := c.sent(c.back)
		if _, err := c.back.Put(t.Context(), []string{filepath.Join(got, "again")}, node.Location{PC: "front", Folder: "Plans"}, node.Moving{}); err != nil {
			t.Fatal(err)
		}
		c.storm()
		sameTree(t, filepath.Join(got, "again"), filepath.Join(dir, "again"))
		c.judge(total, c.sent(c.back)-before)
	})
}

// plant makes a tree of files of all sizes, which don't compress, and returns how many bytes it has.
func (c *chaos) plant(dir string) (total int) {
	write := func(name string, size int) {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(c.random.Uint32())
		}
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			c.t.Fatal(err)
		}
		if err := os.WriteFile(at, data, 0o644); err != nil {
			c.t.Fatal(err)
		}
		total += size
	}
	for i := range 1500 {
		write(fmt.Sprintf("notes/%02d/note %d.txt", i%37, i), c.random.IntN(16<<10))
	}
	for i := range 60 {
		write(fmt.Sprintf("photos/%d/photo %d.jpg", i%5, i), 100<<10+c.random.IntN(1<<20))
	}
	for i := range 3 {
		write(fmt.Sprintf("films/film %d.mp4", i), 20<<20+c.random.IntN(9<<20))
	}
	write("backup.img", 64<<20)
	return total
}

// sent is what a PC has put on its cables.
func (c *chaos) sent(d *officetest.Desk) uint64 { return d.PC.Bytes() + c.radio[d].Bytes() }

// judge holds what was sent against what there was to send. TLS, TCP and names cost less than a tenth; each fault may cost what
// was on its way.
func (c *chaos) judge(total int, sent uint64) {
	c.t.Helper()
	most := uint64(total)*11/10 + chaosFaults*inFlight
	c.t.Logf("%d MB of files, %d MB sent, at most %d MB allowed", total/1e6, sent/1e6, most/1e6)
	if sent < uint64(total) || sent > most {
		c.t.Errorf("%d bytes of files were sent as %d bytes, want at most %d", total, sent, most)
	}
}

// storm lets the faults loose on the transfer that runs at back, and waits for its end.
func (c *chaos) storm() {
	c.t.Helper()
	last := int64(0)
	faults := []func() string{c.killFront, c.killBack, c.restart, c.pull, c.silence, c.readdress, c.roam, c.pause, c.freeze}
	for n := range chaosFaults {
		var now node.Transfer
		took := c.back.Until(time.Minute, "moves on", func(s *node.State) bool {
			now = s.Transfers[0]
			return now.State.Ended() || now.State == node.TransferRunning && now.Bytes > last
		})
		if now.State.Ended() {
			c.t.Fatalf("after %d faults it ended as %s: %s", n, now.State, now.Error)
		}
		last = now.Bytes
		time.Sleep(time.Duration(100+c.random.IntN(600)) * time.Millisecond)
		c.t.Logf("%2d at %3d of %d MB, back after %v: %s", n, last>>20, now.Total>>20, took.Round(time.Millisecond), faults[(n+c.random.IntN(2))%len(faults)]())
	}
	if t := ended(c.back, 2*time.Minute); t.State != node.TransferDone || t.Failed != 0 {
		c.t.Fatalf("it ended as %s with %d failed: %s", t.State, t.Failed, t.Error)
	}
}

func (c *chaos) killFront() string { return c.kill(c.front) }
func (c *chaos) killBack() string  { return c.kill(c.back) }

func (c *chaos) kill(d *officetest.Desk) string {
	d.Cmd.Kill()
	d.Cmd.Wait()
	d.Start()
	return "kill " + d.PC.Name
}

func (c *chaos) restart() string {
	if err := c.back.Cmd.Stop(); err != nil {
		c.t.Fatal(err)
	}
	c.back.Start()
	return "restart back"
}

func (c *chaos) pull() string {
	c.front.PC.Unplug()
	time.Sleep(time.Duration(200+c.random.IntN(1500)) * time.Millisecond)
	c.front.PC.Plug()
	return "pull the cable"
}

func (c *chaos) silence() string {
	c.lan.Silence(c.back.PC)
	time.Sleep(time.Duration(500+c.random.IntN(2500)) * time.Millisecond)
	c.lan.Unsilence(c.back.PC)
	return "silent cut"
}

func (c *chaos) readdress() string {
	c.addresses++
	address := c.lan.Prefix().Masked().Addr().As4()
	address[3] = byte(100 + c.addresses)
	c.back.PC.SetAddr(netip.PrefixFrom(netip.AddrFrom4(address), c.lan.Prefix().Bits()))
	return "new address"
}

// roam takes one way between the two away and gives the other: from the cable to Wi-Fi, or back.
func (c *chaos) roam() string {
	c.radio[c.back].Plug()
	c.back.PC.Unplug()
	time.Sleep(time.Second)
	c.back.PC.Plug()
	c.radio[c.back].Unplug()
	return "to the other network and back"
}

func (c *chaos) pause() string {
	s, err := c.back.Snapshot(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	id := s.Transfers[0].ID
	if err := c.back.PauseTransfer(c.t.Context(), id); err != nil {
		return "pause: " + err.Error() // it has just ended, which the next round finds
	}
	time.Sleep(300 * time.Millisecond)
	if err := c.back.ResumeTransfer(c.t.Context(), id); err != nil {
		c.t.Error(err)
	}
	return "pause"
}

// freeze is a PC that sleeps.
func (c *chaos) freeze() string {
	d := []*officetest.Desk{c.front, c.back}[c.random.IntN(2)]
	if err := d.Cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		c.t.Fatal(err)
	}
	time.Sleep(time.Duration(1000+c.random.IntN(5000)) * time.Millisecond)
	if err := d.Cmd.Process.Signal(syscall.SIGCONT); err != nil {
		c.t.Fatal(err)
	}
	return "sleep of " + d.PC.Name
}

// sameTree fails where two folders differ, in names, contents or times, or hold anything hidden but a bin.
func sameTree(t *testing.T, want, got string) {
	t.Helper()
	list := func(dir string) map[string]fs.FileInfo {
		all := map[string]fs.FileInfo{}
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(dir, p)
			all[rel], err = d.Info()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	a, b := list(want), list(got)
	for name, info := range b {
		if a[name] == nil {
			t.Errorf("%s should not be there: %d bytes", name, info.Size())
		}
	}
	for name, info := range a {
		o := b[name]
		if o == nil || info.IsDir() != o.IsDir() || info.Mode().IsRegular() && !info.ModTime().Equal(o.ModTime()) {
			t.Errorf("%s: %v, want %v", name, o, info)
			continue
		}
		if info.Mode().IsRegular() {
			x, _ := os.ReadFile(filepath.Join(want, name))
			y, _ := os.ReadFile(filepath.Join(got, name))
			if !bytes.Equal(x, y) {
				t.Errorf("%s differs", name)
			}
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(got)); len(entries) > 0 {
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") && e.Name() != ".lanyard-bin" {
				t.Errorf("%s was left", e.Name())
			}
		}
	}
}

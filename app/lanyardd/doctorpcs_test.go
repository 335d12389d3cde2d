//go:build linux

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
	"lanyard/printing/printingtest"
)

// brokenPCs are those where packets arrive, and something else is wrong.
var brokenPCs = []broken{
	{"this PC's clock is wrong", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		return clocks(t, lan, 0), ""
	}, node.CauseClock, "this", "The clock of this PC is wrong: it is 3 hours fast", "timedatectl"},

	{"another PC's clock is wrong", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		return clocks(t, lan, 1), ""
	}, node.CauseClock, "b", "The clock of b is wrong: it is 3 hours fast", ""},

	{"two PCs of one name", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		if err := o[1].SetSetting(t.Context(), "name", "a"); err != nil {
			t.Fatal(err)
		}
		o[0].Until(5*time.Second, "sees the name", func(s *node.State) bool { return len(s.Peers) == 1 && s.Peers[0].Name == "a" })
		return o[0], ""
	}, node.CauseName, "this", "both called a", ""},

	{"a version too old", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		a, b := officetest.New(t, lan.Join("a")), officetest.New(t, lan.Join("b"), officetest.Version("0.0.9"))
		together(t, a, b)
		return a, "b"
	}, node.CauseVersion, "b", "b runs Lanyard 0.0.9", ""},

	{"sharing is switched off here", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		o[0].Shares("Plans", "read", nil)
		set(t, o[0], "files", "false")
		return o[0], ""
	}, node.CauseSharingOff, "this", "Sharing of folders is switched off on this PC", "config set files true"},

	{"sharing is switched off there", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b")
		o[1].Shares("Plans", "read", nil)
		set(t, o[1], "files", "false")
		return o[0], "b"
	}, node.CauseSharingOff, "b", "Sharing of folders is switched off on b", ""},

	{"the other PC avoids this one", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		set(t, o[1], "avoid", "a")
		o[0].Misses(5*time.Second, o[1])
		return o[0], "b"
	}, node.CauseSharingOff, "b", "nothing to do with this PC", ""},

	{"this PC avoids the other", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		set(t, o[0], "only", "c")
		o[0].Misses(5*time.Second, o[1])
		return o[0], "b"
	}, node.CauseSharingOff, "this", "nothing to do with b", ""},

	{"another workgroup", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		a, b := officetest.New(t, lan.Join("a")), officetest.New(t, lan.Join("b"))
		a.Must("workgroup", "create", "Office")
		b.Must("workgroup", "create", "Shop")
		a.Until(10*time.Second, "sees it", func(s *node.State) bool {
			p := officetest.Peer(s, b)
			return p != nil && p.Online && p.Workgroup == "Shop"
		})
		return a, "b"
	}, node.CauseWorkgroup, "b", "b is in another workgroup: Shop, not Office", ""},

	{"a full disk here", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := fullDisk(t, lan)
		return o[0], ""
	}, node.CauseDisk, "this", "The disk of the shared folder Stick is full", ""},

	{"a full disk there", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		o := fullDisk(t, lan)
		return o[1], "a"
	}, node.CauseDisk, "a", "A disk of a is full", ""},

	{"the print system is down", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		front, _, cups := withLaser(t, lan)
		cups.Kill()
		return front, ""
	}, node.CausePrintSystem, "this", "The print system of this PC doesn't run", "systemctl"},

	{"the printer is unplugged here", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		front, _, cups := withLaser(t, lan)
		cups.SetReasons("offline-report")
		front.Must("print", "-P", "this/Laser", document(t, "report.pdf"))
		front.Until(10*time.Second, "knows", func(s *node.State) bool { return slices.ContainsFunc(s.Printers, unplugged) })
		return front, ""
	}, node.CausePrinter, "this", "The printer Laser on this PC doesn't print: the printer is switched off or not connected", ""},

	{"the printer is unplugged there", func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, string) {
		front, back, cups := withLaser(t, lan)
		cups.SetReasons("offline-report")
		front.Must("print", "-P", "this/Laser", document(t, "report.pdf"))
		back.Until(10*time.Second, "knows", func(s *node.State) bool { return slices.ContainsFunc(s.Printers, unplugged) })
		return back, "front"
	}, node.CausePrinter, "front", "The printer Laser on front doesn't print", ""},
}

func set(t *testing.T, d *officetest.Desk, key, value string) {
	t.Helper()
	if err := d.SetSetting(t.Context(), key, value); err != nil {
		t.Fatal(err)
	}
}

// clocks is an office of three of which one has a clock that is three hours fast. It returns the first.
func clocks(t *testing.T, lan *discoverytest.LAN, fast int) *officetest.Desk {
	t.Helper()
	var three []*officetest.Desk
	for i, name := range []string{"a", "b", "c"} {
		var serve []string
		if i == fast {
			serve = append(serve, officetest.Clock(t, time.Now().Add(3*time.Hour)))
		}
		three = append(three, officetest.New(t, lan.Join(name), serve...))
	}
	together(t, three[0], three[1])
	three[0].Lets(three[2])
	return three[0]
}

// fullDisk is an office of two of which the first shares a folder on a stick with no room.
func fullDisk(t *testing.T, lan *discoverytest.LAN) []*officetest.Desk {
	t.Helper()
	stick := t.TempDir()
	if err := unix.Mount("none", stick, "tmpfs", 0, "size=4m"); err != nil {
		discoverytest.Unavailable(t, "mount: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(stick, unix.MNT_DETACH) })
	o := officetest.Office(t, lan, "a", "b") // after the mount, so that it is the PCs' too
	if err := os.WriteFile(filepath.Join(stick, "film"), make([]byte, 4<<20-4096), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := o[0].ShareFolder(t.Context(), node.Folder{Name: "Stick", Dir: stick, Allow: map[string]string{"everyone": "change"}}); err != nil {
		t.Fatal(err)
	}
	return o
}

// withLaser is an office of two, the first with a printer on its own print system, shared.
func withLaser(t *testing.T, lan *discoverytest.LAN) (front, back *officetest.Desk, cups *printingtest.CUPS) {
	t.Helper()
	cups = printingtest.NewCUPS(t)
	cups.AddUSBQueue("Laser", printingtest.Direct)
	front = officetest.New(t, lan.Join("front"), "CUPS_SERVER="+cups.Socket)
	back = officetest.New(t, lan.Join("back"), "CUPS_SERVER=/nowhere/cups.sock")
	together(t, front, back)
	front.Must("printer", "share", "Laser")
	back.Until(10*time.Second, "has the printer", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool { return p.Name == "Laser" && p.State == "idle" })
	})
	return front, back, cups
}

func unplugged(p node.Printer) bool {
	return p.Name == "Laser" && slices.ContainsFunc(p.Reasons, func(r string) bool { return r == "offline-report" })
}

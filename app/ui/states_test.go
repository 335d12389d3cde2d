package ui

import (
	"testing"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// Every page says what to do when it has nothing, has a way on when something went wrong, and can be left while it waits.
func TestEveryPageSaysWhatToDo(t *testing.T) {
	alone := node.State{Self: node.Self{ID: uitest.This, Name: "Anna's laptop", Workgroup: "Office"}}
	with := func(offers ...node.Offer) node.State {
		s := alone
		s.Peers = []node.Peer{{ID: uitest.Front, Name: "Front desk", Member: true, Online: true, Folders: offers}}
		return s
	}
	letters := node.Offer{Name: "Letters", Access: "change"}
	folder, bin := place{kind: atFolder, pc: uitest.Front, folder: "Letters"}, place{kind: atBin, pc: uitest.Front, folder: "Letters"}

	for _, c := range []struct {
		page  place
		state node.State
		reads string // while it has nothing
	}{
		{place{kind: atWorkgroup}, node.State{}, "give the workgroup a name, then invite the others"},
		{place{kind: atWorkgroup}, alone, "Invite one: it shows a code here"},
		{place{kind: atThisPC}, alone, "Drop a folder here to share it"},
		{place{kind: atPC, pc: uitest.Front}, with(), "Whoever uses it can share a folder or printer in Lanyard there."},
		{place{kind: atPC, pc: uitest.Front}, alone, "This PC is no longer in sight"},
		{folder, with(letters), "Drop files here to send them to the other PC."},
		{bin, with(letters), "waits here for a while and can be brought back"},
		{place{kind: atPrinters}, alone, "No printer in reach"},
		{place{kind: atTransfers}, alone, "Files that you download, drop on another PC's folder or send"},
		{place{kind: atInbox}, alone, "drop files on a PC"},
	} {
		d := newDesk(t, c.state)
		d.visit(c.page)
		d.reads(c.reads)
	}

	for _, c := range []struct {
		page   place
		method string // that it waits for
		busy   string
		opens  place // where Cancel leads
	}{
		{folder, "List", "Listing the folder…", place{kind: atPC, pc: uitest.Front}},
		{bin, "Bin", "Looking into the bin…", place{kind: atFolder, pc: uitest.Front, folder: "Letters"}},
		{place{kind: atSettings}, "Settings", "Reading the settings…", place{kind: atWorkgroup}},
	} {
		d := newDesk(t, with(letters))
		release := d.svc.Block(c.method)
		d.visit(c.page)
		d.reads(c.busy)
		d.tap("Cancel")
		release()
		if d.nav.place != c.opens {
			t.Errorf("%s: Cancel leads to %+v", c.busy, d.nav.place)
		}
		d.svc.Fail(c.method, &node.Error{Kind: node.Offline, Text: "the front desk went away", Hint: "switch it on"})
		d.visit(c.page)
		d.reads("The front desk went away")
		d.reads("Switch it on")
		d.offers("Try again")
		d.svc.Fail(c.method, nil)
		d.tap("Try again")
		d.until("it is there now", func() bool { return !d.says("The front desk went away") && !d.says(c.busy) })
	}
}

//go:build !race

// The race detector makes everything several times as slow: what is measured here is measured without it.

package ui

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// Nothing that Lanyard does on Fyne's goroutine may keep it for longer than a frame, with 250 PCs, 2,000 transfers and a folder
// of 100,000 files: what comes from the node, and what a person does.
func TestNothingKeepsTheWindow(t *testing.T) {
	state := uitest.Company(250)
	state.Transfers = manyTransfers(2000)
	d := newDesk(t, state)
	in := node.Location{PC: "m001", Folder: "Folder 1"}
	d.svc.SetFolder(in, uitest.Many(100_000))
	d.window.Resize(fyne.NewSize(1280, 800))

	// A state in which every transfer and some PCs are not as before.
	round := 0
	next := func() *node.State {
		round++
		s := *d.UI.state
		s.Peers, s.Transfers = slices.Clone(s.Peers), slices.Clone(s.Transfers)
		for i := range s.Peers {
			s.Peers[i].Online = (i+round)%7 != 0
		}
		for i := range s.Transfers {
			s.Transfers[i].Bytes += 1000
		}
		return &s
	}
	var s *node.State
	for _, p := range []place{
		{kind: atWorkgroup}, {kind: atThisPC}, {kind: atPC, pc: "m001"}, {kind: atFolder, pc: in.PC, folder: in.Folder}, {kind: atPrinters}, {kind: atTransfers}, {kind: atInbox}, {kind: atDoctor}, {kind: atSetup}, {kind: atSettings},
	} {
		name := fmt.Sprintf("page %d", p.kind)
		away := place{kind: atInbox}
		if p == away {
			away = place{kind: atPrinters}
		}
		uitest.Quick(t, "going to "+name, func() { d.visit(away); d.app.Turn() }, func() { d.visit(p) })
		if v, ok := d.frame.view.(*folderView); ok {
			d.until("all files are listed", func() bool { return v.loaded && !v.coming && v.files.Len() == 100_000 })
		}
		d.app.Turn()
		uitest.LayOut(d.window.Canvas())
		uitest.Quick(t, "a new state on "+name, func() { s = next() }, func() { d.show(s) })
		uitest.Quick(t, "scrolling "+name, nil, func() {
			test.Scroll(d.window.Canvas(), fyne.NewPos(700, 400), 0, -137)
		})
		uitest.Quick(t, "another size of "+name, nil, func() {
			round++
			d.window.Resize(fyne.NewSize(1280+float32(round%2)*90, 800))
		})
	}
	d.visit(place{kind: atWorkgroup})
	v := d.frame.view.(*workgroupView)
	uitest.Quick(t, "searching PCs", func() { v.filter.SetText("") }, func() { v.filter.SetText("lind") })
	uitest.Quick(t, "searching in the navigation", func() { d.frame.sidebar.filter.SetText("") }, func() { d.frame.sidebar.filter.SetText("7") })
	v.filter.SetText("")
	d.focus(d.card("m003").Button)
	uitest.Quick(t, "an arrow key", nil, func() { d.hit(fyne.KeyDown) })
	uitest.Quick(t, "the list of keys", d.closeSheet, d.showKeys)
	d.closeSheet()
	uitest.Quick(t, "the tray's menu", nil, func() { d.trayLines(s) })
}

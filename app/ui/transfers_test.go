package ui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// manyTransfers is n of them, the newest first, of which the newest twenty are under way.
func manyTransfers(n int) []node.Transfer {
	all := make([]node.Transfer, n)
	for i := range all {
		all[i] = node.Transfer{ID: fmt.Sprintf("t%d", i), Direction: "get", PC: uitest.Front, Label: fmt.Sprintf("offer %d.pdf", i), State: node.TransferDone, Bytes: 1e6, Total: 1e6, Files: 1, Count: 1, Ended: uitest.Now}
		if i < 20 {
			all[i].State, all[i].Bytes, all[i].Speed, all[i].Place = node.TransferRunning, 4e5, 3e6, i+1
		}
	}
	return all
}

func TestThousandsOfTransfers(t *testing.T) {
	state := uitest.Office()
	state.Transfers = manyTransfers(3000)
	d := newDesk(t, state)
	d.visit(place{kind: atTransfers})
	v := d.frame.view.(*transfersView)
	uitest.LayOut(d.window.Canvas())
	d.shoot("transfers-many")
	d.reads("20 transfers   ·   60.0 MB/s")
	if n := len(v.queue.have) + len(v.ended.have); n == 0 || n > 30 {
		t.Errorf("%d lines are made for what is in sight", n)
	}
	last := d.transfer("t2999")
	if got := last.name.Text(); got != "offer 2999.pdf" {
		t.Errorf("the last line shows %q", got)
	}
	d.window.Canvas().Focus(last.Button)
	d.svc.Change(func(s *node.State) { s.Transfers = s.Transfers[:2000] })
	d.until("the older ones are gone", func() bool { return len(v.ended.items) == 1980 })
	if len(v.ended.have)+len(v.queue.have) > 30 {
		t.Errorf("%d lines are left", len(v.ended.have)+len(v.queue.have))
	}
}

func TestTheGraphIsTheLastMinute(t *testing.T) {
	var s speeds
	note := func(second int, speed float64, state node.TransferState) {
		s.note([]node.Transfer{{ID: "x", State: state, Speed: speed}}, uitest.Now.Add(time.Duration(second)*time.Second))
	}
	note(0, 5, node.TransferRunning)
	note(1, 7, node.TransferRunning)
	note(1, 8, node.TransferRunning) // the last word of a second counts
	note(4, 2, node.TransferRunning) // nothing was said for two seconds
	got := s.of("x")
	if len(got) != graphTime || !slices.Equal(got[graphTime-6:], []float64{0, 5, 8, 8, 8, 2}) {
		t.Errorf("it shows %v", got)
	}
	note(400, 3, node.TransferPaused)
	if got := s.of("x"); slices.Max(got[:graphTime-1]) != 2 || slices.Min(got[:graphTime-1]) != 2 || got[graphTime-1] != 3 {
		t.Errorf("after minutes without news it shows %v", got)
	}
	note(399, 9, node.TransferRunning) // the clock was put back
	if got := s.of("x"); got[graphTime-1] != 3 {
		t.Errorf("with the clock put back it shows %v", got)
	}
	note(401, 0, node.TransferDone)
	if s.of("x") != nil || len(s.logs) != 0 {
		t.Error("what has ended is kept")
	}
}

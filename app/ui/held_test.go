package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

var heldBack = []node.Held{
	{Path: "Customers/Baker & Co/autorun.inf", Why: "Windows runs what it names when a disk is opened"},
	{Path: "Customers/Zhang/Offer.pdf.lnk", Why: "a shortcut: it can start any program, and hides its ending"},
	{Path: "Customers/.config/autostart/x.desktop", Why: "the desktop starts what is in this folder"},
}

// ends lets the first transfer end with files held back.
func ends(s *node.State) {
	t := &s.Transfers[0]
	t.State, t.Held, t.Bytes, t.Files, t.Ended = node.TransferDone, heldBack, t.Total, t.Count, uitest.Now
}

func TestFilesThatWereHeldBack(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Change(func(s *node.State) { s.Transfers[0].Held = heldBack })
	d.visit(place{kind: atTransfers})
	d.reads("3 files were held back: they could run by themselves")
	d.svc.Change(ends)
	d.told("3 files were held back")
	d.shoot("held-list")
	d.frame.notice.shown.do()
	d.reads("Customers/Zhang/Offer.pdf.lnk")
	d.reads("Windows runs what it names")
	d.shoot("held")
	if d.window.Canvas().Focused() != fyne.Focusable(d.sheet.cancel) {
		t.Error("Enter would fetch them")
	}
	d.hit(fyne.KeyEscape)
	d.closed()
	if d.frame.notice.text() == "" {
		t.Error("the notice is gone, though nothing was decided")
	}

	d.tap("Show them…")
	d.tap("Leave them")
	d.closed()
	if d.frame.notice.text() != "" {
		t.Error("the notice stays after the decision")
	}
	d.notCalled("FetchHeld")
	if row := d.transfer("x1"); row.held.Color == "warning" || !row.ask.Visible() {
		t.Error("what was left calls for attention, or can't be had any more")
	}

	d.tap("Show them…")
	d.svc.Fail("FetchHeld", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached"})
	d.press()
	d.reads("Front desk can't be reached")
	d.svc.Fail("FetchHeld", nil)
	d.press()
	d.called("FetchHeld x1")
	d.closed()
	row := d.transfer("x1")
	d.until("nothing is held any more", func() bool { return row.held.Text() == "" && !row.ask.Visible() })
}

func TestManyFilesHeldBack(t *testing.T) {
	s := uitest.Office()
	for i := range 5000 {
		s.Transfers[2].Held = append(s.Transfers[2].Held, node.Held{Path: fmt.Sprintf("Photos/%d.lnk", i), Why: "a shortcut"})
	}
	d := newDesk(t, s)
	d.askHeld("x3")
	d.reads("and 4\u202f800 more")
	list, ok := find(d.sheet.pop.Content, func(*keyScroll) bool { return true })
	if !ok {
		t.Fatal("the list is not scrolled")
	}
	d.window.Canvas().Focus(list)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyPageDown, fyne.KeyEnd} {
		before := list.scroll.Offset.Y
		d.hit(key)
		if list.scroll.Offset.Y <= before {
			t.Errorf("%s does not scroll", key)
		}
	}
	d.hit(fyne.KeyHome)
	if list.scroll.Offset.Y != 0 {
		t.Error("Home does not go to the start")
	}
	d.hit(fyne.KeyEscape)
	d.closed()
	d.askHeld("nobody")
	if d.sheet != nil {
		t.Error("a dialog about a transfer that is gone")
	}
}

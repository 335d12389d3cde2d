package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// card returns the card of a PC on the page of the workgroup.
func (d *desk) card(id string) *pcCard {
	d.t.Helper()
	v := d.frame.view.(*workgroupView)
	for _, g := range []*grid[pcItem]{v.members, v.nearby, v.sighted} {
		if c, ok := g.reach(id); ok {
			return c.(*pcCard)
		}
	}
	d.t.Fatalf("no card of %q", id)
	return nil
}

func TestACompanyOf250PCs(t *testing.T) {
	d := newDesk(t, uitest.Company(250))
	v := d.frame.view.(*workgroupView)
	uitest.LayOut(d.window.Canvas())
	d.shoot("company")
	if n := len(v.members.have); n == 0 || n > 40 {
		t.Fatalf("%d cards are made for what is in sight", n)
	}

	// The arrow keys lead from card to card, past what is in sight, and back.
	d.focus(d.card("m000").Button)
	across := v.members.columns()
	for range 20 {
		d.hit(fyne.KeyDown)
	}
	d.hit(fyne.KeyRight)
	at := d.window.Canvas().Focused()
	if want := d.card(d.UI.state.Peers[20*across+1].ID).Button; at != fyne.Focusable(want) {
		t.Fatal("20 rows down and one right, another card has the keyboard")
	}
	if top := d.app.Driver().AbsolutePositionForObject(at.(fyne.CanvasObject)); top.Y < 0 || top.Y > d.window.Canvas().Size().Height-60 {
		t.Errorf("the card with the keyboard is at %v", top)
	}

	// A card that has the keyboard stays the same PC's, however far it is scrolled away, and whatever changes.
	d.hit(fyne.KeyHome)
	d.window.Canvas().Focus(d.card("m001").Button)
	d.card("m249")
	d.svc.Change(func(s *node.State) { s.Peers = s.Peers[1:] })
	d.until("one PC has gone", func() bool { return len(d.UI.state.Peers) == 259 })
	d.hit(fyne.KeyReturn)
	if want := (place{kind: atPC, pc: "m001"}); d.nav.place != want {
		t.Errorf("the focused card opens %+v", d.nav.place)
	}
	d.visit(place{kind: atWorkgroup})
	v = d.frame.view.(*workgroupView)

	// Typing narrows it down, by the PC's name or by who sits there; Enter goes to the first.
	d.shortcut(fyne.KeyF, fyne.KeyModifierShortcutDefault)
	test.Type(v.filter, "lindqvist")
	if got := len(v.members.items); got < 30 || got > 40 || len(v.nearby.items) > 0 {
		t.Errorf("%d PCs are found", got)
	}
	v.filter.SetText("desk 117")
	d.hit(fyne.KeyReturn)
	d.hit(fyne.KeyReturn)
	if d.nav.place.pc != "m116" {
		t.Errorf("it leads to %+v", d.nav.place)
	}
	d.visit(place{kind: atWorkgroup})
	d.frame.view.(*workgroupView).filter.SetText("nobody")
	d.reads("No PC and no person here is called “nobody”")
}

func TestACardSaysWhatAPCIsLike(t *testing.T) {
	state := uitest.Office()
	state.Self.Face = node.Face{User: "Anna", Color: "teal", Picture: "laptop"}
	state.Peers[1].Face = node.Face{User: "Maria\u202e", Color: "purple", Picture: "bell"}
	d := newDesk(t, state)
	d.shoot("cards")
	for id, want := range map[string]string{
		uitest.This:    "Anna's laptop|Anna|This PC||Sharing 2 folders",
		uitest.Front:   "Front desk|Maria�|Online|412 GB free|3 folders and 1 printer",
		uitest.Archive: "Archive||Last seen yesterday, 18:30||1 folder",
		uitest.Visitor: "MacBook of Jo||In no workgroup yet||",
	} {
		c := d.card(id)
		if got := c.name.Text() + "|" + c.user.Text() + "|" + c.state.Text() + "|" + c.free.Text() + "|" + c.gives.Text(); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	take(t, d.card(uitest.Workshop).menuItems(), "Remove from the workgroup…")
	d.reads("Remove Workshop from the workgroup?")
	d.closeSheet()
	d.drop(d.card(uitest.Front).Button, "/tmp")
	d.reads("Send “tmp”")
}

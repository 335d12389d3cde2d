package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

func TestALinkIsMadeAndGivenAway(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.visit(place{kind: atThisPC})
	d.tap("Link for a guest…")
	d.reads("Link for a guest to “Invoices”")
	d.reads("The browser warns once")
	d.shoot("link-form")
	d.svc.Fail("LinkGuest", &node.Error{Kind: node.Denied, Text: "guests are switched off", Hint: "switch them on in the settings"})
	d.press()
	d.reads("Guests are switched off")
	d.svc.Fail("LinkGuest", nil)
	pin, _ := find(d.sheet.pop.Content, func(c *check) bool { return c.Text == "Ask for a PIN too, which I tell the guest" })
	pin.SetChecked(true)
	release := d.svc.Block("LinkGuest")
	d.press()
	if !d.sheet.main.Disabled() {
		t.Error("while a link is being made another can be asked for")
	}
	release()
	d.called("LinkGuest Invoices read 2026-11-21T14:30:00Z 0 pin")
	d.reads("https://192.168.1.23:4720/g/")
	d.reads("482 913")
	d.reads("Ends tomorrow, 14:30")
	d.reads("Not opened yet")
	d.shoot("link")
	if code, ok := imageOf(d.sheet.pop.Content); !ok || code.Image.Bounds().Dx() < codeDots/2 {
		t.Errorf("no QR code: %v %v", ok, code)
	}
	d.until("the state has it", func() bool { return len(d.UI.state.Links) == 1 })
	d.press()
	if got := d.UI.app.Clipboard().Content(); got != d.UI.state.Links[0].URL {
		t.Errorf("copied: %q", got)
	}
	d.svc.Change(func(s *node.State) { s.Links[0].Used = 3 })
	d.reads("Opened 3 times")
	other, _ := find(d.sheet.pop.Content, isSelect("192.168.1.23"))
	other.SetSelected("10.0.4.7")
	d.reads("https://10.0.4.7:4720/g/")
	d.svc.Change(func(s *node.State) { s.Links[0].Locked = true })
	d.reads("a wrong PIN was typed too often")
	d.shoot("link-locked")
	d.svc.Change(func(s *node.State) { s.Links = nil })
	d.reads("This link has ended")
	if !d.sheet.main.Disabled() || !d.sheet.extra.Disabled() {
		t.Error("a link that has ended can be copied or ended")
	}
}

func TestWhatALinkIsToBe(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.askLink("Photos")
	access, _ := find(d.sheet.pop.Content, isSelect("Open and copy"))
	access.SetSelected("Add files only (drop box)")
	span, _ := find(d.sheet.pop.Content, isSelect("1 day"))
	span.SetSelected("1 hour")
	plain, _ := find(d.sheet.pop.Content, func(c *check) bool { return c.Text == "Without encryption" })
	if plain.Checked {
		t.Error("encryption is off by default")
	}
	plain.SetChecked(true)
	d.reads("anyone on the same network can read along")
	uses, _ := find(d.sheet.pop.Content, func(i *input) bool { return true })
	for text, ok := range map[string]bool{"": true, "1": true, " 12 ": true, "9999": true, "0": false, "-1": false, "10000": false, "two": false, "1e3": false} {
		uses.SetText(text)
		if d.sheet.main.Disabled() == ok {
			t.Errorf("to be opened %q times: %v", text, !ok)
		}
	}
	uses.SetText("")
	test.Type(uses, "2")
	d.shoot("link-plain")
	d.window.Canvas().Focus(uses)
	d.hit(fyne.KeyReturn)
	d.called("LinkGuest Photos add " + uitest.Now.Add(time.Hour).Format(time.RFC3339) + " 2 plain")
	d.reads("Opened 0 of 2 times")
	d.reads("Without encryption")
	d.shoot("link-plain-made")
}

func TestOpenLinksAreListedAndEnded(t *testing.T) {
	s := uitest.Office()
	d := newDesk(t, s)
	d.visit(place{kind: atThisPC})
	if d.frame.view.(*thisPCView).linked.Visible() {
		t.Error("a heading without links")
	}
	d.svc.Change(func(s *node.State) { s.Links = uitest.Links() })
	d.reads("Links for guests")
	d.reads("Open and copy   ·   ends tomorrow, 11:30   ·   opened 2 of 5 times   ·   PIN 482 913")
	d.reads("Add files only (drop box)   ·   ends today, 15:10   ·   opened once   ·   PIN 101 934   ·   without encryption")
	d.reads("Locked: a wrong PIN")
	d.shoot("links")
	d.tap("Show")
	d.reads("https://192.168.1.23:4720/g/")
	d.tap("End the link…")
	d.reads("End the link to “Photos”?")
	d.shoot("link-end")
	d.tap("Cancel")
	d.closed()
	d.notCalled("RevokeLink")
	d.tap("End")
	d.svc.Fail("RevokeLink", &node.Error{Kind: node.NotFound, Text: "there is no link la"})
	d.press()
	d.told("There is no link la")
	d.svc.Fail("RevokeLink", nil)
	d.tap("End")
	d.press()
	d.called("RevokeLink la")
	d.told("The link to “Photos” has ended")
	d.until("it is gone from the list", func() bool { return !d.says("opened 2 of 5 times") })
}

func TestMomentsToCome(t *testing.T) {
	newDesk(t, uitest.Office())
	for after, want := range map[time.Duration]string{
		-time.Second: "now", 0: "now", time.Hour: "today, 15:30", 9*time.Hour + 29*time.Minute: "today, 23:59", 9*time.Hour + 30*time.Minute: "tomorrow, 00:00",
		33 * time.Hour: "tomorrow, 23:30", 34 * time.Hour: "22 Nov 2026, 00:30", 7 * 24 * time.Hour: "27 Nov 2026, 14:30",
	} {
		if got := formatUntil(uitest.Now.Add(after), uitest.Now); got != want {
			t.Errorf("in %v: %s, want %s", after, got, want)
		}
	}
}

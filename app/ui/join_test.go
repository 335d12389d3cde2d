package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// outside is a PC in no workgroup that sees the others.
func outside() node.State {
	s := uitest.Office()
	s.Self.Workgroup = ""
	for i := range s.Peers {
		s.Peers[i].Member = false
	}
	return s
}

func TestCreateAWorkgroup(t *testing.T) {
	d := newDesk(t, outside())
	d.tap("Start a workgroup…")
	if !d.sheet.main.Disabled() {
		t.Error("a workgroup may have no name")
	}
	line, _ := find(d.sheet.pop, func(*input) bool { return true })
	test.Type(line, " Office ")
	d.shoot("create")
	d.hit(fyne.KeyReturn)
	d.called("CreateWorkgroup Office")
	d.told("The workgroup is there")
	d.closed()
	d.reads("PCs in this workgroup")
}

func TestJoinWithACode(t *testing.T) {
	d := newDesk(t, outside())
	d.tap("Join with a code…")
	boxes := func() (all [codeLength]*digitBox) {
		for i := range all {
			all[i], _ = find(d.sheet.pop, func(b *digitBox) bool { return b.place == i })
		}
		return all
	}()
	typed := func(text string) {
		for _, r := range text {
			d.window.Canvas().Focused().TypedRune(r)
		}
	}
	typed("12x34")
	d.shoot("join")
	if boxes[3].digit != "4" || !d.sheet.main.Disabled() || !boxes[4].focused {
		t.Fatalf("after four digits: %q, main off: %v", boxes[0].all.code(), d.sheet.main.Disabled())
	}
	d.hit(fyne.KeyBackspace)
	d.hit(fyne.KeyBackspace)
	typed("998")
	if got := boxes[0].all.code(); got != "12998" {
		t.Fatalf("after going back: %q", got)
	}
	app := d.app.Clipboard()
	app.SetContent("123 456\n")
	boxes[2].TypedShortcut(&fyne.ShortcutPaste{Clipboard: app})
	if got := boxes[0].all.code(); got != "123456" || d.sheet.main.Disabled() {
		t.Fatalf("pasted: %q", got)
	}
	d.svc.Fail("Join", &node.Error{Kind: node.Denied, Text: "the code is wrong", Hint: "2 tries are left"})
	d.hit(fyne.KeyReturn)
	d.until("it says why not", func() bool { return d.sheet.problem.text() == "The code is wrong\n2 tries are left" })
	d.shoot("join-wrong")
	d.svc.Fail("Join", nil)
	d.hit(fyne.KeyReturn)
	d.called("Join 123456")
	d.told("This PC is in the workgroup now")
	d.closed()
}

func TestJoinOnePC(t *testing.T) {
	d := newDesk(t, outside())
	d.askJoin(uitest.Front)
	boxes, _ := find(d.sheet.pop, func(b *digitBox) bool { return b.place == 0 })
	boxes.all.fill(0, "000000")
	release := d.svc.Block("Join")
	defer release()
	d.press()
	d.called("Join 000000 " + uitest.Front)
	d.hit(fyne.KeyEscape)
	d.closed()
	release()
	d.notCalled("CreateWorkgroup")
	if d.frame.notice.text() != "" {
		t.Errorf("after thinking better of it: %q", d.frame.notice.text())
	}
}

func TestInvite(t *testing.T) {
	invited := func(t *testing.T) *desk {
		d := newDesk(t, uitest.Office())
		d.tap("Invite a PC")
		d.reads("123 456")
		d.reads("Valid for another 10:00")
		d.reads("3 tries left")
		return d
	}
	t.Run("a PC comes in", func(t *testing.T) {
		d := invited(t)
		d.shoot("invite")
		d.svc.Change(func(s *node.State) { i := *s.Invitation; i.Tries = 1; s.Invitation = &i })
		d.reads("One try left")
		d.svc.Change(func(s *node.State) { i := *s.Invitation; i.Used = uitest.Visitor; s.Invitation = &i })
		d.reads("MacBook of Jo has joined")
		d.shoot("invite-joined")
		d.tap("Close")
		d.closed()
		d.notCalled("EndInvitation")
	})
	t.Run("closing ends it", func(t *testing.T) {
		d := invited(t)
		d.hit(fyne.KeyEscape)
		d.closed()
		d.called("EndInvitation")
	})
	t.Run("typed wrong too often", func(t *testing.T) {
		d := invited(t)
		d.svc.Change(func(s *node.State) { i := *s.Invitation; i.Tries = 0; s.Invitation = &i })
		d.reads("The code was typed wrong too often")
		d.tap("New code")
		d.reads("3 tries left")
	})
	t.Run("it expires", func(t *testing.T) {
		d := invited(t)
		d.opt.Now = func() time.Time { return uitest.Now.Add(11 * time.Minute) }
		d.invite.tick()
		d.reads("The code has expired")
	})
	t.Run("it can't be opened", func(t *testing.T) {
		d := newDesk(t, uitest.Office())
		d.svc.Fail("Invite", &node.Error{Kind: node.Failed, Text: "this PC is busy"})
		d.askInvite()
		d.reads("This PC is busy")
		d.svc.Fail("Invite", nil)
		d.tap("Try again")
		d.reads("123 456")
	})
}

func TestConnectToAnAddress(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.tap("Connect…")
	line, _ := find(d.sheet.pop, func(*input) bool { return true })
	d.shoot("connect")
	line.SetText(" 192.168.1.9 ")
	d.svc.Fail("Connect", &node.Error{Kind: node.Offline, Text: "nobody answers at 192.168.1.9"})
	d.press()
	d.until("it says why not", func() bool { return d.sheet.problem.text() == "Nobody answers at 192.168.1.9" })
	d.svc.Fail("Connect", nil)
	d.press()
	d.called("Connect 192.168.1.9")
	d.told("Archive is in reach")
}

func TestLeaveAndRemove(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.askRemoveMember(uitest.Front)
	d.reads("Remove Front desk from the workgroup?")
	d.press()
	d.called("RemoveMember " + uitest.Front)
	d.told("Front desk was removed")
	d.askLeave()
	d.press()
	d.called("LeaveWorkgroup")
	d.reads("Join a workgroup")
}

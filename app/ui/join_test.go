package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/look"
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

// atDoor is a desk outside any workgroup, on the page with the two ways in.
func atDoor(t *testing.T) (*desk, *wayIn) {
	d := newDesk(t, outside())
	d.visit(place{kind: atWorkgroup})
	return d, d.frame.view.(*workgroupView).way
}

// typed types into whatever has the keyboard.
func (d *desk) types(text string) {
	for _, r := range text {
		d.window.Canvas().Focused().TypedRune(r)
	}
}

func TestCreateAWorkgroup(t *testing.T) {
	d, way := atDoor(t)
	if !way.start.Disabled() {
		t.Error("a workgroup may have no name")
	}
	d.focus(way.name)
	d.types(" Office ")
	d.hit(fyne.KeyReturn)
	d.called("CreateWorkgroup Office")
	d.told("The workgroup is there")
	d.reads("PCs in this workgroup")
}

func TestJoinWithACode(t *testing.T) {
	d, way := atDoor(t)
	d.reads("Miller & Sons")
	d.reads("Archive, Front desk and Workshop")
	d.reads("Nobody shows a code yet.")
	d.svc.Change(func(s *node.State) { s.Peers[1].Inviting = true })
	d.reads("Front desk shows a code now.")
	boxes := way.boxes.boxes
	d.focus(boxes[0])
	d.types("12x34")
	d.shoot("join")
	if boxes[3].digit != "4" || !way.join.Disabled() || !boxes[4].focused {
		t.Fatalf("after four digits: %q, the button is off: %v", way.boxes.code(), way.join.Disabled())
	}
	d.hit(fyne.KeyBackspace)
	d.hit(fyne.KeyBackspace)
	d.types("99８")
	if got := way.boxes.code(); got != "12998" {
		t.Fatalf("after going back: %q", got)
	}
	d.app.Clipboard().SetContent("123 456\n")
	boxes[2].TypedShortcut(&fyne.ShortcutPaste{Clipboard: d.app.Clipboard()})
	if got := way.boxes.code(); got != "123456" || way.join.Disabled() {
		t.Fatalf("pasted: %q", got)
	}
	d.svc.Fail("Join", &node.Error{Kind: node.Denied, Text: "the code is wrong", Hint: "2 tries are left"})
	d.hit(fyne.KeyReturn)
	d.until("it says why not", func() bool { return way.joining.problem.text() == "The code is wrong\n2 tries are left" })
	d.shoot("join-wrong")
	d.svc.Fail("Join", nil)
	d.hit(fyne.KeyReturn)
	d.called("Join 123456 " + uitest.Front)
	d.told("This PC is in the workgroup now")
	d.reads("PCs in this workgroup")
}

func TestJoinOnePC(t *testing.T) {
	d := newDesk(t, outside())
	d.visit(place{kind: atPC, pc: uitest.Front})
	d.tap("Join with a code…")
	d.reads("The code is the one that Front desk shows.")
	way := d.frame.view.(*workgroupView).way
	way.boxes.fill(0, "000000")
	release := d.svc.Block("Join")
	defer release()
	d.hit(fyne.KeyReturn)
	d.called("Join 000000 " + uitest.Front)
	d.tap("Cancel")
	if way.join.Disabled() {
		t.Error("who has thought better of it can't try again")
	}
	release()
	if d.says("This PC is in the workgroup now") {
		t.Error("after thinking better of it, it says that it has joined")
	}
}

// Of two workgroups the one that is chosen is joined, at the PC that shows a code.
func TestJoinOneOfTwoWorkgroups(t *testing.T) {
	d, way := atDoor(t)
	d.svc.Change(func(s *node.State) {
		s.Peers[3].Workgroup, s.Peers[3].Inviting, s.Peers[2].Inviting = "Neighbours", true, true
	})
	d.reads("Neighbours")
	line, ok := find(d.frame.view.content(), func(b *look.Button) bool { return says(b, "Neighbours") && !says(b, "Miller") })
	if !ok {
		t.Fatal("no line for the other workgroup")
	}
	test.Tap(line)
	d.reads("MacBook of Jo shows a code now.")
	way.boxes.fill(0, "135790")
	d.hit(fyne.KeyReturn)
	d.called("Join 135790 " + uitest.Visitor)
}

// says tells whether a text can be read on an object.
func says(o fyne.CanvasObject, text string) bool {
	_, ok := find(o, func(l *look.Text) bool { return strings.Contains(l.Text(), text) })
	return ok
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

package ui

import (
	"lanyard/app/node"
)

// beginSetup brings the setup up by itself: on a PC that is in no workgroup and where nobody has finished or left it, and where the
// program ended in the midst of it.
func (u *UI) beginSetup(s *node.State) {
	m := u.prefs.Setup
	if u.nav.place.kind == atWorkgroup && m.State == setupFresh && (s.Self.Workgroup == "" || m.Step != "") {
		u.nav.place = place{kind: atSetup}
		u.arrive()
	}
}

// setupWaits tells whether the setup was begun and is still to be finished.
func (u *UI) setupWaits() bool {
	m := u.prefs.Setup
	return m.State == setupLater || m.State == setupFresh && m.Step != ""
}

// forgetSetup leaves the setup for good. It is still in the settings.
func (u *UI) forgetSetup() {
	u.keepSetup(setupMemo{State: setupDone, Passed: u.prefs.Setup.Passed})
	u.frame.show(u.state)
}

func (u *UI) setupMemo() setupMemo { return u.prefs.Setup }

func (u *UI) keepSetup(m setupMemo) {
	u.prefs.Setup = m
	u.prefs.save()
}

// ending tells whether the program is about to end.
func (u *UI) ending() bool { return u.quitting.Load() }

// joinAt shows where to type the code that a PC in sight shows.
func (u *UI) joinAt(pc string) {
	u.visit(place{kind: atWorkgroup})
	if v, ok := u.frame.view.(*workgroupView); ok {
		v.way.chooseAt(pc)
	}
}

// tellEntered says that this PC is in a workgroup now.
func (u *UI) tellEntered(joined bool) {
	if joined {
		u.tell(tr("This PC is in the workgroup now."))
	} else {
		u.tell(tr("The workgroup is there. Now invite the other PCs."))
	}
}

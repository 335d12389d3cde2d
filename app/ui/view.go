package ui

import (
	"fyne.io/fyne/v2"

	"lanyard/app/node"
)

// view is a page in the window.
type view interface {
	// content is the page itself; it stays the same object.
	content() fyne.CanvasObject
	// actions are the buttons beside its title, or nil.
	actions() fyne.CanvasObject
	// show brings it up to date.
	show(s *node.State)
	// leave ends what it has under way; it is not shown again.
	leave()
}

// dropper is a view that takes files from the desktop. at is in the window's coordinates.
type dropper interface {
	dropAt(at fyne.Position) dropTarget
}

// nudger is a view that scrolls while files are held near its edges. It tells whether it did.
type nudger interface {
	nudge(at fyne.Position) bool
}

// keyed is a view with keys of its own, beside the window's. It tells whether it took one.
type keyed interface {
	key(name fyne.KeyName) bool
}

// wholeWindow is a view that has the window to itself: the navigation, the way here and the status line step aside.
type wholeWindow interface{ wholeWindow() }

// stepper is what Alt+Left and Alt+Right mean in a view that has a way of its own.
type stepper interface{ wander(by int) }

// paster is a view that takes what is pasted where no line of text has the keyboard.
type paster interface{ paste() }

// refresher is a view that F5 means something to.
type refresher interface{ refresh() }

// newView makes the page for a place.
func (u *UI) newView(p place) view {
	switch p.kind {
	case atThisPC:
		return newThisPCView(u)
	case atPC:
		return newPCView(u, p.pc)
	case atFolder:
		return newFolderView(u, p)
	case atPrinters:
		return newPrintersView(u)
	case atTransfers:
		return newTransfersView(u)
	case atInbox:
		return newInboxView(u)
	case atBin:
		return newBinView(u, p)
	case atDoctor:
		return newDoctorView(u, p.pc)
	case atSetup:
		return newSetupView(u)
	case atSettings:
		return newSettingsView(u)
	}
	return newWorkgroupView(u)
}

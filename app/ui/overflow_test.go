package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// busyOffice is the Office with something in every list.
func busyOffice() node.State {
	s := uitest.Office()
	s.Transfers, s.Jobs, s.Inbox, s.Links = append(s.Transfers, uitest.Queue()...), uitest.Jobs(), uitest.Inbox(), uitest.Links()
	s.Brakes = []node.Brake{{PC: uitest.Front, Files: 312, Since: uitest.Now}}
	s.Passwords = []node.Password{{ID: "p", PC: uitest.Front, Folder: "Invoices"}}
	s.Problems = []string{"the disk with the folder Invoices is full", "port 4720 is taken by another program"}
	return s
}

// everything is a window that has an answer to all that its pages and dialogs ask.
func everything(t *testing.T, name string) *desk {
	d := newDesk(t, busyOffice())
	d.svc.SetSettings(uitest.Settings())
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: name}, uitest.Customers())
	d.svc.SetBin(uitest.Front, name, uitest.Bin(uitest.This))
	d.svc.SetBin(uitest.Visitor, name, uitest.Bin(uitest.This))
	d.svc.SetResults(node.Results{Count: 900, Files: []node.Result{{Path: "plan.dwg", How: "sent", Size: 1e6}, {Path: "Photos/site photo 1.jpg", How: "failed", Error: "could not be read at Workshop"}}})
	d.svc.SetVerification(node.Verification{Checked: 3, Bad: []node.Result{{Path: "plan.dwg", Error: "it is missing"}}})
	d.svc.SetOptions(laser())
	d.svc.SetCounts([]node.PrintCount{{Printer: name, PC: uitest.Front, Jobs: 3, Pages: 41}})
	return d
}

// One screen of 1920 by 1200 at each scale: every text must have room for itself, or be one that was made to shrink.
func TestNothingStandsOutOfItsPlace(t *testing.T) {
	for _, scale := range []float32{1, 2, 3} {
		t.Run(fmt.Sprintf("scale %.0f", scale), func(t *testing.T) {
			d := everything(t, "Customers")
			d.window.Canvas().(test.WindowlessCanvas).SetScale(scale)
			d.window.Resize(fyne.NewSize(1920/scale, 1200/scale))
			check := func(where string) {
				t.Helper()
				for _, o := range uitest.Overflow(d.window.Canvas()) {
					t.Errorf("%s: %s", where, o)
				}
			}
			d.everyPage("Customers", check)
			d.everyDialog("Customers", check)
		})
	}
}

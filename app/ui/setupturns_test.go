package ui

import (
	"os"
	"testing"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// What ends late moves nobody on who has gone elsewhere, and what was typed on a step that is left by the list is kept.
func TestNobodyIsPushedOn(t *testing.T) {
	d := newDesk(t, firstDay())
	v := d.setup(stepFace)
	face := v.steps[0].block.(*faceForm)
	face.name.line.SetText("Reception")
	v.turnTo(stepFolders)
	d.called("SetSetting name Reception")
	v.steps[1].block.(*wayIn).entered(true) // a join that was begun before has worked
	if v.steps[v.at].key != stepFolders {
		t.Errorf("it has gone on to %s", v.steps[v.at].key)
	}
}

func TestAFinishedSetupStaysFinished(t *testing.T) {
	d := newDesk(t, firstDay())
	v := d.setup(stepFace)
	v.turnTo(stepEnd)
	v.steps[v.at].block.(*setupSummary).finish()
	if d.prefs.Setup.State != setupDone || d.setupWaits() {
		t.Errorf("it is kept as %q", d.prefs.Setup.State)
	}
	d.goBack()
	if d.nav.place.kind == atSetup {
		t.Error("going back leads into it again")
	}
}

func TestWhereACodeGoes(t *testing.T) {
	d := newDesk(t, firstDay())
	v := newWayIn(d.UI)
	v.show(d.UI.state)
	v.host.SetText("192.168.1.9")
	if v.where() != "192.168.1.9" {
		t.Errorf("to %q, and an address was typed", v.where())
	}
	v.choose("Miller & Sons")
	if v.where() == "192.168.1.9" {
		t.Error("an address that was typed before holds for a workgroup that is chosen")
	}
	v.fill("123456", []string{"10.0.0.9:4720"})
	if v.where() != "10.0.0.9:4720" {
		t.Errorf("a code from a picture goes to %q", v.where())
	}
	v.boxes.fill(0, "654321")
	if v.where() == "10.0.0.9:4720" {
		t.Error("a code that was typed over it still goes there")
	}
}

func TestWhoHasLeftStartsAnew(t *testing.T) {
	s := firstDay()
	s.Self.Retired = true
	d := newDesk(t, s)
	v := newWayIn(d.UI)
	v.show(d.UI.state)
	if v.box.Objects[0] != v.retired {
		t.Error("it can be tried to join, which fails")
	}
}

func TestCopiesThatAreNone(t *testing.T) {
	d := newDesk(t, uitest.Office())
	s := d.printing(papers(t, "report.pdf")...)
	for typed, good := range map[string]bool{"abc": false, "": false, "0": false, "100000": false, "3": true} {
		s.form.count.SetText(typed)
		if s.sheet.main.Disabled() == good || s.form.wrong[s.form.count].Visible() == good {
			t.Errorf("%q copies: it says %q, the main button is off: %v", typed, s.form.wrong[s.form.count].Text(), s.sheet.main.Disabled())
		}
	}
}

// What was fetched for another program and not all of which came is nobody's, and goes.
func TestAPartOfACopyGoes(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Fail("Watch", &node.Error{Kind: node.Failed, Text: "the connection broke"})
	if _, err := d.copies.bring(t.Context(), []node.Location{{PC: uitest.Front, Folder: "Customers", Path: "notes.txt"}}, nil); err == nil {
		t.Fatal("it is said to have come")
	}
	if left, _ := os.ReadDir(d.copies.dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

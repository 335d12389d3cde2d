package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

func TestWhatIsWrong(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetDiagnosis(isReachable(true))
	test.Tap(d.frame.sidebar.last[1].Button)
	d.called("Diagnose")
	d.reads("One thing is wrong")
	d.reads("at this PC")
	d.reads("Open TCP port 4720 for the local network.")
	d.reads("In order: 2 things")
	d.shoot("doctor")

	d.tap("Copy")
	if got := d.app.Clipboard().Content(); got != "sudo ufw allow from 192.168.1.0/24 to any port 4720 proto tcp" {
		t.Errorf("copied: %q", got)
	}
	d.tap("Copy the report")
	for _, line := range []string{"Lanyard looked at: This PC and its network\n", "Wrong, at this PC: The firewall of this PC keeps others out.\nOpen TCP port 4720", "    sudo ufw allow", "In order: Multicast reaches the other PCs.\n"} {
		if got := d.app.Clipboard().Content(); !strings.Contains(got, line) {
			t.Errorf("the report lacks %q:\n%s", line, got)
		}
	}

	// What Lanyard can do itself; first it can't.
	d.svc.Fail("Mend", &node.Error{Kind: node.Denied, Text: "only an administrator may change the firewall"})
	d.tap("Fix it")
	d.reads("Only an administrator may change the firewall")
	d.svc.Fail("Mend", nil)
	good := isReachable(false)
	good.Findings = good.Findings[:2]
	d.svc.SetDiagnosis(good)
	d.tap("Fix it")
	d.called("Mend firewall")
	d.reads("Nothing is wrong here")
	d.reads("Port 4720 is open.") // what was looked at
	if d.says("Fix it") || d.says("Wrong") {
		t.Error("what was wrong is still shown")
	}
	d.shoot("doctor-healthy")

	// Another look that fails leaves what was found.
	d.svc.Fail("Diagnose", &node.Error{Kind: node.Failed, Text: "another look is under way"})
	d.typed(fyne.KeyF5)
	d.reads("Another look is under way")
	d.reads("Nothing is wrong here")
}

func TestWhatIsWrongWithAPCThatIsOff(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetDiagnosis(node.Diagnosis{PC: uitest.Archive, Findings: []node.Finding{{Cause: node.CausePC, Verdict: node.VerdictBad, PC: uitest.Archive, Text: "Archive doesn't answer at 192.168.1.40", Do: "switch it on"}}})
	release := d.svc.Block("Diagnose")
	defer release()
	d.visit(place{kind: atPC, pc: uitest.Archive})
	take(t, pcMenu(d, d.frame.view.(*pcView).peer), "What's wrong?")
	d.reads("Looking at the way to Archive…")
	d.called("Diagnose " + uitest.Archive)
	if got := crumbTexts(d); got != "Archive/What's wrong?" {
		t.Errorf("the way here reads %s", got)
	}
	d.tap("Cancel")
	release()
	if d.says("One thing is wrong") {
		t.Error("a look that was cancelled shows something")
	}
	d.tap("Look again")
	d.reads("Switch it on.")
	d.reads("at Archive")
	d.reads("No other PC could be asked to look from the other end.")
	d.shoot("doctor-pc")
	d.up()
	if d.nav.place != (place{kind: atPC, pc: uitest.Archive}) {
		t.Errorf("above is %+v", d.nav.place)
	}

	// From there to another one.
	d.visit(place{kind: atDoctor, pc: uitest.Archive})
	d.frame.view.(*doctorView).about.SetSelected("Workshop")
	d.called("Diagnose " + uitest.Workshop)
	d.frame.view.(*doctorView).about.SetSelected("This PC and its network")
	if d.nav.place != (place{kind: atDoctor}) {
		t.Errorf("it shows %+v", d.nav.place)
	}
}

// What the node knows to be wrong leads there, and stands there too.
func TestProblemsLeadToWhatIsWrong(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Change(func(s *node.State) { s.Problems = []string{"port 4720 is taken"} })
	d.told("Port 4720 is taken.")
	d.tap("What's wrong?")
	d.reads("Port 4720 is taken.")
	if d.nav.place.kind != atDoctor || d.frame.notice.text() != "" {
		t.Errorf("at %+v, with the notice %q", d.nav.place, d.frame.notice.text())
	}
	d.visit(place{kind: atWorkgroup})
	d.fail(&node.Error{Kind: node.Offline, Text: "workshop can't be reached"})
	d.tap("What's wrong?")
	if d.nav.place.kind != atDoctor {
		t.Errorf("at %+v", d.nav.place)
	}
}

// A line for a terminal that isn't what it looks like is not offered.
func TestACommandThatDeceivesIsNotOffered(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetDiagnosis(node.Diagnosis{Findings: []node.Finding{{Verdict: node.VerdictBad, Text: "x\u202ey", Command: "echo \u202e fr mr"}, {Verdict: "perhaps", Text: "of a newer Lanyard"}}})
	d.visit(place{kind: atDoctor})
	d.reads("One thing is wrong")
	d.reads("X\uFFFDy.")
	d.reads("Of a newer Lanyard.")
	if d.says("fr mr") {
		t.Error("the command is offered")
	}
}

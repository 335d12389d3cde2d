package ui

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// firstDay is a PC that was just bought: in no workgroup, with a printer, and others in sight.
func firstDay() node.State {
	s := outside()
	s.Self.Name, s.Folders, s.Transfers, s.Jobs = "anna-pc", nil, nil, nil
	s.Printers = []node.Printer{{Name: "Laser", PC: uitest.This, Info: "HP LaserJet M404", State: "idle", Accepting: true}}
	return s
}

// setup returns the setup that is shown, at a step.
func (d *desk) setup(step string) *setupView {
	d.t.Helper()
	v, ok := d.frame.view.(*setupView)
	if !ok {
		d.t.Fatalf("the page is %T, not the setup", d.frame.view)
	}
	if got := v.steps[v.at].key; got != step {
		d.t.Fatalf("the setup is at %s, want %s", got, step)
	}
	return v
}

// arrives waits for a step of the setup.
func (d *desk) arrives(step string) *setupView {
	d.t.Helper()
	d.until("the step "+step, func() bool {
		v, ok := d.frame.view.(*setupView)
		return ok && v.steps[v.at].key == step
	})
	return d.setup(step)
}

// documents makes folders that a person might share.
func documents(t *testing.T) []string {
	dir := t.TempDir()
	var all []string
	for _, name := range []string{"Documents", "Pictures"} {
		all = append(all, filepath.Join(dir, name))
		if err := os.Mkdir(all[len(all)-1], 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func isReachable(bad bool) node.Diagnosis {
	d := node.Diagnosis{Helper: uitest.Front, Findings: []node.Finding{
		{Cause: node.CauseMulticast, Verdict: node.VerdictGood, Text: "multicast reaches the other PCs"},
		{Cause: node.CausePort, Verdict: node.VerdictGood, PC: uitest.This, Text: "port 4720 is open"},
		{Cause: node.CauseIsolation, Verdict: node.VerdictUnknown, Text: "whether the Wi-Fi keeps PCs apart can't be told without a second PC in it"},
	}}
	if bad {
		d.Findings = append([]node.Finding{{Cause: node.CauseFirewall, Verdict: node.VerdictBad, PC: uitest.This, Text: "the firewall of this PC keeps others out",
			Do: "open TCP port 4720 for the local network", Command: "sudo ufw allow from 192.168.1.0/24 to any port 4720 proto tcp", Fix: "firewall"}}, d.Findings[:2]...)
	}
	return d
}

// The first two minutes: from a PC without a name to one that shares a folder and a printer, by keyboard where that is quicker.
func TestTheFirstTwoMinutes(t *testing.T) {
	d := newDesk(t, firstDay())
	dirs := documents(t)
	d.opt.UserFolders = func() []string { return dirs }
	d.svc.SetSettings([]node.Setting{{Key: loginKey, Value: "off"}})
	d.svc.SetDiagnosis(isReachable(true))
	d.visit(place{kind: atWorkgroup})
	d.visit(place{kind: atSetup}) // with the folders of this test

	// Who this is.
	v := d.setup(stepFace)
	face := v.steps[0].block.(*faceForm)
	if d.window.Canvas().Focused() != fyne.Focusable(face.name.line) {
		t.Error("the first line doesn't have the keyboard")
	}
	face.name.line.SetText("Anna's laptop")
	face.user.line.SetText("Anna")
	face.pictures.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	d.called("SetSetting picture laptop")
	face.colors.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	d.called("SetSetting color grey")
	d.reads("Grey")
	d.shoot("setup-face")
	d.svc.Fail("SetSetting", &node.Error{Kind: node.Invalid, Text: "the name of a person is plain text"})
	d.hit(fyne.KeyReturn)
	d.reads("The name of a person is plain text")
	d.setup(stepFace) // it stays, with what was typed
	d.svc.Fail("SetSetting", nil)
	d.hit(fyne.KeyReturn)
	d.called("SetSetting name Anna's laptop")
	d.called("SetSetting user Anna")

	// Into the workgroup.
	d.arrives(stepWorkgroup)
	d.svc.Change(func(s *node.State) { s.Peers[1].Inviting = true })
	d.reads("Front desk shows a code now.")
	d.types("12345")
	d.shortcut(fyne.KeyLeft, fyne.KeyModifierAlt)
	d.setup(stepFace)
	d.shortcut(fyne.KeyRight, fyne.KeyModifierAlt)
	d.arrives(stepWorkgroup)
	if v.next.Text != "Next" {
		t.Errorf("with half a code the button reads %q", v.next.Text)
	}
	d.tap("Next")
	d.reads("The code has six digits.")
	d.shoot("setup-workgroup")
	d.types("6")
	d.svc.Fail("Join", &node.Error{Kind: node.Denied, Text: "the code is wrong", Hint: "2 tries are left"})
	d.hit(fyne.KeyReturn)
	d.reads("The code is wrong")
	d.svc.Fail("Join", nil)
	d.hit(fyne.KeyReturn)
	d.called("Join 123456 " + uitest.Front)

	// What it gives.
	d.arrives(stepFolders)
	d.reads("Documents")
	line := func(name string) *folderPickLine {
		i := slices.IndexFunc(dirs, func(dir string) bool { return filepath.Base(dir) == name })
		return v.steps[2].block.(*setupFolders).lines.have[dirs[i]].(*folderPickLine)
	}
	line("Documents").may.SetSelected("Everyone in the workgroup may only put new files in")
	d.notCalled("ShareFolder") // only when it is switched on
	line("Documents").share.SetChecked(true)
	d.called("ShareFolder Documents " + dirs[0] + " everyone=add")
	line("Pictures").share.SetChecked(true)
	d.called("ShareFolder Pictures " + dirs[1] + " everyone=read")
	d.until("both are shared", func() bool { return len(d.UI.state.Folders) == 2 })
	line("Pictures").may.SetSelected("Everyone in the workgroup may add and change")
	d.called("ShareFolder Pictures " + dirs[1] + " everyone=change")
	line("Documents").share.SetChecked(false)
	d.called("UnshareFolder Documents")
	d.until("one is shared", func() bool { return len(d.UI.state.Folders) == 1 })
	if l := line("Documents"); l.share.Checked || l.may.Selected != "Everyone in the workgroup may only put new files in" {
		t.Errorf("what was switched off is on: %v, and reads %q", l.share.Checked, l.may.Selected)
	}
	d.shoot("setup-folders")
	d.tap("Next")

	// Its printer.
	d.setup(stepPrinters)
	printer := v.steps[3].block.(*ownPrinters).lines.have["Laser"].(*ownPrinterLine)
	if !printer.try.Disabled() {
		t.Error("a test page can be printed as the others would, before they can")
	}
	printer.share.SetChecked(true)
	d.called("SharePrinter Laser false")
	d.until("it is shared", func() bool { return !printer.try.Disabled() })
	d.tap("Print a test page")
	d.called("Print")
	d.shoot("setup-printers")
	d.tap("Next")

	// Whether the others come in.
	d.setup(stepCheck)
	d.reads("One thing is wrong")
	d.reads("The firewall of this PC keeps others out.")
	d.reads("sudo ufw allow from 192.168.1.0/24 to any port 4720 proto tcp")
	d.shoot("setup-check")
	d.svc.SetDiagnosis(isReachable(false))
	d.tap("Fix it")
	d.called("Mend firewall")
	d.reads("Nothing wrong was found, but one thing can't be seen from here")
	d.reads("Front desk looked from the other end, too.")
	d.tap("Next")

	// When it runs.
	d.setup(stepStartup)
	d.until("the switch is there", func() bool { return v.steps[5].block.(*startupCard).login.Visible() })
	d.switchOn("On")
	d.called("SetSetting login on")
	d.shoot("setup-startup")
	d.tap("Next")

	d.setup(stepEnd)
	for _, text := range []string{"Anna's laptop", "In the workgroup “Office”", "One folder is shared", "One printer is shared", "The others can reach this PC", "Lanyard starts when you log in"} {
		d.reads(text)
	}
	d.shoot("setup-end")
	d.tap("Finish")
	if d.nav.place.kind != atWorkgroup || d.frame.sidebar.last[0].box.Visible() {
		t.Error("what is finished is still to be finished")
	}
	if d.again().nav.place.kind == atSetup {
		t.Error("it comes up again")
	}
}

// switchOn switches the first switch with a text on.
func (d *desk) switchOn(text string) {
	d.t.Helper()
	box, ok := find(d.window.Canvas().Content(), func(c *check) bool { return c.Text == text && c.Visible() })
	if !ok {
		d.t.Fatalf("no switch %q", text)
	}
	box.SetChecked(true)
}

// Whoever wants none of it gets through with one button, and nothing is changed.
func TestEveryStepCanBeSkipped(t *testing.T) {
	d := newDesk(t, firstDay())
	for _, step := range []string{stepFace, stepWorkgroup, stepFolders, stepPrinters, stepCheck, stepStartup, stepEnd} {
		v := d.setup(step)
		if step == stepCheck {
			d.until("it has looked", func() bool { return v.steps[4].block.(*setupCheck).found != nil })
		}
		test.Tap(v.next)
	}
	if d.nav.place.kind != atWorkgroup {
		t.Error("it doesn't end")
	}
	for _, call := range d.svc.Calls() {
		if !slices.Contains([]string{"Watch", "Settings", "Diagnose"}, call) {
			t.Errorf("the node was asked for %s", call)
		}
	}
}

// A PC that was set up before there was a setup is left alone.
func TestNoSetupOnAPCOfAWorkgroup(t *testing.T) {
	d := newDesk(t, uitest.Office())
	if d.nav.place.kind != atWorkgroup || d.frame.sidebar.last[0].box.Visible() {
		t.Error("the setup comes up")
	}
	d.visit(place{kind: atSettings})
	d.offers("Go through the setup again")
	d.tap("Go through the setup again")
	d.setup(stepFace)
}

// What a check for connections takes long for, or fails at, doesn't hold anybody up.
func TestTheCheckOfTheSetupCanBeCancelled(t *testing.T) {
	d := newDesk(t, firstDay())
	release := d.svc.Block("Diagnose")
	defer release()
	v := d.setup(stepFace)
	v.turnTo(stepCheck)
	d.reads("Looking at this PC and its network…")
	d.called("Diagnose")
	d.tap("Cancel")
	d.tap("Look again")
	d.svc.Fail("Diagnose", &node.Error{Kind: node.Failed, Text: "there is no network"})
	release()
	d.reads("There is no network")
	d.tap("Skip")
	d.setup(stepStartup)
}

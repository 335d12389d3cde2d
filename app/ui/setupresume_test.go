package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/ui/uitest"
)

// again starts the program once more, with the same settings of the window.
func (d *desk) again() *desk {
	d.t.Helper()
	state, _ := d.svc.Snapshot(d.t.Context())
	dir := d.opt.DataDir
	d.UI.prefs.flush() // as at the end of the program
	next := &desk{t: d.t, app: uitest.NewApp(d.t), svc: uitest.New(*state)}
	opt := d.opt
	opt.DataDir = dir
	next.UI = Open(next.app, opt).Fill(next.svc)
	next.stop = next.start(d.t.Context())
	d.t.Cleanup(func() {
		if err := next.stop(); err != nil {
			d.t.Error(err)
		}
	})
	next.reveal()
	next.window.Resize(fyne.NewSize(1080, 700))
	next.until("the state is shown", func() bool { return next.UI.state != nil })
	return next
}

// The program ends in the midst of it: at the next start it goes on where it was, and nothing that was typed is lost.
func TestTheSetupGoesOnAfterARestart(t *testing.T) {
	d := newDesk(t, firstDay())
	v := d.setup(stepFace)
	face, way := v.steps[0].block.(*faceForm), v.steps[1].block.(*wayIn)
	face.user.line.SetText("An")
	v.turnTo(stepWorkgroup)
	way.name.SetText("Mill")
	way.host.SetText("192.168.1.9")
	d.quit()
	d = d.again()
	v = d.setup(stepWorkgroup)
	face, way = v.steps[0].block.(*faceForm), v.steps[1].block.(*wayIn)
	v.goBack()
	v.goOn()
	d.arrives(stepWorkgroup)
	if face.user.line.Text != "An" || face.name.line.Text != "anna-pc" || way.name.Text != "Mill" || way.host.Text != "192.168.1.9" {
		t.Errorf("after a restart: %q, %q, %q, %q", face.user.line.Text, face.name.line.Text, way.name.Text, way.host.Text)
	}
	way.boxes.fill(0, "123")

	// "Later": it doesn't come up by itself any more, and waits in the navigation.
	d.tap("Later")
	if d.nav.place.kind != atWorkgroup || !d.frame.sidebar.last[0].box.Visible() {
		t.Error("it can't be taken up again")
	}
	d.shoot("setup-later")
	d = d.again()
	if d.nav.place.kind != atWorkgroup {
		t.Error("it comes up by itself all the same")
	}
	test.Tap(d.frame.sidebar.last[0].Button)
	v = d.setup(stepWorkgroup)
	if got := v.steps[1].block.(*wayIn).name.Text; got != "Mill" {
		t.Errorf("the name of the workgroup is %q", got)
	}

	// Left by a key, as if by "Later"; then for good.
	d.shortcut(fyne.Key2, fyne.KeyModifierShortcutDefault)
	if d.nav.place.kind != atThisPC || !d.frame.sidebar.last[0].box.Visible() {
		t.Error("who goes elsewhere by a key loses the setup")
	}
	d.forgetSetup()
	if d.frame.sidebar.last[0].box.Visible() || d.again().nav.place.kind == atSetup {
		t.Error("it is not left for good")
	}
}

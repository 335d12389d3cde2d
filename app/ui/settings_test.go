package ui

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

func TestSettingsAreSet(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.SetSettings([]node.Setting{{Key: "name", Value: "Anna's laptop"}, {Key: "quiet", Value: "strange"}, {Key: "guests", Value: "true"}})
	d.svc.Fail("Settings", &node.Error{Kind: node.Failed, Text: "the settings are locked"})
	d.visit(place{kind: atSettings})
	d.reads("The settings are locked")
	d.offers("Try again")
	d.svc.Fail("Settings", nil)
	d.tap("Try again")
	d.reads("Name of this PC")
	entry, ok := find(d.frame.view.content(), func(i *input) bool { return i.Text == "Anna's laptop" })
	if !ok {
		t.Fatal("no line holds the name")
	}
	d.svc.Fail("SetSetting", &node.Error{Kind: node.Invalid, Text: "a PC needs a name"})
	entry.SetText("")
	entry.OnSubmitted("")
	d.reads("A PC needs a name")
	d.svc.Fail("SetSetting", nil)
	entry.SetText("Anna")
	entry.OnSubmitted("")
	d.called("SetSetting name Anna")
	quiet, ok := find(d.frame.view.content(), func(s *choice) bool { return s.Selected == "Only where the workgroup is" })
	if !ok {
		t.Fatal("no choice for the names that are announced")
	}
	quiet.SetSelected("Never")
	d.called("SetSetting quiet on")
	on, ok := find(d.frame.view.content(), func(c *check) bool { return c.Checked && c.Text == tr("On") })
	if !ok {
		t.Fatal("no switch for guests")
	}
	d.svc.Fail("SetSetting", &node.Error{Kind: node.Failed, Text: "the disk is full"})
	quiet.SetSelected("Always")
	on.SetChecked(false)
	d.until("what could not be set is as before", func() bool { return quiet.Selected == "Never" && on.Checked })
	n := len(d.svc.Calls())
	d.svc.Fail("SetSetting", nil)
	d.app.Turn()
	if len(d.svc.Calls()) != n {
		t.Errorf("putting it back set it again: %q", d.svc.Calls()[n:])
	}
	d.setTheme(look.Dark)
	d.setClose(closeQuit)
	d.UI.prefs.flush()
	again := loadPrefs(d.opt.DataDir, d.opt.Log)
	if again.Theme != look.Dark || again.Close != closeQuit {
		t.Errorf("kept: %+v", again)
	}
}

func TestDamagedWindowSettings(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ rule, text string }{
		{"no JSON", "{{{"}, {"another type", `{"width":"wide"}`}, {"sizes that no screen has", `{"width":-3,"height":1e9}`}, {"nothing", ""},
	} {
		path := filepath.Join(dir, "window.json")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := loadPrefs(dir, Options{}.withDefaults().Log)
		if p.size() != fyne.NewSize(firstWidth, firstHeight) {
			t.Errorf("%s: the window is %v", c.rule, p.size())
		}
		p.save()
		if kept, err := os.ReadFile(path + ".bak"); c.rule != "sizes that no screen has" && (err != nil || string(kept) != c.text) {
			t.Errorf("%s: kept %q, %v", c.rule, kept, err)
		}
	}
}

package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// settingsDeeds is what the page of settings asks for.
type settingsDeeds interface {
	settings(then func([]node.Setting, error)) *task
	setSetting(key, value string, then func(error))
	setTheme(m look.Mode)
	setClose(what string)
	windowPrefs() prefs
	showLocal(path string)
}

// settingsView is what can be set: how the window looks and closes, and the node's own settings.
type settingsView struct {
	do      settingsDeeds
	page    fyne.CanvasObject
	list    *fyne.Container
	about   *look.Text
	problem *problemLine
	trouble *fyne.Container // the problem, and a way on
	asked   *task
}

func newSettingsView(do settingsDeeds) *settingsView {
	v := &settingsView{do: do, list: look.VBox(10), about: look.NewCaption("").Shrink(60), problem: newProblemLine()}
	v.trouble = look.VBox(8, v.problem, container.NewHBox(widget.NewButton(tr("Try again"), v.refresh)))
	v.page = look.Page(14, look.NewHeading(tr("Window")), look.NewCard(v.windowLines(), nil),
		look.NewHeading(tr("This PC")), v.trouble, look.NewCard(v.list, nil), v.about)
	v.refresh()
	return v
}

func (v *settingsView) content() fyne.CanvasObject { return v.page }
func (v *settingsView) actions() fyne.CanvasObject { return nil }
func (v *settingsView) leave()                     { v.asked.stop() }

func (v *settingsView) show(s *node.State) {
	v.about.SetText("Lanyard " + plain(s.Self.Version) + "   ·   " + plain(s.Self.Home))
}

// windowLines are the settings of the window itself.
func (v *settingsView) windowLines() fyne.CanvasObject {
	now := v.do.windowPrefs()
	modes := []look.Mode{look.System, look.Light, look.Dark}
	mode := widget.NewSelect([]string{tr("As the system"), tr("Light"), tr("Dark")}, nil)
	mode.SetSelectedIndex(0)
	for i, m := range modes {
		if m == now.Theme {
			mode.SetSelectedIndex(i)
		}
	}
	mode.OnChanged = func(string) { v.do.setTheme(modes[mode.SelectedIndex()]) }
	ways := []string{closeAsk, closeHide, closeQuit}
	closing := widget.NewSelect([]string{tr("Ask"), tr("Keep sharing in the background"), tr("Quit")}, nil)
	closing.SetSelectedIndex(0)
	for i, w := range ways {
		if w == now.Close {
			closing.SetSelectedIndex(i)
		}
	}
	closing.OnChanged = func(string) { v.do.setClose(ways[closing.SelectedIndex()]) }
	return look.VBox(10, settingLine(tr("Appearance"), "", mode), settingLine(tr("When the window is closed"), tr("Only where the desktop shows an icon beside the clock."), closing))
}

// settingLine is a name and a help text beside a field.
func settingLine(name, help string, field fyne.CanvasObject) fyne.CanvasObject {
	left := look.VBox(1, look.NewText(name).Shrink(80))
	if help != "" {
		left.Add(look.NewCaption(help).Shrink(80))
	}
	return container.NewBorder(nil, nil, nil, look.Middle(container.New(layout.NewGridWrapLayout(fyne.NewSize(300, 32)), field)), look.Middle(left))
}

// refresh reads the node's settings.
func (v *settingsView) refresh() {
	v.asked.stop()
	v.trouble.Hide()
	v.asked = v.do.settings(func(all []node.Setting, err error) {
		if err != nil {
			v.problem.show(err)
			v.trouble.Show()
			return
		}
		v.list.Objects = nil
		for _, s := range all {
			v.list.Add(v.line(s))
		}
		v.list.Refresh()
	})
}

// line is one of the node's settings.
func (v *settingsView) line(s node.Setting) fyne.CanvasObject {
	problem := newProblemLine()
	set := func(value string, then func(error)) {
		v.do.setSetting(s.Key, value, func(err error) {
			problem.clear()
			if err != nil {
				problem.show(err)
			}
			then(err)
		})
	}
	var field fyne.CanvasObject
	if on := strings.ToLower(s.Value); on == "true" || on == "false" || on == "on" || on == "off" {
		field = switchFor(s.Value, set)
	} else {
		field = newSettingEntry(s.Value, set)
	}
	return look.VBox(4, settingLine(settingName(s.Key), plain(sentence(s.Help)), field), problem)
}

func switchFor(value string, set func(string, func(error))) fyne.CanvasObject {
	yes, no := "true", "false"
	if low := strings.ToLower(value); low == "on" || low == "off" {
		yes, no = "on", "off"
	}
	check := widget.NewCheck(tr("On"), nil)
	check.SetChecked(strings.ToLower(value) == yes)
	var changed func(bool)
	changed = func(on bool) {
		value := no
		if on {
			value = yes
		}
		set(value, func(err error) {
			if err != nil { // put it back without setting it again
				check.OnChanged = nil
				check.SetChecked(!on)
				check.OnChanged = changed
			}
		})
	}
	check.OnChanged = changed
	return check
}

// newSettingEntry is a line to type in with a button that appears once it differs from what is set.
func newSettingEntry(value string, set func(string, func(error))) fyne.CanvasObject {
	entry := newInput("", nil)
	entry.SetText(value)
	save := widget.NewButtonWithIcon("", look.IconCheck, nil)
	save.Importance = widget.HighImportance
	save.Hide()
	do := func() {
		want := entry.Text
		set(want, func(err error) {
			if err == nil {
				value = want
				visible(save, entry.Text != value)
			}
		})
	}
	entry.onEscape = func() { entry.SetText(value) }
	entry.OnChanged = func(text string) { visible(save, text != value) }
	entry.OnSubmitted = func(string) { do() }
	save.OnTapped = do
	return container.NewBorder(nil, nil, nil, save, entry)
}

// settingName puts a key for people: "max-upload" becomes "Max upload".
func settingName(key string) string {
	switch key {
	case "name":
		return tr("Name of this PC")
	case "port":
		return tr("Port")
	case "print-folder":
		return tr("Folder for “Print to folder”")
	case "quiet":
		return tr("Announce no names")
	}
	return plain(sentence(strings.NewReplacer("-", " ", "_", " ", ".", " ").Replace(key)))
}

func (u *UI) settings(then func([]node.Setting, error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		all, err := u.svc.Settings(ctx)
		return func() { then(all, err) }
	})
}

func (u *UI) setSetting(key, value string, then func(error)) {
	u.work.start(func(ctx context.Context) func() {
		err := u.svc.SetSetting(ctx, key, value)
		return func() { then(err) }
	})
}

func (u *UI) windowPrefs() prefs { return *u.prefs }

func (u *UI) setTheme(m look.Mode) {
	u.prefs.Theme = m
	u.prefs.save()
	u.app.Settings().SetTheme(look.Theme(m))
}

func (u *UI) setClose(what string) {
	u.prefs.Close = what
	u.prefs.save()
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/ui/look"
)

// appearance is how the window looks.
func (v *settingsView) appearance() fyne.CanvasObject {
	now := v.do.windowPrefs()
	modes := []look.Mode{look.System, look.Light, look.Dark}
	mode := newChoice([]string{tr("As the system"), tr("Light"), tr("Dark")}, nil)
	mode.SetSelectedIndex(0)
	for i, m := range modes {
		if m == now.Theme {
			mode.SetSelectedIndex(i)
		}
	}
	mode.OnChanged = func(string) { v.do.setTheme(modes[mode.SelectedIndex()]) }
	return container.New(&look.Column{Gap: 12}, settingLine(tr("Appearance"), "", mode), settingLine(tr("Language"), "", v.languages(now.Language)))
}

// languages is the choice of the language that the window speaks.
func (v *settingsView) languages(now string) fyne.CanvasObject {
	names := []string{tr("As the system")}
	at := 0
	for i, l := range Languages {
		names = append(names, l.Name)
		if l.Tag == now {
			at = i + 1
		}
	}
	choice := newChoice(names, nil)
	choice.SetSelectedIndex(at)
	choice.OnChanged = func(string) {
		tag := ""
		if i := choice.SelectedIndex(); i > 0 {
			tag = Languages[i-1].Tag
		}
		v.do.setLanguage(tag)
	}
	return choice
}

func (u *UI) windowPrefs() prefs { return *u.prefs }

func (u *UI) setTheme(m look.Mode) {
	u.prefs.Theme = m
	u.prefs.save()
	u.app.Settings().SetTheme(look.Theme(m))
}

// setLanguage makes the window speak a language; "" is the system's.
func (u *UI) setLanguage(tag string) {
	if err := speak(tag); err != nil {
		u.fail(err)
		return
	}
	u.prefs.Language = tag
	u.prefs.save()
	u.frame.view.leave()
	u.furnish()
	u.arrive()
}

func (u *UI) setClose(what string) {
	u.prefs.Close = what
	u.prefs.save()
}

package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// startupDeeds is what the card about coming and going asks for.
type startupDeeds interface {
	settings(then func([]node.Setting, error)) *task
	setSetting(key, value string, then func(error))
	setClose(what string)
	windowPrefs() prefs
}

// startupCard says when Lanyard is there: whether it starts at login, and what closing the window does.
type startupCard struct {
	do      startupDeeds
	box     *fyne.Container
	login   *fyne.Container // a switch, once it is known how it is
	on      bool            // it starts at login, as far as is known
	changed func()          // on may be another; may be nil
	problem *problemLine
	asked   *task
}

func newStartupCard(do startupDeeds) *startupCard {
	c := &startupCard{do: do, login: container.NewStack(), problem: newProblemLine()}
	c.box = container.New(&look.Column{Gap: 12}, c.login, c.closing(), c.problem)
	c.login.Hide()
	c.refresh()
	return c
}

func (c *startupCard) content() fyne.CanvasObject { return c.box }
func (c *startupCard) show(*node.State)           {}
func (c *startupCard) leave()                     { c.asked.stop() }

// refresh asks the system how it is now: somebody may have changed it elsewhere.
func (c *startupCard) refresh() {
	c.asked.stop()
	c.asked = c.do.settings(func(all []node.Setting, err error) {
		c.problem.clear()
		if err != nil {
			c.problem.show(err)
			return
		}
		i := slices.IndexFunc(all, func(s node.Setting) bool { return s.Key == loginKey })
		if i < 0 {
			return // an older Lanyard runs behind this window
		}
		c.know(all[i].Value == "on")
		c.login.Objects = []fyne.CanvasObject{settingLine(tr("Start when I log in"), tr("Lanyard starts without showing its window, so that the others reach this PC as soon as you work on it."),
			switchFor(all[i].Value, "on", "off", c.set))}
		c.login.Show()
		c.box.Refresh()
	})
}

// loginKey is the setting that starts Lanyard at login.
const loginKey = "login"

func (c *startupCard) know(on bool) {
	c.on = on
	if c.changed != nil {
		c.changed()
	}
}

func (c *startupCard) set(value string, then func(error)) {
	c.do.setSetting(loginKey, value, func(err error) {
		c.problem.clear()
		if err != nil {
			c.problem.show(err)
		} else {
			c.know(value == "on")
		}
		then(err)
	})
}

// closing lets a person choose what closing the window does.
func (c *startupCard) closing() fyne.CanvasObject {
	ways := []string{closeAsk, closeHide, closeQuit}
	choice := newChoice([]string{tr("Ask"), tr("Keep sharing in the background"), tr("Quit")}, nil)
	choice.SetSelectedIndex(max(slices.Index(ways, c.do.windowPrefs().Close), 0))
	choice.OnChanged = func(string) { c.do.setClose(ways[choice.SelectedIndex()]) }
	return settingLine(tr("When the window is closed"), tr("Only where the desktop shows an icon beside the clock."), choice)
}

package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// settingsDeeds is what the page of settings asks for.
type settingsDeeds interface {
	traveller
	faceDeeds
	wayInDeeds
	tellEntered(joined bool)
	folderPickDeeds
	ownPrinterDeeds
	startupDeeds
	nextTurn(do func())
	setTheme(m look.Mode)
	setLanguage(tag string)
	showLocal(path string)
	driveDeeds
	up()
}

// settingsView is what can be set: all that the setup asks, how the window looks, and the node's own settings.
type settingsView struct {
	do      settingsDeeds
	page    fyne.CanvasObject
	body    *fyne.Container
	list    *fyne.Container
	about   *look.Text
	problem *problemLine
	trouble *fyne.Container // the problem, and a way on
	asked   *task
	drive   *driveCard
	blocks  []setupBlock // what stands in the setup, too
	parts   []func()     // that are still to be added
	state   *node.State
	left    bool
}

func newSettingsView(do settingsDeeds) *settingsView {
	v := &settingsView{do: do, body: container.New(&look.Column{Gap: 14}), list: container.New(&look.Column{Gap: 14}), about: look.NewCaption("").Shrink(60), problem: newProblemLine()}
	v.page = look.Page(14, v.body)
	v.drive = newDriveCard(do)
	v.parts = []func(){
		func() { v.block(tr("This PC"), newFaceForm(do), true) },
		func() {
			way := newWayIn(do)
			way.entered = do.tellEntered
			v.block(tr("Workgroup"), way, false)
		},
		func() { v.block(tr("Shared folders"), newFolderPicks(do), false) },
		func() { v.block(tr("Printers"), newOwnPrinters(do), false) },
		v.addWindow,
		func() {
			v.add(look.NewHeading(tr("In the file manager")), look.NewCard(v.drive.box, nil), v.list, v.about)
		},
		v.refresh,
	}
	v.grow()
	return v
}

// grow adds the next part of the page. All of them at once would keep the window for longer than a frame.
func (v *settingsView) grow() {
	if v.left || len(v.parts) == 0 {
		return
	}
	part := v.parts[0]
	v.parts = v.parts[1:]
	part()
	bringsIntoView(v.page, v.body)
	v.do.nextTurn(v.grow)
}

func (v *settingsView) add(parts ...fyne.CanvasObject) {
	for _, p := range parts {
		v.body.Add(p)
	}
}

// block adds a step of the setup, on a card where it brings none.
func (v *settingsView) block(title string, b setupBlock, card bool) {
	content := b.content()
	if card {
		content = look.NewCard(content, nil)
	}
	v.add(look.NewHeading(title), content)
	v.follow(b)
}

// follow keeps a step of the setup up to date.
func (v *settingsView) follow(b setupBlock) {
	v.blocks = append(v.blocks, b)
	if v.state != nil {
		b.show(v.state)
	}
}

func (v *settingsView) addWindow() {
	startup := newStartupCard(v.do)
	v.trouble = look.VBox(8, v.problem, container.NewHBox(newButton(tr("Try again"), nil, func() {
		startup.refresh()
		v.refresh()
	})))
	v.add(look.NewHeading(tr("Window")), look.NewCard(container.New(&look.Column{Gap: 12}, v.appearance(), startup.content(), v.helps()), nil))
	v.follow(startup)
}

func (v *settingsView) content() fyne.CanvasObject { return v.page }
func (v *settingsView) actions() fyne.CanvasObject { return nil }

func (v *settingsView) leave() {
	v.left = true
	v.asked.stop()
	for _, b := range v.blocks {
		b.leave()
	}
}

func (v *settingsView) show(s *node.State) {
	v.state = s
	for _, b := range v.blocks {
		b.show(s)
	}
	v.drive.show(s)
	bringsIntoView(v.page, v.body) // there may be new lines
	v.about.SetText("Lanyard " + plain(s.Self.Version) + "   ·   " + plain(s.Self.Home))
}

// helps lead to what helps with the settings.
func (v *settingsView) helps() fyne.CanvasObject {
	return container.New(&look.Column{Gap: 12}, settingLine(tr("Can the others reach me?"), tr("Lanyard looks at this PC and its network, with another PC's help."),
		newIconButton(tr("What's wrong?"), look.IconCare, func() { v.do.visit(place{kind: atDoctor}) })),
		settingLine(tr("Setup"), tr("Step by step, as on the first day. Nothing is lost by it."), newButton(tr("Go through the setup again"), nil, func() { v.do.visit(place{kind: atSetup}) })))
}

// settingWidth is that of a setting's field, in Fyne's pixels: it holds a path, and leaves room for what it is about in
// the smallest window.
const settingWidth = 290

// choiceWidth is that of the text in a field with a choice.
const choiceWidth = settingWidth - 50

// settingLine is a name and a help text beside a field.
func settingLine(name, help string, field fyne.CanvasObject) fyne.CanvasObject {
	left := container.New(&look.Column{Gap: 2}, look.NewText(name).Shrink(80))
	if help != "" {
		left.Add(look.NewProse(help, fyne.TextAlignLeading).Small())
	}
	right := look.Middle(container.New(layout.NewGridWrapLayout(fyne.NewSize(settingWidth, 32)), field))
	return look.Frame(nil, nil, nil, container.New(layout.NewCustomPaddedLayout(0, 0, 16, 0), right), left)
}

// refresh reads the node's settings.
func (v *settingsView) refresh() {
	v.asked.stop()
	if len(v.list.Objects) == 0 || v.list.Objects[0] == v.trouble {
		v.put(busyPage(tr("Reading the settings…"), v.do.up))
	}
	v.asked = v.do.settings(func(all []node.Setting, err error) {
		v.put()
		if err != nil {
			v.problem.show(err)
			v.put(v.trouble)
			return
		}
		for _, g := range groupSettings(all) {
			lines := container.New(&look.Column{Gap: 12})
			for _, s := range g.settings {
				lines.Add(v.line(s))
			}
			v.list.Add(look.NewHeading(g.title))
			v.list.Add(look.NewCard(lines, nil))
		}
		bringsIntoView(v.page, v.list)
		v.list.Refresh()
		v.page.Refresh()
	})
}

// put shows something in place of the node's settings.
func (v *settingsView) put(o ...fyne.CanvasObject) {
	for _, old := range v.list.Objects {
		stopSigns(old)
	}
	v.list.Objects = o
	v.list.Refresh()
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
	words := wordsOf(s)
	var field fyne.CanvasObject
	switch {
	case len(words.values) > 0:
		field = choiceFor(s.Value, words.values, set)
	case s.Value == "true" || s.Value == "false":
		field = switchFor(s.Value, "true", "false", set)
	case words.onOff:
		field = switchFor(s.Value, "on", "off", set)
	default:
		field = newSettingEntry(cleaned(s.Value), set).content
	}
	return container.New(&look.Column{Gap: 4}, settingLine(words.name, words.help, field), problem)
}

// choiceFor lets a person choose one of some values. One that is not among them is shown as it is.
func choiceFor(value string, values []settingValue, set func(string, func(error))) fyne.CanvasObject {
	if !slices.ContainsFunc(values, func(v settingValue) bool { return v.value == value }) {
		values = append(slices.Clone(values), settingValue{value, look.Elide(plain(value), choiceWidth, theme.TextSize(), fyne.TextStyle{})})
	}
	c := newChoice(nil, nil)
	for _, v := range values {
		c.Options = append(c.Options, v.text)
	}
	show := func(value string) { // without setting it again
		changed := c.OnChanged
		c.OnChanged = nil
		c.SetSelectedIndex(slices.IndexFunc(values, func(v settingValue) bool { return v.value == value }))
		c.OnChanged = changed
	}
	show(value)
	c.OnChanged = func(string) {
		want := values[c.SelectedIndex()].value
		set(want, func(err error) {
			if err != nil {
				show(value)
				return
			}
			value = want
		})
	}
	return c
}

func switchFor(value, yes, no string, set func(string, func(error))) fyne.CanvasObject {
	check := newCheck(tr("On"), nil)
	check.SetChecked(value == yes)
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

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// settingEntry is a line to type in with a button that appears once it differs from what is set.
type settingEntry struct {
	content fyne.CanvasObject
	line    *input
	save    *widget.Button
	value   string // that is set
	set     func(string, func(error))
	plain   bool // without the button: something else submits it
}

func newSettingEntry(value string, set func(string, func(error))) *settingEntry {
	e := &settingEntry{line: newInput("", nil), value: value, set: set}
	e.line.SetText(value)
	e.save = widget.NewButtonWithIcon("", look.IconCheck, func() { e.submit(func(error) {}) })
	e.save.Importance = widget.HighImportance
	e.save.Hide()
	e.line.onEscape = func() { e.line.SetText(e.value) }
	e.line.OnChanged = func(string) { e.differs() }
	e.line.OnSubmitted = func(string) { e.submit(func(error) {}) }
	e.content = container.NewBorder(nil, nil, nil, e.save, e.line)
	return e
}

func (e *settingEntry) differs() bool {
	visible(e.save, e.line.Text != e.value && !e.plain)
	return e.line.Text != e.value
}

// show brings in what is set now, unless somebody is typing something else.
func (e *settingEntry) show(value string) {
	if value == e.value {
		return
	}
	typed := e.differs()
	e.value = value
	if !typed {
		e.line.SetText(value)
	}
	e.differs()
}

// submit sets what was typed; what is set already needs no asking.
func (e *settingEntry) submit(then func(error)) {
	if !e.differs() {
		then(nil)
		return
	}
	want := e.line.Text
	e.set(want, func(err error) {
		if err == nil {
			e.value = want
			e.differs()
		}
		then(err)
	})
}

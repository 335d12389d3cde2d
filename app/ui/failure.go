package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// failureSize holds two or three lines.
var failureSize = fyne.NewSize(460, 160)

// ShowFailure tells why Lanyard could not start, to a person who sees no terminal, and returns when that was read.
func ShowFailure(app fyne.App, err error) {
	app.Settings().SetTheme(look.Theme(""))
	_ = speak("") // else it is told in English
	w := app.NewWindow("Lanyard")
	why, hint := put(err)
	if hint != "" {
		why += "\n" + hint
	}
	text := widget.NewLabel(why)
	text.Wrapping = fyne.TextWrapWord
	quit := widget.NewButton(tr("Quit"), app.Quit)
	quit.Importance = widget.HighImportance
	head := widget.NewLabelWithStyle(tr("Lanyard can't start"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	w.SetContent(container.NewPadded(container.NewBorder(head, container.NewHBox(layout.NewSpacer(), quit), nil, nil, text)))
	w.Resize(failureSize)
	w.CenterOnScreen()
	w.ShowAndRun()
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// failureSize holds two or three lines.
var failureSize = fyne.NewSize(460, 160)

// Opening is the window of a program that is starting: it stands, with nothing in it yet, while its fonts and words are read
// and the node begins. That takes about as long as the system takes for a window.
type Opening struct {
	app    fyne.App
	opt    Options
	prefs  *prefs
	window fyne.Window
	ready  <-chan struct{} // closed when it can speak and be written on
}

// Open shows the window, unless it is to be hidden. Fill or Fail must follow.
func Open(app fyne.App, options Options) *Opening {
	o := &Opening{app: app, opt: options.withDefaults()}
	o.prefs = loadPrefs(o.opt.DataDir, o.opt.Log)
	app.Settings().SetTheme(look.Theme(o.prefs.Theme))
	o.ready = o.prepare()
	o.window = app.NewWindow("Lanyard")
	if o.opt.Icon != nil {
		o.window.SetIcon(o.opt.Icon)
	}
	o.window.SetPadded(false)
	o.window.SetMaster()
	o.window.Resize(o.prefs.size())
	if !o.opt.Hidden {
		o.window.SetContent(container.NewStack())
		o.window.Show()
	}
	return o
}

// prepare reads the fonts of a first page and the words, and closes the channel. Fyne keeps both for one goroutine at a time:
// until then no other may show or measure a text.
func (o *Opening) prepare() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := speak(o.prefs.Language); err != nil {
			o.opt.Log.Warn("the window speaks English", "err", err)
		}
		for _, bold := range []bool{false, true} {
			fyne.MeasureText("a", theme.TextSize(), fyne.TextStyle{Bold: bold})
		}
	}()
	return done
}

// Fill makes Lanyard's window of it. No goroutine runs before Run.
func (o *Opening) Fill(svc node.Service) *UI {
	<-o.ready
	return newUI(o, svc)
}

// Fail tells why Lanyard could not start, to a person who sees no terminal, and returns when that was read.
func (o *Opening) Fail(err error) {
	<-o.ready
	why, hint := put(err)
	if hint != "" {
		why += "\n" + hint
	}
	text := widget.NewLabel(why)
	text.Wrapping = fyne.TextWrapWord
	quit := widget.NewButton(tr("Quit"), o.app.Quit)
	quit.Importance = widget.HighImportance
	head := widget.NewLabelWithStyle(tr("Lanyard can't start"), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	o.window.SetContent(container.NewPadded(container.NewBorder(head, container.NewHBox(layout.NewSpacer(), quit), nil, nil, text)))
	o.window.Resize(failureSize)
	o.window.CenterOnScreen()
	o.window.ShowAndRun()
}

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// peekStage is what a preview is shown on. It takes the keyboard for whatever stands there.
type peekStage struct {
	widget.BaseWidget
	ground *look.Paint
	box    *fyne.Container
	onKey  func(fyne.KeyName) bool
}

func newPeekStage(key func(fyne.KeyName) bool) *peekStage {
	s := &peekStage{ground: look.NewPaint(look.ColorSidebar, 8), box: container.NewStack(), onKey: key}
	s.ExtendBaseWidget(s)
	return s
}

// set puts something on it.
func (s *peekStage) set(o fyne.CanvasObject) {
	for _, old := range s.box.Objects {
		stopSigns(old)
	}
	s.box.Objects = []fyne.CanvasObject{o}
	s.box.Refresh()
}

// FocusGained is for Fyne.
func (s *peekStage) FocusGained() { s.mark(theme.ColorNamePrimary) }

// FocusLost is for Fyne.
func (s *peekStage) FocusLost() { s.mark("") }

func (s *peekStage) mark(line fyne.ThemeColorName) {
	s.ground.Line = line
	s.ground.Refresh()
}

// TypedRune is for Fyne.
func (s *peekStage) TypedRune(rune) {}

// TypedKey is for Fyne.
func (s *peekStage) TypedKey(e *fyne.KeyEvent) { s.onKey(e.Name) }

// Tapped is for Fyne.
func (s *peekStage) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s); c != nil {
		c.Focus(s)
	}
}

// CreateRenderer is for Fyne.
func (s *peekStage) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(s.ground, s.box))
}

// peekState stands in place of a preview: a sign, words, what can be done.
func peekState(parts ...fyne.CanvasObject) fyne.CanvasObject {
	for i, o := range parts {
		if _, prose := o.(*look.Prose); !prose {
			parts[i] = container.NewCenter(o)
		}
	}
	return look.Middle(look.Pad(12, 12, container.New(&look.Column{Gap: 10}, parts...)))
}

package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// sheet is a dialog over the window. Escape closes it and Enter does what its main button does, unless that destroys something.
// It can run a task: meanwhile its main button waits and closing it cancels the task; what goes wrong is said in it.
type sheet struct {
	u       *UI
	pop     *widget.PopUp
	main    *button // may be nil
	cancel  *button
	extra   *button // may be nil
	problem *problemLine
	busy    *busyLine
	task    *task
	onClose func()
	onEnter func()
	follow  func(*node.State)
	before  fyne.Focusable // what had the focus
	page    view           // on which it was
}

// sheetSpec says what a sheet shows.
type sheetSpec struct {
	title    string
	icon     fyne.Resource
	body     fyne.CanvasObject
	width    float32
	main     string // the main button; "" means none
	danger   bool   // the main button destroys something
	cancel   string // the other button; "" means "Cancel"
	extra    *button
	onMain   func(*sheet)
	onClose  func()
	onCancel func()            // the other button was pressed, which closes it; may be nil
	follow   func(*node.State) // shows the state, and every one that comes; may be nil
	focus    fyne.Focusable
}

// whenFree does something that opens a sheet of itself, without the person having asked for it just now, once none is open: it
// must not take the place of one in which somebody types.
func (u *UI) whenFree(do func()) {
	if u.sheet == nil && len(u.waiting) == 0 {
		do()
		return
	}
	u.waiting = append(u.waiting, do)
}

// openWaiting opens what waits, once what closed the last sheet has done what it had to do.
func (u *UI) openWaiting() {
	for u.sheet == nil && len(u.waiting) > 0 {
		do := u.waiting[0]
		u.waiting = u.waiting[1:]
		do()
	}
}

// open shows a sheet in place of the one that is open.
func (u *UI) open(spec sheetSpec) *sheet {
	u.closeSheet()
	s := &sheet{u: u, onClose: spec.onClose, follow: spec.follow, extra: spec.extra, problem: newProblemLine(), busy: newBusyLine(), before: u.window.Canvas().Focused(), page: u.frame.view}
	if spec.cancel == "" {
		spec.cancel = tr("Cancel")
	}
	s.cancel = newButton(spec.cancel, u.closeSheet, func() {
		u.closeSheet()
		if spec.onCancel != nil {
			spec.onCancel()
		}
	})
	buttons := container.NewHBox(layout.NewSpacer(), s.cancel)
	if spec.extra != nil {
		buttons = container.NewHBox(spec.extra, layout.NewSpacer(), s.cancel)
	}
	if spec.main != "" {
		s.main = newButton(spec.main, u.closeSheet, func() { s.submit(spec.onMain) })
		s.main.Importance = widget.HighImportance
		if spec.danger {
			s.main.Importance = widget.DangerImportance
		} else {
			s.onEnter = func() { s.submit(spec.onMain) }
		}
		buttons.Add(s.main)
	}
	head := look.NewText(spec.title).In(theme.ColorNameForeground, theme.SizeNameSubHeadingText).Bold().Shrink(200)
	top := fyne.CanvasObject(head)
	if spec.icon != nil {
		top = look.Frame(nil, nil, container.New(layout.NewCustomPaddedLayout(0, 0, 0, 10), look.Emblem(spec.icon, 30)), nil, look.Middle(head))
	}
	body := look.VBox(12, top, spec.body, s.problem, container.NewBorder(nil, nil, s.busy, nil, buttons))
	frame := look.Pad(14, 16, container.New(atLeast{width: max(spec.width, 380)}, body))
	s.pop = widget.NewModalPopUp(frame, u.window.Canvas())
	u.sheet = s
	within(spec.body, func(o fyne.CanvasObject) bool {
		switch o := o.(type) {
		case *choice:
			o.onEnter = s.onEnter
		case *check:
			o.onEnter = s.onEnter
		}
		return false
	})
	if s.follow != nil && u.state != nil {
		s.follow(u.state)
	}
	s.pop.Show()
	if spec.focus != nil {
		u.window.Canvas().Focus(spec.focus)
	} else if s.main != nil && !spec.danger {
		u.window.Canvas().Focus(s.main)
	} else {
		u.window.Canvas().Focus(s.cancel)
	}
	return s
}

func (s *sheet) submit(do func(*sheet)) {
	if do != nil && (s.main == nil || !s.main.Disabled()) {
		do(s)
	}
}

// closeSheet closes the open sheet, if there is one, and cancels what it has under way.
func (u *UI) closeSheet() {
	s := u.sheet
	if s == nil {
		return
	}
	u.sheet = nil
	s.task.stop()
	s.busy.stop()
	u.window.Canvas().Unfocus() // or the cursor of a line that is gone would blink on
	s.pop.Hide()
	if s.before != nil && s.page == u.frame.view {
		u.window.Canvas().Focus(s.before)
	}
	if s.onClose != nil {
		s.onClose()
	}
	if len(u.waiting) > 0 {
		u.nextTurn(u.openWaiting)
	}
}

// heldBySheet tells whether the open sheet has something under way, and says so in it: closing the window must not cancel that
// without a word.
func (u *UI) heldBySheet() bool {
	if u.sheet == nil || u.sheet.task.idle() {
		return false
	}
	u.reveal()
	u.sheet.problem.say(tr("This is still under way. Wait until it has ended, or cancel it first."), "")
	return true
}

// run does something that may take time. When it worked, then is called, which usually closes the sheet.
func (s *sheet) run(doing string, do func(ctx context.Context) error, then func()) {
	s.attempt(doing, do, func(err error) {
		if err != nil {
			s.problem.show(err)
			return
		}
		then()
	})
}

// attempt is run for who says himself what went wrong.
func (s *sheet) attempt(doing string, do func(ctx context.Context) error, then func(error)) {
	s.problem.clear()
	s.busy.start(doing)
	if s.main != nil {
		s.main.Disable()
	}
	s.task = s.u.work.start(func(ctx context.Context) func() {
		err := do(ctx)
		return func() {
			s.busy.stop()
			if s.main != nil {
				s.main.Enable()
			}
			s.problem.clear() // it may say that this was under way
			then(err)
		}
	})
}

// confirm asks before something that can't be taken back.
func (u *UI) confirm(title, text, verb string, danger bool, do func()) {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	u.open(sheetSpec{
		title: title, icon: look.IconWarning, body: label, width: 420, main: verb, danger: danger,
		onMain: func(*sheet) {
			u.closeSheet()
			do()
		},
	})
}

// atLeast is a layout that gives its one object a least width.
type atLeast struct{ width, height float32 }

func (a atLeast) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().Max(fyne.NewSize(a.width, a.height))
}

func (a atLeast) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }

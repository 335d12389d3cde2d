package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// attempt is a line on a page that says what is under way there, with a button to cancel it, and afterwards what went wrong. At
// rest it takes no room.
type attempt struct {
	box     *fyne.Container
	doing   *fyne.Container
	busy    *busyLine
	problem *problemLine
	task    *task
	changed func(busy bool) // it began or ended; may be nil
}

func newAttempt() *attempt {
	a := &attempt{busy: newBusyLine(), problem: newProblemLine()}
	a.doing = container.NewHBox(a.busy, widget.NewButton(tr("Cancel"), a.cancel))
	a.doing.Hide()
	a.box = container.New(&look.Column{Gap: 4}, a.doing, a.problem)
	a.box.Hide()
	return a
}

// run begins something in place of what is under way, and calls then when it worked.
func (a *attempt) run(doing string, begin func(then func(error)) *task, then func()) {
	a.task.stop()
	a.problem.clear()
	a.busy.start(doing)
	a.doing.Show()
	a.box.Show()
	a.tell(true)
	a.task = begin(func(err error) {
		a.rest()
		if err != nil {
			a.fail(err)
			return
		}
		then()
	})
}

// fail says what went wrong.
func (a *attempt) fail(err error) {
	a.problem.show(err)
	a.box.Show()
	a.box.Refresh()
}

// cancel ends what is under way.
func (a *attempt) cancel() {
	a.task.stop()
	if a.doing.Visible() {
		a.rest()
	}
}

func (a *attempt) rest() {
	a.busy.stop()
	a.doing.Hide()
	a.box.Hide()
	a.tell(false)
}

func (a *attempt) tell(busy bool) {
	if a.changed != nil {
		a.changed(busy)
	}
}

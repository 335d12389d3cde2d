package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// jobRowDeeds is what the line of a print job asks for.
type jobRowDeeds interface {
	paced
	cancelJob(j node.Job)
	holdJob(j node.Job)
	releaseJob(j node.Job)
	restartJob(j node.Job)
	askMoveJob(j node.Job)
	canMove(j node.Job) bool
	when(j node.Job) string
	pcNameText(id string) string
	selfID() string
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// jobRow is a print job. What can be done with it is in its buttons, its menu and its keys.
type jobRow struct {
	*look.Button
	do            jobRowDeeds
	job           node.Job
	name, where   *look.Text
	state, why    *look.Text
	bar           *look.Bar
	release       *widget.Button
	again, cancel *widget.Button
	more          *widget.Button
	above, below  bool // it can go up or down in its queue
	step, move    func(by int)
}

func newJobRow(do jobRowDeeds) *jobRow {
	r := &jobRow{do: do, name: look.NewHeading("").Shrink(60), where: look.NewCaption("").Shrink(60), bar: look.NewBar(),
		state: look.NewText("").Bold().Right().Shrink(60), why: look.NewCaption("").Shrink(60)}
	r.release = widget.NewButton(tr("Release"), do.tapped(func() { do.releaseJob(r.job) }))
	r.again = widget.NewButton(tr("Print again"), do.tapped(func() { do.restartJob(r.job) }))
	r.cancel = quietButton("", look.IconClose, do.tapped(func() { do.cancelJob(r.job) }))
	r.more = quietButton("", look.IconMore, r.menuAtButton)
	middle := look.VBox(3, container.New(beside{}, r.name, r.state), r.bar, r.where, r.why)
	buttons := container.NewHBox(r.release, r.again, r.cancel, r.more)
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Icon(look.Quiet(look.IconText), 22))), look.Middle(buttons), look.Pad(0, 4, middle))
	r.Button = look.NewCardButton(body, r.menuAtButton)
	r.Inset = fyne.NewSize(12, 9)
	r.OnMenu = func(at fyne.Position) { do.menu(at, r.menuItems()...) }
	r.OnKey = r.key
	return r
}

func (r *jobRow) set(j node.Job) {
	r.job = j
	name := plain(j.Name)
	if name == "" {
		name = tr("A document of {{.PC}}", "PC", r.do.pcNameText(j.Owner))
	}
	r.name.SetText(name)
	from := ""
	if !j.Mine {
		from = tr("from {{.PC}}", "PC", ownerText(j, r.do.pcNameText))
	}
	r.where.SetText(join(sentence(from), tr("{{.Printer}} at {{.PC}}", "Printer", plain(j.Printer), "PC", r.do.pcNameText(j.PC)), r.do.when(j)))
	text, ink := jobState(j)
	r.state.SetText(text)
	r.state.SetColor(ink)
	printing := j.State == "processing" || j.State == "processing-stopped"
	visible(r.bar, printing && j.Total > 0)
	if ink == theme.ColorNameError {
		ink = look.ColorQuiet
	}
	r.bar.Set(float64(j.Pages)/float64(max(j.Total, 1)), ink)
	why := jobWhy(j)
	r.why.SetText(why)
	visible(r.why, why != "")
	r.why.SetColor(look.ColorQuiet)
	switch {
	case j.State == "aborted":
		r.why.SetColor(theme.ColorNameError)
	case why != "" && !jobEnded(j.State):
		r.why.SetColor(theme.ColorNameWarning)
	}
	visible(r.release, r.may() && canRelease(j))
	visible(r.again, r.may() && j.Kept && (j.State == "aborted" || j.State == "canceled"))
	visible(r.cancel, r.may() && !jobEnded(j.State))
	visible(r.more, len(r.menuItems()) > 0)
}

// ownerText names who sent a job; "" stands for a guest.
func ownerText(j node.Job, name func(string) string) string {
	if j.Owner == "" {
		return tr("a guest")
	}
	return name(j.Owner)
}

// may tells whether this PC has a say about the job: it has sent it, or the printer is its own.
func (r *jobRow) may() bool { return r.job.Mine || r.job.PC == r.do.selfID() }

// What can be done with a job in its state.

func canHold(j node.Job) bool    { return j.State == "pending" || j.State == "processing-stopped" }
func canRelease(j node.Job) bool { return j.State == "pending-held" }

// waits tells whether a job has a place in its queue that can be changed.
func waits(j node.Job) bool { return j.State == "pending" || j.State == "pending-held" }

func (r *jobRow) menuAtButton() {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.more)
	r.OnMenu(at.AddXY(0, r.more.Size().Height))
}

// menuItems are what can be done with it now.
func (r *jobRow) menuItems() (items []*fyne.MenuItem) {
	j, do := r.job, r.do
	add := func(may bool, text string, icon fyne.Resource, do func()) {
		if may {
			items = append(items, fyne.NewMenuItemWithIcon(text, icon, do))
		}
	}
	if !r.may() {
		return nil
	}
	add(canRelease(j), tr("Release"), look.IconPlay, func() { do.releaseJob(j) })
	add(canHold(j), tr("Hold"), look.IconPause, func() { do.holdJob(j) })
	add(j.Kept, tr("Print again"), look.IconRefresh, func() { do.restartJob(j) })
	add(do.canMove(j), tr("Move to another printer…"), look.IconPrinter, func() { do.askMoveJob(j) })
	add(r.above, tr("Move up"), look.IconUp, func() { r.move(-1) })
	add(r.below, tr("Move down"), look.IconDownArrow, func() { r.move(1) })
	if !jobEnded(j.State) {
		if len(items) > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		add(true, tr("Cancel"), look.IconClose, func() { do.cancelJob(j) })
	}
	return items
}

// key is for Fyne: it does what can be done with the job that has the keyboard.
func (r *jobRow) key(key fyne.KeyName) bool { return press(r.hotkeys(), key) }

func (r *jobRow) hotkeys() []hotkey {
	when := func(holds func(node.Job) bool, do func(node.Job)) func() {
		return func() {
			if r.may() && holds(r.job) && r.do.pressed() {
				do(r.job)
			}
		}
	}
	return []hotkey{
		on(tr("Another one"), func() { r.step(-1) }, fyne.KeyUp), on(tr("Another one"), func() { r.step(1) }, fyne.KeyDown),
		on(tr("Hold, release"), r.hold, fyne.KeyP),
		on(tr("Print again"), when(func(j node.Job) bool { return j.Kept }, func(j node.Job) { r.do.restartJob(j) }), fyne.KeyR),
		on(tr("Move to another printer"), when(func(j node.Job) bool { return r.do.canMove(j) }, func(j node.Job) { r.do.askMoveJob(j) }), fyne.KeyM),
		on(tr("Cancel"), when(func(j node.Job) bool { return !jobEnded(j.State) }, func(j node.Job) { r.do.cancelJob(j) }), fyne.KeyDelete),
	}
}

// hold makes the job wait, or lets it go.
func (r *jobRow) hold() {
	switch {
	case r.may() && canRelease(r.job):
		r.do.releaseJob(r.job)
	case r.may() && canHold(r.job):
		r.do.holdJob(r.job)
	}
}

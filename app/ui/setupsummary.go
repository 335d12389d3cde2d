package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// setupSummary is the last step: what was set up, and what to do next.
type setupSummary struct {
	do      setupDeeds
	box     *fyne.Container
	check   *checkup
	startup *startupCard
	lines   *fyne.Container
	advice  *fyne.Container
	turnTo  func(key string) // to a step
	finish  func()
	state   *node.State
}

func newSetupSummary(do setupDeeds, check *checkup, startup *startupCard, turnTo func(key string), finish func()) *setupSummary {
	v := &setupSummary{do: do, turnTo: turnTo, finish: finish, check: check, startup: startup, lines: container.New(&look.Column{Gap: 10}), advice: container.New(&look.Column{Gap: 8})}
	v.box = container.New(&look.Column{Gap: 14}, look.NewCard(v.lines, nil), look.NewHeading(tr("What to do next")), look.NewCard(v.advice, nil))
	return v
}

func (v *setupSummary) content() fyne.CanvasObject { return v.box }
func (v *setupSummary) leave()                     {}

func (v *setupSummary) show(s *node.State) {
	v.state = s
	v.arrive()
}

// arrive sums up how things are now.
func (v *setupSummary) arrive() {
	s := v.state
	if s == nil {
		return
	}
	v.lines.Objects = nil
	face := plain(s.Self.Name)
	if s.Self.Face.User != "" {
		face = tr("{{.PC}}, used by {{.Person}}", "PC", face, "Person", plain(s.Self.Face.User))
	}
	v.line(true, face)
	v.line(s.Self.Workgroup != "", workgroupText(s))
	if n := len(s.Folders); n > 0 {
		v.line(true, trn("One folder is shared", "{{.N}} folders are shared", n))
	} else {
		v.line(false, tr("No folder is shared"))
	}
	if n := sharedPrinters(s); n > 0 {
		v.line(true, trn("One printer is shared", "{{.N}} printers are shared", n))
	} else {
		v.line(false, tr("No printer is shared"))
	}
	switch {
	case v.check.found == nil:
		v.line(false, tr("Whether the others can reach this PC was not looked at"))
	case v.check.bad():
		v.line(false, tr("Something keeps the others from reaching this PC"))
	default:
		v.line(true, tr("The others can reach this PC, as far as can be seen from here"))
	}
	if v.startup.on {
		v.line(true, tr("Lanyard starts when you log in"))
	} else {
		v.line(false, tr("Lanyard doesn't start by itself when you log in"))
	}
	v.advise(s)
	v.box.Refresh()
}

func (v *setupSummary) line(good bool, text string) {
	sign := look.Dot(false)
	if good {
		sign = look.Icon(theme.NewColoredResource(look.IconCheck, theme.ColorNameSuccess), 18)
	}
	v.lines.Add(look.Frame(nil, nil, container.New(atLeast{width: 30}, sign), nil, look.NewText(text).Shrink(60)))
}

// advise says what to do next.
func (v *setupSummary) advise(s *node.State) {
	v.advice.Objects = nil
	add := func(text, verb string, do func()) {
		v.advice.Add(look.Frame(nil, nil, nil, look.Pad(0, 6, look.Middle(widget.NewButton(verb, do))), look.Middle(look.NewProse(text, fyne.TextAlignLeading).In(theme.ColorNameForeground))))
	}
	members := 0
	for _, p := range s.Peers {
		if p.Member {
			members++
		}
	}
	switch {
	case s.Self.Workgroup == "":
		add(tr("This PC is in no workgroup yet: without one nobody sees what it shares."), tr("Join or start one"), func() { v.turnTo(stepWorkgroup) })
	case members == 0:
		add(tr("No other PC is in the workgroup yet. Start Lanyard on it, and type there the code that is shown here."), tr("Invite a PC"), v.do.askInvite)
	default:
		add(tr("Open another PC in the workgroup to see what it shares, and drop files on it to send them to the person there."), tr("Show the workgroup"), v.finish)
	}
	if v.check.found != nil && v.check.bad() {
		add(tr("What keeps the others from reaching this PC can be fixed."), tr("Show what is wrong"), func() { v.turnTo(stepCheck) })
	}
}

// workgroupText says in which workgroup this PC is, and with how many others.
func workgroupText(s *node.State) string {
	if s.Self.Workgroup == "" {
		return tr("In no workgroup yet")
	}
	members := 0
	for _, p := range s.Peers {
		if p.Member {
			members++
		}
	}
	if members == 0 {
		return tr("In the workgroup “{{.Name}}”", "Name", plain(s.Self.Workgroup))
	}
	return trn("In the workgroup “{{.Name}}”, with one other PC", "In the workgroup “{{.Name}}”, with {{.N}} other PCs", members, "Name", plain(s.Self.Workgroup))
}

// sharedPrinters counts those of this PC.
func sharedPrinters(s *node.State) int {
	n := 0
	for _, p := range printersOf(s, s.Self.ID) {
		if p.Shared {
			n++
		}
	}
	return n
}

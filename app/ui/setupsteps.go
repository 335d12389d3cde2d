package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// setupBlock is what one step is about. The same block stands in the settings.
type setupBlock interface {
	content() fyne.CanvasObject
	show(s *node.State)
	leave()
}

// drafter is a block with lines whose text is to outlive the window.
type drafter interface {
	draft(to map[string]string)
	restore(from map[string]string)
}

// pending is a block that may have something under way that "Next" would do.
type pending interface{ pending() bool }

// setupStep is a step of the setup.
type setupStep struct {
	key          string
	icon         fyne.Resource
	name         string // in the list
	title, intro string
	block        setupBlock
	card         bool // the block stands on a card
	page         fyne.CanvasObject
	done         func(s *node.State) bool // nil: it is once it was gone through
}

// The keys of the steps, which are kept.
const (
	stepFace      = "face"
	stepWorkgroup = "workgroup"
	stepFolders   = "folders"
	stepPrinters  = "printers"
	stepCheck     = "check"
	stepStartup   = "startup"
	stepEnd       = "end"
)

// makeSteps makes the steps in their order.
func (v *setupView) makeSteps() []*setupStep {
	enter := func(key fyne.KeyName) bool {
		return (key == fyne.KeyReturn || key == fyne.KeyEnter) && v.key(key)
	}
	face, way, folders, printers := newFaceForm(v.do), newWayIn(v.do), newFolderPicks(v.do), newOwnPrinters(v.do)
	face.inSetup(v.goOn)
	folders.onKey, printers.onKey = enter, enter
	way.entered = func(bool) { v.pass(stepWorkgroup) }
	way.edited = v.mark
	check := &setupCheck{checkup: newCheckup(v.do, "")}
	check.changed = v.mark
	startup := newStartupCard(v.do)
	summary := newSetupSummary(v.do, check.checkup, startup, v.turnTo, func() { v.end(setupDone) })
	startup.changed = summary.arrive
	steps := []*setupStep{
		{key: stepFace, icon: look.IconThisPC, name: tr("This PC"), title: tr("This PC and you"), block: face, card: true,
			intro: tr("So that the others know whose PC this is. All of it can be changed at any time.")},
		{key: stepWorkgroup, icon: look.IconWorkgroup, name: tr("Workgroup"), title: tr("Join a workgroup, or start one"), block: way,
			intro: tr("PCs of a workgroup trust each other: they see each other's shared folders and printers, and nobody else does."),
			done:  func(s *node.State) bool { return s.Self.Workgroup != "" }},
		{key: stepFolders, icon: look.IconFolder, name: tr("Folders to share"), title: tr("Folders to share"), block: &setupFolders{folders, v.do},
			intro: tr("Only what is switched on here can be seen, by the workgroup alone. What somebody replaces or deletes waits in the folder's bin."),
			done:  func(s *node.State) bool { return len(s.Folders) > 0 }},
		{key: stepPrinters, icon: look.IconPrinter, name: tr("Printers"), title: tr("Printers of this PC"), block: printers,
			intro: tr("A shared printer can be used by every PC of the workgroup, without a driver."),
			done:  func(s *node.State) bool { return sharedPrinters(s) > 0 }},
		{key: stepCheck, icon: look.IconNetwork, name: tr("Connection"), title: tr("Can the others reach me?"), block: check,
			intro: tr("Lanyard looks at this PC's network and firewall, and asks another PC of the workgroup to look from its end."),
			done:  func(*node.State) bool { return check.found != nil && !check.bad() }},
		{key: stepStartup, icon: look.IconPlay, name: tr("Starting"), title: tr("When Lanyard runs"), block: startup, card: true,
			intro: tr("The others reach this PC while Lanyard runs, with or without its window.")},
		{key: stepEnd, icon: look.IconCheck, name: tr("Summary"), title: tr("You're set"), block: summary,
			intro: tr("This is how this PC is set up. Every step is also in the settings.")},
	}
	for _, s := range steps {
		page := s.block.content()
		if s.card {
			page = look.NewCard(page, nil)
		}
		s.page = look.Page(14, page)
	}
	return steps
}

// setupFolders is the list of folders, which takes folders that are dropped on it.
type setupFolders struct {
	*folderPicks
	to interface{ shareTarget() dropTarget }
}

func (f *setupFolders) target() dropTarget { return f.to.shareTarget() }

// setupCheck looks as soon as somebody comes to it for the first time.
type setupCheck struct{ *checkup }

func (c *setupCheck) arrive() {
	if c.found == nil && !c.attempt.doing.Visible() {
		c.run()
	}
}

// setupItem is a step in the list.
type setupItem struct {
	*look.Button
	sign *fyne.Container
	name *look.Text
	icon fyne.Resource
	done bool
}

func newSetupItem(s *setupStep, to func()) *setupItem {
	i := &setupItem{sign: container.NewStack(look.Dot(false)), name: look.NewText(s.name).Shrink(40), icon: s.icon}
	i.Button = look.NewButton(container.NewBorder(nil, nil, look.Pad(0, 3, look.Icon(s.icon, 18)), container.New(atLeast{width: 18}, look.Middle(i.sign)), i.name), to)
	return i
}

// set marks it as done, or as the one that is shown.
func (i *setupItem) set(done, here bool) {
	i.SetSelected(here)
	i.name.Style.Bold = here
	i.name.Refresh()
	if done == i.done {
		return
	}
	i.done = done
	i.sign.Objects = []fyne.CanvasObject{look.Dot(false)}
	if done {
		i.sign.Objects = []fyne.CanvasObject{look.Icon(theme.NewColoredResource(look.IconCheck, theme.ColorNameSuccess), 16)}
	}
	i.sign.Refresh()
}

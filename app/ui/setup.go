package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// How the setup stands, as it is kept.
const (
	setupFresh = ""      // never left: it comes up by itself on a PC that is in no workgroup
	setupLater = "later" // left, to be taken up again
	setupDone  = "done"  // finished, or left for good
)

// setupMemo is what is kept of the setup over a restart.
type setupMemo struct {
	State  string            `json:"state"`
	Step   string            `json:"step"`   // where it was
	Passed []string          `json:"passed"` // the steps that were gone through
	Drafts map[string]string `json:"drafts"` // what was typed and not submitted
}

// setupDeeds is what the setup asks for.
type setupDeeds interface {
	traveller
	faceDeeds
	wayInDeeds
	folderPickDeeds
	ownPrinterDeeds
	checkupDeeds
	startupDeeds
	setupMemo() setupMemo
	keepSetup(m setupMemo)
	shareTarget() dropTarget
	focus(o fyne.Focusable)
	ending() bool
}

// setupView leads a new PC through what there is to decide, a step at a time. It has the window to itself.
type setupView struct {
	do    setupDeeds
	page  fyne.CanvasObject
	steps []*setupStep
	at    int
	memo  setupMemo
	items []*setupItem
	title *look.Text
	intro *look.Prose
	stage *fyne.Container // the page of the step
	back  *button
	next  *button
	left  bool // by a button, which has noted how
	state *node.State
}

func newSetupView(do setupDeeds) *setupView {
	v := &setupView{do: do, memo: do.setupMemo(), title: look.NewTitle(""), intro: look.NewProse("", fyne.TextAlignLeading), stage: container.NewStack()}
	v.back = newButton(tr("Back"), nil, v.goBack)
	v.next = newButton("", nil, v.goOn)
	v.next.Importance = widget.HighImportance
	v.steps = v.makeSteps()
	for _, s := range v.steps {
		if d, ok := s.block.(drafter); ok {
			d.restore(v.memo.Drafts)
		}
	}
	later := newButton(tr("Later"), nil, v.leaveForLater)
	buttons := look.Pad(11, 24, container.NewHBox(later, layout.NewSpacer(), v.back, v.next))
	head := container.New(layout.NewCustomPaddedLayout(18, 0, 24, 24), container.New(&look.Column{Gap: 4}, v.title, v.intro))
	right := look.Frame(head, look.VBox(0, widget.NewSeparator(), buttons), nil, nil, v.stage)
	v.page = container.New(besideNav{}, v.stepList(), right)
	v.turnTo(v.memo.Step)
	return v
}

// stepList is the steps at the left.
func (v *setupView) stepList() fyne.CanvasObject {
	list := look.VBox(2)
	for i, s := range v.steps {
		item := newSetupItem(s, func() { v.turn(i) })
		v.items = append(v.items, item)
		list.Add(item.Button)
	}
	title := look.NewText(tr("Set up Lanyard")).In(theme.ColorNameForeground, theme.SizeNameSubHeadingText).Bold().Shrink(60)
	brand := look.Pad(13, 16, look.Frame(nil, nil, container.New(atLeast{width: 31}, container.NewHBox(look.Icon(logo, 22))), nil, look.Middle(title)))
	side := look.Frame(brand, nil, nil, nil, container.NewVScroll(look.Pad(6, 8, list)))
	return look.Frame(nil, nil, nil, widget.NewSeparator(), container.NewStack(look.NewPaint(look.ColorSidebar, 0), side))
}

func (v *setupView) content() fyne.CanvasObject { return v.page }
func (v *setupView) actions() fyne.CanvasObject { return nil }

// wholeWindow says that the navigation steps aside.
func (v *setupView) wholeWindow() {}

func (v *setupView) show(s *node.State) {
	fresh := v.state == nil
	v.state = s
	v.steps[v.at].block.show(s) // the others when somebody comes to them
	v.mark()
	if fresh {
		v.focusFirst()
	}
}

// mark shows which steps are done, and which comes now.
func (v *setupView) mark() {
	for i, item := range v.items {
		item.set(v.done(v.steps[i]), i == v.at)
	}
	v.next.SetText(v.nextText())
	able(v.back, v.at > 0)
}

func (v *setupView) done(s *setupStep) bool {
	if s.done != nil {
		return v.state != nil && s.done(v.state)
	}
	return slices.Contains(v.memo.Passed, s.key)
}

func (v *setupView) nextText() string {
	step := v.steps[v.at]
	switch {
	case v.at == len(v.steps)-1:
		return tr("Finish")
	case step.done != nil && !v.done(step):
		if p, ok := step.block.(pending); ok && p.pending() {
			return tr("Next")
		}
		return tr("Skip")
	}
	return tr("Next")
}

// turn shows a step.
func (v *setupView) turn(i int) {
	if face, ok := v.steps[v.at].block.(*faceForm); ok && i != v.at && v.state != nil {
		face.next(func() {}) // whoever chooses another step in the list means what was typed here, too
	}
	v.at = i
	v.memo.Step = v.steps[i].key
	v.keep()
	step := v.steps[i]
	v.title.SetText(step.title)
	v.intro.SetText(step.intro)
	v.stage.Objects = []fyne.CanvasObject{step.page}
	if v.state != nil {
		step.block.show(v.state)
	}
	if s, ok := step.block.(interface{ arrive() }); ok {
		s.arrive()
	}
	v.mark()
	if v.state != nil { // else it isn't in the window yet
		v.page.Refresh()
		v.focusFirst()
	}
}

// focusFirst gives the keyboard to what is typed in, else to the button that goes on.
func (v *setupView) focusFirst() {
	if f, ok := v.steps[v.at].block.(interface{ first() fyne.Focusable }); ok {
		if first := f.first(); first != nil {
			v.do.focus(first)
			return
		}
	}
	v.do.focus(v.next)
}

// turnTo shows a step by its key.
func (v *setupView) turnTo(key string) {
	v.turn(max(slices.IndexFunc(v.steps, func(s *setupStep) bool { return s.key == key }), 0))
}

func (v *setupView) goBack() {
	if v.at > 0 {
		v.turn(v.at - 1)
	}
}

// goOn does what the step has under way and goes to the next. What fails is said on the step, which stays.
func (v *setupView) goOn() {
	step := v.steps[v.at]
	then := func() { v.pass(step.key) }
	if n, ok := step.block.(interface{ next(then func()) }); ok {
		n.next(then)
		return
	}
	then()
}

// pass goes on from a step that is done, unless somebody has gone elsewhere meanwhile.
func (v *setupView) pass(key string) {
	if v.steps[v.at].key != key {
		return
	}
	if !slices.Contains(v.memo.Passed, key) {
		v.memo.Passed = append(v.memo.Passed, key)
	}
	if v.at == len(v.steps)-1 {
		v.end(setupDone)
		return
	}
	v.turn(v.at + 1)
}

func (v *setupView) leaveForLater() { v.end(setupLater) }

// end leaves the setup.
func (v *setupView) end(state string) {
	v.left, v.memo.State = true, state
	if state == setupDone {
		v.memo.Step, v.memo.Drafts = "", nil
	}
	v.do.visit(place{kind: atWorkgroup})
}

// leave keeps how far it is. Whoever goes elsewhere by a key comes back later; at the end of the program it stays as it is.
func (v *setupView) leave() {
	if !v.left && !v.do.ending() && v.memo.State != setupDone {
		v.memo.State = setupLater
	}
	for _, s := range v.steps {
		s.block.leave()
	}
	v.keep()
}

func (v *setupView) keep() {
	if v.memo.State != setupDone {
		v.memo.Drafts = map[string]string{}
		for _, s := range v.steps {
			if d, ok := s.block.(drafter); ok {
				d.draft(v.memo.Drafts)
			}
		}
	}
	v.do.keepSetup(v.memo)
}

// key goes on with Enter where nothing else takes it.
func (v *setupView) key(name fyne.KeyName) bool {
	if name == fyne.KeyReturn || name == fyne.KeyEnter {
		v.goOn()
		return true
	}
	return name == fyne.KeyBackspace // which would leave
}

// wander is Alt+Left and Alt+Right: the way through the steps.
func (v *setupView) wander(by int) {
	if by < 0 {
		v.goBack()
		return
	}
	v.goOn()
}

// paste takes what is pasted where no line of text has the keyboard.
func (v *setupView) paste() {
	if p, ok := v.steps[v.at].block.(interface{ paste() }); ok {
		p.paste()
	}
}

// dropAt takes folders to share, and on the step of the code a picture of it.
func (v *setupView) dropAt(fyne.Position) dropTarget {
	if d, ok := v.steps[v.at].block.(interface{ target() dropTarget }); ok {
		return d.target().over(v.steps[v.at].block.content())
	}
	return dropTarget{refuse: tr("Folders can be dropped on the step “Folders to share”.")}
}

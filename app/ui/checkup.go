package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// checkupDeeds is what looking for what is wrong asks for.
type checkupDeeds interface {
	diagnose(pc string, then func(*node.Diagnosis, error)) *task
	mend(fix string, then func(error)) *task
	pcNameText(id string) string
	atText(pc string) string
	putOnClipboard(text string)
	diagnosisText(d *node.Diagnosis) string
}

// checkup looks for what is wrong at this PC and its network, or between it and another, and shows what was found: the bad first,
// each with the one thing to do, then what can't be seen from here, and what is in order in a drawer of its own.
type checkup struct {
	do      checkupDeeds
	pc      string // "" is this PC and its network
	box     *fyne.Container
	attempt *attempt
	head    *fyne.Container // what it comes to
	list    *fyne.Container
	good    *widget.Accordion
	again   *widget.Button
	copied  *widget.Button
	buttons *fyne.Container
	found   *node.Diagnosis // the latest, or nil
	changed func()          // found is another; may be nil
}

func newCheckup(do checkupDeeds, pc string) *checkup {
	c := &checkup{do: do, pc: pc, attempt: newAttempt(), head: container.NewStack(), list: container.New(&look.Column{Gap: 8}), good: widget.NewAccordion()}
	c.attempt.changed = func(busy bool) {
		visible(c.buttons, !busy)
		c.box.Refresh()
	}
	c.again = widget.NewButtonWithIcon(tr("Look again"), look.IconRefresh, c.run)
	c.copied = widget.NewButtonWithIcon(tr("Copy the report"), look.IconCopy, c.copy)
	c.buttons = container.NewHBox(c.again, c.copied)
	c.good.Hide()
	c.copied.Hide()
	c.box = container.New(&look.Column{Gap: 12}, c.attempt.box, c.head, c.list, c.good, c.buttons)
	return c
}

func (c *checkup) content() fyne.CanvasObject { return c.box }
func (c *checkup) show(*node.State)           {}
func (c *checkup) leave()                     { c.attempt.cancel() }

// run looks, in place of a look that is under way. One that is cancelled leaves what was found before.
func (c *checkup) run() {
	doing := tr("Looking at this PC and its network…")
	if c.pc != "" {
		doing = tr("Looking at the way to {{.PC}}…", "PC", c.do.pcNameText(c.pc))
	}
	var found *node.Diagnosis
	c.attempt.run(doing, func(then func(error)) *task {
		return c.do.diagnose(c.pc, func(d *node.Diagnosis, err error) {
			found = d
			then(err)
		})
	}, func() { c.put(found) })
}

// put shows what was found.
func (c *checkup) put(d *node.Diagnosis) {
	c.found = d
	var bad, unknown, good []node.Finding
	for _, f := range d.Findings {
		switch f.Verdict {
		case node.VerdictBad:
			bad = append(bad, f)
		case node.VerdictGood:
			good = append(good, f)
		default:
			unknown = append(unknown, f)
		}
	}
	c.head.Objects = []fyne.CanvasObject{c.verdict(d, len(bad), len(unknown))}
	c.list.Objects = nil
	for _, f := range append(bad, unknown...) {
		c.list.Add(c.card(f))
	}
	c.good.Items = nil
	if len(good) > 0 {
		lines := container.New(&look.Column{Gap: 6})
		for _, f := range good {
			lines.Add(c.goodLine(f))
		}
		item := widget.NewAccordionItem(trn("In order: one thing", "In order: {{.N}} things", len(good)), lines)
		item.Open = len(bad)+len(unknown) == 0 // then it is what was looked at
		c.good.Append(item)
	}
	visible(c.good, len(good) > 0)
	c.copied.SetText(tr("Copy the report"))
	c.copied.Show()
	c.box.Refresh()
	if c.changed != nil {
		c.changed()
	}
}

// bad tells whether something wrong was found.
func (c *checkup) bad() bool {
	return slices.ContainsFunc(c.found.Findings, func(f node.Finding) bool { return f.Verdict == node.VerdictBad })
}

// verdict says what it comes to, and who helped.
func (c *checkup) verdict(d *node.Diagnosis, bad, unknown int) fyne.CanvasObject {
	ground, ink, icon, text := look.ColorGoodBG, theme.ColorNameSuccess, look.IconCheck, tr("Nothing is wrong here")
	switch {
	case bad > 0:
		ground, ink, icon, text = look.ColorErrorBG, theme.ColorNameError, look.IconWarning, trn("One thing is wrong", "{{.N}} things are wrong", bad)
	case unknown > 0:
		ground, ink, icon, text = look.ColorInfoBG, theme.ColorNamePrimary, look.IconInfo, trn("Nothing wrong was found, but one thing can't be seen from here", "Nothing wrong was found, but {{.N}} things can't be seen from here", unknown)
	}
	helped := tr("No other PC could be asked to look from the other end.")
	if d.Helper != "" {
		helped = tr("{{.PC}} looked from the other end, too.", "PC", c.do.pcNameText(d.Helper))
	}
	left := look.Pad(0, 4, look.Icon(theme.NewColoredResource(icon, ink), 20))
	right := look.VBox(1, look.NewText(text).Bold().Shrink(60), look.NewCaption(helped).Shrink(60))
	return container.NewStack(look.NewPaint(ground, 8), look.Pad(9, 10, container.NewBorder(nil, nil, left, nil, right)))
}

// card is something that is wrong, or can't be seen.
func (c *checkup) card(f node.Finding) fyne.CanvasObject {
	word, ink, icon := tr("Wrong"), theme.ColorNameError, look.IconWarning
	if f.Verdict != node.VerdictBad {
		word, ink, icon = tr("Can't be seen from here"), look.ColorQuiet, look.IconInfo
	}
	if f.PC != "" {
		word = join(word, c.do.atText(f.PC))
	}
	lines := container.New(&look.Column{Gap: 6}, look.NewText(word).In(ink, theme.SizeNameCaptionText).Bold().Shrink(60),
		look.NewProse(stop(told(f.Text)), fyne.TextAlignLeading).In(theme.ColorNameForeground))
	if f.Do != "" {
		lines.Add(look.NewProse(stop(told(f.Do)), fyne.TextAlignLeading))
	}
	if f.Command != "" && plain(f.Command) == f.Command { // one that isn't what it looks like is not offered
		lines.Add(c.commandLine(f.Command))
	}
	if f.Fix != "" {
		lines.Add(container.NewHBox(mainButton(tr("Fix it"), look.IconTools, func() { c.fix(f.Fix) })))
	}
	return look.NewCard(look.Frame(nil, nil, container.New(atLeast{width: 30}, look.VBox(0, look.Icon(theme.NewColoredResource(icon, ink), 19))), nil, lines), nil)
}

// commandLine is a line to copy into a terminal.
func (c *checkup) commandLine(command string) fyne.CanvasObject {
	var copied *widget.Button
	copied = widget.NewButtonWithIcon(tr("Copy"), look.IconCopy, func() {
		c.do.putOnClipboard(command)
		copied.SetText(tr("Copied"))
	})
	text := look.Pad(3, 8, look.NewProse(command, fyne.TextAlignLeading).Mono())
	ground := look.NewPaint(theme.ColorNameInputBackground, 6)
	ground.Line, ground.Stroke = theme.ColorNameSeparator, 1
	return look.Frame(nil, nil, nil, look.Middle(look.Pad(0, 6, copied)), container.NewStack(ground, text))
}

func (c *checkup) goodLine(f node.Finding) fyne.CanvasObject {
	icon := look.VBox(0, look.Pad(2, 0, look.Icon(theme.NewColoredResource(look.IconCheck, theme.ColorNameSuccess), 16)))
	return look.Frame(nil, nil, container.New(atLeast{width: 24}, icon), nil, look.NewProse(stop(told(f.Text)), fyne.TextAlignLeading))
}

// fix does what Lanyard can do itself, and looks again.
func (c *checkup) fix(what string) {
	c.attempt.run(tr("One moment…"), func(then func(error)) *task { return c.do.mend(what, then) }, c.run)
}

func (c *checkup) copy() {
	if c.found != nil {
		c.do.putOnClipboard(c.do.diagnosisText(c.found))
		c.copied.SetText(tr("Copied"))
	}
}

func (u *UI) diagnose(pc string, then func(*node.Diagnosis, error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		d, err := u.svc.Diagnose(ctx, pc)
		return func() { then(d, err) }
	})
}

func (u *UI) mend(fix string, then func(error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		err := u.svc.Mend(ctx, fix)
		return func() { then(err) }
	})
}

func (u *UI) putOnClipboard(text string) { u.app.Clipboard().SetContent(text) }

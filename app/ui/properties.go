package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// propertiesWidth is how wide the sheet is, in Fyne's pixels.
const propertiesWidth = 460

// properties is the sheet that tells all about what is selected. What is in folders it counts while it is open.
type properties struct {
	u        *UI
	sheet    *sheet
	files    *look.Prose // lines that change
	within   *look.Prose
	size     *look.Prose
	busy     *busyLine
	stop     *button
	again    *button
	lines    *fyne.Container
	folders  []node.Location
	base     tally // of the files that are selected themselves
	counting *task
}

// showProperties opens the sheet for what is selected in a folder, or, with nothing, for the folder itself.
func (u *UI) showProperties(in place, items []filelist.Item, access string) {
	p := &properties{u: u, busy: newBusyLine()}
	title, icon, facts := tr("Properties"), look.IconFolder, []fact{}
	switch len(items) {
	case 0:
		facts = append(facts, fact{tr("Kind"), tr("Folder")}, fact{tr("Where"), whereText(u.state, in)})
		p.folders = []node.Location{in.location()}
	case 1:
		title, icon = plain(items[0].Name), filelist.KindOf(items[0].Name, items[0].Folder).Icon()
		facts = u.factsOf(items[0], in)
	default:
		title, icon = trn("{{.N}} item selected", "{{.N}} items selected", len(items)), look.IconCopy
		facts = append(facts, fact{tr("Where"), whereText(u.state, in)})
	}
	for _, i := range items {
		if i.Folder {
			p.base.folders++
			p.folders = append(p.folders, below(in, i.Name).location())
		} else {
			p.base.files++
			p.base.bytes += i.Size
		}
	}
	if len(items) == 1 { // it is no part of what it holds
		p.base = tally{}
	}
	p.lines = factLines(append(facts, fact{tr("This PC may"), accessText(access)}))
	counts := len(p.folders) > 0 && mayList(access)
	if counts || len(p.folders) == 0 && len(items) > 1 {
		p.files, p.within, p.size = p.live(tr("Files")), p.live(tr("Folders")), p.live(tr("Size"))
		p.tell(p.base)
	}
	p.stop = newButton(tr("Stop counting"), u.closeSheet, p.halt)
	p.again = newButton(tr("Count again"), u.closeSheet, p.count)
	p.stop.Hide()
	p.again.Hide()
	p.sheet = u.open(sheetSpec{
		title: title, icon: icon, width: propertiesWidth, cancel: tr("Close"), onClose: func() { p.counting.stop() },
		body: look.VBox(10, p.lines, container.NewBorder(nil, nil, p.busy, container.NewHBox(p.stop, p.again))),
	})
	if counts {
		p.count()
	}
}

// live adds a line that changes.
func (p *properties) live(label string) *look.Prose {
	value := look.NewProse("", fyne.TextAlignLeading).Small().In(theme.ColorNameForeground)
	p.lines.Add(look.NewCaption(label))
	p.lines.Add(value)
	return value
}

// count counts what is in the folders.
func (p *properties) count() {
	p.again.Hide()
	p.stop.Show()
	if p.sheet != nil {
		p.sheet.problem.clear()
	}
	p.busy.start(tr("Counting…"))
	folders, base := append([]node.Location(nil), p.folders...), p.base
	p.counting = p.u.work.start(func(ctx context.Context) func() {
		all, err := p.u.countAll(ctx, folders, func(t tally) {
			p.u.work.post(func() {
				if ctx.Err() == nil {
					p.tell(base.plus(t))
				}
			})
		})
		return func() { p.counted(base.plus(all), err) }
	})
}

func (p *properties) counted(t tally, err error) {
	p.halt()
	p.tell(t)
	switch {
	case err != nil:
		text, _ := put(err)
		p.sheet.problem.say(tr("Not all could be counted: {{.Why}}", "Why", stop(text)), "")
	case t.unread > 0:
		p.sheet.problem.say(trn("One folder can't be looked into.", "{{.N}} folders can't be looked into.", t.unread), "")
	default:
		p.again.Hide()
	}
}

// halt ends the count; what was counted stays to be read.
func (p *properties) halt() {
	p.counting.stop()
	p.busy.stop()
	p.stop.Hide()
	p.again.Show()
}

// tell writes how much it is.
func (p *properties) tell(t tally) {
	p.files.SetText(formatCount(t.files))
	p.within.SetText(formatCount(t.folders))
	p.size.SetText(sizeText(t.bytes))
}

func (t tally) plus(o tally) tally {
	return tally{t.files + o.files, t.folders + o.folders, t.bytes + o.bytes, t.unread + o.unread}
}

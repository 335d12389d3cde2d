package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// What a preview says where there is nothing to see, or beside it.

// shown tells one selection from another: of several it knows how much they are.
type shown struct {
	in             place
	may            bool // read what is in the folder
	files, folders int
	size           int64
	last           filelist.Item
}

func (s *shown) add(i filelist.Item) {
	s.size += i.Size
	s.last = i
	if i.Folder {
		s.folders++
	} else {
		s.files++
	}
}

func (p *filePreview) several() {
	n, folders, size := p.files+p.folders, p.folders, p.size
	p.head.SetText(trn("{{.N}} item selected", "{{.N}} items selected", n))
	facts := []fact{}
	if folders > 0 {
		facts = append(facts, fact{tr("Folders"), formatCount(folders)})
	}
	if folders < n {
		facts = append(facts, fact{tr("Files"), formatCount(n - folders)}, fact{tr("Size"), sizeText(size)})
	}
	p.tell(append(facts, fact{tr("Where"), whereText(p.u.state, p.in)}))
	p.say(look.IconCopy, "")
}

// tell shows facts: below each other, or in one line.
func (p *filePreview) tell(facts []fact) {
	if !p.lean {
		p.facts.Objects = []fyne.CanvasObject{factLines(facts)}
		return
	}
	var values []string
	for _, f := range facts {
		values = append(values, f.value)
	}
	p.facts.Objects = []fyne.CanvasObject{look.NewCaption(strings.Join(values, "   ·   ")).Shrink(60)}
}

func (p *filePreview) busyState() fyne.CanvasObject {
	line := newBusyLine()
	line.start(tr("Fetching the preview…"))
	return peekState(line, container.NewCenter(newButton(tr("Cancel"), nil, func() {
		p.stop()
		p.stage.set(peekState(look.NewProse(tr("Cancelled."), fyne.TextAlignCenter), widget.NewButton(tr("Try again"), p.again)))
	})))
}

// counted tells how much is in a folder.
func (p *filePreview) counted(n int, err error) {
	p.busy.stop()
	icon, items := filelist.Folder.Icon(), trn("{{.N}} item", "{{.N}} items", n)
	if err != nil {
		p.trouble(err)
		return
	}
	facts := append([]fact{{tr("Holds"), items}}, p.u.factsOf(p.items[0], p.in)...)
	p.tell(facts)
	p.say(icon, "")
	p.content.Refresh()
}

// trouble says why there is nothing to see, and what can be done.
func (p *filePreview) trouble(err error) {
	text, hint, again := peekTrouble(err)
	if hint != "" {
		text += "\n" + hint
	}
	buttons := look.HBox(8)
	if again {
		buttons.Add(widget.NewButton(tr("Try again"), p.again))
	} else if !p.items[0].Folder {
		buttons.Add(widget.NewButton(tr("Open"), p.open))
	}
	buttons.Add(widget.NewButton(tr("Download…"), p.download))
	p.stage.set(peekState(look.Icon(look.Quiet(look.IconWarning), 30), look.NewProse(text, fyne.TextAlignCenter), container.NewCenter(buttons)))
}

// say shows an icon, with a text below it.
func (p *filePreview) say(icon fyne.Resource, text string) {
	parts := []fyne.CanvasObject{look.Icon(icon, 72)}
	if text != "" {
		parts = []fyne.CanvasObject{look.Icon(look.Quiet(icon), 40), look.NewProse(text, fyne.TextAlignCenter)}
	}
	p.stage.set(peekState(parts...))
}

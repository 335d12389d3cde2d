package ui

import (
	"path"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/look"
)

// What is told of a file or folder in words.

// fact is a line of it.
type fact struct{ label, value string }

// factLines shows facts below each other; a value that is too long for its line goes on in the next.
func factLines(facts []fact) *fyne.Container {
	lines := container.New(&factLayout{})
	for _, f := range facts {
		lines.Add(look.NewCaption(f.label))
		lines.Add(look.NewProse(f.value, fyne.TextAlignLeading).Small().In(theme.ColorNameForeground))
	}
	return lines
}

// kindText says what sort of thing an item is.
func kindText(i filelist.Item) string {
	ending := strings.ToUpper(strings.TrimPrefix(path.Ext(i.Name), "."))
	if len(ending) > 10 {
		ending = ""
	}
	e := plain(ending)
	switch filelist.KindOf(i.Name, i.Folder) {
	case filelist.Folder:
		return tr("Folder")
	case filelist.Text:
		return tr("Document ({{.Ending}})", "Ending", e)
	case filelist.Sheet:
		return tr("Table ({{.Ending}})", "Ending", e)
	case filelist.Picture:
		return tr("Picture ({{.Ending}})", "Ending", e)
	case filelist.Music:
		return tr("Sound ({{.Ending}})", "Ending", e)
	case filelist.Film:
		return tr("Film ({{.Ending}})", "Ending", e)
	case filelist.Archive:
		return tr("Archive ({{.Ending}})", "Ending", e)
	case filelist.Program:
		return tr("Program or script ({{.Ending}})", "Ending", e)
	}
	if ending == "" {
		return tr("File")
	}
	return tr("{{.Ending}} file", "Ending", e)
}

// sizeText gives a size for people, and to the byte.
func sizeText(n int64) string {
	if n < 1000 {
		return formatSize(n)
	}
	return tr("{{.Size}} ({{.N}} bytes)", "Size", formatSize(n), "N", thousands(strconv.FormatInt(n, 10)))
}

// whenText gives a moment to the second.
func whenText(t, now time.Time) string {
	if t.IsZero() {
		return tr("Unknown")
	}
	return t.In(now.Location()).Format(tr("2 Jan 2006, 15:04:05"))
}

// whereText is the way to the folder that something is in.
func whereText(s *node.State, in place) string {
	var steps []string
	for _, c := range crumbsOf(s, in) {
		steps = append(steps, c.text)
	}
	return strings.Join(steps, " › ")
}

// factsOf are the facts about one item, as the list tells them.
func (u *UI) factsOf(i filelist.Item, in place) []fact {
	facts := []fact{{tr("Kind"), kindText(i)}}
	if !i.Folder {
		facts = append(facts, fact{tr("Size"), sizeText(i.Size)})
	}
	return append(facts, fact{tr("Modified"), whenText(i.Modified, u.opt.Now())}, fact{tr("Where"), whereText(u.state, in)})
}

// factLayout puts captions at the left and what belongs to them beside them.
type factLayout struct{ width float32 }

// In Fyne's pixels: the least room for captions, what is between them and the values, and how far below the top of its box
// the first line of a value begins.
const factLabel, factGap, factInset = 58, 12, 2.5

func (l *factLayout) labels(objects []fyne.CanvasObject) float32 {
	w := float32(factLabel)
	for i := 0; i < len(objects); i += 2 {
		w = max(w, objects[i].MinSize().Width)
	}
	return w
}

// MinSize is for Fyne.
func (l *factLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.labels(objects)+factGap+60, l.each(objects, l.width, nil))
}

// Layout is for Fyne.
func (l *factLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.each(objects, size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	})
}

// each places the lines and returns their height.
func (l *factLayout) each(objects []fyne.CanvasObject, width float32, place func(o fyne.CanvasObject, x, y, w, h float32)) (tall float32) {
	labels := l.labels(objects)
	for i := 0; i+1 < len(objects); i += 2 {
		label, value := objects[i], objects[i+1]
		room := width - labels - factGap
		if place != nil {
			value.Resize(fyne.NewSize(room, value.Size().Height)) // before it is asked how tall it is
		}
		h := max(value.MinSize().Height, label.MinSize().Height)
		if place != nil {
			place(label, 0, tall+factInset, labels, label.MinSize().Height)
			place(value, labels+factGap, tall, room, h)
		}
		tall += h
	}
	return tall
}

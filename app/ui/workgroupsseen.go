package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// workgroupSeen is a workgroup in sight.
type workgroupSeen struct {
	name     string
	pcs      []string // names
	inviting string   // ID of a PC of it that has an invitation open, or ""
	chosen   bool
}

// workgroupsSeen are the workgroups of the PCs in sight, by name.
func workgroupsSeen(s *node.State, chosen string) []workgroupSeen {
	var all []workgroupSeen
	for _, p := range s.Peers {
		if p.Workgroup == "" || p.Member {
			continue
		}
		i := slices.IndexFunc(all, func(g workgroupSeen) bool { return g.name == p.Workgroup })
		if i < 0 {
			i, all = len(all), append(all, workgroupSeen{name: p.Workgroup, chosen: p.Workgroup == chosen})
		}
		all[i].pcs = append(all[i].pcs, peerName(p))
		if p.Inviting {
			all[i].inviting = p.ID
		}
	}
	slices.SortFunc(all, func(a, b workgroupSeen) int { return strings.Compare(a.name, b.name) })
	return all
}

// workgroupLine is a workgroup in sight.
type workgroupLine struct {
	*look.Button
	seen      workgroupSeen
	name, who *look.Text
	mark      *fyne.Container
}

func newWorkgroupLine(choose func(string)) *workgroupLine {
	l := &workgroupLine{name: look.NewHeading("").Shrink(40), who: look.NewCaption("").Shrink(40), mark: container.NewStack()}
	body := container.NewBorder(nil, nil, look.Pad(0, 4, look.Icon(look.Quiet(look.IconWorkgroup), 22)), look.Middle(l.mark), look.VBox(1, l.name, l.who))
	l.Button = look.NewButton(body, func() { choose(l.seen.name) })
	return l
}

func (l *workgroupLine) set(g workgroupSeen) {
	l.seen = g
	l.name.SetText(plain(g.name))
	l.who.SetText(namesText(g.pcs))
	l.mark.Objects = nil
	if g.chosen {
		l.mark.Objects = []fyne.CanvasObject{look.Icon(look.Strong(look.IconCheck), 18)}
	}
	l.mark.Refresh()
	l.SetSelected(g.chosen)
}

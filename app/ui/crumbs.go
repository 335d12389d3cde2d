package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// wanderer is what the line above a page asks for.
type wanderer interface {
	traveller
	goBack()
	goForward()
}

// crumbs is the way to the page that is shown: back, forward, and each step of it to click on.
type crumbs struct {
	to            wanderer
	content       *fyne.Container
	back, forward *widget.Button
	path          *fyne.Container
	shown         []crumb
}

// crumb is one step of the way.
type crumb struct {
	text string
	to   place
}

func newCrumbs(to wanderer) *crumbs {
	c := &crumbs{to: to, path: container.New(&crumbLayout{})}
	c.back = quietButton("", look.IconBack, to.goBack)
	c.forward = quietButton("", look.IconForward, to.goForward)
	arrows := container.NewHBox(c.back, c.forward)
	c.content = container.NewBorder(nil, nil, container.NewCenter(arrows), nil, look.Pad(0, 6, c.path))
	return c
}

func crumbsOf(s *node.State, p place) []crumb {
	switch p.kind {
	case atThisPC:
		return []crumb{{tr("This PC"), p}}
	case atPC:
		return []crumb{{pcName(s, p.pc), p}}
	case atPrinters:
		return []crumb{{tr("Printers"), p}}
	case atTransfers:
		return []crumb{{tr("Transfers"), p}}
	case atInbox:
		return []crumb{{tr("Inbox"), p}}
	case atDoctor:
		if p.pc != "" {
			return []crumb{{pcName(s, p.pc), place{kind: atPC, pc: p.pc}}, {tr("What's wrong?"), p}}
		}
		return []crumb{{tr("What's wrong?"), p}}
	case atSetup:
		return []crumb{{tr("Set up Lanyard"), p}}
	case atSettings:
		return []crumb{{tr("Settings"), p}}
	case atBin:
		return binCrumbs(s, p)
	case atFolder:
		steps := []crumb{{pcName(s, p.pc), place{kind: atPC, pc: p.pc}}, {plain(p.folder), place{kind: atFolder, pc: p.pc, folder: p.folder}}}
		sofar := ""
		for part := range strings.SplitSeq(p.path, "/") {
			if part == "" {
				continue
			}
			sofar = strings.TrimPrefix(sofar+"/"+part, "/")
			steps = append(steps, crumb{plain(part), place{kind: atFolder, pc: p.pc, folder: p.folder, path: sofar}})
		}
		return steps
	}
	if s != nil && s.Self.Workgroup != "" {
		return []crumb{{plain(s.Self.Workgroup), p}}
	}
	return []crumb{{tr("Workgroup"), p}}
}

// binCrumbs is the way to what was replaced and removed in a folder.
func binCrumbs(s *node.State, p place) []crumb {
	whole := place{kind: atBin, pc: p.pc, folder: p.folder}
	steps := []crumb{{tr("This PC"), place{kind: atThisPC}}, {tr("Bin of “{{.Folder}}”", "Folder", plain(p.folder)), whole}}
	if p.pc != "" {
		steps = []crumb{{pcName(s, p.pc), place{kind: atPC, pc: p.pc}}, {plain(p.folder), place{kind: atFolder, pc: p.pc, folder: p.folder}}, {tr("Bin"), whole}}
	}
	if p.path != "" {
		steps = append(steps, crumb{tr("Files"), p})
	}
	return steps
}

func (c *crumbs) show(s *node.State, n *navigator) {
	able(c.back, len(n.back) > 0)
	able(c.forward, len(n.forward) > 0)
	steps := crumbsOf(s, n.place)
	if slices.Equal(steps, c.shown) {
		return
	}
	c.shown = steps
	c.path.Objects = nil
	for i, step := range steps {
		if i == len(steps)-1 {
			c.path.Add(look.Pad(0, 4, look.NewTitle(step.text).Shrink(60)))
			break
		}
		tile := look.NewButton(look.NewText(step.text).In(look.ColorQuiet, theme.SizeNameSubHeadingText).Shrink(24), func() { c.to.visit(step.to) })
		tile.Inset = fyne.NewSize(4, 3)
		c.path.Add(look.Middle(tile))
		c.path.Add(container.NewCenter(look.Icon(look.Quiet(look.IconForward), 12)))
	}
	c.path.Refresh()
}

func able(w fyne.Disableable, on bool) {
	if on == !w.Disabled() {
		return
	}
	if on {
		w.Enable()
	} else {
		w.Disable()
	}
}

// crumbLayout gives each step the width it wants, and takes from the longest first when there is too little.
type crumbLayout struct{}

func (crumbLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var min fyne.Size
	for _, o := range objects {
		min.Height = max(min.Height, o.MinSize().Height)
	}
	min.Width = 80
	return min
}

func (crumbLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widths, total := make([]float32, len(objects)), float32(0)
	for i, o := range objects {
		widths[i] = wanted(o)
		total += widths[i]
	}
	for len(objects) > 0 && total > size.Width {
		longest := 0
		for i, w := range widths {
			if w > widths[longest] {
				longest = i
			}
		}
		cut := min(total-size.Width, max(widths[longest]*0.15, 4))
		if widths[longest]-cut < 16 {
			break
		}
		widths[longest] -= cut
		total -= cut
	}
	x := float32(0)
	for i, o := range objects {
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(widths[i], size.Height))
		x += widths[i]
	}
}

// wanted is the width at which an object, which may be willing to shrink, shows all of its text.
func wanted(o fyne.CanvasObject) float32 {
	switch o := o.(type) {
	case *look.Text:
		return o.Whole()
	case *look.Button:
		return wanted(o.Content()) + 2*o.Inset.Width
	case *fyne.Container:
		if len(o.Objects) == 1 {
			return wanted(o.Objects[0]) + o.MinSize().Width - o.Objects[0].MinSize().Width
		}
	}
	return o.MinSize().Width
}

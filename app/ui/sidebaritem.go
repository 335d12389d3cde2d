package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// sidebarItem is a line of the navigation, or a heading in it.
type sidebarItem struct {
	*look.Button
	entry    sidebarEntry
	here     func() place // the line of what is shown; may be nil
	box      *fyne.Container
	caption  *look.Text
	heading  *fyne.Container
	on, off  fyne.CanvasObject // the state dot
	icon     *widget.Icon
	text     *look.Text
	note     *look.Text
	number   *look.Text
	badge    *fyne.Container
	warning  fyne.CanvasObject
	showsNow bool
}

func newSidebarItem(do traveller) *sidebarItem {
	i := &sidebarItem{caption: look.NewCaption("").Shrink(40), on: look.Dot(true), off: look.Dot(false), icon: widget.NewIcon(nil), text: look.NewText("").Shrink(30),
		note: look.NewCaption(""), number: look.NewText("").In(theme.ColorNameForegroundOnPrimary, theme.SizeNameCaptionText)}
	i.warning = look.Icon(theme.NewColoredResource(look.IconWarning, theme.ColorNameWarning), 16)
	i.badge = container.NewStack(look.NewPaint(theme.ColorNamePrimary, 8), container.New(layout.NewCustomPaddedLayout(1, 1, 7, 7), i.number))
	left := container.New(layout.NewCustomPaddedLayout(0, 0, 0, 6), container.NewStack(container.New(atLeast{width: 18, height: 18}, i.icon), i.on, i.off))
	right := container.NewStack(container.NewCenter(i.note), container.NewCenter(i.badge), container.NewCenter(i.warning))
	i.Button = look.NewButton(container.NewBorder(nil, nil, left, right, i.text), func() { do.visit(i.entry.place) })
	i.heading = container.New(layout.NewCustomPaddedLayout(10, 2, 10, 4), i.caption)
	i.box = container.NewStack(i.heading, i.Button)
	i.heading.Hide()
	return i
}

// Object is what a grid shows of it.
func (i *sidebarItem) Object() fyne.CanvasObject { return i.box }

func (i *sidebarItem) set(e sidebarEntry) {
	if i.here != nil {
		i.SetSelected(e.caption == "" && e.place == i.here())
	}
	if i.showsNow && e == i.entry {
		return
	}
	i.entry, i.showsNow = e, true
	visible(i.heading, e.caption != "")
	visible(i.Button, e.caption == "")
	i.caption.SetText(e.caption)
	i.text.SetText(e.text)
	ink := theme.ColorNameForeground
	if e.dot && !e.on {
		ink = look.ColorQuiet
	}
	i.text.SetColor(ink)
	visible(i.on, e.dot && e.on)
	visible(i.off, e.dot && !e.on)
	visible(i.icon, !e.dot)
	if !e.dot && i.icon.Resource != e.icon {
		i.icon.SetResource(e.icon)
	}
	note, number := e.note, ""
	if !e.dot {
		note, number = "", e.note
	}
	i.note.SetText(note)
	i.number.SetText(number)
	visible(i.note, note != "" && !e.warn)
	visible(i.badge, number != "" && !e.warn)
	visible(i.warning, e.warn)
}

package filelist

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// SetIcons shows the items as tiles, or else as lines. What is selected stays so, and what was in sight stays there.
func (l *List) SetIcons(on bool) {
	if l.icons == on {
		return
	}
	still, _ := l.still()
	l.icons = on
	show(l.header, !on)
	l.frame.Refresh()
	l.body.fit(l.scroll.Size().Width)
	l.scroll.Refresh()
	l.scroll.ScrollToOffset(fyne.NewPos(0, 0))
	l.reveal(still)
	l.body.rebind()
}

// Icons tells whether the items are shown as tiles.
func (l *List) Icons() bool { return l.icons }

// Step selects the next item, or with -1 the one before.
func (l *List) Step(by int) {
	if n := l.chosen.cursor + by; n >= 0 && n < len(l.items) {
		l.chosen.only(n)
		l.reveal(n)
		l.changed()
	}
}

// InSight returns the items in sight. They must not be changed.
func (l *List) InSight() []Item {
	first, count := l.body.inSight()
	first = min(first, len(l.items))
	return l.items[first:min(first+count, len(l.items))]
}

// ShowPicture has the tile of a name ask for its picture again.
func (l *List) ShowPicture(name string) {
	for _, w := range l.body.rows {
		if w.item >= 0 && w.item < len(l.items) && l.items[w.item].Name == name {
			w.Refresh()
		}
	}
}

func (l *List) sighted() {
	if l.icons && l.OnSight != nil {
		l.OnSight()
	}
}

// fitting lays out the scroll, whose content is as tall as the width makes it.
type fitting struct{ l *List }

func (fitting) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (f fitting) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.l.body.fit(size.Width)
	scroll := objects[0].(*container.Scroll)
	scroll.Resize(size)
	if tall := scroll.Content.MinSize().Height; tall > size.Height && tall != scroll.Content.Size().Height {
		scroll.Refresh()
	}
}

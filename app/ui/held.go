package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// Files that a transfer held back, because they could run by themselves, wait for a person who has seen their names.

const (
	maxHeldShown = 200 // lines in the sheet: more than anybody reads
	heldHeight   = 200 // the most that the list takes in a sheet, in Fyne's pixels
)

// heldText says how many files were held back.
func heldText(n int) string {
	return trn("One file was held back: it could run by itself", "{{.N}} files were held back: they could run by themselves", n)
}

// askHeld shows what a transfer held back, and fetches it when a person wants it all the same.
func (u *UI) askHeld(id string) {
	t := findTransfer(u.state, id)
	if t == nil || len(t.Held) == 0 {
		return
	}
	held := *t
	u.open(sheetSpec{
		title: heldText(heldCount(held)), icon: look.IconWarning, width: 560, body: heldBody(u.state, held, u.closeSheet),
		main: tr("Fetch them too"), danger: true, cancel: tr("Leave them"), onCancel: func() { u.leaveHeld(id) },
		onMain: func(s *sheet) {
			s.run(tr("Fetching…"), func(ctx context.Context) error {
				_, err := u.svc.FetchHeld(ctx, id)
				return err
			}, func() {
				u.frame.notice.closeAbout(id)
				u.closeSheet()
			})
		},
	})
}

func heldBody(s *node.State, t node.Transfer, escape func()) fyne.CanvasObject {
	list := look.VBox(7)
	for _, h := range t.Held[:min(len(t.Held), maxHeldShown)] {
		list.Add(look.VBox(1, look.NewText(plain(h.Path)).Shrink(60), look.NewText(told(h.Why)).In(theme.ColorNameWarning, theme.SizeNameCaptionText).Shrink(60)))
	}
	if n := heldCount(t) - min(len(t.Held), maxHeldShown); n > 0 {
		list.Add(look.NewCaption(trn("and one more", "and {{.N}} more", n)))
	}
	ground := look.NewPaint(look.ColorSidebar, 8)
	inner := look.Pad(8, 10, container.New(roomForBar{}, list))
	scroll := newKeyScroll(inner, escape)
	return look.VBox(10,
		look.NewProse(tr("They came with “{{.What}}” from {{.PC}}. Fetch them only if you know why they are there; the rest is here already.", "What", plain(t.Label), "PC", pcName(s, t.PC)), fyne.TextAlignLeading),
		container.NewStack(ground, container.New(atLeast{height: min(inner.MinSize().Height, heldHeight)}, scroll)))
}

// leaveHeld notes that a person has seen what was held back and doesn't want it: it no longer calls for attention.
func (u *UI) leaveHeld(id string) {
	if !slices.Contains(u.left, id) {
		u.left = append(u.left, id)
	}
	u.frame.notice.closeAbout(id)
	u.frame.show(u.state)
}

func (u *UI) hasLeft(id string) bool { return slices.Contains(u.left, id) }

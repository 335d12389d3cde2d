package ui

import (
	"context"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxUses is the largest count that can be typed: more than that is as good as no limit.
const maxUses = 9999

// linkSpan is how long a link may live.
type linkSpan struct {
	text string
	long time.Duration
}

func linkSpans() []linkSpan {
	return []linkSpan{{tr("1 hour"), time.Hour}, {tr("1 day"), 24 * time.Hour}, {tr("1 week"), 7 * 24 * time.Hour}}
}

const firstSpan = 1 // a day: a visit

// linkForm asks what a new link is to be.
type linkForm struct {
	access  *rightChoice
	span    *choice
	uses    *input
	pin     *check
	plain   *check
	meaning *look.Prose
	content fyne.CanvasObject
}

// askLink asks what a link for guests is to open, and makes it.
func (u *UI) askLink(folder string) {
	f := newLinkForm(u.closeSheet)
	s := u.open(sheetSpec{
		title: tr("Link for a guest to “{{.Name}}”", "Name", plain(folder)), icon: look.IconLink, width: 500, main: tr("Make the link"), focus: f.access.choice, body: f.content,
		onMain: func(s *sheet) { u.makeLink(s, f.wish(folder, u.opt.Now())) },
	})
	s.needs(f.uses, func(text string) bool {
		_, ok := readUses(text)
		return ok
	})
}

func (u *UI) makeLink(s *sheet, wish node.GuestLink) {
	var made *node.GuestLink
	s.run(tr("Making the link…"), func(ctx context.Context) (err error) {
		made, err = u.svc.LinkGuest(ctx, wish)
		return err
	}, func() { u.showLink(*made) })
}

func newLinkForm(escape func()) *linkForm {
	f := &linkForm{meaning: look.NewProse("", fyne.TextAlignLeading).Small()}
	f.access = newRightChoice([]string{"read", "add"}, guestAccessText, "read", escape)
	var spans []string
	for _, s := range linkSpans() {
		spans = append(spans, s.text)
	}
	f.span = newChoice(spans, escape)
	f.span.SetSelectedIndex(firstSpan)
	f.uses = newInput(tr("As often as they like"), escape)
	f.pin = newCheck(tr("Ask for a PIN too, which I tell the guest"), escape)
	f.plain = newCheck(tr("Without encryption"), escape)
	f.plain.OnChanged = func(bool) { f.explain() }
	f.explain()
	f.content = look.VBox(10,
		look.NewProse(tr("A link works in any browser, on a phone or a visitor's laptop, without Lanyard. Whoever has it gets in, so give it to the right person only."), fyne.TextAlignLeading),
		fieldLine(tr("Guests can"), f.access.choice), fieldLine(tr("It ends after"), f.span), fieldLine(tr("How often it opens"), f.uses),
		look.VBox(4, flush(f.pin), flush(f.plain), container.New(atLeast{height: 34}, container.New(layout.NewCustomPaddedLayout(0, 0, boxWidth, 0), f.meaning))))
	return f
}

// fieldLine is a name beside a field.
func fieldLine(name string, field fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, container.New(atLeast{width: 230}, field), look.Middle(look.NewText(name).Shrink(60)))
}

// The room that Fyne puts around a check box, and where its text begins without that, in Fyne's pixels.
const (
	boxInset = 4
	boxWidth = 24
)

// flush puts a check box where texts begin.
func flush(c *check) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, -boxInset, 0), c)
}

func (f *linkForm) explain() {
	text, ink := tr("Encrypted. The browser warns once that it doesn't know this PC."), look.ColorQuiet
	if f.plain.Checked {
		ink = theme.ColorNameWarning
		text = tr("The browser gives no warning, but anyone on the same network can read along and change what is sent: the files, the link and the PIN. Only for what is not private.")
	}
	f.meaning.In(ink).SetText(text)
}

func (f *linkForm) wish(folder string, now time.Time) node.GuestLink {
	uses, _ := readUses(f.uses.Text)
	return node.GuestLink{
		Folder: folder, Access: f.access.value(), Expires: now.Add(linkSpans()[f.span.SelectedIndex()].long),
		Uses: uses, NeedsPIN: f.pin.Checked, Plain: f.plain.Checked,
	}
}

// readUses reads how often a link may be opened; nothing is without a limit.
func readUses(text string) (n int, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && n <= maxUses
}

// askRevoke ends a link for good.
func (u *UI) askRevoke(l node.GuestLink) {
	u.confirm(tr("End the link to “{{.Name}}”?", "Name", plain(l.Folder)),
		tr("Whoever uses it is cut off at once. This link can't come back; you can always make another."), tr("End the link"), true, func() {
			u.call(func(ctx context.Context) error { return u.svc.RevokeLink(ctx, l.ID) }, func() { u.tell(tr("The link to “{{.Name}}” has ended.", "Name", plain(l.Folder))) })
		})
}

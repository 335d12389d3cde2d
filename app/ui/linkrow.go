package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// linkDeeds is what the line of an open link asks for.
type linkDeeds interface {
	showLink(l node.GuestLink)
	askRevoke(l node.GuestLink)
	untilText(t time.Time) string
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// linkRow is an open link for guests.
type linkRow struct {
	*look.Button
	do            linkDeeds
	link          node.GuestLink
	name, about   *look.Text
	fault         *look.Text
	shown, revoke *widget.Button
}

func newLinkRow(do linkDeeds) *linkRow {
	r := &linkRow{do: do, name: look.NewHeading("").Shrink(40), about: look.NewCaption("").Shrink(40), fault: look.NewText("").In(theme.ColorNameError, theme.SizeNameCaptionText).Shrink(40)}
	r.shown = widget.NewButton(tr("Show"), func() { do.showLink(r.link) })
	r.revoke = quietButton(tr("End"), nil, func() { do.askRevoke(r.link) })
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(container.New(atLeast{width: 26}, look.Icon(look.Strong(look.IconLink), 22)))), look.Middle(look.HBox(6, r.shown, r.revoke)),
		look.VBox(3, r.name, r.about, r.fault))
	r.Button = look.NewCardButton(body, func() { do.showLink(r.link) })
	r.OnMenu = func(at fyne.Position) {
		do.menu(at, fyne.NewMenuItemWithIcon(tr("Show the link…"), look.IconLink, func() { do.showLink(r.link) }),
			fyne.NewMenuItemWithIcon(tr("End the link…"), look.IconStop, func() { do.askRevoke(r.link) }))
	}
	return r
}

func (r *linkRow) set(l node.GuestLink) {
	r.link = l
	r.name.SetText(plain(l.Folder))
	parts := []string{guestAccessText(l.Access), tr("ends {{.When}}", "When", r.do.untilText(l.Expires)), lower(usedText(l))}
	if l.PIN != "" {
		parts = append(parts, tr("PIN {{.PIN}}", "PIN", formatPIN(l.PIN)))
	}
	if l.Plain {
		parts = append(parts, tr("without encryption"))
	}
	r.about.SetText(strings.Join(parts, "   ·   "))
	visible(r.fault, l.Locked)
	r.fault.SetText(tr("Locked: a wrong PIN was typed too often"))
}

// usedText says how often a link was opened.
func usedText(l node.GuestLink) string {
	switch {
	case l.Uses > 0:
		return tr("Opened {{.N}} of {{.M}} times", "N", formatCount(l.Used), "M", formatCount(l.Uses))
	case l.Used == 0:
		return tr("Not opened yet")
	}
	return trn("Opened once", "Opened {{.N}} times", l.Used)
}

// formatPIN sets the six digits apart, as they are read out.
func formatPIN(pin string) string {
	if len(pin) == 6 {
		pin = pin[:3] + " " + pin[3:]
	}
	return plain(pin)
}

// formatUntil gives a moment to come as people say it.
func formatUntil(t, now time.Time) string {
	t = t.In(now.Location())
	y, m, d := now.Date()
	day := func(n int) time.Time { return time.Date(y, m, d+n, 0, 0, 0, 0, now.Location()) }
	switch {
	case !t.After(now):
		return tr("now")
	case t.Before(day(1)):
		return tr("today, {{.T}}", "T", t.Format("15:04"))
	case t.Before(day(2)):
		return tr("tomorrow, {{.T}}", "T", t.Format("15:04"))
	}
	return t.Format(tr("2 Jan 2006, 15:04"))
}

func (u *UI) untilText(t time.Time) string { return formatUntil(t, u.opt.Now()) }

package ui

import (
	"net/url"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/qr"
	"lanyard/app/ui/look"
)

// The QR code: as large as a phone needs at arm's length, in Fyne's pixels, and the dots that are drawn for it, so that
// it stays sharp on a dense screen.
const (
	codeSide = 208
	codeDots = 3 * codeSide
)

// linkSheet shows a link to give away: as a QR code, as an address to copy, and with its PIN.
type linkSheet struct {
	u       *UI
	link    node.GuestLink
	url     string // the one that is shown
	code    *fyne.Container
	address *look.Prose
	used    *look.Text
	trouble *problemLine
	seen    bool // in a state: from then on its absence is its end
	revoke  *button
	sheet   *sheet
}

func (u *UI) showLink(l node.GuestLink) {
	v := &linkSheet{u: u, link: l, code: container.NewStack(), address: look.NewProse("", fyne.TextAlignLeading).Mono(), used: look.NewCaption("").Shrink(60), trouble: newProblemLine()}
	v.revoke = newButton(tr("End the link…"), u.closeSheet, func() { u.askRevoke(v.link) })
	v.put(bestURL(l))
	v.sheet = u.open(sheetSpec{
		title: tr("Link for a guest to “{{.Name}}”", "Name", plain(l.Folder)), icon: look.IconLink, width: 600, body: v.body(),
		main: tr("Copy the link"), cancel: tr("Close"), extra: v.revoke, follow: v.show,
		onMain: func(*sheet) { v.copy() },
	})
}

// bestURL is the address to give away.
func bestURL(l node.GuestLink) string {
	if l.URL == "" && len(l.URLs) > 0 {
		return l.URLs[0]
	}
	return l.URL
}

func (v *linkSheet) body() fyne.CanvasObject {
	l := v.link
	facts := look.VBox(9)
	facts.Add(look.VBox(2, look.NewCaption(tr("Address")), container.New(atLeast{height: 36}, v.address)))
	if c := v.addresses(); c != nil {
		facts.Add(c)
	}
	if l.PIN != "" {
		pin := look.NewText(formatPIN(l.PIN)).In(theme.ColorNameForeground, look.SizeTitle).Bold().Shrink(60)
		facts.Add(look.VBox(0, look.NewCaption(tr("PIN: tell it to the guest, don't send it along with the link")).Shrink(60), pin))
	}
	facts.Add(look.VBox(2, look.NewText(guestAccessText(l.Access)).Shrink(60), look.NewCaption(tr("Ends {{.When}}", "When", formatUntil(l.Expires, v.u.opt.Now()))).Shrink(60), v.used))
	note := look.NewProse(tr("The browser warns once that it doesn't know this PC. The guest chooses to go on; the connection is encrypted."), fyne.TextAlignLeading).Small()
	if l.Plain {
		note.In(theme.ColorNameWarning).SetText(tr("Without encryption: anyone on the same network can read along."))
	}
	facts.Add(note)
	facts.Add(v.trouble)
	left := look.VBox(6, v.code, look.NewCaption(tr("A phone's camera opens it")).Centre())
	return look.Frame(nil, nil, container.New(atLeast{width: codeSide + 16}, left), nil, look.Pad(0, 8, facts))
}

// addresses lets a person choose another of this PC's addresses, for a guest on another of its networks; nil if there is
// only one.
func (v *linkSheet) addresses() fyne.CanvasObject {
	if len(v.link.URLs) < 2 {
		return nil
	}
	var hosts []string
	for _, u := range v.link.URLs {
		hosts = append(hosts, hostOf(u))
	}
	c := newChoice(hosts, v.u.closeSheet)
	c.SetSelectedIndex(max(slices.Index(v.link.URLs, v.url), 0))
	c.OnChanged = func(string) {
		v.put(v.link.URLs[c.SelectedIndex()])
		v.sheet.main.SetText(tr("Copy the link"))
	}
	return container.NewBorder(nil, nil, look.Middle(look.NewCaption(tr("By way of"))), nil, c)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return plain(address)
	}
	return plain(u.Hostname())
}

// put shows an address, in letters and as a code.
func (v *linkSheet) put(address string) {
	v.url = address
	v.address.SetText(plain(address))
	v.code.Objects = []fyne.CanvasObject{container.NewCenter(v.u.qrPicture(address, codeSide))}
	v.code.Refresh()
}

// qrPicture draws the QR code of a text, so that it stays sharp on a dense screen.
func (u *UI) qrPicture(text string, side float32) fyne.CanvasObject {
	img, err := qr.Image(text, codeDots)
	if err != nil { // then there is the text itself
		u.opt.Log.Warn("no QR code", "err", err)
		return look.NewCaption(tr("No QR code"))
	}
	code := canvas.NewImageFromImage(img)
	code.FillMode, code.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
	code.SetMinSize(fyne.NewSquareSize(side))
	// White in both palettes: many cameras read no other.
	return container.NewStack(look.NewPaint(look.ColorPaper, 10), look.Pad(4, 4, code))
}

func (v *linkSheet) copy() {
	v.u.app.Clipboard().SetContent(v.url)
	v.sheet.main.SetText(tr("Copied"))
}

// show follows the state: how often it was opened, and its end.
func (v *linkSheet) show(s *node.State) {
	now := findLink(s, v.link.ID)
	switch {
	case now != nil:
		v.seen, v.link.Used, v.link.Locked = true, now.Used, now.Locked
		if now.Locked {
			v.trouble.say(tr("Locked: a wrong PIN was typed too often. Make another link for the right guest."), "")
		}
	case v.seen:
		v.trouble.say(tr("This link has ended. Nobody can open it any more."), "")
		able(v.sheet.main, false)
		able(v.revoke, false)
	}
	v.used.SetText(usedText(v.link))
}

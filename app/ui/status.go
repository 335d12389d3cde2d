package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// statusLine is the line at the bottom: what is moving now, else what this PC gives and sees.
type statusLine struct {
	content fyne.CanvasObject
	moving  *look.Tile
	what    *look.Text
	bar     *look.Bar
	rest    *look.Text
}

func newStatusLine(to traveller) *statusLine {
	l := &statusLine{what: look.NewCaption("").Shrink(60), rest: look.NewCaption(""), bar: look.NewBar()}
	bar := look.Middle(container.New(atLeast{width: 130}, l.bar))
	l.moving = look.NewTile(container.NewBorder(nil, nil, container.NewHBox(bar, look.Icon(look.Quiet(look.IconTransfer), 14)), nil, look.Pad(0, 4, l.what)),
		func() { to.visit(place{kind: atTransfers}) })
	l.moving.Inset = fyne.NewSize(4, 2)
	l.moving.Hide()
	l.content = look.Pad(4, 12, container.NewBorder(nil, nil, nil, look.Middle(l.rest), l.moving))
	return l
}

func (l *statusLine) show(s *node.State) {
	if s == nil {
		l.rest.SetText(tr("Starting…"))
		return
	}
	l.rest.SetText(givingText(s))
	text, share := movingText(s)
	if text == "" {
		l.moving.Hide()
		return
	}
	l.what.SetText(text)
	l.bar.Set(share, theme.ColorNamePrimary)
	if !l.moving.Visible() {
		l.moving.Show()
		l.content.Refresh() // it was never laid out
	}
}

// givingText says how many PCs are there and what this one shares.
func givingText(s *node.State) string {
	if s.Self.Workgroup == "" {
		return tr("Not in a workgroup yet")
	}
	members, online := 0, 0
	for _, p := range s.Peers {
		if p.Member {
			members++
			if p.Online {
				online++
			}
		}
	}
	printers := sharedPrinters(s)
	text := trn("{{.N}} other PC online", "{{.N}} other PCs online", online)
	if members > online {
		text = tr("{{.A}} of {{.B}} other PCs online", "A", formatCount(online), "B", formatCount(members))
	}
	if len(s.Folders)+printers > 0 {
		text += "   ·   " + tr("Sharing {{.What}}", "What", sharingWhat(len(s.Folders), printers))
	}
	return text
}

func sharingWhat(folders, printers int) string {
	f, p := trn("{{.N}} folder", "{{.N}} folders", folders), trn("{{.N}} printer", "{{.N}} printers", printers)
	switch {
	case printers == 0:
		return f
	case folders == 0:
		return p
	}
	return tr("{{.A}} and {{.B}}", "A", f, "B", p)
}

// movingText says what all transfers under way do together, and which share of it is done.
func movingText(s *node.State) (text string, share float64) {
	n, speed, done, total := 0, 0.0, int64(0), int64(0)
	known := true
	var only node.Transfer
	for _, t := range s.Transfers {
		if t.State.Ended() {
			continue
		}
		n++
		only = t
		speed += t.Speed
		done += t.Bytes
		if t.Total < 0 {
			known = false
		} else {
			total += t.Total
		}
	}
	switch n {
	case 0:
		return "", 0
	case 1:
		text = plain(only.Label)
	default:
		text = tr("{{.N}} transfers", "N", formatCount(n))
	}
	if speed > 0 {
		text += "   ·   " + formatSpeed(speed)
	}
	if known && total > 0 {
		share = float64(done) / float64(total)
		if left := timeLeft(total-done, speed); left != "" {
			text += "   ·   " + left
		}
	}
	return text, share
}

func timeLeft(bytes int64, speed float64) string {
	if speed < 1 || bytes < 0 {
		return ""
	}
	return formatLeft(time.Duration(float64(bytes) / speed * float64(time.Second)))
}

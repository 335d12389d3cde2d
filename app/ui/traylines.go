package ui

import (
	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// TrayLine is a line of the menu of the icon beside the clock.
type TrayLine struct {
	Text      string
	Do        func() // on Fyne's goroutine; nil is a line that only tells something
	Off       bool   // it can't be done now
	Hidden    bool
	Separator bool
}

// same tells whether two menus look the same. What their lines do differs only where what they say does.
func (l TrayLine) same(o TrayLine) bool {
	return l.Text == o.Text && l.Off == o.Off && l.Hidden == o.Hidden && l.Separator == o.Separator
}

// TrayIcon is the icon beside the clock.
type TrayIcon interface {
	// Show shows it with a menu, or brings both up to date. A menu always has as many lines as the first.
	Show(icon []byte, menu []TrayLine)
	// Close takes it away.
	Close()
}

// trayTransfers is how many transfers the menu has, the latest first.
const trayTransfers = 5

// trayLines is the menu: how it stands, the window, the latest transfers, and what can be done to all.
func (u *UI) trayLines(s *node.State) []TrayLine {
	if s == nil {
		s = new(node.State)
	}
	moving := trayMoving(s)
	lines := []TrayLine{
		{Text: onlineText(s)},
		{Text: moving, Hidden: moving == ""},
		{Text: tr("Something is wrong on this PC…"), Do: u.showing(place{kind: atThisPC}).Do, Hidden: len(s.Problems)+len(s.Brakes) == 0},
		{Separator: true},
		{Text: tr("Open Lanyard"), Do: u.reveal},
		{Text: inboxLine(waitingOffers(s)), Do: u.showing(place{kind: atInbox}).Do},
		{Separator: true},
	}
	for i := range trayTransfers {
		line := TrayLine{Hidden: true}
		if i < len(s.Transfers) {
			line = u.trayTransfer(s.Transfers[i])
		}
		lines = append(lines, line)
	}
	going, paused := 0, 0
	for _, t := range s.Transfers {
		switch {
		case t.State == node.TransferPaused:
			paused++
		case !t.State.Ended():
			going++
		}
	}
	return append(lines,
		TrayLine{Text: tr("Pause all transfers"), Do: func() { u.pauseTransfer("") }, Off: going == 0},
		TrayLine{Text: tr("Resume all transfers"), Do: func() { u.resumeTransfer("") }, Off: paused == 0},
		TrayLine{Separator: true},
		TrayLine{Text: tr("Quit"), Do: u.askQuit})
}

func (u *UI) trayTransfer(t node.Transfer) TrayLine {
	return TrayLine{Text: trayTransferText(t), Do: func() {
		u.reveal()
		u.visit(place{kind: atTransfers})
		u.showTransfer(t.ID)
	}}
}

// trayText is how long the name of a transfer is in the menu, in letters.
const trayText = 40

// trayTransferText says what became of a transfer, or how far it is.
func trayTransferText(t node.Transfer) string {
	what := short(t.Label, trayText)
	switch {
	case t.State == node.TransferRunning && t.Total > 0:
		return tr("{{.What}}: {{.Share}} %", "What", what, "Share", formatCount(int(100*t.Bytes/t.Total)))
	case t.State == node.TransferRunning:
		return tr("{{.What}}: moving", "What", what)
	case t.State == node.TransferPaused:
		return tr("{{.What}}: paused", "What", what)
	case t.State == node.TransferFailed || t.Failed > 0:
		return tr("{{.What}}: failed", "What", what)
	case t.State == node.TransferCancelled:
		return tr("{{.What}}: cancelled", "What", what)
	case t.State == node.TransferDeclined:
		return tr("{{.What}}: declined there", "What", what)
	case t.State == node.TransferDone:
		return tr("{{.What}}: done", "What", what)
	}
	return tr("{{.What}}: waiting", "What", what)
}

func inboxLine(n int) string {
	if n == 0 {
		return tr("Inbox")
	}
	return tr("Inbox ({{.N}})", "N", formatCount(n))
}

// onlineText says how many other PCs are there.
func onlineText(s *node.State) string {
	if s.Self.Workgroup == "" {
		return tr("Not in a workgroup yet")
	}
	online := 0
	for _, p := range s.Peers {
		if p.Member && p.Online {
			online++
		}
	}
	return trn("{{.N}} other PC online", "{{.N}} other PCs online", online)
}

// trayMoving says what all transfers under way do together: how many, how far, how fast.
func trayMoving(s *node.State) string {
	n, speed, done, total := 0, 0.0, int64(0), int64(0)
	for _, t := range s.Transfers {
		if t.State != node.TransferRunning {
			continue
		}
		n++
		speed += t.Speed
		if t.Total > 0 {
			done += t.Bytes
			total += t.Total
		}
	}
	switch {
	case n == 0:
		return ""
	case total == 0:
		return trn("One transfer, {{.Speed}}", "{{.N}} transfers, {{.Speed}}", n, "Speed", formatSpeed(speed))
	}
	return trn("One transfer, {{.Share}} %, {{.Speed}}", "{{.N}} transfers, {{.Share}} %, {{.Speed}}", n, "Share", formatCount(int(100*done/total)), "Speed", formatSpeed(speed))
}

// The signs on the icon.
type traySign int

const (
	signNone traySign = iota
	signMoving
	signWrong
)

func traySignOf(s *node.State) traySign {
	switch {
	case s == nil:
	case len(s.Problems)+len(s.Brakes) > 0:
		return signWrong
	case trayMoving(s) != "":
		return signMoving
	}
	return signNone
}

// signed returns the icon, a PNG, with a sign on it.
func (s traySign) signed(icon fyne.Resource) []byte {
	switch {
	case icon == nil:
		return nil
	case s == signNone:
		return icon.Content()
	}
	return look.Signed(icon, s == signWrong)
}

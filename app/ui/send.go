package ui

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxText is the longest text that can be typed, in bytes. The node takes more, but Fyne's text fields become slow, and
// nobody reads that in an inbox.
const maxText = 8 << 10

// The list of PCs in the sheet is at most as tall as five lines; more are scrolled. In Fyne's pixels.
const receiversHeight = 150

// askSendFiles asks for files and to whom they go.
func (u *UI) askSendFiles(pc string) {
	u.pick(tr("Send to {{.PC}}", "PC", pcName(u.state, pc)), false, func(paths []string) { u.askSend(pc, paths) })
}

// askSend asks to whom files go. The one they were dropped on is ticked.
func (u *UI) askSend(pc string, files []string) {
	to := newReceivers(u.state, pc, u.closeSheet)
	s := u.open(sheetSpec{
		title: tr("Send {{.What}}", "What", sendLabel(files)), icon: look.IconSend, width: 460, main: tr("Send"),
		body: look.VBox(10, look.NewProse(tr("The person there is asked and finds it in the inbox. To put files into a shared folder, drop them on that folder."), fyne.TextAlignLeading), to.content),
		onMain: func(s *sheet) {
			u.send(s, node.Sending{Files: files, PCs: to.chosen()})
		},
	})
	to.onChange = func() { able(s.main, len(to.chosen()) > 0) }
	to.onChange()
}

// askSendText asks for a text and to whom it goes.
func (u *UI) askSendText(pc string) {
	to := newReceivers(u.state, pc, u.closeSheet)
	text := newTextBox(tr("A text or a link"), u.closeSheet)
	text.SetMinRowsVisible(4)
	var s *sheet
	text.most, text.onTooLong = maxText, func() { s.problem.say(tr("That is too long to send as a text. Send it as a file."), "") }
	s = u.open(sheetSpec{
		title: tr("Send a text"), icon: look.IconText, width: 460, main: tr("Send"), focus: text, body: look.VBox(10, text, to.content),
		onMain: func(s *sheet) { u.send(s, node.Sending{Text: strings.TrimSpace(text.Text), PCs: to.chosen()}) },
	})
	check := func() {
		long := len(text.Text) > maxText
		if s.problem.clear(); long {
			text.onTooLong()
		}
		able(s.main, !long && strings.TrimSpace(text.Text) != "" && len(to.chosen()) > 0)
	}
	text.OnChanged = func(string) { check() }
	to.onChange = check
	check()
}

func (u *UI) send(s *sheet, what node.Sending) {
	s.run(tr("Asking…"), func(ctx context.Context) error {
		_, err := u.svc.Send(ctx, what)
		return err
	}, func() {
		u.closeSheet()
		text := tr("{{.PC}} is asked.", "PC", pcName(u.state, what.PCs[0]))
		if n := len(what.PCs); n > 1 {
			text = tr("{{.N}} PCs are asked.", "N", formatCount(n))
		}
		if what.Text != "" {
			text = tr("The text is on its way.")
		}
		u.frame.notice.say(notice{kind: noticeGood, text: text, verb: tr("Show transfers"), do: func() { u.visit(place{kind: atTransfers}) }})
	})
}

// sendLabel names files for people: the first, and how many more.
func sendLabel(files []string) string {
	first := plain(filepath.Base(files[0]))
	if n := len(files) - 1; n > 0 {
		return trn("“{{.Name}}” and one more", "“{{.Name}}” and {{.N}} more", n, "Name", first)
	}
	return tr("“{{.Name}}”", "Name", first)
}

// receivers lets a person tick the PCs that something goes to: all members. One that is off gets it when it is on again.
type receivers struct {
	content  fyne.CanvasObject
	ids      []string
	boxes    []*check
	onChange func()
}

func newReceivers(s *node.State, first string, escape func()) *receivers {
	r := &receivers{onChange: func() {}}
	list := look.VBox(2)
	if s == nil {
		s = new(node.State)
	}
	peers := slices.Clone(s.Peers)
	slices.SortStableFunc(peers, func(a, b node.Peer) int { return rank(a, first) - rank(b, first) })
	for _, p := range peers {
		if !p.Member || p.Avoided {
			continue
		}
		name := pcName(s, p.ID)
		if !p.Online {
			name = tr("{{.PC}} (off: it gets it when it is on again)", "PC", name)
		}
		c := newCheck(clip(name), escape)
		c.SetChecked(p.ID == first)
		c.OnChanged = func(bool) { r.onChange() }
		r.ids, r.boxes = append(r.ids, p.ID), append(r.boxes, c)
		list.Add(flush(c))
	}
	scroll := container.NewVScroll(list)
	r.content = look.VBox(4, look.NewCaption(tr("To")), container.New(atLeast{height: min(list.MinSize().Height, receiversHeight)}, scroll))
	return r
}

// rank puts the PC that is meant first, then those that are on.
func rank(p node.Peer, first string) int {
	switch {
	case p.ID == first:
		return 0
	case p.Online:
		return 1
	}
	return 2
}

// maxCheckText keeps the text of a check box, which can't shrink, within a sheet, in runes.
const maxCheckText = 52

func clip(text string) string {
	if r := []rune(text); len(r) > maxCheckText {
		return string(r[:maxCheckText]) + "…"
	}
	return text
}

func (r *receivers) chosen() (ids []string) {
	for i, b := range r.boxes {
		if b.Checked {
			ids = append(ids, r.ids[i])
		}
	}
	return ids
}

// personTarget is what dropping on another PC, not on a folder of it, does: the files go to the person there.
func (u *UI) personTarget(id string) dropTarget {
	p := findPeer(u.state, id)
	switch {
	case p == nil:
		return dropTarget{}
	case !p.Member:
		return dropTarget{refuse: tr("{{.PC}} isn't in this workgroup: nothing can be sent there.", "PC", pcName(u.state, id))}
	case p.Avoided:
		return dropTarget{refuse: tr("This PC avoids {{.PC}}.", "PC", peerName(*p))}
	}
	return dropTarget{
		do: func(paths []string) { u.askSend(id, paths) },
		says: func(what string) string {
			return tr("Send {{.What}} to the person at {{.PC}}", "What", what, "PC", peerName(*p))
		},
	}
}

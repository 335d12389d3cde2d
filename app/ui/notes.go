package ui

import (
	"context"
	"strings"
	"time"

	"lanyard/app/node"
)

// Note is something that the desktop tells a person who doesn't look at the window.
type Note struct {
	About   string // what it is about: a later note about the same takes its place
	Title   string // cleaned; may have names from other PCs in it, as the Body may
	Body    string
	Plain   string // all of it in fixed words, for desktops that make commands or markup of what they are given
	Actions []NoteAction
}

// NoteAction is an answer that can be given in the note itself, where the desktop has that.
type NoteAction struct {
	Text string
	Do   func() // on Fyne's goroutine
}

// Notes shows notes on the desktop. Tell and Withdraw return at once and may be called before Run.
type Notes interface {
	// Run does the work until ctx ends. answered takes what a person has chosen.
	Run(ctx context.Context, answered func(do func()))
	// Tell shows a note in place of the one about the same. The first action is what a click on the note does.
	Tell(n Note)
	// Withdraw takes a note away whose matter is settled.
	Withdraw(about string)
}

// longTransfer is how long a transfer must have taken for its end to be told: who waited less is still looking.
const longTransfer = 10 * time.Second

// knock tells a person who doesn't look at the window.
func (u *UI) knock(n Note) {
	if u.visible && u.front {
		return
	}
	n.Title, n.Body = short(n.Title, noteTitle), short(n.Body, noteBody)
	u.notes.Tell(n)
}

// What of a text a note shows, in letters: desktops show a few lines.
const noteTitle, noteBody = 80, 240

func short(text string, most int) string {
	text = strings.Join(strings.Fields(plain(text)), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// showing is the answer that brings the window to a place.
func (u *UI) showing(p place) NoteAction {
	return NoteAction{tr("Show"), func() {
		u.reveal()
		u.visit(p)
	}}
}

// knockOffers tells of what waits in the inbox: one note for all, with the answers in it when it is one thing.
func (u *UI) knockOffers(s *node.State, fresh []node.Offered) {
	o := fresh[0]
	n := Note{About: aboutInbox, Title: "Lanyard", Body: offerNotice(o, pcName(s, o.PC)), Actions: []NoteAction{u.showing(place{kind: atInbox})},
		Plain: tr("Somebody has sent you something. Lanyard's window shows it.")}
	waiting := waitingOffers(s)
	switch {
	case waiting > 1:
		n.Body = trn("{{.N}} things wait in your inbox.", "{{.N}} things wait in your inbox.", waiting)
	case o.State == offerOpen && o.Text == "":
		n.Actions = append(n.Actions, NoteAction{tr("Accept"), func() { u.answerOffer(o.ID, true) }}, NoteAction{tr("Decline"), func() { u.answerOffer(o.ID, false) }})
	}
	u.knock(n)
}

// knockEnded tells of a transfer that has ended, when somebody may have waited for it.
func (u *UI) knockEnded(t node.Transfer, said notice) {
	if t.State == node.TransferCancelled || t.Ended.Sub(t.Started) < longTransfer {
		return
	}
	n := Note{About: t.ID, Title: "Lanyard", Body: strings.TrimSpace(said.text + " " + said.hint), Plain: tr("A transfer has ended. Lanyard's window shows it."),
		Actions: []NoteAction{{tr("Show"), func() {
			u.reveal()
			u.visit(place{kind: atTransfers})
			u.showTransfer(t.ID)
		}}}}
	if said.kind == noticeGood && said.do != nil {
		n.Actions = append(n.Actions, NoteAction{said.verb, said.do})
	}
	u.knock(n)
}

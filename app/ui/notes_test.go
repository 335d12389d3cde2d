package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// desktopNotes is a desktop that shows every note.
type desktopNotes struct {
	told      []Note
	withdrawn []string
}

func (n *desktopNotes) Run(context.Context, func(func())) {}
func (n *desktopNotes) Tell(note Note)                    { n.told = append(n.told, note) }
func (n *desktopNotes) Withdraw(about string)             { n.withdrawn = append(n.withdrawn, about) }

// abouts are what the notes of the desktop are about.
func (n *desktopNotes) abouts() (all []string) {
	for _, note := range n.told {
		all = append(all, note.About)
	}
	return all
}

func (n *desktopNotes) answers(about string) (texts []string) {
	for _, note := range n.told {
		if note.About == about {
			texts = nil
			for _, a := range note.Actions {
				texts = append(texts, a.Text)
			}
		}
	}
	return texts
}

func TestAHiddenWindowKnocks(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.hide()
	d.svc.Change(func(s *node.State) {
		s.Inbox = uitest.Inbox()[:1]
		s.Brakes = []node.Brake{{PC: uitest.Workshop, Files: 312, Since: uitest.Now}}
		s.Transfers[0].State, s.Transfers[0].Started, s.Transfers[0].Ended = node.TransferDone, uitest.Now.Add(-time.Minute), uitest.Now
		s.Transfers[1].State, s.Transfers[1].Started, s.Transfers[1].Ended = node.TransferDone, uitest.Now.Add(-time.Second), uitest.Now
		s.Jobs[0].State, s.Jobs[0].Reasons = "processing-stopped", []string{"media-empty-error"}
	})
	want := []string{aboutBrake, aboutInbox, jobKey(d.UI.state.Jobs[0]), "x1"}
	d.until("the desktop tells of them, but not of a transfer that took a second", func() bool {
		got := d.notes.abouts()
		slices.Sort(got)
		slices.Sort(want)
		return slices.Equal(got, want)
	})
	for _, n := range d.notes.told { // what Windows is given
		if strings.Contains(n.Plain, "Front desk") || strings.Contains(n.Plain, "Workshop") || n.Plain == "" {
			t.Errorf("words from another PC: %q", n.Plain)
		}
	}
	if got := d.notes.answers(aboutInbox); !slices.Equal(got, []string{"Show", "Accept", "Decline"}) {
		t.Errorf("the offer can be answered with %q", got)
	}
	if got := d.notes.answers("x1"); !slices.Equal(got, []string{"Show", "Show in folder"}) {
		t.Errorf("the download can be answered with %q", got)
	}
	for _, n := range d.notes.told {
		if n.About == aboutInbox {
			n.Actions[1].Do()
		}
	}
	d.called("AnswerOffer o1 true false")
	d.svc.Change(func(s *node.State) { s.Inbox = nil })
	d.until("the note goes with what it was about", func() bool { return slices.Contains(d.notes.withdrawn, aboutInbox) })

	// Several things are one note, with nothing to accept unseen.
	d.svc.Change(func(s *node.State) {
		s.Inbox = slices.Repeat(uitest.Inbox()[:1], 30)
		for i := range s.Inbox {
			s.Inbox[i].ID = strings.Repeat("n", i+1)
		}
	})
	d.until("30 offers are one note", func() bool { return d.notes.told[len(d.notes.told)-1].Body == "30 things wait in your inbox." })
	if got := d.notes.answers(aboutInbox); !slices.Equal(got, []string{"Show"}) {
		t.Errorf("30 offers can be answered with %q", got)
	}
	d.notes.told[len(d.notes.told)-1].Actions[0].Do()
	if !d.visible || d.nav.place.kind != atInbox {
		t.Error("Show doesn't show the inbox")
	}

	// Who looks at the window needs no note; who has another one before it does.
	told := len(d.notes.told)
	d.svc.Change(func(s *node.State) { s.Inbox = uitest.Inbox()[1:2] })
	d.until("the text is shown", func() bool { return len(d.UI.state.Inbox) == 1 })
	if len(d.notes.told) != told {
		t.Error("the desktop tells what is on the screen")
	}
	d.front = false
	d.svc.Change(func(s *node.State) { s.Inbox = uitest.Inbox()[:2] })
	d.until("the desktop tells it", func() bool { return len(d.notes.told) == told+1 })
}

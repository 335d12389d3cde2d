package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"lanyard/app/node"
)

// aboutLost marks the notice that the node is gone.
const aboutLost = "lost"

// watch follows the node until the window ends. When the node goes away, the window says so, and looks for it again and again:
// at once if the person asks for it.
func (u *UI) watch() {
	u.again.stop()
	u.watching.stop()
	u.watching = u.work.start(func(ctx context.Context) func() {
		err := u.svc.Watch(ctx, u.work.latest)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		return func() { u.lost(err) }
	})
}

// againFirst and againMost are how long the window waits before it looks for a node that is gone: twice as long each time.
const againFirst, againMost = time.Second, 30 * time.Second

func (u *UI) lost(err error) {
	why, hint := put(err)
	text := tr("Lanyard has lost its connection to the part that shares: {{.Why}}", "Why", why)
	if u.frame.notice.text() != text { // else somebody may be about to press its button
		u.frame.notice.say(notice{kind: noticeError, text: text, hint: hint, verb: tr("Try again"), do: u.watch, stays: true, unasked: true, about: aboutLost})
	}
	u.again = u.later(min(againFirst<<u.losses, againMost), u.watch)
	u.losses = min(u.losses+1, 5)
}

// show brings the whole window up to date.
func (u *UI) show(s *node.State) {
	old := u.state
	u.state = s
	if u.losses > 0 {
		u.losses = 0
		u.frame.notice.closeAbout(aboutLost)
	}
	u.speeds.note(s.Transfers, u.opt.Now())
	if old == nil {
		u.beginSetup(s)
	}
	u.frame.show(s)
	u.tray.follow(s)
	if u.invite != nil {
		u.invite.show(s)
	}
	if u.sheet != nil && u.sheet.follow != nil {
		u.sheet.follow(s)
	}
	u.tellProblems(old, s)
	u.tellOffers(old, s)
	u.tellBrakes(old, s)
	u.tellJobs(old, s)
	u.tellEnded(old, s)
}

// visit shows a place.
func (u *UI) visit(p place) {
	if u.state != nil && p.kind == atPC && p.pc == u.state.Self.ID {
		p = place{kind: atThisPC}
	}
	if u.nav.visit(p) {
		u.arrive()
	}
}

func (u *UI) up() {
	if p, ok := u.nav.place.parent(); ok {
		u.visit(p)
	}
}

func (u *UI) goBack() {
	if u.nav.goBack() {
		u.arrive()
	}
}

func (u *UI) goForward() {
	if u.nav.goForward() {
		u.arrive()
	}
}

// arrive shows the page of the place the navigator is at.
func (u *UI) arrive() {
	u.frame.notice.leave()
	if u.nav.place.kind == atThisPC || u.nav.place == (place{kind: atDoctor}) {
		u.frame.notice.closeAbout(aboutProblems) // the page shows them
		u.frame.notice.closeAbout(aboutBrake)
	}
	if u.nav.place.kind == atInbox {
		u.frame.notice.closeAbout(aboutInbox)
	}
	u.frame.setView(u.newView(u.nav.place))
	u.frame.show(u.state)
}

func (u *UI) refresh() {
	if r, ok := u.frame.view.(refresher); ok {
		r.refresh()
	}
}

// call does something at the node that needs no dialog, says what went wrong, and calls then when it worked; then may
// be nil.
func (u *UI) call(do func(ctx context.Context) error, then func()) *task {
	return u.work.start(func(ctx context.Context) func() {
		err := do(ctx)
		return func() {
			switch {
			case err != nil:
				u.fail(err)
			case then != nil:
				then()
			}
		}
	})
}

// fail says what went wrong.
func (u *UI) fail(err error) {
	text, hint := put(err)
	n := notice{kind: noticeError, text: text, hint: hint, stays: true}
	if node.KindOf(err) == node.Offline {
		n.verb, n.do = tr("What's wrong?"), func() { u.visit(place{kind: atDoctor}) }
	}
	u.frame.notice.say(n)
}

// tell says that something was done.
func (u *UI) tell(text string) { u.frame.notice.say(notice{kind: noticeGood, text: text}) }

// aboutProblems marks the notice of what is wrong on this PC.
const aboutProblems = "problems"

// tellProblems says what has gone wrong on this PC between two states, wherever the window is; the page of this PC shows
// it for as long as it lasts.
func (u *UI) tellProblems(old, s *node.State) {
	var fresh []string
	for _, p := range s.Problems {
		if old == nil || !slices.Contains(old.Problems, p) {
			fresh = append(fresh, stop(told(p)))
		}
	}
	switch {
	case len(s.Problems) == 0:
		u.frame.notice.closeAbout(aboutProblems)
	case len(fresh) > 0 && u.nav.place.kind != atThisPC && u.nav.place != (place{kind: atDoctor}):
		u.frame.notice.say(notice{kind: noticeWarning, text: strings.Join(fresh, " "), stays: true, unasked: true, about: aboutProblems,
			verb: tr("What's wrong?"), do: func() { u.visit(place{kind: atDoctor}) }})
	}
}

// tellEnded says which transfers have ended between two states.
func (u *UI) tellEnded(old, s *node.State) {
	if old == nil {
		return
	}
	moving := map[string]bool{}
	for _, t := range old.Transfers {
		moving[t.ID] = !t.State.Ended()
	}
	for _, t := range s.Transfers {
		if t.State.Ended() && moving[t.ID] && !u.copies.has(t.ID) {
			said := endedNotice(u, s, t)
			said.unasked = true
			u.frame.notice.say(said)
			u.knockEnded(t, said)
		}
	}
}

func endedNotice(u *UI, s *node.State, t node.Transfer) notice {
	what, pc := plain(t.Label), pcName(s, t.PC)
	n := notice{kind: noticeGood, text: tr("{{.What}} was sent to {{.PC}}.", "What", what, "PC", pc)}
	switch {
	case t.State == node.TransferCancelled:
		n = notice{kind: noticeInfo, text: tr("Cancelled: {{.What}}. Nothing half-written was left.", "What", what)}
	case t.State == node.TransferDeclined:
		n = notice{kind: noticeWarning, text: tr("{{.PC}} did not accept {{.What}}.", "PC", pc, "What", what), stays: true}
	case t.State == node.TransferFailed:
		n = notice{kind: noticeError, text: tr("{{.What}} failed.", "What", what), hint: told(t.Error), stays: true,
			verb: tr("Show transfers"), do: func() { u.visit(place{kind: atTransfers}) }}
	case heldCount(t) > 0:
		n = notice{kind: noticeWarning, text: stop(of(what, lower(heldText(heldCount(t))))), stays: true, about: t.ID, verb: tr("Show them"), do: func() { u.askHeld(t.ID) }}
	case t.Failed > 0:
		n = notice{kind: noticeWarning, text: trn("{{.What}}: one file could not be moved.", "{{.What}}: {{.N}} files could not be moved.", t.Failed, "What", what),
			hint: told(t.Error), stays: true, verb: tr("Show transfers"), do: func() { u.visit(place{kind: atTransfers}) }}
	case t.Direction == "get":
		n = notice{kind: noticeGood, text: tr("{{.What}} was downloaded.", "What", what), verb: tr("Show in folder"), do: func() { u.showLocal(t.Dest) }}
	}
	return n
}

package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// What can be done with what people at other PCs have sent, and what the window tells of it.

func (u *UI) answerOffer(id string, accept bool) {
	u.call(func(ctx context.Context) error { return u.svc.AnswerOffer(ctx, id, accept, false) }, nil)
}

// askAlways accepts an offer and, once the person has said so, all that comes from its PC.
func (u *UI) askAlways(o node.Offered) {
	pc := pcName(u.state, o.PC)
	u.confirm(tr("Always accept what {{.PC}} sends?", "PC", pc), tr("Whatever is sent from there lands in your inbox without asking, from now on. The settings can undo it."), tr("Always accept"), false, func() {
		u.call(func(ctx context.Context) error { return u.svc.AnswerOffer(ctx, o.ID, true, true) }, nil)
	})
}

// forgetOffer takes an entry off the list. A text is nowhere else, so it is asked for first.
func (u *UI) forgetOffer(id string) {
	forget := func() { u.call(func(ctx context.Context) error { return u.svc.ForgetOffer(ctx, id) }, nil) }
	if slices.ContainsFunc(u.state.Inbox, func(o node.Offered) bool { return o.ID == id && o.Text != "" }) {
		u.confirm(tr("Remove this text?"), tr("It is kept nowhere else on this PC."), tr("Remove"), true, forget)
		return
	}
	forget()
}

// copyText puts a whole text onto the clipboard, as it was sent.
func (u *UI) copyText(text string) {
	u.putOnClipboard(text)
	u.tell(tr("Copied."))
}

// addressHeight holds some four lines of an address, in Fyne's pixels; a longer one is scrolled.
const addressHeight = 84

// askLinkOf shows the whole address that is in a text, and opens it in the browser only when the person wants it.
func (u *UI) askLinkOf(text, pc string) {
	address, ok := linkIn(text)
	if !ok {
		return
	}
	shown := look.Pad(8, 10, container.New(roomForBar{}, look.NewProse(address, fyne.TextAlignLeading).Mono()))
	u.open(sheetSpec{
		title: tr("Open this address in the browser?"), icon: look.IconLink, width: 560, main: tr("Open it"),
		body: look.VBox(10, look.NewProse(tr("{{.PC}} sent it. Look at the name between // and the next /: that is where it leads.", "PC", pcName(u.state, pc)), fyne.TextAlignLeading),
			container.NewStack(look.NewPaint(look.ColorSidebar, 8), container.New(atLeast{height: addressHeight}, newKeyScroll(shown, u.closeSheet)))),
		danger: true, // so that Enter alone doesn't open it
		onMain: func(*sheet) {
			u.closeSheet()
			u.call(func(ctx context.Context) error { return u.opt.Open(ctx, address) }, nil)
		},
	})
}

// offerTime says when an entry of the inbox came.
func (u *UI) offerTime(o node.Offered) string { return formatWhen(o.Created, u.opt.Now()) }

// aboutInbox marks the notice of what was sent.
const aboutInbox = "inbox"

// tellOffers says what people at other PCs have sent since the last state, or before the window was there.
func (u *UI) tellOffers(old, s *node.State) {
	if !slices.ContainsFunc(s.Inbox, calls) {
		u.frame.notice.closeAbout(aboutInbox)
		if old == nil || slices.ContainsFunc(old.Inbox, calls) {
			u.notes.Withdraw(aboutInbox)
		}
	}
	var fresh []node.Offered
	for _, o := range s.Inbox {
		if calls(o) && (old == nil || !slices.ContainsFunc(old.Inbox, func(was node.Offered) bool { return was.ID == o.ID && (was.State == o.State || was.Unread) })) {
			fresh = append(fresh, o)
		}
	}
	if len(fresh) == 0 {
		return
	}
	u.knockOffers(s, fresh)
	if u.nav.place.kind == atInbox {
		return
	}
	text := offerNotice(fresh[0], pcName(s, fresh[0].PC))
	if len(fresh) > 1 {
		text = trn("{{.N}} things wait in your inbox.", "{{.N}} things wait in your inbox.", len(fresh))
	}
	u.frame.notice.say(notice{text: text, stays: true, unasked: true, about: aboutInbox, verb: tr("Show the inbox"), do: func() { u.visit(place{kind: atInbox}) }})
}

// readOffers notes that the person has seen what is new in the inbox.
func (u *UI) readOffers(s *node.State) {
	for _, o := range s.Inbox {
		if !o.Unread || o.State != offerReceived || !u.visible || slices.Contains(u.read, o.ID) {
			continue
		}
		u.read = append(u.read, o.ID)
		u.work.start(func(ctx context.Context) func() {
			if err := u.svc.AnswerOffer(ctx, o.ID, true, false); err != nil {
				u.opt.Log.Warn("an entry of the inbox stays unread", "err", err)
			}
			return nil
		})
	}
}

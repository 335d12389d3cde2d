package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// needs keeps the main button off until a line holds what it must; Enter in the line presses the button.
func (s *sheet) needs(line *input, good func(string) bool) {
	check := func(text string) { able(s.main, good(text)) }
	check(line.Text)
	line.OnChanged = check
	line.OnSubmitted = func(string) {
		if !s.main.Disabled() {
			s.main.OnTapped()
		}
	}
}

func (u *UI) askConnect() {
	address := newInput(tr("For example: 192.168.1.20 or pc7.example:4720"), u.closeSheet)
	var found *node.Peer
	connect := func(s *sheet) {
		to := strings.TrimSpace(address.Text)
		s.run(tr("Connecting…"), func(ctx context.Context) (err error) {
			found, err = u.svc.Connect(ctx, to)
			return err
		}, func() {
			u.closeSheet()
			u.visit(place{kind: atPC, pc: found.ID})
			u.tell(tr("{{.PC}} is in reach.", "PC", peerName(*found)))
		})
	}
	s := u.open(sheetSpec{
		title: tr("Connect to a PC by its address"), icon: look.IconNetwork, main: tr("Connect"), onMain: connect, focus: address, width: 440,
		body: look.VBox(6, look.NewProse(tr("PCs on the same network find each other. Where the network keeps them apart, one typed address is enough. A PC shows its address on its page “This PC”."), fyne.TextAlignLeading), address),
	})
	s.needs(address, func(text string) bool { return strings.TrimSpace(text) != "" })
}

// askInvite opens this PC for a newcomer and shows the code.
func (u *UI) askInvite() {
	v := newInviteView(u)
	u.open(sheetSpec{title: tr("Invite a PC"), icon: look.IconInvite, body: v.page, width: 440, cancel: tr("Close"), onClose: v.end})
	u.invite = v
	v.ask()
}

// inviteSide is how large the QR code of an invitation is, in Fyne's pixels: a phone reads its 37 modules from half a metre away.
const inviteSide = 152

// inviteView shows an open invitation: the code, how long it holds and how many tries are left.
type inviteView struct {
	u       *UI
	page    *fyne.Container
	problem *problemLine
	open    *node.Invitation
	left    *look.Text
	tries   *look.Text
	ticking *task
	asking  *task
	done    bool
}

func newInviteView(u *UI) *inviteView {
	v := &inviteView{u: u, page: container.NewStack(), problem: newProblemLine(), left: look.NewQuiet("").Centre(), tries: look.NewQuiet("").Centre()}
	return v
}

func (v *inviteView) put(o fyne.CanvasObject) {
	for _, old := range v.page.Objects {
		stopSigns(old)
	}
	v.page.Objects = []fyne.CanvasObject{o}
	v.page.Refresh()
}

func (v *inviteView) ask() {
	v.done = false
	busy := newBusyLine()
	busy.start(tr("Making a code…"))
	v.put(container.New(atLeast{height: 150}, container.NewCenter(busy)))
	v.asking = v.u.work.start(func(ctx context.Context) func() {
		open, err := v.u.svc.Invite(ctx)
		return func() {
			if err != nil {
				v.problem.show(err)
				v.put(look.VBox(10, v.problem, container.NewCenter(newButton(tr("Try again"), v.u.closeSheet, v.ask))))
				return
			}
			v.opened(open)
		}
	})
}

func (v *inviteView) opened(open *node.Invitation) {
	v.open = open
	code := look.NewText(open.Code).In(theme.ColorNameForeground, look.SizeCode).Bold().Centre()
	ground := look.NewPaint(look.ColorTint, 12)
	picture := v.u.qrPicture(invitationText(open.Code, v.u.state.Self.Addresses), inviteSide)
	v.put(look.VBox(12,
		look.NewProse(tr("Start Lanyard on the new PC and type this code there, or let it read the QR code: from a photo of it, or with its camera. Keep it open here until the new PC has joined."), fyne.TextAlignLeading),
		look.Frame(nil, nil, nil, look.Pad(0, 6, picture), container.NewStack(ground, container.NewCenter(look.VBox(8, code, v.left, v.tries))))))
	v.tick()
	v.show(v.u.state)
}

// tick brings the time that is left up to date once a second, for as long as the code is shown.
func (v *inviteView) tick() {
	v.ticking.stop()
	if v.open == nil || v.done {
		return
	}
	left := v.open.Expires.Sub(v.u.opt.Now())
	if left <= 0 {
		v.over(look.IconWarning, tr("The code has expired"), tr("Nobody used it in time."), tr("New code"), v.ask)
		return
	}
	v.left.SetText(tr("Valid for another {{.Time}}", "Time", formatCountdown(left)))
	v.ticking = v.u.work.start(func(ctx context.Context) func() {
		select {
		case <-time.After(time.Second):
			return v.tick
		case <-ctx.Done():
			return nil
		}
	})
}

// show follows the state: the tries, and the PC that came in.
func (v *inviteView) show(s *node.State) {
	if v.open == nil || v.done || s == nil || s.Invitation == nil || s.Invitation.Code != v.open.Code {
		return
	}
	now := s.Invitation
	switch {
	case now.Used != "":
		v.over(look.IconCheck, tr("{{.PC}} has joined", "PC", pcName(s, now.Used)), tr("It sees what is shared with everyone in the workgroup, and you see what it shares."), tr("Invite another"), v.ask)
	case now.Tries <= 0:
		v.over(look.IconWarning, tr("The code was typed wrong too often"), tr("It no longer works. Make sure that the right PC gets the next one."), tr("New code"), v.ask)
	default:
		v.tries.SetText(trn("One try left", "{{.N}} tries left", now.Tries))
	}
}

// over ends the showing of a code.
func (v *inviteView) over(icon fyne.Resource, title, text, verb string, again func()) {
	v.done = true
	v.ticking.stop()
	v.put(look.Pad(8, 0, emptyState(icon, title, text, newButton(verb, v.u.closeSheet, again))))
}

// end closes the invitation: once its code is no longer shown, nobody should be able to use it.
func (v *inviteView) end() {
	v.u.invite = nil
	v.asking.stop()
	v.ticking.stop()
	if v.open != nil && !v.done {
		v.u.call(v.u.svc.EndInvitation, nil)
	}
}

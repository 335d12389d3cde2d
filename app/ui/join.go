package ui

import (
	"context"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// codeLength is how many digits an invitation's code has.
const codeLength = 6

func (u *UI) askCreate() {
	name := newInput(tr("For example: Office"), u.closeSheet)
	create := func(s *sheet) {
		chosen := strings.TrimSpace(name.Text)
		s.run(tr("Starting the workgroup…"), func(ctx context.Context) error { return u.svc.CreateWorkgroup(ctx, chosen) }, func() {
			u.closeSheet()
			u.tell(tr("The workgroup is there. Now invite the other PCs."))
		})
	}
	s := u.open(sheetSpec{
		title: tr("Start a workgroup"), icon: look.IconWorkgroup, main: tr("Start"), onMain: create, focus: name,
		body: look.VBox(6, look.NewProse(tr("Its name is what the other PCs see."), fyne.TextAlignLeading), name),
	})
	s.needs(name, func(text string) bool { return strings.TrimSpace(text) != "" })
}

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

// askJoin asks for the code that another PC shows. at is a PC's ID, or "" for the one that has an invitation open.
func (u *UI) askJoin(at string) {
	boxes := newCodeBoxes(u.closeSheet)
	host := newInput(tr("Found by itself"), u.closeSheet)
	host.SetText("")
	from := tr("On a PC of the workgroup choose “Invite a PC”, and type the code that it shows.")
	rows := look.VBox(12)
	if at != "" {
		from = tr("On {{.PC}} choose “Invite a PC”, and type the code that it shows.", "PC", pcName(u.state, at))
	}
	rows.Add(look.NewProse(from, fyne.TextAlignLeading))
	rows.Add(container.NewCenter(boxes.content))
	if at == "" {
		rows.Add(widget.NewAccordion(widget.NewAccordionItem(tr("The other PC is not in sight"), look.VBox(4, look.NewCaption(tr("Its address")), host))))
	}
	join := func(s *sheet) {
		code, where := boxes.code(), at
		if where == "" {
			where = strings.TrimSpace(host.Text)
		}
		s.run(tr("Joining…"), func(ctx context.Context) error { return u.svc.Join(ctx, code, where) }, func() {
			u.closeSheet()
			u.visit(place{kind: atWorkgroup})
			u.tell(tr("This PC is in the workgroup now."))
		})
	}
	s := u.open(sheetSpec{title: tr("Join a workgroup"), icon: look.IconKey, main: tr("Join"), onMain: join, body: rows, width: 440, focus: boxes.boxes[0]})
	s.main.Disable()
	boxes.onChange = func(complete bool) { able(s.main, complete && s.task.idle()) }
	boxes.onSubmit = func() {
		if !s.main.Disabled() {
			s.main.OnTapped()
		}
	}
}

// codeBoxes are six boxes for the digits of a code. Typing goes on from one to the next, and a code can be pasted.
type codeBoxes struct {
	content  *fyne.Container
	boxes    [codeLength]*digitBox
	onChange func(complete bool)
	onSubmit func()
}

func newCodeBoxes(escape func()) *codeBoxes {
	c := &codeBoxes{content: look.HBox(7)}
	for i := range c.boxes {
		c.boxes[i] = newDigitBox(c, i, escape)
		if i == codeLength/2 {
			c.content.Add(look.Middle(look.NewQuiet("–")))
		}
		c.content.Add(container.New(atLeast{width: 44, height: 52}, c.boxes[i]))
	}
	return c
}

func (c *codeBoxes) code() string {
	var b strings.Builder
	for _, d := range c.boxes {
		b.WriteString(d.digit)
	}
	return b.String()
}

// fill puts digits into the boxes from one on and goes to the next empty one.
func (c *codeBoxes) fill(from int, text string) {
	for _, r := range text {
		if from < codeLength && r < unicode.MaxASCII && unicode.IsDigit(r) {
			c.boxes[from].put(string(r))
			from++
		}
	}
	c.focus(min(from, codeLength-1))
	c.changed()
}

func (c *codeBoxes) changed() {
	if c.onChange != nil {
		c.onChange(len(c.code()) == codeLength)
	}
}

func (c *codeBoxes) focus(i int) {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(c.boxes[i]); canvas != nil && i >= 0 {
		canvas.Focus(c.boxes[i])
	}
}

// askInvite opens this PC for a newcomer and shows the code.
func (u *UI) askInvite() {
	v := newInviteView(u)
	u.open(sheetSpec{title: tr("Invite a PC"), icon: look.IconInvite, body: v.page, width: 440, cancel: tr("Close"), onClose: v.end})
	u.invite = v
	v.ask()
}

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
	v.put(look.VBox(12,
		look.NewProse(tr("On the new PC, start Lanyard, choose “Join with a code” and type this. Keep it open here until the new PC has joined."), fyne.TextAlignLeading),
		container.NewStack(ground, look.Pad(16, 20, code)), look.VBox(2, v.left, v.tries)))
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

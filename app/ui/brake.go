package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// A PC that changed too much here at once was stopped, and waits for the person at this one.

// brakeDeeds is what the banner asks for.
type brakeDeeds interface {
	askRollBack(b node.Brake)
	askRelease(b node.Brake)
	pcNameText(id string) string
	brakeTime(b node.Brake) string
}

// brakeBanner says who was stopped, and offers the two ways on.
type brakeBanner struct {
	box         *fyne.Container
	do          brakeDeeds
	brake       node.Brake
	text, since *look.Prose
}

func newBrakeBanner(do brakeDeeds) *brakeBanner {
	b := &brakeBanner{do: do, text: look.NewProse("", fyne.TextAlignLeading).In(theme.ColorNameForeground), since: look.NewProse("", fyne.TextAlignLeading).Small()}
	undo := mainButton(tr("Undo its changes…"), look.IconUndo, func() { do.askRollBack(b.brake) })
	on := widget.NewButton(tr("Let it go on…"), func() { do.askRelease(b.brake) })
	icon := look.Pad(2, 10, container.NewVBox(look.Icon(theme.NewColoredResource(look.IconHand, theme.ColorNameError), 24)))
	body := container.New(&look.Column{Gap: 6}, b.text, b.since, look.HBox(8, undo, on))
	b.box = container.NewStack(look.NewPaint(look.ColorErrorBG, 10), look.Pad(10, 4, look.Frame(nil, nil, icon, nil, body)))
	return b
}

// Object is for rows.
func (b *brakeBanner) Object() fyne.CanvasObject { return b.box }

func (b *brakeBanner) set(now node.Brake) {
	b.brake = now
	b.text.SetText(brakeText(now, b.do.pcNameText(now.PC)))
	b.since.SetText(tr("Since {{.When}}. That can be a virus, or somebody who tidies up: ask there. Until you decide it can still read, but change nothing here.", "When", b.do.brakeTime(now)))
}

func brakeText(b node.Brake, pc string) string {
	return trn("{{.PC}} changed one file in a minute and was stopped.", "{{.PC}} changed {{.N}} files in a minute and was stopped.", b.Files, "PC", pc)
}

func (u *UI) brakeTime(b node.Brake) string { return formatWhen(b.Since, u.opt.Now()) }

// askRollBack brings back what a PC has changed here.
func (u *UI) askRollBack(b node.Brake) {
	pc := pcName(u.state, b.PC)
	u.open(sheetSpec{
		title: tr("Undo what {{.PC}} changed?", "PC", pc), icon: look.IconUndo, width: 460, main: tr("Undo its changes"),
		body: look.NewProse(tr("All that it replaced or deleted here since {{.When}} is brought back. What it has put in its place goes to the bin. It stays stopped until you let it go on.", "When", u.brakeTime(b)), fyne.TextAlignLeading),
		onMain: func(s *sheet) {
			var back *node.Restored
			s.run(tr("Bringing the files back…"), func(ctx context.Context) (err error) {
				back, err = u.svc.RollBack(ctx, b.PC, time.Time{})
				return err
			}, func() {
				u.closeSheet()
				u.tellRestored(*back)
			})
		},
	})
}

// askRelease lets a PC that was stopped change files here again.
func (u *UI) askRelease(b node.Brake) {
	pc := pcName(u.state, b.PC)
	u.confirm(tr("Let {{.PC}} go on?", "PC", pc), tr("It may change files here again. Do so only when you know what it was doing there."), tr("Let it go on"), true, func() {
		u.call(func(ctx context.Context) error { return u.svc.ReleaseBrake(ctx, b.PC) }, func() { u.tell(tr("{{.PC}} may change files here again.", "PC", pc)) })
	})
}

// aboutBrake marks the notice of a PC that was stopped.
const aboutBrake = "brake"

// tellBrakes says which PC was stopped since the last state; the page of this PC shows it for as long as it lasts.
func (u *UI) tellBrakes(old, s *node.State) {
	if len(s.Brakes) == 0 {
		u.frame.notice.closeAbout(aboutBrake)
	}
	for _, b := range s.Brakes {
		if old != nil && slices.ContainsFunc(old.Brakes, func(o node.Brake) bool { return o.PC == b.PC }) {
			continue
		}
		text := brakeText(b, pcName(s, b.PC))
		if u.nav.place.kind != atThisPC {
			u.frame.notice.say(notice{kind: noticeError, text: text, hint: tr("Nothing is lost: its changes can be undone."), stays: true, unasked: true, about: aboutBrake,
				verb: tr("Show this PC"), do: func() { u.visit(place{kind: atThisPC}) }})
		}
		u.knock(Note{About: aboutBrake, Title: "Lanyard", Body: text, Plain: tr("A PC changed many files here at once and was stopped. Lanyard's window shows which."),
			Actions: []NoteAction{u.showing(place{kind: atThisPC})}})
	}
}

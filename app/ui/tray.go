package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// trayPatience is how long the desktop may take to say whether it shows tray icons.
const trayPatience = time.Second

// hiddenPatience is how long a window that starts hidden waits for a tray, which at login comes up beside it.
const hiddenPatience = 15 * time.Second

// trayEvery is how often the menu may change, at most: a person reads no faster.
const trayEvery = time.Second

// tray is the icon beside the clock, which brings a hidden window back and tells how it stands.
type tray struct {
	u     *UI
	icon  TrayIcon // nil where there is none
	set   bool     // it is shown
	shown []TrayLine
	sign  traySign
	then  time.Time // when it last changed
	due   *task     // a change that waits for its time
	signs map[traySign][]byte
}

func newTray(u *UI) *tray {
	t := &tray{u: u, icon: u.opt.TrayIcon, signs: map[traySign][]byte{}}
	if t.icon == nil {
		t.icon = newTrayIcon(u.work, u.reveal)
	}
	return t
}

// present asks the desktop whether a tray icon would be seen now. It may take trayPatience.
func (t *tray) present(ctx context.Context) bool {
	if t.icon == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, trayPatience)
	defer cancel()
	return t.u.opt.Tray(ctx)
}

// start shows the icon once there is a tray. A window that was to start hidden is shown where there is none in a while.
func (t *tray) start() {
	switch {
	case t.icon == nil && t.u.opt.Hidden:
		t.u.reveal()
	case t.icon == nil:
	case t.u.opt.Hidden:
		t.u.work.start(func(ctx context.Context) func() {
			ctx, cancel := context.WithTimeout(ctx, hiddenPatience)
			defer cancel()
			if t.u.opt.TrayComes(ctx) {
				return t.show
			}
			return func() {
				t.u.reveal()
				t.await()
			}
		})
	default:
		t.await()
	}
}

// await shows the icon whenever a tray comes.
func (t *tray) await() {
	t.u.work.start(func(ctx context.Context) func() {
		if t.u.opt.TrayComes(ctx) {
			return t.show
		}
		return nil
	})
}

// show shows the icon.
func (t *tray) show() {
	t.set = true
	t.follow(t.u.state)
}

// follow brings the icon and its menu up to date, when they say anything else than before and not too often.
func (t *tray) follow(s *node.State) {
	if !t.set || !t.due.idle() {
		return
	}
	menu, sign := t.u.trayLines(s), traySignOf(s)
	if t.shown != nil && sign == t.sign && slices.EqualFunc(menu, t.shown, TrayLine.same) {
		return
	}
	if wait := trayEvery - t.u.opt.Now().Sub(t.then); t.shown != nil && wait > 0 {
		t.due = t.u.later(wait, func() {
			t.then = time.Time{}
			t.follow(t.u.state)
		})
		return
	}
	t.shown, t.sign, t.then = menu, sign, t.u.opt.Now()
	if t.signs[sign] == nil {
		t.signs[sign] = sign.signed(t.u.opt.Icon)
	}
	t.icon.Show(t.signs[sign], menu)
}

// reveal brings the window to the front.
func (u *UI) reveal() {
	u.window.Show()
	u.appear()
}

// appear is for a window that is shown.
func (u *UI) appear() {
	u.visible, u.front = true, true
	u.window.RequestFocus()
	u.receive()
}

// closeAsked is the window's close button: it hides the window where it can come back from a tray, and the person
// wants it so.
func (u *UI) closeAsked() {
	if u.prefs.Close != closeHide && u.heldBySheet() {
		return
	}
	if u.prefs.Close == closeQuit {
		u.askQuit()
		return
	}
	u.work.start(func(ctx context.Context) func() {
		there := u.tray.present(ctx)
		return func() {
			switch {
			case !there:
				u.askQuit()
			case u.prefs.Close == closeHide:
				u.hide()
			default:
				u.askClose()
			}
		}
	})
}

func (u *UI) hide() {
	u.tray.show()
	if u.sheet != nil && u.sheet.task.idle() {
		u.closeSheet()
	}
	u.saveSize()
	u.visible = false
	u.window.Hide()
}

// askClose asks, the first time, what closing the window shall mean.
func (u *UI) askClose() {
	text := look.NewProse(tr("Lanyard can go on sharing this PC's folders and printers in the background. Its icon beside the clock brings the window back."), fyne.TextAlignLeading)
	remember := newCheck(tr("Always do this"), u.closeSheet)
	remember.SetChecked(true)
	choose := func(what string, do func()) {
		if remember.Checked {
			u.prefs.Close = what
			u.prefs.save()
		}
		u.closeSheet()
		do()
	}
	u.open(sheetSpec{
		title: tr("Keep sharing in the background?"), icon: look.IconShare, width: 440, body: look.VBox(6, text, remember), main: tr("Keep sharing"),
		extra:  newButton(tr("Quit Lanyard"), u.closeSheet, func() { choose(closeQuit, u.quit) }),
		onMain: func(*sheet) { choose(closeHide, u.hide) },
	})
}

// askQuit quits, but asks first when that ends something.
func (u *UI) askQuit() {
	if u.heldBySheet() {
		return
	}
	if u.opt.Remote || u.state == nil {
		u.quit()
		return
	}
	if n := runningTransfers(u.state); n > 0 {
		u.reveal()
		u.confirm(tr("Quit while files are moving?"), trn("One transfer has not ended. It goes on when Lanyard runs again.", "{{.N}} transfers have not ended. They go on when Lanyard runs again.", n),
			tr("Quit"), false, u.quit)
		return
	}
	u.quit()
}

// quit ends the program's window; Run returns.
func (u *UI) quit() {
	if u.quitting.Swap(true) {
		return
	}
	u.saveSize()
	u.frame.view.leave()
	if u.tray.set {
		u.tray.icon.Close()
	}
	u.endPost() // Fyne drops what is posted to it from here on
	u.app.Quit()
}

func (u *UI) saveSize() {
	size := u.window.Canvas().Size()
	u.prefs.Width, u.prefs.Height = size.Width, size.Height
	u.prefs.save()
}

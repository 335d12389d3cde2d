package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lanyard/app/ui/look"
)

// trayPatience is how long the desktop may take to say whether it shows tray icons.
const trayPatience = time.Second

// tray is the icon beside the clock, which brings a hidden window back.
type tray struct {
	u    *UI
	host desktop.App // nil where Fyne has no tray
	set  bool
}

func newTray(u *UI) *tray {
	host, _ := u.app.(desktop.App)
	return &tray{u: u, host: host}
}

// present asks the desktop whether a tray icon would be seen now. It may take trayPatience.
func (t *tray) present(ctx context.Context) bool {
	if t.host == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, trayPatience)
	defer cancel()
	return t.u.opt.Tray(ctx)
}

// start shows the icon where there is a tray. A window that was to start hidden is shown where there is none.
func (t *tray) start() {
	t.u.work.start(func(ctx context.Context) func() {
		there := t.present(ctx)
		return func() {
			if there {
				t.show()
			} else if t.u.opt.Hidden {
				t.u.reveal()
			}
		}
	})
}

func (t *tray) show() {
	if t.set || t.host == nil {
		return
	}
	t.set = true
	if t.u.opt.Icon != nil {
		t.host.SetSystemTrayIcon(t.u.opt.Icon)
	}
	quit := fyne.NewMenuItem(tr("Quit"), t.u.askQuit)
	quit.IsQuit = true
	t.host.SetSystemTrayMenu(fyne.NewMenu("Lanyard", fyne.NewMenuItem(tr("Open Lanyard"), t.u.reveal), fyne.NewMenuItemSeparator(), quit))
	trayTapped(t.u.work, t.u.reveal)
}

// reveal brings the window to the front.
func (u *UI) reveal() {
	u.visible, u.front = true, true
	u.window.Show()
	u.window.RequestFocus()
}

// closeAsked is the window's close button: it hides the window where it can come back from a tray, and the person
// wants it so.
func (u *UI) closeAsked() {
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
	u.closeSheet()
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
	if u.opt.Remote || u.state == nil {
		u.quit()
		return
	}
	if n := runningTransfers(u.state); n > 0 {
		u.reveal()
		u.confirm(tr("Quit while files are moving?"), trn("One transfer has not ended. Quitting cancels it.", "{{.N}} transfers have not ended. Quitting cancels them.", n),
			tr("Quit"), true, u.quit)
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
	u.endPost() // Fyne drops what is posted to it from here on
	u.app.Quit()
}

func (u *UI) saveSize() {
	size := u.window.Canvas().Size()
	u.prefs.Width, u.prefs.Height = size.Width, size.Height
	u.prefs.save()
}

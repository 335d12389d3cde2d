package ui

import (
	"context"
	"errors"

	"lanyard/app/ui/exchange"
)

// receive takes the drops on the window in place of the toolkit, which knows nothing of what only hovers. Where the desktop
// has no way for that, or it fails, the toolkit's word stands: see dropped.
func (u *UI) receive() {
	if u.desktop != nil {
		return
	}
	u.desktop = u.opt.Desktop
	if u.desktop == nil {
		u.desktop = desktopOf(u.window)
	}
	desktop, hover := u.desktop, u.hover
	u.work.start(func(ctx context.Context) func() {
		err := desktop.Receive(ctx, hover)
		if err != nil && !errors.Is(err, exchange.ErrUnavailable) {
			u.opt.Log.Warn("what hovers over the window is not seen", "err", err)
		}
		return hover.leave
	})
}

// unavailable says that the desktop can't do what was asked of it, and offers what can be done instead.
func (u *UI) unavailable(text, verb string, do func()) {
	u.frame.notice.say(notice{kind: noticeInfo, text: text, verb: verb, do: do, stays: true})
}

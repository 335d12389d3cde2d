package ui

import (
	"context"
	"errors"
	"fmt"

	"lanyard/app/node"
	"lanyard/app/ui/exchange"
)

// filesPaster is a view that copied files can be pasted into, which does what dropping them on its page would.
type filesPaster interface {
	pasteHere() dropTarget
}

// aboutCopy marks the notice of files that are being fetched to be pasted.
const aboutCopy = "copy"

// copyOut puts files of another PC on the clipboard, for file managers. They are fetched first: one that pastes asks for them
// when it wants them, and waits.
func (u *UI) copyOut(from []node.Location) {
	if len(from) == 0 || u.desktop == nil {
		return
	}
	what := locationsLabel(from)
	u.copying.stop()
	fetching := tr("Fetching {{.What}}, to be pasted elsewhere…", "What", what)
	u.frame.notice.say(notice{text: fetching, verb: tr("Cancel"), do: func() { u.copying.stop() }, stays: true, about: aboutCopy})
	desktop := u.desktop
	u.copying = u.work.start(func(ctx context.Context) func() {
		paths, err := u.copies.bring(ctx, from, nil)
		if err != nil {
			return func() { u.copied(from, err) }
		}
		err = desktop.Copy(ctx, paths, func() {
			u.work.post(func() {
				u.frame.notice.closeAbout(aboutCopy)
				u.tell(tr("{{.What}} is copied. Paste it in a file manager.", "What", what))
			})
		})
		return func() { u.copied(from, err) }
	})
}

// copied is the end of it: something else was copied, or it has failed.
func (u *UI) copied(from []node.Location, err error) {
	u.frame.notice.closeAbout(aboutCopy)
	switch {
	case errors.Is(err, exchange.ErrUnavailable):
		u.unavailable(tr("This desktop takes no files from here on its clipboard."), tr("Save to…"), func() { u.download(from) })
	case err != nil:
		u.failCopies(from, err)
	}
}

// paste leaves what is on the clipboard to the page, or does with the files on it what dropping them on the page would do.
func (u *UI) paste() {
	if v, ok := u.frame.view.(paster); ok {
		v.paste()
		return
	}
	v, ok := u.frame.view.(filesPaster)
	if !ok || u.desktop == nil || u.state == nil {
		return
	}
	target := v.pasteHere()
	if target.do == nil {
		u.warn(target.refuse)
		return
	}
	desktop := u.desktop
	u.work.start(func(ctx context.Context) func() {
		paths, err := desktop.Paste(ctx)
		return func() {
			switch {
			case errors.Is(err, exchange.ErrUnavailable) || err == nil && len(paths) == 0:
				u.frame.notice.say(notice{text: tr("There are no files on the clipboard. Copy some in a file manager first.")})
			case err != nil:
				u.failPaste(fmt.Errorf("read the clipboard: %w", err))
			case u.free():
				u.give(target, paths, func() {
					if u.free() { // nothing is asked, so it is said
						u.frame.notice.say(notice{text: target.says(sendLabel(paths)) + "…"})
					}
				})
			}
		}
	})
}

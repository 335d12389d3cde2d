package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
)

// What the views ask for and needs no dialog.

func (u *UI) selfID() string {
	if u.state == nil {
		return ""
	}
	return u.state.Self.ID
}

func (u *UI) pcNameText(id string) string { return pcName(u.state, id) }

func (u *UI) peerStateText(p node.Peer) string { return peerState(p, u.opt.Now()) }

func (u *UI) words() filelist.Words {
	return filelist.Words{
		Name: tr("Name"), Modified: tr("Modified"), Size: tr("Size"), FormatSize: formatSize, Clean: plain,
		FormatTime: newClock(u.opt.Now).format,
	}
}

// focus gives the keyboard to a part of the page, unless a dialog has it.
func (u *UI) focus(o fyne.Focusable) {
	if u.free() {
		u.window.Canvas().Focus(o)
	}
}

func (u *UI) menu(at fyne.Position, items ...*fyne.MenuItem) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), u.window.Canvas(), at)
}

// arrange orders items away from the window.
func (u *UI) arrange(items []filelist.Item, order filelist.Order, then func([]filelist.Item)) *task {
	return u.work.start(func(context.Context) func() {
		arranged := filelist.Arrange(items, order)
		return func() { then(arranged) }
	})
}

// later does something on Fyne's goroutine after a while.
func (u *UI) later(wait time.Duration, then func()) *task {
	return u.work.start(func(ctx context.Context) func() {
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		return then
	})
}

func (u *UI) askUpload(to node.Location) {
	u.pick(tr("Upload to {{.Folder}}", "Folder", plain(to.Folder)), false, func(paths []string) { u.upload(to, paths) })
}

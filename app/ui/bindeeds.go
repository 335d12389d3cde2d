package ui

import (
	"context"

	"lanyard/app/node"
)

// What can be done with a bin. pc "" is this PC.

func (u *UI) binPC(pc string) string {
	if pc == "" {
		return u.selfID()
	}
	return pc
}

// bin lists what was replaced and removed in a folder.
func (u *UI) bin(pc, folder string, then func([]node.BinItem, error)) *task {
	at := u.binPC(pc)
	return u.work.start(func(ctx context.Context) func() {
		items, err := u.svc.Bin(ctx, at, folder)
		return func() { then(items, err) }
	})
}

// restore brings items of a bin back and says so; then may be nil.
func (u *UI) restore(pc, folder string, ids []string, then func()) {
	at := u.binPC(pc)
	if then == nil {
		then = func() {}
	}
	var bringing *task
	u.frame.notice.say(notice{text: tr("Bringing it back…"), stays: true, about: aboutRestore, verb: tr("Cancel"), do: func() {
		bringing.stop()
		u.tell(tr("Stopped. What was brought back by then is there."))
		then()
	}})
	bringing = u.work.start(func(ctx context.Context) func() {
		back, err := u.svc.RestoreBin(ctx, at, folder, ids)
		return func() {
			u.frame.notice.closeAbout(aboutRestore)
			if err != nil {
				u.fail(err)
				return
			}
			u.tellRestored(*back)
			then()
		}
	})
}

// aboutRestore marks the notice of what is being brought back from a bin.
const aboutRestore = "restore"

func (u *UI) tellRestored(r node.Restored) {
	kind, text, hint := restoredText(r)
	u.frame.notice.say(notice{kind: kind, text: text, hint: hint, stays: hint != ""})
}

// askEmpty removes items of the bin of a folder of this PC for good; none is all.
func (u *UI) askEmpty(folder string, ids []string, then func()) {
	title := tr("Empty the bin of “{{.Folder}}”?", "Folder", plain(folder))
	if len(ids) > 0 {
		title = tr("Remove it from the bin of “{{.Folder}}”?", "Folder", plain(folder))
	}
	u.confirm(title, tr("What is in it is gone for good, and nobody can bring it back."), tr("Remove for good"), true, func() {
		u.call(func(ctx context.Context) error { return u.svc.EmptyBin(ctx, folder, ids) }, then)
	})
}

// offerUndo says what was deleted, and offers to bring it back where it is in the bin there.
func (u *UI) offerUndo(at []node.Location) {
	self, paths := u.selfID(), make([]string, len(at))
	for i, l := range at {
		paths[i] = l.Path
	}
	u.work.start(func(ctx context.Context) func() {
		items, err := u.svc.Bin(ctx, at[0].PC, at[0].Folder)
		ids := removedIDs(items, self, paths)
		return func() {
			n := notice{kind: noticeGood, text: trn("One item was deleted.", "{{.N}} items were deleted.", len(at))}
			if len(at) == 1 {
				n.text = tr("“{{.Name}}” was deleted.", "Name", plain(paths[0]))
			}
			if err == nil && len(ids) > 0 { // without a bin there is nothing to offer
				n.verb, n.takesBack = tr("Undo"), true
				n.do = func() { u.restore(at[0].PC, at[0].Folder, ids, u.refresh) }
			}
			u.frame.notice.say(n)
		}
	})
}

func (u *UI) timeText(a binAction) string { return formatWhen(a.time, u.opt.Now()) }

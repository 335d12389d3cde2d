package ui

import (
	"context"
	"path/filepath"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxShareLines is how many folders are named in the sheet that shares several.
const maxShareLines = 5

// askShareAll asks with whom several folders are to be shared: all with the same. Each gets the name that it has.
func (u *UI) askShareAll(dirs []string) {
	rights := newRights(u.state, "", map[string]string{everyone: "read"}, u.window.Canvas().Size().Height, u.closeSheet)
	list := look.VBox(2)
	for _, dir := range dirs[:min(len(dirs), maxShareLines)] {
		list.Add(look.NewCaption(plain(dir)).Shrink(200))
	}
	if n := len(dirs) - maxShareLines; n > 0 {
		list.Add(look.NewCaption(trn("and one more", "and {{.N}} more", n)))
	}
	u.open(sheetSpec{
		title: trn("Share {{.N}} folder", "Share {{.N}} folders", len(dirs)), icon: look.IconShare, main: tr("Share"), width: 540,
		body: look.VBox(10, list, rights.content), focus: rights.all.choice,
		onMain: func(s *sheet) { u.shareAll(s, dirs, rights.allow()) },
	})
}

// shareAll shares folders from a sheet. Those that can't be, or that few mean to share, are left out and named.
func (u *UI) shareAll(s *sheet, dirs []string, allow map[string]string) {
	var left []string
	var why error
	s.run(tr("Sharing…"), func(ctx context.Context) error {
		for _, dir := range dirs {
			if _, err := u.svc.ShareFolder(ctx, node.Folder{Dir: dir, Name: filepath.Base(dir), Allow: allow}); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				left, why = append(left, dir), err
			}
		}
		return nil
	}, func() {
		u.closeSheet()
		u.showShared()
		if len(left) == 0 {
			u.tell(trn("{{.N}} folder is shared.", "{{.N}} folders are shared.", len(dirs)))
			return
		}
		text, _ := put(why) // its hint speaks of commands
		u.frame.notice.say(notice{kind: noticeWarning, text: trn("One folder was not shared: {{.What}}", "{{.N}} folders were not shared: {{.What}}", len(left), "What", sendLabel(left)), hint: text, stays: true})
	})
}

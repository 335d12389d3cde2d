package ui

import (
	"context"
	"path"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxFileName is the longest name file systems take, in bytes.
const maxFileName = 255

// goodName tells whether a text can be the name of a file or folder. What a system forbids beyond that is up to the
// PC the file is on.
func goodName(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && text != "." && text != ".." && len(text) <= maxFileName && !strings.ContainsAny(text, "/\\") && !strings.ContainsFunc(text, unicode.IsControl)
}

func (u *UI) askNewFolder(in node.Location, then func(name string)) {
	u.askName(tr("New folder"), look.IconNewDir, tr("New folder"), tr("Create"), tr("Creating…"), func(ctx context.Context, name string) error {
		at := in
		at.Path = path.Join(in.Path, name)
		return u.svc.MakeFolder(ctx, at)
	}, then)
}

func (u *UI) askRename(at node.Location, folder bool, then func(name string)) {
	title := tr("Rename the file")
	if folder {
		title = tr("Rename the folder")
	}
	u.askName(title, look.IconRename, path.Base(at.Path), tr("Rename"), tr("Renaming…"), func(ctx context.Context, name string) error {
		return u.rename(ctx, at, name)
	}, func(name string) {
		then(name)
		page := u.frame.view
		if old := path.Base(at.Path); name != old {
			to := at
			to.Path = path.Join(path.Dir(at.Path), name)
			u.frame.notice.say(notice{kind: noticeGood, text: tr("“{{.Old}}” is called “{{.New}}” now.", "Old", plain(old), "New", plain(name)), verb: tr("Undo"), takesBack: true,
				do: func() {
					u.call(func(ctx context.Context) error { return u.rename(ctx, to, old) }, func() {
						if u.frame.view == page {
							then(old)
						} else {
							u.refresh()
						}
					})
				}})
		}
	})
}

// rename gives a file or folder another name where it is.
func (u *UI) rename(ctx context.Context, at node.Location, name string) error {
	to := at
	to.Path = path.Join(path.Dir(at.Path), name)
	if to == at {
		return nil
	}
	return u.svc.Rename(ctx, at, to)
}

// askName asks for the name of a file or folder and does something with it.
func (u *UI) askName(title string, icon fyne.Resource, name, verb, doing string, do func(ctx context.Context, name string) error, then func(string)) {
	line := newInput(tr("Name"), u.closeSheet)
	line.SetText(plain(name)) // another PC may have put into it what can't be seen
	s := u.open(sheetSpec{title: title, icon: icon, body: line, main: verb, focus: line, onMain: func(s *sheet) {
		chosen := strings.TrimSpace(line.Text)
		s.run(doing, func(ctx context.Context) error { return do(ctx, chosen) }, func() {
			u.closeSheet()
			then(chosen)
		})
	}})
	s.needs(line, goodName)
	line.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (u *UI) askRemove(at []node.Location, then func()) {
	title := tr("Delete “{{.Name}}”?", "Name", plain(path.Base(at[0].Path)))
	if len(at) > 1 {
		title = trn("Delete {{.N}} item?", "Delete {{.N}} items?", len(at))
	}
	u.confirm(title, tr("It is deleted on {{.PC}}, for everybody. It waits in the bin there for a while.", "PC", pcName(u.state, at[0].PC)), tr("Delete"), true, func() {
		u.call(func(ctx context.Context) error { return u.svc.Remove(ctx, at) }, func() {
			if then != nil {
				then()
			}
			u.offerUndo(at)
		})
	})
}

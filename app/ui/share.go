package ui

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// nameTall is what the line with the name of a new folder takes of a dialog, in Fyne's pixels.
const nameTall = 64

func (u *UI) askShareNew() {
	u.pick(tr("Choose a folder to share"), true, func(paths []string) { u.askShare(paths[0]) })
}

// askShare asks under which name and with whom a folder is to be shared.
func (u *UI) askShare(dir string) {
	u.askFolder(node.Folder{Dir: dir, Name: filepath.Base(dir), Allow: map[string]string{everyone: "read"}}, "")
}

// askEditFolder asks who may do what in a folder that is shared.
func (u *UI) askEditFolder(f node.Folder) { u.askFolder(f, f.Name) }

// askFolder shows a folder's settings. was is the name it is shared under now, "" for a new one.
func (u *UI) askFolder(f node.Folder, was string) {
	name := newInput(tr("The name that the others see"), u.closeSheet)
	name.SetText(plain(f.Name))
	tall := u.window.Canvas().Size().Height
	if was == "" {
		tall -= nameTall
	}
	rights := newRights(u.state, was, f.Allow, tall, u.closeSheet)
	spec := sheetSpec{title: tr("Share a folder"), icon: look.IconShare, main: tr("Share"), width: 540, focus: name}
	body := look.VBox(10, look.NewCaption(plain(f.Dir)).Shrink(200))
	if was == "" {
		body.Add(look.VBox(4, look.NewCaption(tr("Name")), name))
	} else {
		spec.title, spec.icon, spec.main, spec.focus = tr("Who may do what in “{{.Name}}”", "Name", plain(was)), look.IconPeople, tr("Save"), rights.all.choice
	}
	body.Add(rights.content)
	spec.body = body
	spec.onMain = func(s *sheet) {
		wanted := f
		wanted.Allow = rights.allow()
		if was == "" {
			wanted.Name = strings.TrimSpace(name.Text)
		}
		u.share(s, wanted, was)
	}
	s := u.open(spec)
	if was == "" {
		s.needs(name, func(text string) bool { return strings.TrimSpace(text) != "" })
	}
}

// share shares a folder from a sheet. Where the node is not sure that it is meant, the person is asked.
func (u *UI) share(s *sheet, f node.Folder, was string) {
	var doubt error
	s.run(tr("Sharing…"), func(ctx context.Context) error {
		_, err := u.svc.ShareFolder(ctx, f)
		if node.KindOf(err) == node.Unsure {
			doubt, err = err, nil
		}
		return err
	}, func() {
		if doubt != nil {
			u.askSure(f, was, doubt)
			return
		}
		u.closeSheet()
		if was == "" {
			u.showShared()
			u.tell(tr("“{{.Name}}” is shared.", "Name", plain(f.Name)))
		}
	})
}

// showShared shows what this PC shares, if the page that is open doesn't.
func (u *UI) showShared() {
	if u.nav.place.kind != atSetup {
		u.visit(place{kind: atThisPC})
	}
}

// askSure says why hardly anybody shares such a folder, and shares it only when told so once more.
func (u *UI) askSure(f node.Folder, was string, doubt error) {
	why, _ := put(doubt) // its hint speaks of commands
	u.open(sheetSpec{
		title: tr("Share it all the same?"), icon: look.IconWarning, width: 460, main: tr("Share it all the same"), danger: true, cancel: tr("Don't share"),
		body: look.VBox(10, look.NewProse(stop(why), fyne.TextAlignLeading).In(theme.ColorNameForeground),
			look.NewProse(rightsText(u.state, was, f.Allow), fyne.TextAlignLeading),
			look.NewProse(tr("Mostly it is better to share one folder in it, with nothing but what the others need."), fyne.TextAlignLeading)),
		extra: newButton(tr("Choose another folder…"), u.closeSheet, func() {
			u.closeSheet()
			u.askShareNew()
		}),
		onMain: func(s *sheet) {
			f.Confirmed = true
			u.share(s, f, was)
		},
	})
}

func (u *UI) askUnshare(f node.Folder) {
	u.confirm(tr("Stop sharing “{{.Name}}”?", "Name", plain(f.Name)), tr("The other PCs no longer see it. The files stay where they are."), tr("Stop sharing"), false, func() {
		u.call(func(ctx context.Context) error { return u.svc.UnshareFolder(ctx, f.Name) }, nil)
	})
}

func (u *UI) askLeave() {
	u.confirm(tr("Leave the workgroup?"), tr("This PC no longer sees the others, and they no longer see what it shares. To come back, Lanyard must be started anew, and it needs a new invitation."), tr("Leave"), true, func() {
		u.call(u.svc.LeaveWorkgroup, func() { u.visit(place{kind: atWorkgroup}) })
	})
}

func (u *UI) askRemoveMember(id string) {
	name := pcName(u.state, id)
	u.confirm(tr("Remove {{.PC}} from the workgroup?", "PC", name), tr("It loses access to everything that is shared here, on every PC. To come back it needs a new invitation."), tr("Remove"), true, func() {
		u.call(func(ctx context.Context) error { return u.svc.RemoveMember(ctx, id) }, func() {
			u.visit(place{kind: atWorkgroup})
			u.tell(tr("{{.PC}} was removed.", "PC", name))
		})
	})
}

package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// passwordDeeds is what the line of a password asks for.
type passwordDeeds interface {
	askRevokePassword(p node.Password)
	passwordTime(p node.Password) string
}

// passwordRow is a password for WebDAV; the word itself is known to nobody any more.
type passwordRow struct {
	box         *fyne.Container
	do          passwordDeeds
	password    node.Password
	name, about *look.Text
}

func newPasswordRow(do passwordDeeds) *passwordRow {
	r := &passwordRow{do: do, name: look.NewText("").Shrink(60), about: look.NewCaption("").Shrink(60)}
	end := quietButton(tr("Revoke"), nil, func() { do.askRevokePassword(r.password) })
	r.box = container.NewBorder(nil, nil, look.Pad(0, 4, look.Middle(look.Icon(look.Quiet(look.IconKey), 18))), look.Middle(end), look.VBox(1, r.name, r.about))
	return r
}

// Object is for rows.
func (r *passwordRow) Object() fyne.CanvasObject { return r.box }

func (r *passwordRow) set(p node.Password) { r.password = p }

// describe says whose it is.
func (r *passwordRow) describe(s *node.State, p node.Password) {
	r.name.SetText(tr("For programs of {{.PC}}", "PC", pcName(s, p.PC)))
	r.about.SetText(join(folderOf(p.Folder), tr("made {{.When}}", "When", r.do.passwordTime(p)), plain(p.URL)))
}

func folderOf(folder string) string {
	if folder == "" {
		return tr("all folders")
	}
	return tr("only “{{.Folder}}”", "Folder", plain(folder))
}

func (u *UI) passwordTime(p node.Password) string { return formatWhen(p.Created, u.opt.Now()) }

// askPassword asks whose programs get a password, and for what.
func (u *UI) askPassword() {
	if u.state == nil {
		return
	}
	pcs, folders := newChoice(nil, u.closeSheet), newChoice([]string{tr("All folders")}, u.closeSheet)
	var ids []string
	names := []string{""}
	for _, p := range u.state.Peers {
		if p.Member {
			ids = append(ids, p.ID)
			pcs.Options = append(pcs.Options, clip(pcName(u.state, p.ID)))
		}
	}
	for _, f := range u.state.Folders {
		names = append(names, f.Name)
		folders.Options = append(folders.Options, clip(plain(f.Name)))
	}
	pcs.Options, folders.Options = unlike(pcs.Options), unlike(folders.Options)
	folders.SetSelectedIndex(0)
	s := u.open(sheetSpec{
		title: tr("Make a password for WebDAV"), icon: look.IconKey, width: 480, main: tr("Make it"), focus: pcs,
		body: look.VBox(10,
			look.NewProse(tr("For a backup program, a phone's file manager or an office suite. It can do here what the PC may that you choose, until you revoke it."), fyne.TextAlignLeading),
			fieldLine(tr("For programs of"), pcs), fieldLine(tr("Which folders"), folders)),
		onMain: func(s *sheet) { u.makePassword(s, ids[pcs.SelectedIndex()], names[folders.SelectedIndex()]) },
	})
	pcs.OnChanged = func(string) { able(s.main, pcs.SelectedIndex() >= 0) }
	able(s.main, false)
	if len(ids) > 0 {
		pcs.SetSelectedIndex(0)
	}
}

func (u *UI) makePassword(s *sheet, pc, folder string) {
	var made *node.Password
	s.run(tr("Making it…"), func(ctx context.Context) (err error) {
		made, err = u.svc.MakePassword(ctx, pc, folder)
		return err
	}, func() { u.showPassword(*made) })
}

// showPassword shows a password, which is never shown again.
func (u *UI) showPassword(p node.Password) {
	word := look.NewText(plain(p.Password)).In(theme.ColorNameForeground, look.SizeTitle).Bold().Shrink(60)
	word.Style.Monospace = true
	address := look.NewText(plain(p.URL)).Shrink(60)
	u.open(sheetSpec{
		title: tr("The password for programs of {{.PC}}", "PC", pcName(u.state, p.PC)), icon: look.IconKey, width: 520, main: tr("Copy the password"), cancel: tr("Close"),
		body: look.VBox(10, look.VBox(2, look.NewCaption(tr("Password")), word),
			container.NewBorder(nil, nil, nil, look.Middle(widget.NewButtonWithIcon(tr("Copy"), look.IconCopy, func() { u.app.Clipboard().SetContent(p.URL) })),
				look.VBox(2, look.NewCaption(tr("Address")), address)),
			look.NewProse(tr("It is shown only now: write it down or copy it into the program. Any user name will do."), fyne.TextAlignLeading).In(theme.ColorNameWarning)),
		onMain: func(s *sheet) {
			u.app.Clipboard().SetContent(p.Password)
			s.main.SetText(tr("Copied"))
		},
	})
}

// askRevokePassword ends a password for good.
func (u *UI) askRevokePassword(p node.Password) {
	u.confirm(tr("Revoke this password?"), tr("Programs that use it are cut off at once."), tr("Revoke"), true, func() {
		u.call(func(ctx context.Context) error { return u.svc.RevokePassword(ctx, p.ID) }, func() { u.tell(tr("The password is revoked.")) })
	})
}

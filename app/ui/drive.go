package ui

import (
	"context"
	"net/url"
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// driveDeeds is what the card of the drive asks for.
type driveDeeds interface {
	passwordDeeds
	setDrive(on bool, then func(error))
	showDrive(address string)
	copyText(text string)
	askPassword()
}

// driveCard is the workgroup as one tree in the file manager of this PC, and the passwords for programs of other PCs.
type driveCard struct {
	do        driveDeeds
	box       *fyne.Container
	on        *check
	following bool // the box follows the state and means nothing by it
	drive     node.Drive
	address   *look.Text
	lines     *fyne.Container
	problem   *problemLine
	passwords *rows[node.Password]
}

func newDriveCard(do driveDeeds) *driveCard {
	c := &driveCard{do: do, address: look.NewText("").Shrink(60), problem: newProblemLine()}
	c.address.Style.Monospace = true
	c.on = newCheck(tr("On"), nil)
	c.on.OnChanged = func(on bool) {
		if !c.following {
			c.do.setDrive(on, c.settled)
		}
	}
	c.lines = look.VBox(6,
		look.Frame(nil, nil, nil, container.NewHBox(
			newIconButton(tr("Copy"), look.IconCopy, func() { do.copyText(c.drive.URL) }),
			newIconButton(tr("Open in the file manager"), look.IconDrive, func() { do.showDrive(c.drive.URL) })), look.Middle(c.address)),
		look.NewProse(tr("The address has a secret in it and is for programs of this PC alone: tell it nobody."), fyne.TextAlignLeading).Small())
	c.passwords = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(4)), func(p node.Password) string { return p.ID }, func() row[node.Password] { return newPasswordRow(do) })
	help := tr("Every PC and every folder of the workgroup as one tree, for the file manager, editors and backup programs of this PC.")
	c.box = container.New(&look.Column{Gap: 12}, settingLine(tr("Show the workgroup in the file manager"), help, c.on), c.lines)
	if runtime.GOOS == "windows" {
		c.box.Add(look.NewProse(windowsDrive(), fyne.TextAlignLeading).Small())
	}
	c.box.Add(c.problem)
	c.box.Add(widget.NewSeparator())
	ask := container.NewHBox(layout.NewSpacer(), newIconButton(tr("Make a password…"), look.IconKey, do.askPassword))
	c.box.Add(settingLine(tr("Passwords for WebDAV"), tr("With one, a program of another PC reaches the shared folders of this one over WebDAV, with the rights of that PC."), ask))
	c.box.Add(c.passwords.box)
	c.lines.Hide()
	return c
}

// windowsDrive says what the WebDAV client of Windows can't do.
func windowsDrive() string {
	return tr("Windows' own WebDAV client is often switched off (the service WebClient), and takes no file over 50 MB before that is changed in the registry. This window has neither limit and is the better way.")
}

func (c *driveCard) show(s *node.State) {
	c.follow(s.Drive)
	c.passwords.show(s.Passwords)
	for i, p := range s.Passwords {
		c.passwords.have[p.ID].(*passwordRow).describe(s, s.Passwords[i])
	}
	visible(c.passwords.box, len(s.Passwords) > 0)
}

func (c *driveCard) follow(d node.Drive) {
	c.drive = d
	c.following = true
	c.on.SetChecked(d.On)
	c.following = false
	c.address.SetText(plain(d.URL))
	visible(c.lines, d.On && d.URL != "")
	if d.Error != "" {
		c.problem.say(told(d.Error), "")
	} else if d.On {
		c.problem.clear()
	}
}

// settled says why the drive could not be switched, and puts the box back.
func (c *driveCard) settled(err error) {
	c.problem.clear()
	if err != nil {
		c.follow(c.drive)
		c.problem.show(err)
	}
}

func (u *UI) setDrive(on bool, then func(error)) {
	u.work.start(func(ctx context.Context) func() {
		_, err := u.svc.SetDrive(ctx, on)
		return func() { then(err) }
	})
}

func (u *UI) showDrive(address string) {
	u.call(func(ctx context.Context) error { return u.opt.OpenDrive(ctx, address) }, nil)
}

// openInFileManager shows a folder of another PC in the system's file manager, through the drive.
func (u *UI) openInFileManager(p place) {
	if u.state == nil {
		return
	}
	if u.state.Drive.On && u.state.Drive.URL != "" {
		u.showDrive(driveAddress(u.state, u.state.Drive.URL, p))
		return
	}
	text := tr("The file manager reaches the workgroup through an address on this PC alone. It can be switched off again in the settings.")
	if runtime.GOOS == "windows" {
		text += " " + windowsDrive()
	}
	u.open(sheetSpec{
		title: tr("Show the workgroup in the file manager?"), icon: look.IconDrive, width: 460, main: tr("Switch it on"),
		body: look.NewProse(text, fyne.TextAlignLeading).In(theme.ColorNameForeground),
		onMain: func(s *sheet) {
			var d *node.Drive
			s.run(tr("Switching it on…"), func(ctx context.Context) (err error) {
				d, err = u.svc.SetDrive(ctx, true)
				return err
			}, func() {
				u.closeSheet()
				u.showDrive(driveAddress(u.state, d.URL, p))
			})
		},
	})
}

// driveAddress is where a folder of another PC is below the drive.
func driveAddress(s *node.State, drive string, p place) string {
	name := s.DriveName(p.pc)
	if name == "" { // it has left: the rest of the workgroup can still be seen
		return drive
	}
	parts := []string{name, p.folder}
	for part := range strings.SplitSeq(p.path, "/") {
		if part != "" {
			parts = append(parts, part)
		}
	}
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.TrimSuffix(drive, "/") + "/" + strings.Join(parts, "/") + "/"
}

package ui

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/qr/scan"
	"lanyard/app/ui/exchange"
	"lanyard/app/ui/look"
)

// A newcomer may read an invitation's QR code instead of typing: from a picture file, such as a photo made with a phone, from the
// clipboard, or with a camera of this PC. What is read fills the boxes in; the person joins.

var errNoPicture = errors.New("there is no picture on the clipboard")

// codeSource is where a text in a QR code may come from. It may take seconds.
type codeSource func(ctx context.Context) (text string, err error)

// scanDeeds is what reading a code asks for.
type scanDeeds interface {
	scanMenu(at fyne.Position, read func(codeSource))
	readCode(from codeSource, then func(string, error)) *task
	clipboardPicture() codeSource
}

// scanMenu offers the ways there are on this PC to read a code.
func (u *UI) scanMenu(at fyne.Position, read func(codeSource)) {
	items := []*fyne.MenuItem{fyne.NewMenuItemWithIcon(tr("From a picture…"), look.IconImage, func() {
		u.pick(tr("Choose a picture of the QR code"), false, func(paths []string) { read(pictureFile(paths[0])) })
	})}
	items = append(items, fyne.NewMenuItemWithIcon(tr("From the clipboard"), look.IconCopy, func() { read(u.clipboardPicture()) }))
	u.looking.stop() // at the second click of a double click
	u.looking = u.work.start(func(context.Context) func() {
		cameras := u.opt.Cameras()
		return func() {
			if len(cameras) > 0 {
				items = append(items, fyne.NewMenuItemWithIcon(tr("With the camera…"), look.Picture("camera"), func() { u.askCamera(cameras[0], read) }))
			}
			u.menu(at, items...)
		}
	})
}

func (u *UI) readCode(from codeSource, then func(string, error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		text, err := from(ctx)
		return func() { then(text, scanProblem(err)) }
	})
}

// clipboardPicture is the picture on the clipboard.
func (u *UI) clipboardPicture() codeSource {
	desktop := u.desktop
	return func(ctx context.Context) (string, error) {
		if desktop == nil {
			return "", exchange.ErrUnavailable
		}
		data, err := desktop.Picture(ctx)
		switch {
		case err != nil:
			return "", err
		case data == nil:
			return "", errNoPicture
		}
		return scan.Read(bytes.NewReader(data))
	}
}

// pictureFile is a picture in a file.
func pictureFile(path string) codeSource {
	return func(context.Context) (string, error) {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		if !info.Mode().IsRegular() { // a pipe would never end
			return "", scan.ErrPicture
		}
		f, err := os.Open(path) // #nosec G304 -- a picture that a person chose
		if err != nil {
			return "", err
		}
		defer f.Close()
		return scan.Read(f)
	}
}

// scanProblem puts for people why no code could be read.
func scanProblem(err error) error {
	say := func(text, hint string) error { return &node.Error{Kind: node.Invalid, Text: text, Hint: hint} }
	switch {
	case errors.Is(err, scan.ErrNone):
		return say(tr("No QR code was found in the picture."), tr("Take it straight from the front, so that the whole code is sharp and in the picture."))
	case errors.Is(err, scan.ErrLarge):
		return say(tr("The picture is too large to be read."), tr("Take a smaller one, or type the code."))
	case errors.Is(err, scan.ErrPicture):
		return say(tr("This is no picture that can be read."), tr("Pictures are JPEG, PNG, GIF, WebP or BMP files. Phones can be told to save photos as JPEG."))
	case errors.Is(err, exchange.ErrUnavailable):
		return say(tr("No picture can be pasted on this desktop."), tr("Save it as a file and drop that here, or type the code."))
	case errors.Is(err, errNoPicture):
		return say(tr("There is no code and no picture of one on the clipboard."), tr("Copy the code or a screenshot of it first."))
	}
	return err
}

// pastedPath is the local file that a text names, as file managers put it on the clipboard; "" if it names none.
func pastedPath(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimSpace(line)
	if u, err := url.Parse(line); err == nil && u.Scheme == "file" {
		paths, err := localPaths([]string{line})
		if err != nil {
			return ""
		}
		return paths[0]
	}
	if filepath.IsAbs(line) && len(line) < maxInvitation {
		return line
	}
	return ""
}

// read reads a code from somewhere into the boxes.
func (v *wayIn) read(from codeSource) {
	var said string
	v.joining.run(tr("Looking for the QR code…"), func(then func(error)) *task {
		return v.do.readCode(from, func(text string, err error) {
			said = text
			then(err)
		})
	}, func() { v.scanned(said) })
}

// scanned takes what a QR code says. Whoever made it may have written anything: it never joins by itself.
func (v *wayIn) scanned(text string) {
	if code, at, ok := readAddress(text); ok {
		v.fill(code, at)
		return
	}
	v.joining.fail(&node.Error{Kind: node.Invalid, Text: tr("This QR code is no invitation of a Lanyard workgroup."), Hint: tr("The code is shown by “Invite a PC” on a PC of the workgroup.")})
}

// fill puts a whole code into the boxes.
func (v *wayIn) fill(code string, at []string) {
	v.joining.problem.clear()
	if len(at) > 0 {
		v.at = ""
	}
	v.boxes.fill(0, code)
	v.comesFrom(at)
	v.given = v.boxes.code()
	v.show(v.state)
}

// pasted takes what was pasted: a code in any form, a picture of one, or the name of such a file.
func (v *wayIn) pasted(text string) {
	path := pastedPath(text)
	if code, at, ok := readInvitation(text); ok {
		v.fill(code, at)
	} else if path != "" {
		v.read(pictureFile(path))
	} else if digits := digitsOf(text); len(text) <= maxInvitation && len(digits) > 0 && len(digits) <= codeLength {
		v.boxes.fill(0, digits) // a part of it
	} else {
		v.read(v.do.clipboardPicture())
	}
}

// paste is Ctrl+V where no line of text has the keyboard.
func (v *wayIn) paste() { v.pasted(fyne.CurrentApp().Clipboard().Content()) }

// target is what dropping on the page it is on does: a picture of a code is read.
func (v *wayIn) target() dropTarget {
	return dropTarget{
		do:   func(paths []string) { v.read(pictureFile(paths[0])) },
		says: func(what string) string { return tr("Read the code in {{.What}}", "What", what) },
	}
}

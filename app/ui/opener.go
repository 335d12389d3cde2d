package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// openWait is how long the system's opener may take to start a program before it counts as started.
const openWait = 20 * time.Second

// openFile opens a file of another PC: it fetches a copy and gives that to the system's program. Whatever could run is never
// started; it is only ever downloaded to where the person says.
func (u *UI) openFile(at node.Location) {
	name := path.Base(at.Path)
	if dangerous(name) {
		u.open(sheetSpec{
			title: tr("This file can run as a program"), icon: look.IconWarning, width: 440,
			body: look.NewProse(tr("Lanyard does not open “{{.Name}}”, because programs and scripts can harm this PC. You can download it and decide yourself.", "Name", plain(name)), 0),
			main: tr("Download…"), onMain: func(*sheet) {
				u.closeSheet()
				u.download([]node.Location{at})
			},
		})
		return
	}
	if before := u.opening[at]; !before.idle() && !before.done() {
		return // it is on its way already
	}
	about := strings.Join([]string{"opening", at.PC, at.Folder, at.Path}, "\x00")
	u.frame.notice.say(notice{text: tr("Opening {{.Name}}…", "Name", plain(name)), stays: true, about: about, verb: tr("Cancel"), do: func() { u.opening[at].stop() }})
	ended := func(then func()) func() {
		return func() {
			u.frame.notice.closeAbout(about)
			delete(u.opening, at)
			then()
		}
	}
	u.opening[at] = u.work.start(func(ctx context.Context) func() {
		paths, err := u.copies.bring(ctx, []node.Location{at}, nil)
		var missed incomplete
		switch {
		case errors.As(err, &missed):
			return ended(func() { u.failOpen(name, missed.transfer) })
		case err == nil:
			u.work.post(ended(func() {})) // an opener may stay as long as its program does
			err = u.openCopy(ctx, paths)
		}
		if err == nil {
			return ended(func() {})
		}
		return ended(func() { u.fail(err) })
	})
}

func (u *UI) failOpen(name string, t node.Transfer) {
	if t.State == node.TransferCancelled {
		return
	}
	u.frame.notice.say(notice{kind: noticeError, text: tr("{{.Name}} could not be opened.", "Name", plain(name)), hint: told(t.Error), stays: true})
}

func (u *UI) openCopy(ctx context.Context, paths []string) error {
	file, err := onlyFile(paths)
	if err != nil {
		return err
	}
	// The copy is not the file: a program that knows it can't save here will ask for another place.
	if err := os.Chmod(file, 0o400); err != nil {
		return fmt.Errorf("protect the copy: %w", err)
	}
	return u.opt.Open(ctx, file)
}

// onlyFile returns the one file among copies. Its name is what the transfer made of the name at the other PC, and is
// looked at once more before it is opened.
func onlyFile(paths []string) (string, error) {
	for _, p := range paths {
		if info, err := os.Lstat(p); err == nil && info.Mode().IsRegular() && !dangerous(filepath.Base(p)) {
			return p, nil
		}
	}
	return "", errors.New("open the copy: it is not there")
}

// showLocal shows a local folder, or the folder a file is in, in the system's file manager.
func (u *UI) showLocal(place string) {
	u.call(func(ctx context.Context) error {
		info, err := os.Stat(place)
		if err != nil {
			return fmt.Errorf("show %q: %w", place, err)
		}
		if !info.IsDir() {
			place = filepath.Dir(place)
		}
		return u.opt.Open(ctx, place)
	}, nil)
}

// openWithSystem opens a file or folder with the system's program for it. The program lives on without us.
func openWithSystem(ctx context.Context, file string) error {
	cmd := openCommand(file)
	var err error
	// From the window's own thread, which alone keeps its priority while files are served: the program inherits that.
	fyne.DoAndWait(func() { err = cmd.Start() })
	if err != nil {
		return fmt.Errorf("open %q: %w", filepath.Base(file), err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }() // some openers stay as long as the program does
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("find a program for %q: %w", filepath.Base(file), err)
		}
	case <-time.After(openWait):
	case <-ctx.Done():
	}
	return nil
}

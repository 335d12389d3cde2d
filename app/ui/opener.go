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

// openedKept is how long a copy that was made to open a file is kept: over a long weekend, in case the program that
// shows it is still open.
const openedKept = 5 * 24 * time.Hour

// openWait is how long the system's opener may take to start a program before it counts as started.
const openWait = 20 * time.Second

// opener opens files of other PCs: it fetches a copy into a private folder and gives that to the system's program.
// Whatever could run is never started; its folder is shown, if the person wants it.
type opener struct {
	u       *UI
	dir     string
	waiting map[string]opening // by transfer ID
}

// opening is a file on its way.
type opening struct {
	dir  string // that the copy goes to
	name string
}

func newOpener(u *UI) *opener {
	return &opener{u: u, dir: filepath.Join(u.opt.DataDir, "opened"), waiting: map[string]opening{}}
}

// has tells whether a transfer is the opener's.
func (o *opener) has(id string) bool {
	_, ok := o.waiting[id]
	return ok
}

// open fetches a file and opens it. A program or script is only ever downloaded where the person says.
func (o *opener) open(at node.Location) {
	name := path.Base(at.Path)
	if dangerous(name) {
		o.u.open(sheetSpec{
			title: tr("This file can run as a program"), icon: look.IconWarning, width: 440,
			body: look.NewProse(tr("Lanyard does not open “{{.Name}}”, because programs and scripts can harm this PC. You can download it and decide yourself.", "Name", plain(name)), 0),
			main: tr("Download…"), onMain: func(*sheet) {
				o.u.closeSheet()
				o.u.download([]node.Location{at})
			},
		})
		return
	}
	o.u.frame.notice.say(notice{text: tr("Opening {{.Name}}…", "Name", plain(name))})
	var started *node.Transfer
	job := opening{name: name}
	o.u.call(func(ctx context.Context) error {
		if err := os.MkdirAll(o.dir, 0o700); err != nil {
			return fmt.Errorf("make a folder for the copy: %w", err)
		}
		dir, err := os.MkdirTemp(o.dir, "")
		if err != nil {
			return fmt.Errorf("make a folder for the copy: %w", err)
		}
		job.dir = dir
		started, err = o.u.svc.Get(ctx, []node.Location{at}, dir, node.Moving{Priority: node.PriorityHigh}) // somebody waits for it
		return err
	}, func() {
		o.waiting[started.ID] = job
		o.show(o.u.state)
	})
}

// show opens what has arrived.
func (o *opener) show(s *node.State) {
	for id, job := range o.waiting {
		t := findTransfer(s, id)
		switch {
		case t == nil || !t.State.Ended():
		case t.State == node.TransferDone && t.Failed == 0:
			delete(o.waiting, id)
			o.arrived(job)
		default:
			delete(o.waiting, id)
			if t.State == node.TransferFailed || t.Failed > 0 {
				o.u.frame.notice.say(notice{kind: noticeError, text: tr("{{.Name}} could not be opened.", "Name", plain(job.name)), hint: told(t.Error), stays: true})
			}
		}
	}
}

func (o *opener) arrived(job opening) {
	o.u.call(func(ctx context.Context) error {
		file, err := onlyFile(job.dir)
		if err != nil {
			return err
		}
		// The copy is not the file: a program that knows it can't save here will ask for another place.
		if err := os.Chmod(file, 0o400); err != nil {
			return fmt.Errorf("protect the copy: %w", err)
		}
		return o.u.opt.Open(ctx, file)
	}, nil)
}

// onlyFile returns the one file in a folder. Its name is what the transfer made of the name at the other PC, and is
// looked at once more before it is opened.
func onlyFile(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") && !dangerous(e.Name()) {
			return filepath.Join(dir, e.Name()), nil
		}
	}
	return "", errors.New("open the copy: it is not there")
}

// tidy removes the copies of earlier days.
func (o *opener) tidy() {
	before := o.u.opt.Now().Add(-openedKept)
	o.u.work.start(func(ctx context.Context) func() {
		entries, err := os.ReadDir(o.dir)
		if err != nil {
			return nil // nothing was ever opened
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || info.ModTime().After(before) || ctx.Err() != nil {
				continue
			}
			if err := os.RemoveAll(filepath.Join(o.dir, e.Name())); err != nil {
				o.u.opt.Log.Warn("an old copy stays", "err", err)
			}
		}
		return nil
	})
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

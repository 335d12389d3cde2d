package ui

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/exchange"
	"lanyard/app/ui/preview"
	"lanyard/app/ui/thumbs"
)

// quitWait is how long Run waits for background tasks once the window is gone. Their contexts have ended, so this
// is only reached when one hangs in a system call.
const quitWait = 3 * time.Second

// UI is Lanyard's window and all that belongs to it. Only Show may be called from any goroutine; everything else
// belongs to Fyne's.
type UI struct {
	pace
	app    fyne.App
	svc    node.Service
	opt    Options
	work   *work
	prefs  *prefs
	window fyne.Window
	frame  *frame
	tray   *tray
	copies *copies
	notes  Notes
	hover  *hover
	viewer *preview.Viewer
	thumbs *thumbs.Maker

	desktop exchange.Desktop // what it can do with files; nil before the window is shown
	out     dragOut
	copying *task                   // files that are copied, or nil
	opening map[node.Location]*task // files that are being opened
	picking *task                   // the desktop's file dialog that is open, or nil
	picked  time.Time
	looking *task // for cameras

	state    *node.State // the latest that was shown; nil before the first
	sheet    *sheet      // the open dialog, or nil
	invite   *inviteView // the open invitation, or nil
	nav      navigator
	patience time.Duration     // before a preview says what it does: previewPatience, less in tests
	told     map[string]string // what was told of one's own print jobs, so that it is told once
	resting  *task             // unloads the viewer after a while
	speeds   speeds            // of the transfers under way
	left     []string          // transfers whose held files a person has seen and left
	read     []string          // entries of the inbox that a person has seen
	visible  bool
	front    bool        // the window has the keyboard of the desktop
	watching *task       // follows the node
	again    *task       // looks for a node that is gone
	losses   int         // how often it was gone since it was last there
	waiting  []func()    // dialogs that wait for the open one to be closed
	endPost  func()      // stops the goroutine that posts to Fyne and waits for it
	started  atomic.Bool // Run runs: Show may post
	quitting atomic.Bool
}

func newUI(o *Opening, svc node.Service) *UI {
	u := &UI{app: o.app, svc: svc, opt: o.opt, prefs: o.prefs, window: o.window, patience: previewPatience, pace: pace{tap: tapPause, press: pressPause}, told: map[string]string{}, opening: map[node.Location]*task{}, endPost: func() {}}
	u.work = newWork(u.opt.Log)
	u.prefs.disk.start = func(write func()) {
		u.work.start(func(context.Context) func() {
			write()
			return nil
		})
	}
	u.viewer = preview.New(u.opt.ViewerDir)
	u.thumbs = thumbs.New(u.viewer, filepath.Join(u.opt.DataDir, "thumbnails"))
	u.copies = newCopies(svc, filepath.Join(u.opt.DataDir, "opened"))
	u.tray = newTray(u)
	if u.notes = u.opt.Notes; u.notes == nil {
		u.notes = newNotes(u)
	}
	u.app.Lifecycle().SetOnEnteredForeground(func() { u.front = true })
	u.app.Lifecycle().SetOnExitedForeground(func() { u.front = false })
	u.hover = newHover(u)
	u.furnish()
	u.window.SetCloseIntercept(u.closeAsked)
	u.window.SetOnDropped(u.dropped)
	u.bindKeys()
	u.nav.place = place{kind: atWorkgroup}
	u.arrive()
	return u
}

// furnish puts all that the window holds into it, in the language that is spoken.
func (u *UI) furnish() {
	u.frame = newFrame(u)
	u.window.SetContent(container.NewStack(u.frame.content, u.hover.layer))
}

// Run runs Fyne on the calling goroutine, which must be main's, until the person quits or ctx
// ends. It returns when all that it started has ended, within quitWait, or says what did not.
func (u *UI) Run(ctx context.Context) error {
	stop := u.start(ctx)
	if !u.opt.Hidden {
		u.appear()
	}
	u.app.Run()
	return stop()
}

// Show brings the window to the front, as a second start of the program asks for.
func (u *UI) Show() {
	if u.started.Load() {
		u.work.post(u.reveal)
	}
}

// Window returns the window, for tests and screenshots.
func (u *UI) Window() fyne.Window { return u.window }

// start begins to watch the node and returns the function that ends everything.
func (u *UI) start(ctx context.Context) (stop func() error) {
	working, cancel := context.WithCancel(ctx)
	var posting, running sync.WaitGroup
	posting.Go(func() { u.work.run(working, u.show, &running) })
	u.endPost = func() {
		cancel()
		posting.Wait()
	}
	// Who ends ctx (Ctrl+C in the terminal) ends the window too.
	forget := context.AfterFunc(ctx, func() {
		posting.Wait()
		if !u.quitting.Load() {
			fyne.Do(u.quit)
		}
	})
	u.started.Store(true)
	u.watch()
	u.tray.start()
	u.tidyCopies()
	notes := u.notes
	u.work.start(func(ctx context.Context) func() {
		notes.Run(ctx, u.work.post)
		return nil
	})
	return func() error {
		u.quitting.Store(true)
		forget()
		cancel()
		running.Go(u.prefs.flush) // what no task was started for any more
		return waitAtMost(quitWait, &posting, &running)
	}
}

// waitAtMost waits for groups, or gives up.
func waitAtMost(limit time.Duration, groups ...*sync.WaitGroup) error {
	ended := make(chan struct{})
	go func() {
		for _, g := range groups {
			g.Wait()
		}
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-time.After(limit):
		return errors.New("end the window: a background task did not stop in time")
	}
}

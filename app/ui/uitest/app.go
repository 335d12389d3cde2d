package uitest

import (
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// App is a Fyne application without a display. Unlike Fyne's own for tests, it keeps what other goroutines post to
// Fyne until the test's goroutine takes it (Until), so that there are no races that the real one doesn't have.
type App struct {
	fyne.App
	driver *driver
	t      testing.TB
	done   bool
}

// driver queues what is posted.
type driver struct {
	fyne.Driver
	keys fyne.KeyModifier

	mu    sync.Mutex // guards the below
	queue []func()
	wake  chan struct{}
}

// NewApp makes an application the current one for the time of a test.
func NewApp(t testing.TB) *App {
	t.Helper()
	inner := test.NewApp()
	a := &App{App: inner, driver: &driver{Driver: inner.Driver(), wake: make(chan struct{}, 1)}, t: t}
	fyne.SetCurrentApp(a)
	t.Cleanup(func() { test.NewApp() })
	return a
}

// Driver is for Fyne.
func (a *App) Driver() fyne.Driver { return a.driver }

// Quit ends the application.
func (a *App) Quit() { a.done = true }

// HasQuit tells whether it has ended.
func (a *App) HasQuit() bool { return a.done }

// Hold sets the modifier keys that are held down.
func (a *App) Hold(keys fyne.KeyModifier) { a.driver.keys = keys }

// CurrentKeyModifiers is for Fyne.
func (d *driver) CurrentKeyModifiers() fyne.KeyModifier { return d.keys }

// DoFromGoroutine is for Fyne.
func (d *driver) DoFromGoroutine(f func(), wait bool) {
	done := make(chan struct{})
	d.mu.Lock()
	d.queue = append(d.queue, func() {
		f()
		close(done)
	})
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
	if wait {
		<-done
	}
}

// Turn runs what has been posted.
func (a *App) Turn() {
	a.driver.mu.Lock()
	queue := a.driver.queue
	a.driver.queue = nil
	a.driver.mu.Unlock()
	for _, f := range queue {
		f()
	}
}

// untilLimit is how long a test waits for what should happen at once.
const untilLimit = 10 * time.Second

// Until runs what is posted until something holds, and fails the test when that takes too long.
func (a *App) Until(what string, holds func() bool) {
	a.t.Helper()
	limit := time.After(untilLimit)
	for {
		a.Turn()
		if holds() {
			return
		}
		select {
		case <-a.driver.wake:
		case <-time.After(5 * time.Millisecond): // what it waits for may happen without a post
		case <-limit:
			a.t.Fatalf("never came: %s", what)
		}
	}
}

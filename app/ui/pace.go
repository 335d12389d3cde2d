package ui

import "time"

// A row that was dealt with goes, and another one comes to its place, under the pointer and with the keyboard. The second click of
// a double click and a key that is held down are not meant for that.

// tapPause is how long after a click on a button of a row the next one counts; pressPause how long a key must have been let alone.
// Desktops repeat a key after 250 to 660 ms, and then many times a second.
const (
	tapPause   = 400 * time.Millisecond
	pressPause = 750 * time.Millisecond
)

// pace is when rows were last dealt with.
type pace struct {
	tap, press    time.Duration // tapPause, pressPause; none in tests
	taps, presses time.Time
}

// paced is who keeps the pace.
type paced interface {
	// tapped makes a button of a row out of what it does.
	tapped(do func()) func()
	// pressed tells whether a key that does something with a row counts: it isn't held down.
	pressed() bool
}

func (p *pace) tapped(do func()) func() {
	return func() {
		if now := time.Now(); now.Sub(p.taps) >= p.tap {
			p.taps = now
			do()
		}
	}
}

func (p *pace) pressed() bool {
	now := time.Now()
	held := now.Sub(p.presses) < p.press
	p.presses = now
	return !held
}

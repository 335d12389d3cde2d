//go:build !linux

package ui

import (
	"context"

	"fyne.io/fyne/v2"
)

// plainNotes shows notes in Fyne's way, in fixed words: on Windows it makes a command of them.
type plainNotes struct{ app fyne.App }

// newNotes returns the notes of this desktop.
func newNotes(u *UI) Notes { return plainNotes{u.app} }

// Run is for Notes.
func (plainNotes) Run(context.Context, func(func())) {}

// Tell is for Notes.
func (p plainNotes) Tell(n Note) { p.app.SendNotification(fyne.NewNotification("Lanyard", n.Plain)) }

// Withdraw is for Notes.
func (plainNotes) Withdraw(string) {}

// Package exchange is how files pass between Lanyard's window and the other programs of a desktop: dragged out of the
// window, dropped on it, copied and pasted. It moves no file itself and knows nothing of windows; what a desktop can do
// stands in the packages below.
package exchange

import (
	"context"
	"errors"
	"image"
)

// MaxFiles bounds how many files one gesture of another program may bring, so that a wrong one is noticed before a disk is
// full; MaxList bounds their list, in bytes: that many paths of a thousand letters, each written as several, fit.
const (
	MaxFiles = 1000
	MaxList  = 4 << 20
)

// MaxPicture bounds a picture on the clipboard, in bytes: a screenshot of several large screens is below.
const MaxPicture = 16 << 20

// ErrUnavailable says that this desktop has no way for it.
var ErrUnavailable = errors.New("this desktop has no way to do that")

// ErrTooMany says that more than MaxFiles files, or a longer list than MaxList, were offered.
var ErrTooMany = errors.New("too many files at once")

// ErrNoFiles says that what was offered is nothing of this PC's disks: a link, or a file of another computer.
var ErrNoFiles = errors.New("no files of this PC")

// Desktop is what the desktop around the window can do with files. Its methods may be called from any goroutine; each
// returns once its context has ended.
type Desktop interface {
	// Receive tells r what is dragged over the window and dropped on it, until ctx ends. ErrUnavailable means that the
	// toolkit alone knows of drops, as it does when Receive fails.
	Receive(ctx context.Context, r Receiver) error
	// Drag drags files out of the window with the button that is down, until they were taken or the person thinks better
	// of it.
	Drag(ctx context.Context, d Drag) (Outcome, error)
	// Copy puts local files (absolute paths) on the clipboard, calls ready, and offers them until something else is copied.
	Copy(ctx context.Context, paths []string, ready func()) error
	// Paste returns the local files on the clipboard; none when there is something else on it.
	Paste(ctx context.Context) ([]string, error)
	// Picture returns the picture on the clipboard as the bytes of a file of at most MaxPicture; none when there is something
	// else on it. Nothing in it has been looked at.
	Picture(ctx context.Context) ([]byte, error)
}

// Receiver is the window that files are dragged over. Its methods are called on one goroutine and must return at once.
type Receiver interface {
	// Hover says where in the window files are, in its pixels from the top left, and which: none while that is not known, or
	// when it is an error what they are (ErrTooMany, ErrNoFiles). answer tells whether they can be dropped there; it may be called
	// later, from any goroutine.
	Hover(at image.Point, paths []string, err error, answer func(may bool))
	// Leave says that they have gone again.
	Leave()
	// Drop says that they were let go there.
	Drop(at image.Point, paths []string, err error)
}

// Drag is files of another PC on their way out of the window.
type Drag struct {
	// Name is that of the first file.
	Name string
	// Local are copies of them on this PC, by absolute path, where they were fetched before; none otherwise.
	Local []string
	// Pictures hang at the pointer; any may be nil.
	Pictures Pictures
	// Fetch makes the copies. It is called at most once, when they were dropped on a program that wants files and Local has
	// none. It may show pictures of how far it is, from any goroutine.
	Fetch func(ctx context.Context, show func(image.Image)) ([]string, error)
}

// Pictures are what hangs at the pointer while files are dragged: over a place that takes them, and over one that doesn't.
type Pictures struct{ Taken, Refused image.Image }

// Outcome is how a drag has ended. The zero Outcome is that it came to nothing.
type Outcome struct {
	// Folder is where they were dropped, when a file manager leaves it to us to put them there.
	Folder string
	// Taken tells that a program has got the list of the copies.
	Taken bool
	// Fetched tells that the copies were made, whether or not they were taken then.
	Fetched bool
}

// None is a desktop without any of it.
type None struct{}

// Receive is for Desktop.
func (None) Receive(context.Context, Receiver) error { return ErrUnavailable }

// Drag is for Desktop.
func (None) Drag(context.Context, Drag) (Outcome, error) { return Outcome{}, ErrUnavailable }

// Copy is for Desktop.
func (None) Copy(context.Context, []string, func()) error { return ErrUnavailable }

// Paste is for Desktop.
func (None) Paste(context.Context) ([]string, error) { return nil, ErrUnavailable }

// Picture is for Desktop.
func (None) Picture(context.Context) ([]byte, error) { return nil, ErrUnavailable }

package node

import (
	"errors"
	"fmt"
)

// Kind says what sort of trouble an Error is, for faces and scripts that must tell.
type Kind string

// The kinds of trouble.
const (
	NotFound Kind = "not-found" // no such PC, folder, file, printer, job; or no right to see it
	Denied   Kind = "denied"    // seen, but not allowed
	Offline  Kind = "offline"   // the other PC can't be reached
	Invalid  Kind = "invalid"   // the person's input is no good
	Exists   Kind = "exists"    // something of that name is there already
	Full     Kind = "full"      // no space left
	Unsure   Kind = "unsure"    // it can be done, but a person should confirm it first
	Failed   Kind = "failed"    // all else
)

// Error is trouble put for people: Text says what, which and why in one sentence; Hint says what to do, or is "".
type Error struct {
	Kind Kind   `json:"kind"`
	Text string `json:"error"`
	Hint string `json:"hint,omitempty"`
	err  error
}

func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Text
	}
	return e.Text + " (" + e.Hint + ")"
}

// Unwrap returns the cause, which may be nil: a cause does not cross the control socket.
func (e *Error) Unwrap() error { return e.err }

// KindOf returns the Kind of err, Failed when it has none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Failed
}

func problem(kind Kind, hint, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Text: err.Error(), Hint: hint, err: errors.Unwrap(err)}
}

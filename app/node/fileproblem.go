package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"lanyard/app/node/identity"
	"lanyard/share"
)

// maxShownPath is how much of a path is shown, in bytes: a line of a terminal or two. The longest have 4096.
const maxShownPath = 200

// fileProblem puts what went wrong with a file of another PC in words.
func (n *Node) fileProblem(ctx context.Context, id string, l Location, err error) error {
	pc := n.nameOf(id)
	what := pc + ":" + l.Folder
	if l.Path != "" {
		what += "/" + shorten(l.Path, maxShownPath)
	}
	if n.gate.Avoids(id) {
		return avoided(pc)
	}
	if errors.Is(context.Cause(ctx), errLost) {
		return problem(Offline, "it is found again by itself when it is back", "%s was lost", pc)
	}
	var e *share.Error
	if !errors.As(err, &e) {
		if errors.Is(err, context.Canceled) {
			return problem(Failed, "", "cancelled")
		}
		if broken(err) { // what failed at which address helps nobody
			return &Error{Kind: Offline, err: err, Text: pc + " can't be reached or has ended the connection",
				Hint: "it may be going off, or have as many connections as are allowed there; try again in a moment"}
		}
		return problem(Failed, "", "%s: %w", what, err)
	}
	if !e.Remote && e.Code != share.Invalid {
		return localProblem(e)
	}
	switch e.Code {
	case share.NotFound:
		return problem(NotFound, "`lanyard ls` shows what is there and shared with this PC", "there is no %s", what)
	case share.Denied: // whatever its rights: who has none is told that nothing is there
		return problem(Denied, "ask the person there: it is no matter of the rights that Lanyard gives", "%s could not do that with %s: %s",
			pc, what, strings.Replace(e.Text, "the system does", "its system does", 1))
	case share.Exists:
		return problem(Exists, "choose another name, or remove it first", "%s is there already", what)
	case share.Full:
		return problem(Full, "make some room there, or choose another folder", "%s has no space left for %s", pc, what)
	case share.Invalid:
		hint := ""
		if e.TooLong() {
			hint = "give it a shorter name, or choose a folder nearer the top"
		}
		return &Error{Kind: Invalid, Text: toldOnce(what, l, e), Hint: hint, err: err}
	case share.Braked:
		return problem(Denied, fmt.Sprintf("ask the person at %s to let this PC go on: `lanyard brake release` there", pc),
			"%s has stopped this PC, as it has changed very many files in a short time", pc)
	case share.Gone:
		return problem(Failed, "is the disk plugged in there?", "the folder %s of %s can't be opened there now", l.Folder, pc)
	}
	return &Error{Kind: Failed, Text: toldOnce(what, l, e), err: err}
}

// toldOnce is what went wrong with what is at l, with its path once.
func toldOnce(what string, l Location, e *share.Error) string {
	once := *e
	if once.Path == l.Path || len(once.Path) > maxShownPath {
		once.Path = ""
	}
	if once.Path == "" && once.Files > 1 {
		return fmt.Sprintf("%d files failed, the first: %s: %s", once.Files, what, once.Text)
	}
	return what + ": " + once.Error()
}

// broken tells whether it was the connection that failed, and not for another PC's answering in its place.
func broken(err error) bool {
	var request *url.Error
	var network net.Error
	ended := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
	return (ended || errors.As(err, &request) || errors.As(err, &network)) && !errors.Is(err, identity.ErrNotTheSame)
}

// localProblem puts what went wrong on this PC's own disk in words.
func localProblem(e *share.Error) error {
	switch e.Code {
	case share.Full:
		return problem(Full, "make some room, or choose another folder", "this PC has no space left for %s", e.Path)
	case share.Denied:
		return problem(Denied, "choose another folder", "this PC may not write %s: %w", e.Path, e)
	}
	return problem(Failed, "", "on this PC: %w", e)
}

package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"lanyard/app/node/identity"
	"lanyard/app/node/transfers"
	"lanyard/share"
)

// moreRoom is how many bytes must have become free on a disk that was full before a transfer tries it again: with less it
// would be full again at once.
const moreRoom = 1 << 20

var errCancelled = errors.New("cancelled")

// away tells why a PC can't be reached now; "" when it can, or when there is no use in waiting for it.
func (n *Node) away(id string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.peers[id]
	if id == n.id.ID || n.gate.Avoids(id) || !n.list.Has(id) || p != nil && p.online {
		return ""
	}
	return n.nameLocked(id) + " is off"
}

// waitFor turns trouble that passes into what a transfer waits for, and any other into words.
func (n *Node) waitFor(ctx context.Context, t *transfers.Transfer, err error, p *share.Progress) error {
	if err == nil {
		return nil
	}
	pc := n.nameOf(t.PC)
	if wait := n.waitForPC(ctx, t, pc, err); wait != nil {
		return wait
	}
	if wait := n.waitForDisk(t, pc, err, p); wait != nil {
		return wait
	}
	var told *Error
	if errors.As(err, &told) {
		return told
	}
	if e := (*share.Error)(nil); t.Kind == "put" && errors.As(err, &e) && !e.Remote && e.Code == share.Denied {
		return problem(Denied, "see who may read it, or leave it out", "this PC may not read %s: %w", e.Path, e)
	}
	if e := (*share.Error)(nil); errors.As(err, &e) && e.Code == share.Changed {
		return problem(Failed, "`lanyard transfers retry "+t.ID+"` tries again, once no program writes to it", "%s: %s", shorten(e.Path, maxShownPath), e.Text)
	}
	l, local := Location{Folder: t.Folder, Path: t.Path}, t.Dest
	if t.Kind == "put" {
		local = t.Local
	} else if len(t.Paths) > 0 {
		l.Path = t.Paths[0]
	}
	return n.transferProblem(ctx, t.PC, l, local, err)
}

// waitForPC returns what to wait for when it was the way to the other PC that failed.
func (n *Node) waitForPC(ctx context.Context, t *transfers.Transfer, pc string, err error) error {
	var e *share.Error
	told := errors.As(err, &e)
	switch {
	case n.gate.Avoids(t.PC):
		return nil
	case errors.Is(context.Cause(ctx), errLost), KindOf(err) == Offline:
		return &transfers.Wait{For: pc + " is off", Away: true}
	case ctx.Err() != nil || told:
		return nil
	case errors.Is(err, identity.ErrNotTheSame):
		return &transfers.Wait{For: fmt.Sprintf("another PC answers where %s was", pc)}
	case broken(err):
		return &transfers.Wait{For: fmt.Sprintf("the connection to %s was lost", pc)}
	}
	return nil
}

// waitForDisk returns what to wait for when a disk is full or has gone, or the owner of the other PC must allow more.
func (n *Node) waitForDisk(t *transfers.Transfer, pc string, err error, p *share.Progress) error {
	var e *share.Error
	errors.As(err, &e)
	if p != nil {
		for _, one := range p.Errors() { // the first of them need not be the one that ended all
			if passes(one) {
				e = one
			}
		}
	}
	full := errors.Is(err, syscall.ENOSPC) || e != nil && e.Code == share.Full
	switch {
	case full && (e == nil || !e.Remote):
		return fullHere(t)
	case full:
		return &transfers.Wait{For: fmt.Sprintf("%s has no space left on the disk of %s", pc, t.Folder), Vain: true}
	case e == nil || !e.Remote:
		return gone(t)
	case e.Code == share.Braked:
		return &transfers.Wait{For: fmt.Sprintf("%s has stopped changes by this PC: the person there must let it go on", pc), Vain: true}
	case e.Code == share.Gone:
		return &transfers.Wait{For: fmt.Sprintf("the folder %s of %s can't be opened there now: is its disk plugged in?", t.Folder, pc), Vain: true}
	}
	return nil
}

// passes tells whether trouble with one file is such as ends the whole, and passes.
func passes(e *share.Error) bool {
	return e.Code == share.Full || e.Code == share.Braked || e.Code == share.Gone
}

// fullHere waits for room on a disk of this PC.
func fullHere(t *transfers.Transfer) *transfers.Wait {
	at := localFolder(t.Local)
	least, err := share.Free(at)
	if err != nil {
		least = 0
	}
	return &transfers.Wait{For: fmt.Sprintf("this PC has no space left on the disk of %s", t.Local), Ready: func() bool {
		free, err := share.Free(at)
		if err == nil && free < least+moreRoom {
			least = min(least, free)
			return false
		}
		return true
	}}
}

// gone waits for the folder that a get writes into, when it is not there; nil when it is.
func gone(t *transfers.Transfer) error {
	if t.Kind != "get" {
		return nil
	}
	at := localFolder(t.Dest)
	there := func() bool {
		_, err := os.Stat(at)
		return err == nil
	}
	if there() {
		return nil
	}
	return &transfers.Wait{For: fmt.Sprintf("the folder %s is not there: is its disk plugged in?", at), Ready: there}
}

// transferProblem puts what went wrong with a transfer in words: on this disk, or there.
func (n *Node) transferProblem(ctx context.Context, id string, l Location, local string, err error) error {
	var p *os.PathError
	var e *share.Error
	switch {
	case errors.As(err, &e):
		if e.Path != "" {
			l.Path = e.Path
		}
	case errors.As(err, &p):
		return problem(Failed, "", "%s: %w", local, err)
	case errors.Is(err, context.Canceled) && context.Cause(ctx) == nil:
		return err
	}
	return n.fileProblem(ctx, id, l, err)
}

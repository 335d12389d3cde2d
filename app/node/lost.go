package node

import (
	"context"
	"errors"
	"time"

	"lanyard/app/node/gate"
	"lanyard/share"
)

// newsWait is how long after a connection is cut the news why may come.
const newsWait = 500 * time.Millisecond

// lostRight tells whether a transfer broke since the other PC has taken back the right that it needed. The news of that
// comes on another connection, a moment later.
func (n *Node) lostRight(ctx context.Context, id, folder string, need gate.Verb, err error) bool {
	var e *share.Error
	if err == nil || id == n.id.ID || ctx.Err() != nil || errors.As(err, &e) && e.Remote && e.Code != share.NotFound && e.Code != share.Gone {
		return false
	}
	late := time.NewTimer(newsWait)
	defer late.Stop()
	for {
		changed := n.changes.wait()
		if !n.mayUse(id, folder, need) {
			return true
		}
		select {
		case <-changed:
		case <-late.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// mayUse tells whether another PC has offered a right in a folder to this one.
func (n *Node) mayUse(id, folder string, need gate.Verb) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.peers[id]; p != nil {
		for _, f := range p.Offers.Folders {
			if given, _ := gate.ParseAccess(f.Access); f.Name == folder && given.Has(need) {
				return true
			}
		}
	}
	return false
}

// checkRight tells before anything is read or sent that another PC lets this one do less in a folder than is wanted: there,
// what may not be done looks as if nothing were there. A right that was given a moment ago is waited for.
func (n *Node) checkRight(ctx context.Context, id, folder string, need gate.Verb) error {
	late := time.NewTimer(newsWait)
	defer late.Stop()
	for {
		changed := n.changes.wait()
		access := n.offeredAccess(id, folder)
		if given, known := gate.ParseAccess(access); access == "" || !known || given.Has(need) {
			return nil // what isn't known here, that PC knows
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-late.C:
			return mayOnly(n.nameOf(id), folder, access)
		}
	}
}

// offeredAccess is the word for what another PC lets this one do with a folder; "" when it has not offered it.
func (n *Node) offeredAccess(id, folder string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.peers[id]; p != nil && id != n.id.ID {
		for _, f := range p.Offers.Folders {
			if f.Name == folder {
				return f.Access
			}
		}
	}
	return ""
}

func mayOnly(pc, folder, access string) *Error {
	const do = "ask the person there for the right"
	switch access {
	case "see":
		return problem(Denied, do, "this PC may only see %s on %s", folder, pc)
	case "read":
		return problem(Denied, do, "this PC may only read %s on %s", folder, pc)
	case "add":
		return problem(Denied, do, "this PC may only add to %s on %s", folder, pc)
	}
	return problem(Denied, do, "this PC may not do that with %s on %s", folder, pc)
}

func tookBack(pc, folder string) *Error {
	return problem(Denied, "ask the person there", "%s has taken back what this PC was allowed with %s", pc, folder)
}

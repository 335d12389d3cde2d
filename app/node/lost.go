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

func tookBack(pc, folder string) *Error {
	return problem(Denied, "ask the person there", "%s has taken back what this PC was allowed with %s", pc, folder)
}

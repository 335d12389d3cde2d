package node

import (
	"context"
	"errors"
)

// errLost ends what depended on a PC that can no longer be reached.
var errLost = errors.New("the connection was lost")

// use returns a context that ends when a PC is lost. Until the other one is called this PC stays awake.
func (n *Node) use(ctx context.Context, id string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.using[id] == nil {
		n.using[id] = map[*context.CancelCauseFunc]bool{}
	}
	n.using[id][&cancel] = true
	rest := n.awake.Begin()
	return ctx, func() {
		rest()
		n.mu.Lock()
		delete(n.using[id], &cancel)
		n.mu.Unlock()
		cancel(context.Canceled)
	}
}

// endUses ends what depends on a PC that is still away since it went for the downs-th time.
func (n *Node) endUses(id string, downs int) {
	n.mu.Lock()
	p := n.peers[id]
	if p != nil && (p.online || p.downs > downs) {
		n.mu.Unlock()
		return
	}
	uses := n.using[id]
	delete(n.using, id)
	n.mu.Unlock()
	n.door.HangUp(id)
	for cancel := range uses {
		(*cancel)(errLost)
	}
}

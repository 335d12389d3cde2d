package node

import (
	"strings"
	"testing"

	"lanyard/app/node/identity"
)

// Who says that a PC is to be avoided while it is being dialled gets no connection to it.
func TestAPCThatIsAvoidedMeanwhileIsNotConnected(t *testing.T) {
	for _, avoided := range []bool{true, false} {
		n := newNode(t)
		id := strings.Repeat("a", identity.IDLen)
		n.mu.Lock()
		if avoided {
			n.settings.Avoid = []string{id}
		}
		n.applyRulesLocked()
		n.mu.Unlock()
		n.up(id, "10.0.0.1:4720", true)
		if p := n.peers[id]; (p != nil && p.online) == avoided {
			t.Errorf("avoided is %v, and it counts as %+v", avoided, p)
		}
	}
}

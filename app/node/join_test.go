package node

import (
	"strings"
	"testing"
)

// A member that proves the code and then sends a list of others is told apart, in words.
func TestANewcomerMustBeInTheListItIsGiven(t *testing.T) {
	o := newOffice(t, nil)
	if _, err := listOf(o.list.Records(), o.member.Peer.ID, o.id.ID); err != nil {
		t.Errorf("a list with both: %v", err)
	}
	for _, id := range []string{o.unknown.Peer.ID, o.removed.Peer.ID} {
		if list, err := listOf(o.list.Records(), id, o.id.ID); err == nil || list != nil || strings.Contains(err.Error(), "%!") {
			t.Errorf("a list without the newcomer: %v", err)
		}
	}
	if _, err := listOf(nil, o.member.Peer.ID, o.id.ID); err == nil {
		t.Error("no list at all was taken")
	}
}

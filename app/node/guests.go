package node

import "context"

// LinkGuest implements Service.
func (n *Node) LinkGuest(context.Context, GuestLink) (*GuestLink, error) {
	return nil, problem(Failed, "", "links for guests can't be made yet")
}

// RevokeLink implements Service.
func (n *Node) RevokeLink(_ context.Context, id string) error {
	return problem(NotFound, "", "there is no link %q", id)
}

// FetchHeld implements Service.
func (n *Node) FetchHeld(_ context.Context, id string) (*Transfer, error) {
	return nil, problem(NotFound, "", "there is no transfer %q", id)
}

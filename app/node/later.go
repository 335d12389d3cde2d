package node

import "context"

var errLater = problem(Failed, "", "this Lanyard can't do that")

func (n *Node) MakePassword(context.Context, string, string) (*Password, error) {
	return nil, errLater
}
func (n *Node) RevokePassword(context.Context, string) error { return errLater }

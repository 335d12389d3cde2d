package node

import "context"

var errLater = problem(Failed, "", "this Lanyard can't do that")

func (n *Node) PreviewGet(context.Context, []Location, string) (*Preview, error) {
	return nil, errLater
}
func (n *Node) PreviewPut(context.Context, []string, Location) (*Preview, error) {
	return nil, errLater
}
func (n *Node) VerifyTransfer(context.Context, string) (*Verification, error) { return nil, errLater }
func (n *Node) MakePassword(context.Context, string, string) (*Password, error) {
	return nil, errLater
}
func (n *Node) RevokePassword(context.Context, string) error { return errLater }

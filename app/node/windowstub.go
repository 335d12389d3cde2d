package node

import "context"

func (n *Node) Diagnose(context.Context, string) (*Diagnosis, error) {
	return nil, problem(Failed, "", "this isn't there yet")
}

func (n *Node) Mend(context.Context, string) error {
	return problem(Failed, "", "this isn't there yet")
}

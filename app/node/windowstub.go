package node

import (
	"context"
	"io"
)

func (n *Node) Open(context.Context, Location) (io.ReadCloser, error) {
	return nil, problem(Failed, "", "this isn't there yet")
}

func (n *Node) Diagnose(context.Context, string) (*Diagnosis, error) {
	return nil, problem(Failed, "", "this isn't there yet")
}

func (n *Node) Mend(context.Context, string) error {
	return problem(Failed, "", "this isn't there yet")
}

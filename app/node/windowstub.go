package node

import (
	"context"
	"io"
)

func (n *Node) Open(context.Context, Location) (io.ReadCloser, error) {
	return nil, problem(Failed, "", "this isn't there yet")
}

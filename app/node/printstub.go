package node

import "context"

func notYet() error { return problem(Failed, "", "this isn't there yet") }

// HoldJob implements Service, as do all below.
func (n *Node) HoldJob(context.Context, JobRef) error { return notYet() }

func (n *Node) RestartJob(context.Context, JobRef) (*Job, error) { return nil, notYet() }

func (n *Node) MoveJob(context.Context, JobRef, string, string) (*Job, error) { return nil, notYet() }

func (n *Node) OrderJob(context.Context, string, int, int) error { return notYet() }

package node

import (
	"context"
	"errors"

	"lanyard/app/node/transfers"
)

// maxPage is how many results one answer has at most.
const maxPage = 10_000

func noTransfer(id string) *Error {
	return problem(NotFound, "`lanyard transfers` lists them", "there is no transfer %q", clean(id))
}

func noPriority(p string) *Error {
	return problem(Invalid, "it is low, normal or high", "there is no priority %q", clean(p))
}

// steered puts in words why a transfer can't be treated so.
func (n *Node) steered(id string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, transfers.ErrUnknown):
		return noTransfer(id)
	case errors.Is(err, transfers.ErrEnded):
		return problem(Invalid, "", "transfer %s has ended already", clean(id))
	case errors.Is(err, transfers.ErrNotEnded):
		return problem(Invalid, "", "transfer %s has not ended yet", clean(id))
	case errors.Is(err, transfers.ErrDone):
		return problem(Invalid, "", "all of transfer %s is done", clean(id))
	}
	return homeProblem(n.home.Path(), err)
}

// PauseTransfer implements Service.
func (n *Node) PauseTransfer(_ context.Context, id string) error {
	return n.steered(id, n.queue.Pause(id))
}

// ResumeTransfer implements Service.
func (n *Node) ResumeTransfer(_ context.Context, id string) error {
	return n.steered(id, n.queue.Resume(id))
}

// RetryTransfer implements Service.
func (n *Node) RetryTransfer(_ context.Context, id string) error {
	return n.steered(id, n.queue.Retry(id))
}

// CancelTransfer implements Service.
func (n *Node) CancelTransfer(_ context.Context, id string) error {
	return n.steered(id, n.queue.Cancel(id))
}

// OrderTransfer implements Service.
func (n *Node) OrderTransfer(_ context.Context, id, before string) error {
	if _, ok := n.queue.Get(id); ok && before != "" {
		return n.steered(before, n.queue.Order(id, before))
	}
	return n.steered(id, n.queue.Order(id, before))
}

// PrioritizeTransfer implements Service.
func (n *Node) PrioritizeTransfer(_ context.Context, id, priority string) error {
	err := n.queue.Prioritize(id, priority)
	if errors.Is(err, transfers.ErrPriority) {
		return noPriority(priority)
	}
	return n.steered(id, err)
}

// ForgetTransfers implements Service.
func (n *Node) ForgetTransfers(context.Context) error {
	n.queue.Forget()
	return nil
}

// TransferResults implements Service.
func (n *Node) TransferResults(_ context.Context, id string, from, count int) (*Results, error) {
	list, all, err := n.queue.Results(id, from, min(count, maxPage))
	if err != nil {
		return nil, n.steered(id, err)
	}
	r := &Results{Count: all, Files: make([]Result, len(list))}
	for i := range list {
		r.Files[i] = showResult(list[i])
	}
	return r, nil
}

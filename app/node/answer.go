package node

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"lanyard/app/node/inbox"
	"lanyard/share"
)

// roomLeft is how many bytes an offer that is accepted, or a document that moves, must leave on the disk.
const roomLeft = 256 << 20

func noOffer(id string) *Error {
	return problem(NotFound, "`lanyard inbox` lists what was sent", "nothing called %q was sent", clean(id))
}

// AnswerOffer implements Service.
func (n *Node) AnswerOffer(ctx context.Context, id string, accept, always bool) error {
	e, ok := n.inbox.Get(id)
	if !ok {
		return noOffer(id)
	}
	if accept && always {
		err := n.changeSettings(ctx, func(s *settings) error {
			if !slices.Contains(s.Always, e.PC) {
				s.Always = append(slices.Clone(s.Always), e.PC)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	switch {
	case e.Text != "":
		return n.offerProblem(id, n.inbox.Read(id))
	case accept && e.State == inbox.Received:
		return n.offerProblem(id, n.inbox.Read(id))
	case accept:
		return n.accept(id)
	}
	if err := n.inbox.Decline(id); err != nil {
		return n.offerProblem(id, err)
	}
	n.discardOffer(e)
	return nil
}

// accept has an offer come in.
func (n *Node) accept(id string) error {
	n.answering.Lock()
	defer n.answering.Unlock()
	e, ok := n.inbox.Get(id)
	if !ok {
		return noOffer(id)
	}
	if e.State != inbox.Open {
		return n.offerProblem(id, inbox.ErrState)
	}
	s := n.currentSettings()
	e.Dir = n.inboxFolder(&s)
	if err := e.Prepare(); err != nil {
		return problem(Failed, "choose another with `lanyard config set inbox DIR`", "the inbox folder %s can't be used: %w", e.Dir, pathCause(err))
	}
	if free, err := share.Free(e.Dir); err == nil && free-roomLeft < e.Bytes {
		_ = e.Discard() // it is empty
		return problem(Full, "make some room, or choose another folder with `lanyard config set inbox DIR`",
			"there is not enough space for it on the disk of %s", e.Dir)
	}
	if err := n.inbox.Accept(id, e.Dir); err != nil {
		_ = e.Discard()
		return n.offerProblem(id, err)
	}
	n.shareOffers()
	return nil
}

// ForgetOffer implements Service.
func (n *Node) ForgetOffer(_ context.Context, id string) error {
	return n.offerProblem(id, n.inbox.Forget(id))
}

// offerProblem puts in words why something can't be done with an offer.
func (n *Node) offerProblem(id string, err error) error {
	n.changes.fire()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, inbox.ErrUnknown):
		return noOffer(id)
	case errors.Is(err, inbox.ErrState):
		return problem(Invalid, "`lanyard inbox` tells how it stands", "%s can't be answered or dropped now", clean(id))
	}
	return homeProblem(n.home.Path(), err)
}

// showInbox is the inbox as faces see it.
func (n *Node) showInbox() []Offered {
	shown := []Offered{}
	for _, e := range n.inbox.List() {
		o := Offered{
			ID: e.ID, PC: e.PC, State: string(e.State), Label: e.Label, Names: orEmpty(e.Names), Files: int(e.Files), Bytes: e.Bytes, Text: e.Text,
			Unread: e.Unread, Paths: e.Paths, Error: e.Error, Created: e.Created,
		}
		switch e.State {
		case inbox.Received:
			o.Received, o.Dest = e.Bytes, e.Dir
		case inbox.Receiving:
			bytes, _ := n.arrived.Load(e.ID)
			o.Received, _ = bytes.(int64)
			o.Received, o.Dest = min(o.Received, e.Bytes), e.Dir
		}
		shown = append(shown, o)
	}
	return shown
}

// setInbox reads the setting of the inbox folder.
func setInbox(s *settings, v string) error {
	if v != "" && !filepath.IsAbs(v) {
		return errors.New("the folder's path must be absolute")
	}
	if info, err := os.Stat(v); v != "" && err == nil && !info.IsDir() {
		return errors.New("it is a file")
	}
	s.Inbox = v
	return nil
}

package node

import (
	"context"
	"errors"
	"path"

	"lanyard/app/node/transfers"
	"lanyard/share"
)

// FetchHeld implements Service.
func (n *Node) FetchHeld(_ context.Context, id string) (*Transfer, error) {
	of, ok := n.queue.Get(id)
	if !ok {
		return nil, noTransfer(id)
	}
	nothing := problem(Invalid, "", "transfer %s holds nothing back", id)
	if len(of.Held) == 0 {
		return nil, nothing
	}
	if _, _, _, err := n.at(Location{PC: of.PC, Folder: of.Folder}); err != nil {
		return nil, err
	}
	var list []transfers.Held
	err := n.queue.Update(id, func(t *transfers.Transfer) bool {
		list, t.Held, t.HeldCount = t.Held, nil, 0
		return len(list) > 0 // else taken meanwhile, by a second press of the button
	})
	if len(list) == 0 {
		return nil, nothing
	}
	if err != nil {
		return nil, homeProblem(n.home.Path(), err)
	}
	s := transfers.Spec{
		Kind: "get", PC: of.PC, Local: of.Dest, Label: andMore(path.Base(list[0].Path), len(list)), Dest: of.Dest, Folder: of.Folder,
		Wanted: list, Of: id,
	}
	for _, h := range list {
		s.Source = append(s.Source, of.PC+":"+path.Join(of.Folder, h.Path))
	}
	return n.begin(s, Moving{})
}

// unheld offers files that were held back once more, after an attempt to fetch them that ended with err for good.
func (n *Node) unheld(t *transfers.Transfer, err error) {
	var wait *transfers.Wait
	if err == nil || len(t.Wanted) == 0 || errors.As(err, &wait) || errors.Is(err, context.Canceled) {
		return
	}
	_ = n.queue.Update(t.Of, func(of *transfers.Transfer) bool { // it may be forgotten, and is saved with what changes next
		if len(of.Held) > 0 {
			return false
		}
		of.Held, of.HeldCount = t.Wanted, len(t.Wanted)
		return true
	})
}

func held(list []share.Held) []transfers.Held {
	kept := make([]transfers.Held, len(list))
	for i, h := range list {
		kept[i] = transfers.Held(h)
	}
	return kept
}

func wanted(list []transfers.Held) []share.Held {
	asked := make([]share.Held, len(list))
	for i, h := range list {
		asked[i] = share.Held(h)
	}
	return asked
}

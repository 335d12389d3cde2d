package node

import (
	"context"
	"path"
	"slices"

	"lanyard/share"
)

// FetchHeld implements Service.
func (n *Node) FetchHeld(_ context.Context, id string) (*Transfer, error) {
	n.mu.Lock()
	i := slices.IndexFunc(n.transfers, func(t *transfer) bool { return t.ID == id })
	if i < 0 {
		n.mu.Unlock()
		return nil, problem(NotFound, "`lanyard transfers` lists them", "there is no transfer %q", clean(id))
	}
	of := n.transfers[i]
	held, pc := of.held, of.PC
	n.mu.Unlock()
	nothing := problem(Invalid, "", "transfer %s holds nothing back", id)
	if len(held) == 0 {
		return nil, nothing
	}
	_, _, c, err := n.at(Location{PC: pc, Folder: of.folder})
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	taken := of.held == nil // meanwhile, by a second press of the button
	offered, count := of.Held, of.HeldCount
	of.held, of.Held, of.HeldCount = nil, []Held{}, 0
	n.mu.Unlock()
	if taken {
		return nil, nothing
	}
	t := &transfer{Transfer: Transfer{
		Direction: "get", PC: pc, Label: andMore(path.Base(held[0].Path), len(held)), Source: []string{}, Dest: of.Dest,
	}, folder: of.folder}
	for _, h := range held {
		t.Source = append(t.Source, pc+":"+path.Join(of.folder, h.Path))
	}
	return n.begin(t, func(ctx context.Context, p *share.Progress) error {
		err := c.GetHeld(ctx, of.folder, held, share.Moving{}, p)
		if err != nil { // they can be asked for again
			n.mu.Lock()
			of.held, of.Held, of.HeldCount = held, offered, count
			n.mu.Unlock()
		}
		return n.transferProblem(ctx, pc, Location{Folder: of.folder, Path: held[0].Path}, of.Dest, err)
	})
}

func showHeld(held []share.Held) []Held {
	list := make([]Held, len(held))
	for i, h := range held {
		list[i] = Held{Path: h.Path, Why: h.Why}
	}
	return list
}

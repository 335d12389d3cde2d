package node

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lanyard/share"
	"lanyard/share/bin"
)

const (
	stoppedFile   = "brake.json"
	usualBinDays  = int(share.DefaultBinAge / (24 * time.Hour))
	usualBinShare = int(share.DefaultBinShare * 100) // percent
	maxBinDays    = 36500
	maxBrake      = 1_000_000
	tendBinsEvery = 24 * time.Hour
)

// bin is what the settings say of bins, as they are kept.
func (s *settings) bin() share.Bin {
	return share.Bin{
		Age: time.Duration(min(s.BinDays, maxBinDays)) * 24 * time.Hour, Share: float64(min(s.BinShare, 100)) / 100, Brake: s.Brake,
	}
}

// tendBins removes from the bins what is too old, at the start and once a day.
func (n *Node) tendBins(ctx context.Context) error {
	for {
		if err := n.files.TendBins(ctx); err != nil && ctx.Err() == nil {
			n.log.Warn("not everything that is too old could be removed from the bins", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(tendBinsEvery):
		}
	}
}

// Bin implements Service.
func (n *Node) Bin(ctx context.Context, pc, folder string) ([]BinItem, error) {
	id, folder, c, err := n.at(Location{PC: pc, Folder: folder})
	if err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	found, err := c.Bin(ctx, folder)
	if err != nil {
		return nil, n.fileProblem(ctx, id, Location{Folder: folder}, err)
	}
	list := make([]BinItem, len(found))
	for i, f := range found {
		by := f.Who
		if by == "" { // the owner of that PC
			by = id
		}
		list[i] = BinItem{
			ID: f.ID, Action: f.Action, Path: f.Path, PC: by, How: f.How, Folder: f.Folder, Size: f.Size, Files: f.Files, Time: f.Time,
		}
	}
	return list, nil
}

// RestoreBin implements Service.
func (n *Node) RestoreBin(ctx context.Context, pc, folder string, ids []string) (*Restored, error) {
	id, folder, c, err := n.at(Location{PC: pc, Folder: folder})
	if err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	r, err := c.RestoreBin(ctx, folder, share.RestoreRequest{IDs: ids, All: len(ids) == 0})
	if err != nil {
		return nil, n.fileProblem(ctx, id, Location{Folder: folder}, err)
	}
	return showRestored(r), nil
}

// EmptyBin implements Service.
func (n *Node) EmptyBin(ctx context.Context, folder string, ids []string) error {
	id, folder, c, err := n.at(Location{PC: n.id.ID, Folder: folder})
	if err != nil {
		return err
	}
	if err := c.EmptyBin(ctx, folder, share.RestoreRequest{IDs: ids, All: len(ids) == 0}); err != nil {
		return n.fileProblem(ctx, id, Location{Folder: folder}, err)
	}
	return nil
}

func showRestored(r share.Restored) *Restored {
	out := &Restored{Items: r.Items, Renamed: []Renamed{}, Failed: r.Failed}
	for _, x := range r.Renamed {
		out.Renamed = append(out.Renamed, Renamed{Path: x.Path, As: x.As})
	}
	if r.Error != nil {
		out.Error = r.Error.Error()
	}
	return out
}

// loadStopped reads whom the brake had stopped.
func (n *Node) loadStopped() error {
	var list []bin.Stop
	err := n.home.ReadJSON(stoppedFile, &list)
	n.files.SetStopped(list)
	return err
}

func (n *Node) saveStopped() {
	n.stopping.Lock()
	defer n.stopping.Unlock()
	if err := n.home.WriteJSON(stoppedFile, n.files.Stopped()); err != nil {
		n.log.Error("whom the brake has stopped is not saved", "err", err)
	}
}

// braked takes note that a PC changed too much at once, and was stopped.
func (n *Node) braked(s bin.Stop) {
	n.log.Warn("a PC was stopped, as it changed very many files in a short time", "pc", s.Who, "files", s.Files)
	n.saveStopped()
	n.changes.fire()
}

// showBrakes tells which PCs the brake has stopped, the latest first.
func (n *Node) showBrakes() []Brake {
	list := []Brake{}
	for _, s := range n.files.Stopped() {
		list = append(list, Brake{PC: s.Who, Files: s.Files, Since: s.Since})
	}
	slices.SortFunc(list, func(a, b Brake) int { return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.PC, b.PC)) })
	return list
}

// stoppedPC finds a PC that the brake has stopped, or one that it has not.
func (n *Node) stoppedPC(pc string) (id string, s *bin.Stop, err error) {
	if id, err = n.resolve(pc); err != nil {
		return "", nil, err
	}
	for _, s := range n.files.Stopped() {
		if s.Who == id {
			return id, &s, nil
		}
	}
	return id, nil, nil
}

// ReleaseBrake implements Service.
func (n *Node) ReleaseBrake(_ context.Context, pc string) error {
	id, s, err := n.stoppedPC(pc)
	if err != nil {
		return err
	}
	if s == nil {
		return problem(NotFound, "`lanyard brake` lists those that are", "%s is not stopped", n.nameOf(id))
	}
	n.files.Release(id)
	n.saveStopped()
	n.changes.fire()
	return nil
}

// RollBack implements Service.
func (n *Node) RollBack(ctx context.Context, pc string, since time.Time) (*Restored, error) {
	id, s, err := n.stoppedPC(pc)
	if err != nil {
		return nil, err
	}
	if since.IsZero() {
		if s == nil {
			return nil, problem(Invalid, "say with --since how far back", "%s is not stopped", n.nameOf(id))
		}
		since = s.Since
	}
	r, err := n.files.RollBack(ctx, id, since)
	out := showRestored(r)
	if err != nil {
		if out.Failed++; out.Error == "" {
			out.Error = err.Error()
		}
	}
	return out, nil
}

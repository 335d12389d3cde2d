package node

import (
	"context"

	"lanyard/share"
)

// Entry is a file or folder in a listing.
type Entry = share.Entry

// List implements Service.
func (n *Node) List(ctx context.Context, l Location, show func([]Entry) error) error {
	id, folder, c, err := n.at(l)
	if err != nil {
		return err
	}
	if folder == "" {
		return show(n.listFolders(id))
	}
	ctx, done := n.use(ctx, id)
	defer done()
	var stop error
	err = c.ListEach(ctx, folder, l.Path, func(some []Entry) error {
		stop = show(some)
		return stop
	})
	if err != nil && stop == nil {
		return n.fileProblem(ctx, id, Location{Folder: folder, Path: l.Path}, err)
	}
	return err
}

// listFolders lists the shared folders of a PC.
func (n *Node) listFolders(id string) []Entry {
	n.mu.Lock()
	defer n.mu.Unlock()
	entries := []Entry{}
	if id == n.id.ID {
		for _, f := range n.settings.Folders {
			entries = append(entries, Entry{Name: f.Name, Folder: true})
		}
		return entries
	}
	for _, f := range n.peerLocked(id).Offers.Folders {
		entries = append(entries, Entry{Name: f.Name, Folder: true})
	}
	return entries
}

// SortEntries puts folders first, then sorts by name without regard to case.
func SortEntries(list []Entry) { share.SortEntries(list) }

package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"lanyard/app/node/identity"
	"lanyard/app/node/pairing"
)

// showEvery is the shortest time between two pictures for one face: 20 a second look smooth and cost little.
const showEvery = 50 * time.Millisecond

// Snapshot implements Service.
func (n *Node) Snapshot(context.Context) (*State, error) {
	jobs, moving := n.showJobs(), n.showTransfers()
	n.mu.Lock()
	defer n.mu.Unlock()
	s := &State{
		Self: Self{
			ID: n.id.ID, Name: n.settings.Name, Face: n.settings.Face, Port: n.door.Port(), Version: n.o.Version,
			Workgroup: n.list.Name(), Addresses: orEmpty(slices.Clone(n.addresses)), Home: n.home.Path(), Retired: n.retired,
		},
		Peers:      n.showPeersLocked(),
		Folders:    n.showFoldersLocked(),
		Printers:   n.showPrintersLocked(),
		Transfers:  moving,
		Jobs:       jobs,
		Inbox:      n.showInbox(),
		Brakes:     n.showBrakes(),
		Drive:      n.drive,
		Passwords:  n.showPasswordsLocked(),
		Links:      n.showLinksLocked(),
		Invitation: n.showInvitationLocked(),
		Problems:   orEmpty(slices.Concat(n.problems, n.settings.faults(), n.showGuessesLocked(), n.refusals.texts())),
	}
	return s, nil
}

// Watch implements Service.
func (n *Node) Watch(ctx context.Context, show func(*State)) error {
	for {
		changed := n.changes.wait()
		s, err := n.Snapshot(ctx)
		if err != nil {
			return err
		}
		show(s)
		select {
		case <-ctx.Done():
			return nil
		case <-n.ended:
			return errors.New("Lanyard has ended")
		case <-time.After(showEvery):
		}
		select {
		case <-ctx.Done():
			return nil
		case <-n.ended:
			return errors.New("Lanyard has ended")
		case <-changed:
		}
	}
}

func (n *Node) showInvitationLocked() *Invitation {
	i := n.invitation
	if i == nil {
		return nil
	}
	return i.show()
}

// showGuessesLocked tells the owner that codes were tried in vain, and by whom.
func (n *Node) showGuessesLocked() []string {
	var wrong []pairing.Failure
	for _, f := range n.guard.Failed() {
		if f.Wrong {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) < pairing.Tries {
		return nil
	}
	last := wrong[len(wrong)-1]
	return []string{fmt.Sprintf("wrong codes were tried %d times to get into the workgroup, last at %s by the PC %s: if that was nobody you know, avoid it",
		len(wrong), last.At.Format("15:04"), n.nameLocked(identity.IDOf(last.Key)))}
}

func (n *Node) showFoldersLocked() []Folder {
	faults := n.files.FolderErrors()
	list := make([]Folder, 0, len(n.settings.Folders))
	for _, f := range n.settings.Folders {
		f.Allow, f.Mount = maps.Clone(f.Allow), ""
		if err := faults[f.Name]; err != nil {
			f.Error = err.Error()
		}
		list = append(list, f)
	}
	return list
}

package node

import (
	"context"
	"encoding/json"
	"errors"

	"lanyard/app/node/door"
	"lanyard/app/node/identity"
	"lanyard/app/node/members"
	"lanyard/app/node/reach"
)

// CreateWorkgroup implements Service.
func (n *Node) CreateWorkgroup(_ context.Context, name string) error {
	if err := members.CheckName(name); err != nil || clean(name) != name {
		return problem(Invalid, "choose another name", "%q can't be the name of a workgroup", clean(name))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.freeToJoinLocked(); err != nil {
		return err
	}
	list, err := members.Start(name, n.id.Key)
	if err != nil {
		return problem(Failed, "", "create workgroup: %w", err)
	}
	return n.setListLocked(list)
}

func (n *Node) freeToJoinLocked() error {
	if n.list != nil {
		return problem(Exists, "leave it first with `lanyard workgroup remove this`",
			"this PC is in the workgroup %q already", n.list.Name())
	}
	if n.retired {
		return problem(Failed, "restart Lanyard: it then joins as a new PC", "this PC has left its workgroup for good under its present key")
	}
	return nil
}

// setListLocked makes a list the present one, with this PC's name in it, on disk first.
func (n *Node) setListLocked(list *members.List) error {
	if named, err := list.Rename(n.settings.Name, n.id.Key); err != nil {
		n.log.Warn("name not signed", "err", err)
	} else {
		list = named
	}
	if err := n.home.WriteJSON(workgroupFile, list.Records()); err != nil {
		return problem(Failed, "", "save the workgroup: %w", err)
	}
	n.list = list
	n.seeMembersLocked()
	n.applyRulesLocked()
	n.news.fire()
	n.changes.fire()
	return nil
}

// seeMembersLocked keeps every member in sight, also one that this PC has not met.
func (n *Node) seeMembersLocked() {
	for _, m := range n.list.All() {
		if m.ID != n.id.ID {
			n.peerLocked(m.ID)
		}
	}
}

// RemoveMember implements Service.
func (n *Node) RemoveMember(ctx context.Context, pc string) error {
	id, err := n.resolve(pc)
	if err != nil {
		return err
	}
	if id == n.id.ID {
		return n.LeaveWorkgroup(ctx)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	list, err := n.list.Remove(id, n.id.Key)
	if err != nil {
		return problem(NotFound, "`lanyard workgroup members` lists them", "%s is %w", n.nameLocked(id), err)
	}
	if err := n.setListLocked(list); err != nil {
		return err
	}
	n.forgetMemberLocked(id)
	for _, m := range list.All() { // at once: this PC may be switched off in a moment, and be the only one that knows
		if err := n.mesh.Publish(m.ID, topicMembers, n.list.Records()); err != nil {
			n.log.Error("publish failed", "topic", topicMembers, "err", err)
		}
	}
	return nil
}

// forgetMemberLocked takes back what a PC was told as a member.
func (n *Node) forgetMemberLocked(id string) {
	n.mesh.Withdraw(id)
	if p := n.peers[id]; p != nil {
		p.Offers, p.jobs = offers{Free: -1}, nil
		n.dropLocked(id, p)
	}
}

// LeaveWorkgroup implements Service.
func (n *Node) LeaveWorkgroup(context.Context) error {
	n.mu.Lock()
	if n.list == nil {
		n.mu.Unlock()
		return problem(Invalid, "", "this PC is in no workgroup")
	}
	list, err := n.list.Remove(n.id.ID, n.id.Key)
	if err != nil {
		n.mu.Unlock()
		return problem(Failed, "", "leave: %w", err)
	}
	others := n.list.All()
	err = n.retireLocked()
	n.mu.Unlock()
	if err != nil {
		return err
	}
	for _, m := range others { // they learn of it from this PC's own word, now or when they connect
		if err := n.mesh.Publish(m.ID, topicMembers, list.Records()); err != nil {
			n.log.Error("publish failed", "topic", topicMembers, "err", err)
		}
	}
	return nil
}

// retireLocked leaves the workgroup and sets the key aside, since a removal is for ever: the next start makes a new one.
func (n *Node) retireLocked() error {
	if _, err := n.home.Keep(workgroupFile); err != nil {
		return problem(Failed, "", "leave: %w", err)
	}
	n.list, n.retired, n.invitation = nil, true, nil
	if err := identity.Retire(n.home); err != nil {
		n.log.Error("key not set aside", "err", err)
	}
	n.applyRulesLocked()
	for id := range n.peers {
		n.forgetMemberLocked(id)
	}
	n.news.fire()
	n.changes.fire()
	return nil
}

// receivedMembers merges what another PC says of the workgroup, as far as it is to be believed.
func (n *Node) receivedMembers(id string, value json.RawMessage) error {
	records, err := readRecords(value)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list == nil {
		return nil
	}
	list, err := n.list.Hear(id, n.id.ID, records)
	if errors.Is(err, members.ErrFull) { // no fault of who brought it
		n.log.Warn("member list not merged", "from", id, "err", err)
		return nil
	}
	if err != nil || list == n.list {
		return err
	}
	if list.Removed(n.id.ID) {
		n.problems = append(n.problems, "this PC was removed from the workgroup "+n.list.Name())
		return n.retireLocked()
	}
	before := n.list
	if err := n.setListLocked(list); err != nil {
		return err
	}
	for _, m := range before.All() {
		if !list.Has(m.ID) {
			n.forgetMemberLocked(m.ID)
		}
	}
	return nil
}

func parseAddress(s string) (string, error) {
	to, err := reach.ParseAddress(s, door.DefaultPort)
	if err != nil {
		return "", problem(Invalid, "give an IP address or a name, and a port where it is not 4720", "%w", err)
	}
	return to, nil
}

func unreachable(what string, err error) error {
	if errors.Is(err, identity.ErrNotTheSame) {
		return problem(Denied, "somebody may be posing as it; don't type a code there", "%s is not the PC it claims to be: %w", what, err)
	}
	var pe *Error
	if errors.As(err, &pe) {
		return pe
	}
	return problem(Offline, "is Lanyard running there, and does a firewall let TCP port 4720 through?", "can't reach %s: %w", what, err)
}

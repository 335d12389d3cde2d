package node

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
	"lanyard/discovery"
)

func (n *Node) announcement() discovery.Announcement {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := discovery.Announcement{ID: n.id.ID, Version: n.o.Version, Port: n.door.Port()}
	if !n.hushedLocked() {
		a.Name, a.Workgroup = n.settings.Name, n.list.Name()
	}
	return a
}

// hushedLocked tells whether those outside are not to learn the names of this PC and its workgroup now. Where another
// PC of the workgroup is, or a newcomer is being waited for, is no strange network.
func (n *Node) hushedLocked() bool {
	switch n.settings.quiet() {
	case quietOn:
		return true
	case quietStrange:
		if n.list == nil || n.invitation != nil && n.invitation.Open(time.Now()) {
			return false
		}
		for id, p := range n.peers {
			if p.online && n.list.Has(id) {
				return false
			}
		}
		return true
	}
	return false
}

// found takes a hint from multicast. It is never trusted: it says where to dial, and what to call a PC that
// has not yet said so itself.
func (n *Node) found(f discovery.Found) {
	if !identity.ValidID(f.ID) || f.ID == n.id.ID {
		return
	}
	n.mu.Lock()
	p := n.peerLocked(f.ID)
	p.found = nil
	for _, a := range f.Addrs {
		p.found = append(p.found, a.String())
	}
	member := n.list.Has(f.ID) // what is shown of one comes from it alone
	if !p.greeted && !member {
		if name := clean(f.Name); name != "" {
			p.Name = name
		}
		p.workgroup, p.version = clean(f.Workgroup), clean(f.Version)
	}
	if !p.online && !member {
		p.LastSeen = time.Now()
	}
	addresses := p.addresses()
	n.mu.Unlock()
	n.know(f.ID, addresses)
	n.mesh.Hint(f.ID)
	n.changes.fire()
}

// know has a PC dialled until it is connected, unless it is to be avoided.
func (n *Node) know(id string, addresses []string) {
	if !n.gate.Avoids(id) {
		n.mesh.Know(id, addresses)
	}
}

// avoid ends what there is with PCs to be avoided, and takes up again with those that no longer are.
func (n *Node) avoid() {
	n.mu.Lock()
	where := map[string][]string{}
	for id, p := range n.peers {
		where[id] = p.addresses()
	}
	n.mu.Unlock()
	for id, addresses := range where {
		if n.gate.Avoids(id) {
			n.mesh.Drop(id)
		}
		n.know(id, addresses)
	}
}

// lost takes multicast's word that a PC is gone, which counts for no more than that.
func (n *Node) lost(id string) {
	n.mu.Lock()
	p := n.peers[id]
	if p != nil {
		p.found = nil
		n.dropLocked(id, p)
	}
	n.mu.Unlock()
	n.changes.fire()
}

// dropLocked forgets a PC that is no longer in sight.
func (n *Node) dropLocked(id string, p *peer) {
	if p.worthKeeping(n.list.Has(id)) {
		return
	}
	delete(n.peers, id)
	n.mesh.Forget(id)
	n.mesh.Withdraw(id)
}

// up notes that a PC can be reached.
func (n *Node) up(id, address string, dialled bool) {
	if n.gate.Avoids(id) { // since it was dialled: avoid found no connection to end yet
		n.mesh.Drop(id)
		return
	}
	n.mu.Lock()
	p := n.peerLocked(id)
	p.online, p.LastSeen, p.posed, p.Left = true, time.Now(), false, false
	p.from = ""
	if dialled {
		p.learn(address)
	} else if host, _, err := net.SplitHostPort(address); err == nil {
		p.from = host // with the port that it will name
	}
	byMulticast := len(p.found) > 0
	member := n.list.Has(id)
	n.peersDirty = true
	n.mu.Unlock()
	n.publish(id)
	if member {
		n.publishKnown(id)
		n.news.fire() // this is no strange network
	}
	if !byMulticast { // the others may not see it by themselves
		n.publishKnownToAll()
	}
	n.queue.Back(id)
	n.changes.fire()
}

// down notes that a PC can no longer be reached. What depends on it ends, unless it is back in a moment.
func (n *Node) down(id string, bye bool) {
	n.mu.Lock()
	p := n.peerLocked(id)
	p.online, p.LastSeen, p.inviting, p.Left = false, time.Now(), false, bye
	p.downs++
	downs := p.downs
	n.peersDirty = true
	n.dropLocked(id, p)
	n.mu.Unlock()
	n.news.fire()
	time.AfterFunc(lostWait, func() { n.endUses(id, downs) })
	n.changes.fire()
}

// received takes a topic's new value from a PC.
func (n *Node) received(id, topic string, value json.RawMessage) error {
	who := n.gate.Peer(id)
	verb := gate.Read
	if topic == topicHello || topic == topicMembers {
		verb = gate.See // strangers greet; and who is a member by now may be one by the list that it brings
	}
	if !n.gate.Allows(gate.Question{Who: who, Service: gate.Presence, Verb: verb}) {
		return nil // it may believe itself a member still, or already
	}
	var err error
	switch topic {
	case topicHello:
		err = n.receivedHello(id, value)
	case topicMembers:
		err = n.receivedMembers(id, value)
	case topicOffers:
		err = n.receivedOffers(id, value)
	case topicJobs:
		err = n.receivedJobs(id, value)
	case topicPace:
		err = n.receivedPace(id, value)
	case topicAnswers:
		err = n.receivedAnswers(id, value)
	case topicKnown:
		err = n.receivedKnown(value)
	}
	n.changes.fire()
	return err
}

func (n *Node) receivedHello(id string, value json.RawMessage) error {
	h, err := readHello(value)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.peerLocked(id)
	p.greeted = true
	p.Name, p.workgroup, p.version, p.port, p.inviting = h.Name, h.Workgroup, h.Version, h.Port, h.Inviting
	// The address in use stays first, then what it says of itself, then what was known before.
	inUse := slices.Clone(p.reached())
	if p.from != "" {
		inUse = []string{net.JoinHostPort(p.from, strconv.Itoa(h.Port))}
	}
	p.learn(append(inUse, h.Addresses...)...)
	n.peersDirty = true
	n.know(id, p.addresses())
	return nil
}

func (n *Node) receivedOffers(id string, value json.RawMessage) error {
	o, err := readOffers(value, id)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.peerLocked(id).Offers = o
	n.peersDirty = true
	return nil
}

func (n *Node) receivedJobs(id string, value json.RawMessage) error {
	jobs, err := readJobs(value, id, n.id.ID)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.peerLocked(id).jobs = jobs
	return nil
}

func (n *Node) receivedKnown(value json.RawMessage) error {
	list, err := readKnown(value)
	if err != nil {
		return err
	}
	for _, k := range list {
		n.knownElsewhere(k)
	}
	return nil
}

// knownElsewhere takes a member's word for where another PC is.
func (n *Node) knownElsewhere(k known) {
	if k.ID == n.id.ID {
		return
	}
	n.mu.Lock()
	p := n.peers[k.ID]
	if p != nil && p.online {
		n.mu.Unlock()
		return
	}
	p = n.peerLocked(k.ID)
	p.typed = p.typed || !n.list.Has(k.ID) // nobody else would keep it in sight
	p.learn(k.Addresses...)
	addresses := p.addresses()
	n.mu.Unlock()
	n.know(k.ID, addresses)
	n.mesh.Hint(k.ID)
}

// Connect implements Service.
func (n *Node) Connect(ctx context.Context, address string) (*Peer, error) {
	to, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	id, err := n.mesh.Connect(ctx, to)
	switch {
	case n.gate.Avoids(id):
		return nil, avoided(n.nameOf(id))
	case err != nil:
		return nil, unreachable(to, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.peerLocked(id)
	p.typed = true
	p.learn(resolved(to)...)
	n.know(id, p.addresses())
	shown := n.showLocked(id, p)
	return &shown, nil
}

// resolved keeps a typed address only where it is numeric: a name is looked up by the system, and what it meant is
// learned from the connection.
func resolved(address string) []string {
	if _, err := netip.ParseAddrPort(address); err != nil {
		return nil
	}
	return []string{address}
}

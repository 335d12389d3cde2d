package node

import (
	"context"
	"slices"
	"strings"
	"time"

	"lanyard/app/node/gate"
)

// tellNews tells every connected PC what it may know, whenever that may have changed.
func (n *Node) tellNews(ctx context.Context) error {
	for {
		next := n.news.wait()
		if err := n.finder.Announce(n.announcement()); err != nil {
			n.log.Error("not announced", "err", err)
		}
		n.advertise()
		for _, id := range n.mesh.Online() {
			n.publish(id)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-next:
		}
		select { // let a burst of changes become one
		case <-ctx.Done():
			return nil
		case <-time.After(showEvery / 2):
		}
	}
}

// publish tells one PC what it may know. What has not changed is not sent.
func (n *Node) publish(id string) {
	n.mu.Lock()
	h := hello{
		Name: n.settings.Name, Workgroup: n.list.Name(), Version: n.o.Version, Port: n.door.Port(),
		Inviting: n.invitation != nil && n.invitation.Open(time.Now()), Addresses: dialable(n.addresses),
	}
	list := n.list
	if n.hushedLocked() && !list.Has(id) {
		h.Name, h.Workgroup = "", ""
	}
	n.mu.Unlock()
	send := func(topic string, v any) {
		if err := n.mesh.Publish(id, topic, v); err != nil {
			n.log.Error("publish failed", "topic", topic, "err", err)
		}
	}
	send(topicHello, h)
	switch {
	case n.gate.Allows(gate.Question{Who: n.gate.Peer(id), Service: gate.Presence, Verb: gate.Read}):
		send(topicMembers, list.Records())
		send(topicOffers, n.offersFor(id))
		send(topicJobs, n.jobsFor(id))
		send(topicAnswers, n.inbox.Answers(id))
	case list.Removed(id):
		send(topicMembers, list.Removals(id))
	}
}

// publishKnown tells a member where the PCs are that this one is connected to.
func (n *Node) publishKnown(to string) {
	n.mu.Lock()
	list := []known{}
	for id, p := range n.peers {
		if p.online && id != to {
			if addresses := dialable(p.addresses()); len(addresses) > 0 {
				list = append(list, known{id, addresses})
			}
		}
	}
	n.mu.Unlock()
	slices.SortFunc(list, func(a, b known) int { return strings.Compare(a.ID, b.ID) })
	if err := n.mesh.Publish(to, topicKnown, list[:min(len(list), maxKnown)]); err != nil {
		n.log.Error("publish failed", "topic", topicKnown, "err", err)
	}
}

func (n *Node) publishKnownToAll() {
	for _, id := range n.mesh.Online() {
		if n.gate.Peer(id).Kind == gate.Member {
			n.publishKnown(id)
		}
	}
}

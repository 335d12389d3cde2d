package node

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"lanyard/app/node/identity"
)

// peer is what this PC knows of another.
type peer struct {
	Name     string    `json:"name"`
	Learned  []string  `json:"addresses"` // HOST:PORT, latest first: where it was reached, what it and others say
	LastSeen time.Time `json:"lastSeen"`
	Left     bool      `json:"left,omitempty"` // it has said goodbye since
	Offers   offers    `json:"offers"`         // kept while it is off

	workgroup, version string
	port               int // that it has announced; 0 not known
	inviting           bool
	found              []string // by multicast, now
	online             bool
	downs              int    // how often it went
	from               string // IP address it dialled from; "" when this PC dialled
	greeted            bool   // it has said who it is, on a proven connection: what multicast says counts no more
	posed              bool   // where it was looked for last, another PC answered
	typed              bool   // its address was typed by a person
	jobs               []Job
	pace               pace // what it told of transfers that it serves
}

// addresses are those to dial, best first.
func (p *peer) addresses() []string {
	var all []string
	for _, a := range slices.Concat(p.reached(), p.found, p.Learned) {
		if !slices.Contains(all, a) && len(all) < maxAddresses {
			all = append(all, a)
		}
	}
	return all
}

// reached is the address in use, first among the learned.
func (p *peer) reached() []string {
	if p.online && len(p.Learned) > 0 {
		return p.Learned[:1]
	}
	return nil
}

// learn puts addresses before those known, without duplicates.
func (p *peer) learn(addresses ...string) {
	var all []string
	for _, a := range slices.Concat(addresses, p.Learned) {
		if !slices.Contains(all, a) && len(all) < maxAddresses {
			all = append(all, a)
		}
	}
	p.Learned = all
}

// worthKeeping tells whether a PC that is not connected stays in sight.
func (p *peer) worthKeeping(member bool) bool {
	return member || p.online || p.typed || len(p.found) > 0
}

func (n *Node) peerLocked(id string) *peer {
	p := n.peers[id]
	if p == nil {
		p = &peer{Offers: offers{Free: -1}}
		n.peers[id] = p
	}
	return p
}

// show is the peer as faces see it.
func (n *Node) showLocked(id string, p *peer) Peer {
	return Peer{
		ID: id, Name: n.nameLocked(id), Face: p.Offers.Face, Addresses: orEmpty(p.addresses()), Online: p.online, Member: n.list.Has(id), Avoided: n.gate.Avoids(id), Workgroup: p.workgroup,
		Inviting: p.inviting && p.online, Version: p.version, LastSeen: p.LastSeen,
		Folders: orEmpty(slices.Clone(p.Offers.Folders)), Free: p.Offers.Free,
	}
}

// resolve finds a PC by name or ID.
func (n *Node) resolve(pc string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.resolveLocked(pc)
}

func (n *Node) resolveLocked(pc string) (string, error) {
	if pc == "" || strings.EqualFold(pc, "this") || pc == n.id.ID {
		return n.id.ID, nil
	}
	if n.peers[pc] != nil {
		return pc, nil
	}
	// Members go before others: a stranger must not get in the way by taking a member's name.
	for _, member := range []bool{true, false} {
		var hits []string
		for id := range n.peers {
			if n.list.Has(id) == member && strings.EqualFold(n.nameLocked(id), pc) {
				hits = append(hits, id)
			}
		}
		if member && strings.EqualFold(n.settings.Name, pc) {
			hits = append(hits, n.id.ID)
		}
		if id, err := theOne(pc, hits); id != "" || err != nil {
			return id, err
		}
	}
	if len(pc) >= 4 {
		var hits []string
		for id := range n.peers {
			if strings.HasPrefix(id, pc) {
				hits = append(hits, id)
			}
		}
		if strings.HasPrefix(n.id.ID, pc) {
			hits = append(hits, n.id.ID)
		}
		if id, err := theOne(pc, hits); id != "" || err != nil {
			return id, err
		}
	}
	return "", problem(NotFound, "`lanyard peers` lists the PCs in sight", "there is no PC %q", pc)
}

func theOne(pc string, hits []string) (string, error) {
	if len(hits) > 1 {
		slices.Sort(hits)
		for i := range hits {
			hits[i] = hits[i][:8]
		}
		return "", problem(Invalid, "give the beginning of its ID: "+strings.Join(hits, ", "), "there are %d PCs called %q", len(hits), pc)
	}
	if len(hits) == 1 {
		return hits[0], nil
	}
	return "", nil
}

// nameOf is what to call a PC in messages.
func (n *Node) nameOf(id string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nameLocked(id)
}

func (n *Node) nameLocked(id string) string {
	if id == n.id.ID {
		return n.settings.Name
	}
	if name := n.list.NameOf(id); name != "" { // what it has signed, whoever brought it
		return name
	}
	if p := n.peers[id]; p != nil && p.Name != "" {
		return p.Name
	}
	return id[:min(len(id), 8)]
}

func (n *Node) showPeersLocked() []Peer {
	list := make([]Peer, 0, len(n.peers))
	for id, p := range n.peers {
		if p.worthKeeping(n.list.Has(id)) {
			list = append(list, n.showLocked(id, p))
		}
	}
	slices.SortFunc(list, func(a, b Peer) int {
		if a.Member != b.Member {
			return cmp.Compare(fmtBool(b.Member), fmtBool(a.Member))
		}
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return list
}

func fmtBool(b bool) int {
	if b {
		return 1
	}
	return 0
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// savedPeers is what outlives a restart: members only.
func (n *Node) savedPeersLocked() map[string]*peer {
	saved := map[string]*peer{}
	for id, p := range n.peers {
		if n.list.Has(id) {
			c := *p
			saved[id] = &c
		}
	}
	return saved
}

func (n *Node) loadPeers() error {
	var saved map[string]*peer
	err := n.home.ReadJSON(peersFile, &saved)
	for id, p := range saved {
		if identity.ValidID(id) && p != nil {
			n.peers[id] = p
		}
	}
	return err
}

// saveEvery bounds how often the addresses of others are written to disk.
const saveEvery = 5 * time.Second

// keepPeers writes what is known of the members to disk now and then.
func (n *Node) keepPeers(ctx context.Context) error {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := n.savePeers(); err != nil {
				n.log.Warn("addresses of others not saved", "err", err)
			}
		}
	}
}

func (n *Node) savePeers() error {
	n.mu.Lock()
	if !n.peersDirty {
		n.mu.Unlock()
		return nil
	}
	n.peersDirty = false
	saved := n.savedPeersLocked()
	n.mu.Unlock()
	err := n.home.WriteJSON(peersFile, saved)
	if err != nil {
		n.mu.Lock()
		n.peersDirty = true // to be tried again
		n.mu.Unlock()
	}
	return err
}

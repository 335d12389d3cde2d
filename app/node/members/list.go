// Package members is the signed list of the PCs that make a workgroup: a set of records that only grows, so that lists
// merge in any order, any number of times, to the same members everywhere, with no clock and no server. It moves no
// list from PC to PC, and asks nobody for permission.
//
// # Who is a member
//
// The founder is admitted by the Found record. An Admit record counts when its signer was ever admitted by one that
// counts and, if the signer has been removed since, when every removal of the signer that counts keeps it: a removal names the
// admissions of the removed PC that the remover knew, so that those stay while whatever a removed key signs later is
// void. A Remove record counts when its signer was ever admitted, removed or not: two PCs that remove each other are
// both out. Members are those admitted and not removed. A removal is for ever; a PC that comes back comes with a new key.
package members

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
)

// List is the records of one workgroup. Its methods return new Lists; one is never changed, so it can be shared freely.
// The zero value is no workgroup.
type List struct {
	group   string
	name    string
	records map[string]*Record // by hash
	ever    map[string]bool    // IDs that were admitted at any time
	in      map[string]Member  // by ID
	out     map[string]bool    // IDs that were removed
}

// Member is a PC of the workgroup.
type Member struct {
	ID  string
	Key ed25519.PublicKey
	By  string // ID of the PC that admitted it; its own for the founder
}

// Start founds a workgroup.
func Start(name string, founder ed25519.PrivateKey) (*List, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	nonce, err := newNonce()
	if err != nil {
		return nil, err
	}
	pub := founder.Public().(ed25519.PublicKey)
	r := (&Record{Kind: Found, Name: name, Nonce: nonce, Key: pub}).sign(founder)
	return FromRecords([]*Record{r})
}

// FromRecords makes a list of records in any order. It fails when they are not of one workgroup, begun by one Found.
func FromRecords(records []*Record) (*List, error) {
	var found *Record
	for _, r := range records {
		if r != nil && r.Kind == Found {
			if found != nil && found.Hash() != r.Hash() {
				return nil, errors.New("read member list: two foundings")
			}
			found = r
		}
	}
	if found == nil {
		return nil, errors.New("read member list: no founding")
	}
	if err := found.Check(); err != nil {
		return nil, err
	}
	l := &List{group: found.Hash(), name: found.Name, records: map[string]*Record{found.Hash(): found}}
	l.evaluate()
	return l.Merge(records)
}

// Merge returns the list with more records in it. Records it has, in whatever number and order, change nothing. One bad
// record fails the whole, since a PC that passes on bad records is not to be believed about others.
func (l *List) Merge(records []*Record) (*List, error) {
	next := &List{group: l.group, name: l.name, records: make(map[string]*Record, len(l.records)+len(records))}
	for h, r := range l.records {
		next.records[h] = r
	}
	for _, r := range records {
		if r == nil {
			return nil, errors.New("merge member list: empty record")
		}
		h := r.Hash()
		if next.records[h] != nil {
			continue
		}
		if err := r.Check(); err != nil {
			return nil, fmt.Errorf("merge member list: %w", err)
		}
		if r.Group != l.group {
			return nil, errors.New("merge member list: record of another workgroup")
		}
		if len(next.records) >= MaxRecords {
			return nil, fmt.Errorf("merge member list: more than %d records", MaxRecords)
		}
		next.records[h] = r
	}
	if len(next.records) == len(l.records) {
		return l, nil
	}
	next.evaluate()
	return next, nil
}

// evaluate computes who is in. It is a function of the set of records alone.
func (l *List) evaluate() {
	l.ever = map[string]bool{}
	l.in, l.out = map[string]Member{}, map[string]bool{}
	var admits []*Record
	removes := map[string][]*Record{} // by ID of the removed
	for _, r := range l.sorted() {
		switch r.Kind {
		case Found:
			l.ever[idOf(r.Key)] = true
			l.in[idOf(r.Key)] = Member{ID: idOf(r.Key), Key: r.Key, By: idOf(r.Key)}
		case Admit:
			admits = append(admits, r)
		case Remove:
			removes[idOf(r.Key)] = append(removes[idOf(r.Key)], r)
		}
	}
	// To a fixed point, and it is the least one: admitting more can only make more removals count, and a removal that
	// begins to count takes admissions back. So first everybody who could ever have been admitted, then the cut.
	l.close(admits, func(*Record) bool { return true })
	counts := map[string][]*Record{}
	for id, rs := range removes {
		for _, r := range rs {
			if l.ever[idOf(r.By)] {
				counts[id] = append(counts[id], r)
				l.out[id] = true
			}
		}
	}
	founder := l.in
	l.ever, l.in = map[string]bool{}, map[string]Member{}
	for id, m := range founder {
		if m.By == id {
			l.ever[id], l.in[id] = true, m
		}
	}
	l.close(admits, func(r *Record) bool {
		for _, cut := range counts[idOf(r.By)] {
			if _, kept := slices.BinarySearch(cut.Keep, r.Hash()); !kept {
				return false
			}
		}
		return true
	})
	for id := range l.out {
		delete(l.in, id)
	}
}

// close admits along every chain whose links count.
func (l *List) close(admits []*Record, good func(*Record) bool) {
	for again := true; again; {
		again = false
		for _, r := range admits {
			id := idOf(r.Key)
			if l.ever[id] || !l.ever[idOf(r.By)] || !good(r) {
				continue
			}
			l.ever[id] = true
			l.in[id] = Member{ID: id, Key: r.Key, By: idOf(r.By)}
			again = true
		}
	}
}

// Admit returns the list with a newcomer in it, signed by a member.
func (l *List) Admit(newcomer ed25519.PublicKey, by ed25519.PrivateKey) (*List, error) {
	id := idOf(newcomer)
	if l.out[id] {
		return nil, ErrRemoved
	}
	if l.Has(id) {
		return l, nil
	}
	if !l.Has(idOf(by.Public().(ed25519.PublicKey))) {
		return nil, ErrNotMember
	}
	return l.Merge([]*Record{(&Record{Kind: Admit, Group: l.group, Key: newcomer}).sign(by)})
}

// Remove returns the list without a member, signed by another or by itself. Whoever it had admitted stays.
func (l *List) Remove(id string, by ed25519.PrivateKey) (*List, error) {
	m, ok := l.in[id]
	if !ok || !l.Has(idOf(by.Public().(ed25519.PublicKey))) {
		return nil, ErrNotMember
	}
	var keep []string
	for h, r := range l.records {
		if r.Kind == Admit && bytes.Equal(r.By, m.Key) {
			keep = append(keep, h)
		}
	}
	slices.Sort(keep)
	return l.Merge([]*Record{(&Record{Kind: Remove, Group: l.group, Key: m.Key, Keep: keep}).sign(by)})
}

// Why a change to the list can't be.
var (
	ErrNotMember = errors.New("not a member of the workgroup")
	ErrRemoved   = errors.New("removed from the workgroup for good")
)

// Group names the workgroup uniquely; Name is for people. Both are "" outside any.
func (l *List) Group() string {
	if l == nil {
		return ""
	}
	return l.group
}

// Name returns what the workgroup is called.
func (l *List) Name() string {
	if l == nil {
		return ""
	}
	return l.name
}

// Has tells whether a PC is a member now.
func (l *List) Has(id string) bool {
	if l == nil {
		return false
	}
	_, ok := l.in[id]
	return ok
}

// Removed tells whether a PC was removed.
func (l *List) Removed(id string) bool { return l != nil && l.out[id] }

// All returns the members, sorted by ID.
func (l *List) All() []Member {
	if l == nil {
		return nil
	}
	all := make([]Member, 0, len(l.in))
	for _, m := range l.in {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Member) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	return all
}

// Records returns all records, sorted by hash: the same for the same set everywhere. They are not to be changed.
func (l *List) Records() []*Record {
	if l == nil {
		return nil
	}
	return l.sorted()
}

// Removals returns the records that tell a removed PC of its removal.
func (l *List) Removals(id string) []*Record {
	var rs []*Record
	for _, r := range l.Records() {
		if r.Kind == Remove && idOf(r.Key) == id {
			rs = append(rs, r)
		}
	}
	return rs
}

func (l *List) sorted() []*Record {
	hashes := make([]string, 0, len(l.records))
	for h := range l.records {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	rs := make([]*Record, len(hashes))
	for i, h := range hashes {
		rs[i] = l.records[h]
	}
	return rs
}

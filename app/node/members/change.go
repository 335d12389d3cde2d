package members

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
)

// Why a change to the list can't be.
var (
	ErrNotMember = errors.New("not a member of the workgroup")
	ErrRemoved   = errors.New("removed from the workgroup for good")
)

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
	return FromRecords([]*Record{(&Record{Kind: Found, Name: name, Nonce: nonce, Key: pub}).sign(founder)})
}

// Admit returns the list with a newcomer in it, signed by a member. A member that has admitted MaxSigned admits no more
// (ErrFull): another can.
func (l *List) Admit(newcomer ed25519.PublicKey, by ed25519.PrivateKey) (*List, error) {
	id, signer := idOf(newcomer), ownID(by)
	if l.Removed(id) {
		return nil, ErrRemoved
	}
	if l.Has(id) {
		return l, nil
	}
	if !l.Has(signer) {
		return nil, ErrNotMember
	}
	if len(l.admittedBy(signer)) >= MaxSigned {
		return nil, fmt.Errorf("admit: %w", ErrFull)
	}
	return l.Merge([]*Record{(&Record{Kind: Admit, Group: l.group, Key: newcomer}).sign(by)})
}

// Remove returns the list without a member, signed by another or by itself. Whoever it had admitted stays.
func (l *List) Remove(id string, by ed25519.PrivateKey) (*List, error) {
	if !l.Has(id) || !l.Has(ownID(by)) {
		return nil, ErrNotMember
	}
	r := &Record{Kind: Remove, Group: l.group, Key: l.in[id].Key, Keep: l.admittedBy(id)}
	return l.Merge([]*Record{r.sign(by)})
}

// Rename returns the list with the name that a member gives itself.
func (l *List) Rename(name string, by ed25519.PrivateKey) (*List, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if !Plain(name) {
		return nil, errors.New("a name has no invisible characters, and no blanks at its ends")
	}
	id := ownID(by)
	if !l.Has(id) {
		return nil, ErrNotMember
	}
	n := uint64(1)
	if e := l.names[id]; e != nil {
		if e.Name == name {
			return l, nil
		}
		n = e.N + 1
	}
	pub := by.Public().(ed25519.PublicKey)
	return l.Merge([]*Record{(&Record{Kind: Rename, Group: l.group, Name: name, Key: pub, N: n}).sign(by)})
}

// admittedBy returns the IDs of those whom a PC admitted, sorted.
func (l *List) admittedBy(id string) (ids []string) {
	for s := range l.entries {
		if s.kind == Admit && s.by == id {
			ids = append(ids, s.on)
		}
	}
	slices.Sort(ids)
	return ids
}

func ownID(key ed25519.PrivateKey) string { return idOf(key.Public().(ed25519.PublicKey)) }

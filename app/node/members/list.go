// Package members is the signed list of the PCs that make a workgroup: a set of records that only grows, so that lists
// merge in any order, any number of times, to the same members everywhere, with no clock and no server. It moves no
// list from PC to PC, and asks nobody for permission. PROTOCOL.md beside it is precise enough to build it again, and has test vectors.
//
// # Who is a member
//
// The founder is admitted by the Found record. An Admit record counts when its signer was ever admitted by one that
// counts and, if the signer has been removed since, when every removal of the signer that counts keeps it: a removal names
// those whom the removed PC had admitted as far as the remover knew, so that they stay while whatever a removed key signs
// later is void. A Remove record counts when its signer was ever admitted, removed or not: two PCs that remove each other
// are both out. Members are those admitted and not removed. A removal is for ever; a PC that comes back comes with a new
// key. A Rename record counts while its signer is a member.
//
// # What a member can do to the list
//
// Every member can admit and remove, so one that turns bad can throw everybody out, or let strangers in, until it is
// removed; nothing more. Of records that say the same only one is kept, of the admissions that one PC signed only
// MaxSigned, and of all together MaxRecords. A list that is full takes nothing more, but removals a while longer, and never
// gives up a removal that it has.
package members

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"unicode"
)

// List is the records of one workgroup. Its methods return new Lists; one is never changed, so it can be shared freely.
// The zero value is no workgroup.
type List struct {
	group   string
	name    string
	entries map[slot]*entry
	sorted  []*entry          // by hash
	ever    map[string]Member // by ID: whose removals count
	in      map[string]Member // by ID
	out     map[string]bool   // IDs that were removed
	names   map[string]*entry // by ID: of members that have said their name
}

// slot is what one record at most is kept for.
type slot struct {
	kind   Kind
	by, on string // IDs
}

// entry is a record with what is worked out from it once.
type entry struct {
	*Record
	slot slot
	hash string
	size int // bytes as JSON
}

// Member is a PC of the workgroup.
type Member struct {
	ID  string
	Key ed25519.PublicKey
	By  string // ID of the PC that admitted it; its own for the founder
}

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

// NameOf returns what a member says it is called. It is "" for one that has not said so, or not in plain text, and for
// everybody who is no member.
func (l *List) NameOf(id string) string {
	if l == nil || l.names[id] == nil || !Plain(l.names[id].Name) {
		return ""
	}
	return l.names[id].Name
}

// Plain tells whether a name can be shown as it is: no control or format characters, which turn text round or hide in
// it, no separators of lines, nothing blank at the ends.
func Plain(name string) bool {
	return strings.TrimSpace(name) == name && !strings.ContainsFunc(name, func(c rune) bool {
		return c == unicode.ReplacementChar || unicode.In(c, unicode.C, unicode.Zl, unicode.Zp)
	})
}

// All returns the members, sorted by ID.
func (l *List) All() []Member {
	if l == nil {
		return nil
	}
	all := make([]Member, 0, len(l.in))
	for _, m := range l.in {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Member) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Records returns all records, sorted by hash: the same for the same set everywhere. They are not to be changed.
func (l *List) Records() []*Record {
	return l.pick(func(*entry) bool { return true })
}

// Removals returns the records that tell a removed PC of its removal.
func (l *List) Removals(id string) []*Record {
	return l.pick(func(e *entry) bool { return e.Kind == Remove && e.slot.on == id && l.couldRemove(e.slot.by) })
}

func (l *List) pick(good func(*entry) bool) []*Record {
	if l == nil {
		return nil
	}
	var rs []*Record
	for _, e := range l.sorted {
		if good(e) {
			rs = append(rs, e.Record)
		}
	}
	return rs
}

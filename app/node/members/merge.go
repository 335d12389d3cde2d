package members

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Limits on a list: a workgroup of hundreds that changed PCs for years fits. Removals have room of their own, so that who
// fills the list otherwise can still be removed. The longest message between PCs (8 MiB) holds a full list.
const (
	MaxRecords      = 16_000
	MaxSigned       = 1_000   // of one kind by one PC, removals aside: one that runs wild must not fill the list for all
	maxRemovals     = 4_000   // of the MaxRecords
	maxBytes        = 5 << 20 // as JSON, removals aside
	maxRemovalBytes = 2 << 20
)

// Why records can't be merged.
var (
	ErrFull = errors.New("the member list is full")
	errNone = errors.New("empty record")
)

// FromRecords makes a list of records in any order. It fails when they are not of one workgroup, begun by one Found.
func FromRecords(records []*Record) (*List, error) {
	var found *entry
	for _, r := range records {
		if r == nil {
			return nil, fmt.Errorf("read member list: %w", errNone)
		}
		if r.Kind != Found {
			continue
		}
		if e := newEntry(r); found == nil {
			found = e
		} else if found.hash != e.hash {
			return nil, errors.New("read member list: two foundings")
		}
	}
	if found == nil {
		return nil, errors.New("read member list: no founding")
	}
	if err := found.Check(); err != nil {
		return nil, err
	}
	l := &List{group: found.hash, name: found.Name, entries: map[slot]*entry{found.slot: found}}
	l.evaluate()
	return l.Merge(records)
}

// Merge returns the list with more records in it. Records it has, in whatever number and order, change nothing. One bad
// record fails the whole, since a PC that passes on bad records is not to be believed about others, and so does more than
// there is room for (ErrFull).
func (l *List) Merge(records []*Record) (*List, error) {
	if len(records) > MaxRecords {
		return nil, fmt.Errorf("merge member list: %d records: %w", len(records), ErrFull)
	}
	next := &List{group: l.group, name: l.name, entries: maps.Clone(l.entries)}
	err := next.take(records)
	if err != nil {
		return nil, fmt.Errorf("merge member list: %w", err)
	}
	next.trim()
	changed, err := next.check(l)
	if err != nil {
		return nil, fmt.Errorf("merge member list: %w", err)
	}
	if !changed {
		return l, nil
	}
	next.evaluate()
	return next, nil
}

// take puts records in their slots, where they are greater than what is there. It believes their signatures.
func (l *List) take(records []*Record) error {
	for _, r := range records {
		if r == nil {
			return errNone
		}
		e := newEntry(r)
		if e.hash == l.group {
			continue
		}
		if r.Group != l.group {
			return errors.New("record of another workgroup")
		}
		have := l.entries[e.slot]
		if have != nil && have.hash == e.hash {
			continue
		}
		if err := r.checkForm(); err != nil {
			return err
		}
		if have == nil || e.compare(have.Record) > 0 {
			l.entries[e.slot] = e
		}
	}
	return nil
}

// trim keeps, of one kind by one signer, those about the MaxSigned lowest IDs. Which these are depends on no other record
// and no order of arrival, so trimmed lists merge to what the whole ones would have been trimmed to. Removals are not
// trimmed: one that is forgotten would let a PC in again.
func (l *List) trim() {
	type signer struct {
		kind Kind
		by   string
	}
	signed := map[signer]int{}
	for s := range l.entries {
		signed[signer{s.kind, s.by}]++
	}
	for who, n := range signed {
		if n <= MaxSigned || who.kind == Remove {
			continue
		}
		slots := make([]slot, 0, n)
		for s := range l.entries {
			if s.kind == who.kind && s.by == who.by {
				slots = append(slots, s)
			}
		}
		slices.SortFunc(slots, func(a, b slot) int { return strings.Compare(a.on, b.on) })
		for _, s := range slots[MaxSigned:] {
			delete(l.entries, s)
		}
	}
}

// check tells whether a list differs from the one before and has room for all. Only then it verifies signatures, and only
// of what is new and would stay, so that a flood costs little.
func (l *List) check(before *List) (changed bool, err error) {
	if !l.fits() {
		return false, ErrFull
	}
	for s, e := range l.entries {
		if before.entries[s] != nil && before.entries[s].hash == e.hash {
			continue
		}
		if err := e.Check(); err != nil {
			return false, err
		}
		changed = true
	}
	return changed, nil
}

func (l *List) fits() bool {
	var removals, removalBytes, others, bytes int
	for s, e := range l.entries {
		if s.kind == Remove {
			removals, removalBytes = removals+1, removalBytes+e.size
		} else {
			others, bytes = others+1, bytes+e.size
		}
	}
	return removals <= maxRemovals && removalBytes <= maxRemovalBytes && others <= MaxRecords-maxRemovals && bytes <= maxBytes
}

func newEntry(r *Record) *entry {
	raw, _ := json.Marshal(r)
	return &entry{Record: r, slot: slot{r.Kind, idOf(r.By), idOf(r.Key)}, hash: r.Hash(), size: len(raw)}
}

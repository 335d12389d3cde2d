package members

import "fmt"

// Hear returns the list after a PC, from, has brought records to this one, me. A member is believed. Who is none as far as
// this list knows must bring records that make it one, as a newcomer does that another member admitted. And a removal of
// me that a member signed counts whoever brings it, since a PC that comes back after a long time may meet only PCs that
// it has never heard of; one signed by a PC that is known to be removed does not. Whatever is not believed changes
// nothing and is no error: nor are records of another workgroup.
func (l *List) Hear(from, me string, records []*Record) (*List, error) {
	for _, r := range records {
		if r == nil {
			return nil, fmt.Errorf("hear member list: %w", errNone)
		}
		if r.Group != l.group && r.Hash() != l.group {
			return l, nil
		}
	}
	if l.Has(from) {
		return l.Merge(records)
	}
	if !l.Removed(from) && l.leadsTo(from, records) {
		next, err := l.Merge(records)
		if err != nil || next.Has(from) {
			return next, err
		}
	}
	for _, r := range records {
		if r.Kind == Remove && idOf(r.Key) == me && l.Has(idOf(r.By)) {
			return l.Merge([]*Record{r})
		}
	}
	return l, nil
}

// leadsTo tells whether a chain of admissions leads from the known to a PC. It verifies that chain alone, so that a stranger
// with thousands of worthless records costs no more than their hashes.
func (l *List) leadsTo(id string, records []*Record) bool {
	admits := map[string][]*Record{} // by key of the signer
	for _, r := range records {
		if r.Kind == Admit {
			admits[string(r.By)] = append(admits[string(r.By)], r)
		}
	}
	var next [][]byte
	met := map[string]*Record{} // by key: how it came in; nil for the known
	for _, m := range l.ever {
		met[string(m.Key)] = nil
		next = append(next, m.Key)
	}
	for ; len(next) > 0; next = next[1:] {
		for _, r := range admits[string(next[0])] {
			if _, again := met[string(r.Key)]; again {
				continue
			}
			met[string(r.Key)] = r
			if idOf(r.Key) == id {
				return chainIsSigned(r, met)
			}
			next = append(next, r.Key)
		}
	}
	return false
}

func chainIsSigned(r *Record, met map[string]*Record) bool {
	for ; r != nil; r = met[string(r.By)] {
		if r.Check() != nil {
			return false
		}
	}
	return true
}

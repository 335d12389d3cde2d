package members

import (
	"slices"
	"strings"
)

// evaluate computes who is in and what they are called. It is a function of the set of records alone, and takes time in
// proportion to their number, sorting aside.
func (l *List) evaluate() {
	l.sorted = make([]*entry, 0, len(l.entries))
	for _, e := range l.entries {
		l.sorted = append(l.sorted, e)
	}
	slices.SortFunc(l.sorted, func(a, b *entry) int { return strings.Compare(a.hash, b.hash) })

	var found *entry
	admits := map[string][]*entry{} // by ID of the signer
	for _, e := range l.sorted {
		switch e.Kind {
		case Found:
			found = e
		case Admit:
			admits[e.slot.by] = append(admits[e.slot.by], e)
		}
	}
	// First everybody who could ever have been admitted: their removals count. Then the cut. Taken together to a fixed
	// point instead, a removal that takes back the admission of whoever signed it would neither count nor not count.
	l.ever = reach(found, admits, func(*entry) bool { return true })
	l.out = map[string]bool{}
	cuts := map[string][]*entry{} // by ID of the removed: the removals that count
	for _, e := range l.sorted {
		if e.Kind == Remove && l.couldRemove(e.slot.by) {
			l.out[e.slot.on] = true
			cuts[e.slot.on] = append(cuts[e.slot.on], e)
		}
	}
	l.in = reach(found, admits, func(e *entry) bool {
		return !slices.ContainsFunc(cuts[e.slot.by], func(cut *entry) bool { return !cut.keeps(e) })
	})
	for id := range l.out {
		delete(l.in, id)
	}
	l.names = map[string]*entry{}
	for _, e := range l.sorted {
		if e.Kind == Rename && l.Has(e.slot.by) {
			l.names[e.slot.by] = e
		}
	}
}

func (l *List) couldRemove(id string) bool {
	_, ever := l.ever[id]
	return ever
}

// reach returns whom the chains of good admissions lead to, from the founder on, the nearest first.
func reach(found *entry, admits map[string][]*entry, good func(*entry) bool) map[string]Member {
	founder := Member{ID: found.slot.on, Key: found.Key, By: found.slot.by}
	met := map[string]Member{founder.ID: founder}
	for next := []string{founder.ID}; len(next) > 0; next = next[1:] {
		for _, e := range admits[next[0]] {
			if _, again := met[e.slot.on]; !again && good(e) {
				met[e.slot.on] = Member{ID: e.slot.on, Key: e.Key, By: e.slot.by}
				next = append(next, e.slot.on)
			}
		}
	}
	return met
}

// keeps tells whether a removal leaves an admission good that the removed PC signed.
func (e *entry) keeps(admission *entry) bool {
	_, byID := slices.BinarySearch(e.Keep, admission.slot.on)
	if byID {
		return true
	}
	_, byHash := slices.BinarySearch(e.Keep, admission.hash)
	return byHash
}

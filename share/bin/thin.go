package bin

import (
	"iter"
	"time"
)

// How many versions of one file are kept: all of the last hour as long as they are few, else one a minute, one an hour of
// the last day, one a day before that. Of each such span the first one stays, which is what was there before whatever
// happened within it.
const (
	fewVersions = 64
	aDay        = 24 * time.Hour
)

// thin yields the IDs of versions that are one too many. The list is sorted, oldest first.
func thin(list []Item, now time.Time) iter.Seq[string] {
	recent := map[string]int{}
	for _, i := range list {
		if i.How == Replaced && now.Sub(i.Time) <= fresh {
			recent[i.Path]++
		}
	}
	type span struct {
		path  string
		width time.Duration
		n     int64
	}
	return func(yield func(string) bool) {
		seen := map[span]bool{}
		for _, i := range list {
			if i.How != Replaced {
				continue
			}
			s := span{path: i.Path}
			switch age := now.Sub(i.Time); {
			case age <= fresh && recent[i.Path] <= fewVersions:
				continue
			case age <= fresh:
				s.width = time.Minute
			case age <= aDay:
				s.width = time.Hour
			default:
				s.width = aDay
			}
			s.n = i.Time.UnixNano() / int64(s.width)
			if seen[s] && !yield(i.ID) {
				return
			}
			seen[s] = true
		}
	}
}

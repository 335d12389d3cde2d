package printing_test

import "testing"

// choice is an option and the values of it that jobs ask for; "" is not to ask.
type choice struct {
	option string
	values []string
}

// asked are the options of one job.
type asked map[string]string

// pair is two choices, by their number, and a value of each.
type pair struct{ a, va, b, vb int }

func pairOf(a, va, b, vb int) pair {
	if a > b {
		return pair{b, vb, a, va}
	}
	return pair{a, va, b, vb}
}

// pairs are all there are, in order.
func pairs(choices []choice) []pair {
	var all []pair
	for a := range choices {
		for b := a + 1; b < len(choices); b++ {
			for va := range choices[a].values {
				for vb := range choices[b].values {
					all = append(all, pair{a, va, b, vb})
				}
			}
		}
	}
	return all
}

// cover makes few sets of options in which every value of every option meets every value of every other one at least
// once: of the faults that take two options to show there is none that no job would meet. The first set asks for nothing.
func cover(choices []choice) []asked {
	all := pairs(choices)
	open := map[pair]bool{}
	for _, p := range all {
		open[p] = true
	}
	row := map[int]int{}
	for i := range choices {
		row[i] = 0
	}
	var jobs []asked
	for {
		job := asked{}
		for a, va := range row {
			for b, vb := range row {
				delete(open, pairOf(a, va, b, vb))
			}
			if v := choices[a].values[va]; v != "" {
				job[choices[a].option] = v
			}
		}
		if jobs = append(jobs, job); len(open) == 0 {
			return jobs
		}
		best := 0
		for _, p := range all {
			if !open[p] {
				continue
			}
			try := map[int]int{p.a: p.va, p.b: p.vb} // which the others fill as well as they can
			if met := 1 + fill(choices, try, open); met > best {
				row, best = try, met
			}
		}
	}
}

// fill gives each choice that a row lacks the value that meets most of what it hasn't met, and counts these.
func fill(choices []choice, row map[int]int, open map[pair]bool) (met int) {
	for len(row) < len(choices) {
		option, value, best := 0, 0, -1
		for a := range choices {
			if _, has := row[a]; has {
				continue
			}
			for va := range choices[a].values {
				gain := 0
				for b, vb := range row {
					if open[pairOf(a, va, b, vb)] {
						gain++
					}
				}
				if gain > best {
					option, value, best = a, va, gain
				}
			}
		}
		row[option] = value
		met += best
	}
	return met
}

func TestCoverMeetsAllPairs(t *testing.T) {
	choices := []choice{{"a", []string{"", "1", "2"}}, {"b", []string{"", "x"}}, {"c", []string{"", "p", "q", "r"}}, {"d", []string{"", "y", "z"}}}
	jobs := cover(choices)
	for _, p := range pairs(choices) {
		met := false
		for _, job := range jobs {
			met = met || job[choices[p.a].option] == choices[p.a].values[p.va] && job[choices[p.b].option] == choices[p.b].values[p.vb]
		}
		if !met {
			t.Errorf("no job meets %v", p)
		}
	}
	if len(jobs[0]) != 0 || len(jobs) > 16 { // 12 are needed
		t.Errorf("%d jobs: %v", len(jobs), jobs)
	}
}

package printing

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// What was printed is counted from the records of the jobs themselves, for as long as there are any; no step of a job has
// a count of its own to write, so that no crash between two steps can lose or double one. Before records are forgotten
// their counts go into the ledger, in one file together with the names of those jobs: a job that is named there and whose
// record a crash has left is not counted from that as well, but forgotten. A job that begins anew, here or at another
// printer, keeps in its record what it had printed by then, written in one with its new beginning.

// countMonths is how many months are counted: this year's and last year's.
const countMonths = 24

// countsFile is the file of the ledger in the spool. No job has such a number.
const countsFile = "counts.state"

// Count is what one caller has printed on one printer in one month.
type Count struct {
	Month   string `json:"month"` // 2006-01, in which the jobs ended by the clock of this PC
	Owner   string `json:"owner"` // Caller.ID; "" is all guests
	Printer string `json:"printer"`
	Jobs    int    `json:"jobs"`             // that came as far as the printer and have ended, however
	Pages   int    `json:"pages"`            // impressions that came out, of canceled and failed jobs too, and of those not yet ended
	Sheets  int    `json:"sheets"`           // of paper, as far as the printer tells
	Unsure  int    `json:"unsure,omitempty"` // of the jobs, those that are completed and of which the printer didn't tell how many pages they had
}

// ledger holds the counts of jobs that are forgotten.
type ledger struct {
	Counts  []Count  `json:"counts"`
	Settled []string `json:"settled,omitempty"` // UUIDs of jobs that are counted here and whose records may still be on disk
}

// Counts returns what was printed in a month, for the owner of this PC to see, by caller and printer.
func (s *Server) Counts(month string) []Count {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.countsLocked(func(c Count) bool { return c.Month == month })
}

// Used returns how many impressions a caller has printed this month, by printer, as its limit counts them.
func (s *Server) Used(owner string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := map[string]int{}
	month := monthOf(time.Now())
	for _, c := range s.countsLocked(func(c Count) bool { return c.Owner == owner && c.Month == month }) {
		used[c.Printer] = c.limited()
	}
	return used
}

// limited is what counts for a limit: a job of which the printer doesn't tell had one page at least.
func (c Count) limited() int { return c.Pages + c.Unsure }

// countsLocked adds up the ledger and the jobs that are still known.
func (s *Server) countsLocked(wanted func(Count) bool) []Count {
	var all []Count
	for _, c := range s.ledger.Counts {
		if wanted(c) {
			all = append(all, c)
		}
	}
	for _, j := range s.jobs {
		for _, c := range j.counts() {
			if wanted(c) {
				all = added(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Printer, b.Printer))
	})
	return all
}

// counts is what a job has printed so far.
func (j *job) counts() []Count {
	if j.Started.IsZero() {
		return j.Spent
	}
	c := Count{Month: monthOf(time.Now()), Owner: j.Owner, Printer: j.Printer, Pages: j.Pages, Sheets: j.Sheets}
	if j.State.Ended() {
		c.Month, c.Jobs = monthOf(j.Ended), 1
		if j.State == JobCompleted && j.Pages == 0 {
			c.Unsure = 1
		}
	}
	return added(slices.Clone(j.Spent), c)
}

// spend puts what a job has printed by now on its record: it begins anew. The caller saves it, with that.
func (j *job) spend() {
	j.Spent = j.counts()
	j.Pages, j.Sheets, j.Total, j.Started, j.Ended = 0, 0, 0, time.Time{}, time.Time{}
}

// settleLocked puts the counts of jobs that are to be forgotten into the ledger, for good. On an error nothing has changed.
func (s *Server) settleLocked(jobs []*job) error {
	next := ledger{Counts: slices.Clone(s.ledger.Counts)}
	for _, j := range jobs {
		next.Settled = append(next.Settled, j.UUID)
		for _, c := range j.counts() {
			next.Counts = added(next.Counts, c)
		}
	}
	next.Counts = newest(next.Counts)
	if err := s.spool.saveState(countsFile, next); err != nil {
		return err
	}
	s.ledger = next
	return nil
}

// newest leaves the counts of the last months that there are, whatever the clock says now: it may be wrong for a while.
func newest(all []Count) []Count {
	var months []string
	for _, c := range all {
		months = append(months, c.Month)
	}
	slices.Sort(months)
	months = slices.Compact(months)
	if len(months) <= countMonths {
		return all
	}
	return slices.DeleteFunc(all, func(c Count) bool { return c.Month < months[len(months)-countMonths] })
}

// added is all with one more count.
func added(all []Count, c Count) []Count {
	i := slices.IndexFunc(all, func(o Count) bool { return o.Month == c.Month && o.Owner == c.Owner && o.Printer == c.Printer })
	switch {
	case c.Jobs == 0 && c.Pages == 0 && c.Sheets == 0:
	case i < 0:
		all = append(all, c)
	default:
		all[i].Jobs += c.Jobs
		all[i].Pages += c.Pages
		all[i].Sheets += c.Sheets
		all[i].Unsure += c.Unsure
	}
	return all
}

func monthOf(t time.Time) string { return t.Format("2006-01") }

// reasonLimit is the job-state-reason (PWG 5100.16 section 8.1) of a job whose sender has printed all it may.
const reasonLimit = "account-limit-reached"

// reasonTooMany is the job-state-reason of a job that has more pages than any may have: the PC ended it.
const (
	reasonTooMany = "aborted-by-system"
	tooManyText   = "it has more pages than a job may have on this PC"
)

// allowance is what a caller may still print on a printer this month; ok is false when there is no limit. The limit of a
// month ends no job that has been begun, as half a document is of no use: the next one waits.
func (s *Server) allowanceLocked(printer, owner string, byOwner bool) (left int, ok bool) {
	most := s.rules[printer].Pages
	if most == 0 || byOwner {
		return 0, false
	}
	month := monthOf(time.Now())
	for _, c := range s.countsLocked(func(c Count) bool { return c.Month == month && c.Owner == owner && c.Printer == printer }) {
		most -= c.limited()
	}
	return max(0, most), true
}

// overLocked tells whether a job has to wait because its sender has printed all it may this month.
func (s *Server) overLocked(j *job) bool {
	left, ok := s.allowanceLocked(j.Printer, j.Owner, j.ByOwner)
	return ok && left == 0
}

// limitText says how much a caller may print, and from when on it may again.
func limitText(most int) string {
	now := time.Now()
	next := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, now.Location())
	return fmt.Sprintf("the owner of the printer lets each PC print %d pages a month, and this one's are used up: it can go on on %s",
		most, next.Format("2 January"))
}

// withinLimits refuses a job that is known to have more pages than it may have: as many as the request says, and one at
// least. A request that says less than there will be gains nothing: what comes out is counted.
func (s *Server) withinLimits(r *request, o order) *answer {
	pages, _ := r.op.Int("job-impressions")
	copies, _ := ipp.Attrs(o.template).Int("copies")
	pages = max(pages, 1) * max(copies, 1)
	if pages > s.opt.Limits.Impressions {
		a := refuse(goipp.StatusErrorRequestEntity, fmt.Sprintf("%d pages are more than a job may have here, which is %d", pages, s.opt.Limits.Impressions))
		return &a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	most := s.rules[r.printer.Name].Pages
	left, limited := s.allowanceLocked(r.printer.Name, r.caller.ID, r.caller.Owner)
	switch {
	case !limited || pages <= left:
		return nil
	case left == 0:
		return &answer{status: goipp.StatusErrorAccountLimitReached, message: limitText(most)}
	}
	a := refuse(goipp.StatusErrorAccountLimitReached, fmt.Sprintf("it has %d pages, and of the %d that this PC may print here in a month %d are left", pages, most, left))
	return &a
}

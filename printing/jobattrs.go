package printing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"
)

// maxListed bounds the jobs in one answer.
const maxListed = 500

func (s *Server) getJobAttributes(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jobLocked(r)
	if j == nil || !r.mayKnow(j) {
		return errGone
	}
	wanted := r.op.Strings("requested-attributes")
	return answer{groups: goipp.Groups{{Tag: goipp.TagJobGroup, Attrs: s.jobAttrsLocked(r, j, wanted)}}}
}

// mayKnow tells whether a request is told that there is such a job. Members see the line that they stand in; a guest
// sees its length only, in the attributes of the printer.
func (r *request) mayKnow(j *job) bool { return !r.party.guest || r.sees(j) }

// sees tells whether a request is told what a job is.
func (r *request) sees(j *job) bool { return r.caller.Owner || r.party.owns(j) }

// getJobs is RFC 8011 section 4.2.6. Members see how many jobs there are; of those of others no more than their state.
func (s *Server) getJobs(r *request) answer {
	which := cmp.Or(r.op.String("which-jobs"), "not-completed")
	if which != "completed" && which != "not-completed" && which != "all" {
		return answer{status: goipp.StatusErrorAttributesOrValues,
			unsupported: goipp.Attributes{goipp.MakeAttr("which-jobs", goipp.TagKeyword, goipp.String(which))}}
	}
	wanted := r.op.Strings("requested-attributes")
	if len(wanted) == 0 {
		wanted = []string{"job-uri", "job-id"}
	}
	limit := maxListed
	if n, ok := r.op.Int("limit"); ok && n > 0 {
		limit = min(n, limit)
	}
	first, _ := r.op.Int("first-job-id")
	s.mu.Lock()
	defer s.mu.Unlock()
	var jobs []*job
	for _, j := range s.jobs {
		if j.Printer == r.printer.Name && r.mayKnow(j) && (which == "all" || j.State.Ended() == (which == "completed")) && j.ID >= first &&
			(!r.op.Bool("my-jobs") || r.party.owns(j) && j.User == r.user()) {
			jobs = append(jobs, j)
		}
	}
	slices.SortFunc(jobs, func(a, b *job) int {
		if which == "completed" {
			return cmp.Or(b.Ended.Compare(a.Ended), b.ID-a.ID)
		}
		return a.ID - b.ID
	})
	var a answer
	for _, j := range jobs[:min(len(jobs), limit)] {
		a.groups.Add(goipp.Group{Tag: goipp.TagJobGroup, Attrs: s.jobAttrsLocked(r, j, wanted)})
	}
	return a
}

// publicJobAttrs are what everybody may know of a job.
var publicJobAttrs = []string{"job-id", "job-uri", "job-printer-uri", "job-state", "job-state-reasons", "job-printer-up-time",
	"number-of-intervening-jobs", "time-at-creation", "time-at-processing", "time-at-completed"}

// jobAttrsLocked returns the attributes of a job that are wanted and that the caller may see.
func (s *Server) jobAttrsLocked(r *request, j *job, wanted []string) goipp.Attributes {
	visible := r.sees(j)
	var attrs goipp.Attributes
	template := decodeTemplate(j.Template)
	for _, attr := range append(s.describeJobLocked(r, j), template...) {
		group := "job-description"
		if _, ok := findOption(attr.Name); ok {
			group = "job-template"
		}
		asked := len(wanted) == 0 || slices.Contains(wanted, "all") || slices.Contains(wanted, group) || slices.Contains(wanted, attr.Name)
		if asked && (visible || slices.Contains(publicJobAttrs, attr.Name)) {
			attrs.Add(attr)
		}
	}
	return attrs
}

func (s *Server) describeJobLocked(r *request, j *job) goipp.Attributes {
	integer := func(name string, n int) goipp.Attribute {
		return goipp.MakeAttr(name, goipp.TagInteger, goipp.Integer(min(n, 1<<31-1)))
	}
	clock := func(name string, t time.Time) goipp.Attribute {
		if t.IsZero() {
			return goipp.MakeAttr(name, goipp.TagNoValue, goipp.Void{})
		}
		// In printer-up-time's seconds; before this start of the printer it is zero or less (RFC 8011 section 5.3.14).
		return integer(name, int(t.Sub(s.boot)/time.Second)+1)
	}
	date := func(name string, t time.Time) goipp.Attribute {
		if t.IsZero() {
			return goipp.MakeAttr(name, goipp.TagNoValue, goipp.Void{})
		}
		return goipp.MakeAttr(name, goipp.TagDateTime, goipp.Time{Time: t.UTC()})
	}
	name := j.Name
	switch {
	case r.party.guest: // two can have one address: to none of them anybody's names, not even back
		name = untitled
	case !r.party.owns(j):
		name = j.title()
	}
	state, reasons, message := s.standingLocked(j)
	impressions := integer("job-impressions", j.Total)
	if j.Total == 0 {
		impressions = goipp.MakeAttr("job-impressions", goipp.TagNoValue, goipp.Void{})
	}
	hold := "no-hold"
	if j.Hold {
		hold = "indefinite"
	}
	return goipp.Attributes{
		goipp.MakeAttr("job-uri", goipp.TagURI, goipp.String(r.jobURI(j.ID))),
		integer("job-id", j.ID),
		goipp.MakeAttr("job-uuid", goipp.TagURI, goipp.String(j.UUID)),
		goipp.MakeAttr("job-printer-uri", goipp.TagURI, goipp.String(r.base)),
		goipp.MakeAttr("job-name", goipp.TagName, goipp.String(name)),
		goipp.MakeAttr("job-originating-user-name", goipp.TagName, goipp.String(cmp.Or(j.OwnerName, j.Owner, "guest"))),
		goipp.MakeAttr("job-state", goipp.TagEnum, goipp.Integer(state)),
		reasonsAttr("job-state-reasons", reasons),
		goipp.MakeAttr("job-state-message", goipp.TagText, goipp.String(message)),
		keywords("job-hold-until", hold),
		goipp.MakeAttr("document-format", goipp.TagMimeType, goipp.String(cmp.Or(j.Format, formatOctet))),
		integer("job-k-octets", int((j.Size+1023)/1024)),
		impressions, integer("job-impressions-completed", j.Pages), integer("job-media-sheets-completed", j.Sheets),
		integer("number-of-intervening-jobs", s.interveningLocked(j)),
		integer("job-printer-up-time", int(time.Since(s.boot)/time.Second)+1),
		clock("time-at-creation", j.Created), clock("time-at-processing", j.Started), clock("time-at-completed", j.Ended),
		date("date-time-at-creation", j.Created), date("date-time-at-processing", j.Started), date("date-time-at-completed", j.Ended),
	}
}

// jobLocked finds the job that a request is about; nil when it isn't this printer's.
func (s *Server) jobLocked(r *request) *job {
	id := r.path
	if n, ok := r.op.Int("job-id"); ok {
		id = n
	} else if uri := r.op.String("job-uri"); uri != "" {
		id, _ = jobID(uri[strings.LastIndexByte(uri, '/')+1:])
	}
	if j := s.jobs[id]; j != nil && j.at(r.printer.Name) {
		return j
	}
	return nil
}

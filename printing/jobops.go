package printing

import (
	"maps"
	"slices"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// order is what a request to make a job asks for, checked.
type order struct {
	name        string
	compression string
	template    goipp.Attributes
	unsupported goipp.Attributes
	pin         *pinLock // that the job is to wait for
}

// untitled is the name of a job that has none, and of every job of a guest as guests see it.
const untitled = "Untitled"

// check reads what Print-Job, Validate-Job and Create-Job have in common (RFC 8011 section 4.2.1.1).
func (s *Server) check(r *request) (order, *answer) {
	var o order
	if a := r.checkDocument(&o); a != nil {
		return o, a
	}
	o.name = ipp.Clean(r.op.String("job-name"), 255)
	if o.name == "" {
		o.name = ipp.Clean(r.op.String("document-name"), 255)
	}
	if o.name == "" {
		o.name = untitled
	}
	o.template, o.unsupported = checkTemplate(r.msg.Job, r.printer.caps)
	if len(o.unsupported) > 0 && r.op.Bool("ipp-attribute-fidelity") {
		return o, &answer{status: goipp.StatusErrorAttributesOrValues, message: "the printer can't do all of this exactly", unsupported: o.unsupported}
	}
	if !r.printer.accepting {
		a := refuse(goipp.StatusErrorNotAcceptingJobs, r.printer.message)
		return o, &a
	}
	if bad := s.withinLimits(r, o); bad != nil {
		return o, bad
	}
	var bad *answer
	o.pin, bad = s.lockOf(r)
	return o, bad
}

// checkDocument reads the operation attributes that describe a document.
func (r *request) checkDocument(o *order) *answer {
	if format := r.op.String("document-format"); format != "" && !r.printer.takesFormat(format) {
		return &answer{status: goipp.StatusErrorDocumentFormatNotSupported, message: "the printer doesn't take this format",
			unsupported: goipp.Attributes{goipp.MakeAttr("document-format", goipp.TagMimeType, goipp.String(format))}}
	}
	switch o.compression = r.op.String("compression"); o.compression {
	case "", "none", "gzip", "deflate":
		return nil
	}
	return &answer{status: goipp.StatusErrorCompressionNotSupported,
		unsupported: goipp.Attributes{goipp.MakeAttr("compression", goipp.TagKeyword, goipp.String(o.compression))}}
}

func (o order) status() goipp.Status {
	if len(o.unsupported) > 0 {
		return goipp.StatusOkIgnoredOrSubstituted
	}
	return goipp.StatusOk
}

func (s *Server) validateJob(r *request) answer {
	o, bad := s.check(r)
	if bad != nil {
		return *bad
	}
	return answer{status: o.status(), unsupported: o.unsupported}
}

func (s *Server) printJob(r *request) answer {
	o, bad := s.check(r)
	if bad != nil {
		return *bad
	}
	j, bad := s.newJob(r, o)
	if bad != nil {
		return *bad
	}
	s.mu.Lock()
	bad = s.expectLocked(r, j)
	s.mu.Unlock()
	if bad != nil {
		return *bad
	}
	subs, _, _ := s.subscribe(r, j.ID) // before anything can happen
	if bad := s.document(r, j, o.compression); bad != nil {
		return *bad
	}
	a := s.jobAnswer(r, j, o)
	a.groups = append(a.groups, subs...)
	return a
}

func (s *Server) createJob(r *request) answer {
	o, bad := s.check(r)
	if bad != nil {
		return *bad
	}
	j, bad := s.newJob(r, o)
	if bad != nil {
		return *bad
	}
	subs, _, _ := s.subscribe(r, j.ID)
	s.mu.Lock()
	err := s.spool.save(&j.record)
	if j.announced = err == nil; j.announced {
		s.tellJobLocked(j)
	} else {
		delete(s.jobs, j.ID)
	}
	s.mu.Unlock()
	if err != nil {
		s.log.Warn("job not taken", "error", err)
		return refuse(goipp.StatusErrorTemporary, "the PC with the printer can't write to its disk")
	}
	s.wakeUp()
	a := s.jobAnswer(r, j, o)
	a.groups = append(a.groups, subs...)
	return a
}

// newJob gives a job its number, within the limits. It is on disk only when its caller has put it there.
func (s *Server) newJob(r *request, o order) (*job, *answer) {
	template, err := encodeTemplate(withoutHold(o.template))
	if err != nil {
		a := refuse(goipp.StatusErrorBadRequest, "")
		return nil, &a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if bad := s.roomLocked(r.party); bad != nil {
		return nil, bad
	}
	s.lastID++
	j := &job{party: r.party, record: record{
		ID: s.lastID, UUID: randomUUID(), Printer: r.printer.Name, Queue: r.printer.Queue, Dir: r.printer.Dir,
		Owner: r.caller.ID, OwnerName: ipp.Clean(r.caller.Name, 255), User: r.user(), Name: o.name, Template: template,
		Stage: stageIncoming, State: JobHeld, Reasons: []string{"job-incoming"}, Created: time.Now(),
		Hold: ipp.Attrs(o.template).String("job-hold-until") == "indefinite" || o.pin != nil || s.rules[r.printer.Name].Release,
		PIN:  o.pin, ByOwner: r.caller.Owner,
	}}
	s.jobs[j.ID] = j
	return j, nil
}

// roomLocked tells whether one more job may wait.
func (s *Server) roomLocked(p party) *answer {
	all, mine, guests := 0, 0, 0
	for _, j := range s.jobs {
		if j.State.Ended() {
			continue
		}
		all++
		if j.party == p {
			mine++
		}
		if j.party.guest {
			guests++
		}
	}
	if l := s.opt.Limits; all >= l.Jobs || mine >= l.PerOwner || p.guest && guests >= l.GuestJobs {
		a := refuse(goipp.StatusErrorTooManyJobs, ErrTooMany.Error())
		return &a
	}
	return nil
}

// user is who the request says it comes from. Nothing is granted for it.
func (r *request) user() string { return ipp.Clean(r.op.String("requesting-user-name"), 255) }

// closeJob is PWG 5100.7 section 4.1: no more documents will come.
func (s *Server) closeJob(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jobLocked(r)
	switch {
	case j == nil || !r.party.owns(j):
		return errGone
	case j.Stage == stageIncoming && !j.receiving:
		s.endLocked(j, JobAborted, "the job was closed without a document", "aborted-by-system")
	}
	return answer{}
}

func (s *Server) cancelJob(r *request) answer {
	return s.onJob(r, func(j *job) error { return s.cancelLocked(j, r.caller, r.op.String("message")) })
}

// mayTouch tells whether the caller may cancel or release a job: its owner may, and the owner of the PC where the
// gate says so.
func (s *Server) mayTouch(r *request, j *job) bool {
	return r.party.owns(j) || r.caller.Owner && s.allowed(r.http, r.printer.Name, Manage)
}

// cancelMyJobs is PWG 5100.11 section 5.4: all jobs of the caller, or those listed, of which all must be there.
func (s *Server) cancelMyJobs(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	mine := map[int]*job{}
	for id, j := range s.jobs {
		if j.Printer == r.printer.Name && r.party.owns(j) && !j.State.Ended() {
			mine[id] = j
		}
	}
	if ids, ok := r.op.Get("job-ids"); ok {
		wanted := map[int]*job{}
		for _, v := range ids.Values {
			n, _ := v.V.(goipp.Integer)
			if mine[int(n)] == nil {
				return answer{status: goipp.StatusErrorNotFound, message: errGone.message, unsupported: goipp.Attributes{ids}}
			}
			wanted[int(n)] = mine[int(n)]
		}
		mine = wanted
	}
	for _, id := range slices.Sorted(maps.Keys(mine)) {
		_ = s.cancelLocked(mine[id], r.caller, "") // not ended, so it can't fail
	}
	return answer{}
}

// jobAnswer tells of a new job (RFC 8011 section 4.2.1.2).
func (s *Server) jobAnswer(r *request, j *job, o order) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted := []string{"job-uri", "job-id", "job-uuid", "job-state", "job-state-reasons", "job-state-message", "number-of-intervening-jobs"}
	return answer{status: o.status(), unsupported: o.unsupported,
		groups: goipp.Groups{{Tag: goipp.TagJobGroup, Attrs: s.jobAttrsLocked(r, j, wanted)}}}
}

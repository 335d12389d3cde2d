package printing

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

const (
	// failedKeep is how long the document of a job that failed is kept for another try.
	failedKeep = time.Hour
	// maxRetain is how long senders may have the document of a job that ended kept (job-retain-until-interval): long
	// enough to see that a page came out badly, too short for it to lie around on another's disk over night.
	maxRetain = time.Hour

	// reasonKept is the job-state-reason of a job that has ended and can be printed again.
	reasonKept = "job-restartable"
)

// Errors of jobs that are to be printed again.
var (
	ErrNotEnded   = errors.New("the job has not ended yet")
	ErrTooMany    = errors.New("too many jobs are waiting")
	ErrNoDocument = errors.New("the document of the job is no longer there")
)

// Restart prints a job again that has ended and whose document is still there: for a while that of a job that failed,
// and of one whose sender wanted that.
func (s *Server) Restart(_ context.Context, printer string, id int, caller Caller) error {
	return s.withJob(printer, id, caller, s.restartLocked)
}

func (s *Server) restartLocked(j *job) error {
	switch {
	case !j.State.Ended():
		return ErrNotEnded
	case j.Kept.IsZero():
		return ErrNoDocument
	case s.roomLocked(j.party) != nil:
		return ErrTooMany
	}
	j.spend()
	j.Kept, j.Twice, j.Ref, j.Begun, j.Written, j.Canceling = time.Time{}, false, "", "", nil, ""
	j.Hold = j.PIN != nil || s.rules[j.Printer].Release // anew
	s.waitLocked(j)
	return nil
}

// keepFor is how long the document of a job is kept that ends now in this state.
func keepFor(j *job, state JobState) time.Duration {
	switch {
	case j.Stage == stageIncoming || j.Stage == stageEnded || j.party.guest || j.Size == 0:
		return 0
	case state == JobAborted:
		return failedKeep
	case state == JobCompleted:
		n, _ := ipp.Attrs(decodeTemplate(j.Template)).Int("job-retain-until-interval")
		return min(time.Duration(n)*time.Second, maxRetain)
	}
	return 0 // who cancels a job wants it gone
}

// letGoLocked drops the document of a job that has ended.
func (s *Server) letGoLocked(j *job) {
	j.Kept = time.Time{}
	j.Reasons = slices.DeleteFunc(slices.Clone(j.Reasons), func(r string) bool { return r == reasonKept })
	s.spool.dropDocument(j.ID)
	s.keepLocked(j)
	s.recv.release(j)
}

// restartJob is RFC 8011 section 4.3.7.
func (s *Server) restartJob(r *request) answer {
	return s.onJob(r, s.restartLocked)
}

// resubmitJob is PWG 5100.11 section 5.3: a new job with the document of one that has ended, and other options.
func (s *Server) resubmitJob(r *request) answer {
	s.mu.Lock()
	old := s.jobLocked(r)
	s.mu.Unlock()
	if old == nil || !s.mayTouch(r, old) {
		return errGone
	}
	sent := r.sent(old)
	r = r.inNameOf(old)
	s.mu.Lock()
	before, kept := old.record, !old.Kept.IsZero()
	s.mu.Unlock()
	if !kept {
		return refuse(goipp.StatusErrorNotPossible, ErrNoDocument.Error())
	}
	o, bad := s.check(r)
	if bad != nil {
		return *bad
	}
	if o.name == untitled {
		o.name = before.Name
	}
	if before.PIN != nil && (o.pin == nil || !sent) { // who isn't its sender gives it no other
		o.pin = &pinLock{Salt: before.PIN.Salt, Hash: before.PIN.Hash}
	}
	o.template = overlaid(decodeTemplate(before.Template), o.template)
	j, bad := s.newJob(r, o)
	if bad != nil {
		return *bad
	}
	if bad := s.takeOver(j, before); bad != nil {
		return *bad
	}
	return s.jobAnswer(r, j, o)
}

// inNameOf is the request as the sender of a job would make it: what is printed again is its, also where the owner of the
// printer wants that.
func (r *request) inNameOf(j *job) *request {
	as := *r
	as.party, as.caller = j.party, Caller{ID: j.Owner, Name: j.OwnerName, Guest: j.party.guest, Owner: r.caller.Owner && r.caller.ID == j.Owner}
	return &as
}

// takeOver gives a new job the document of another and puts it in line.
func (s *Server) takeOver(j *job, from record) *answer {
	err := s.recv.used.take(j.party, from.Size)
	if err == nil {
		if err = os.Link(s.spool.document(from.ID), s.spool.document(j.ID)); err != nil {
			s.recv.used.add(j.party, -from.Size)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		j.Size = from.Size
		err = s.lineUpLocked(j, from.Format, decodeTemplate(j.Template))
	}
	if err != nil {
		s.dropIncomingLocked(j, answer{})
		a := documentAnswer(err)
		return &a
	}
	return nil
}

// overlaid is base with the attributes of over in the place of its own.
func overlaid(base, over goipp.Attributes) goipp.Attributes {
	all := slices.DeleteFunc(slices.Clone(base), func(a goipp.Attribute) bool {
		media := strings.HasPrefix(a.Name, "media") && (ipp.Attrs(over).Has("media") || ipp.Attrs(over).Has("media-col"))
		return media || ipp.Attrs(over).Has(a.Name)
	})
	return append(all, over...)
}

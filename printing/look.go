package printing

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// verdict is what the state of a job in the print system means for ours.
type verdict int

const (
	goesOn verdict = iota
	// cutShort: the document never arrived whole, so that it was not printed. It is sent again.
	cutShort
	// failed: the driver gave up. In the print system the job would wait for ever, here everybody behind it too.
	failed
	// unsure: the print system was started anew and began the job again, perhaps, though nothing was seen to keep the
	// printer from printing it the first time.
	unsure
	// partial: a printer that takes documents as they come may have printed some of one that was cut short.
	partial
)

// look asks the print system how a job stands. It tells whether to ask again soon, because nobody will say.
func (s *Server) look(ctx context.Context, j *job) (soon bool) {
	s.mu.Lock()
	ref, canceling := j.Ref, j.Canceling
	s.mu.Unlock()
	if canceling != "" {
		if err := s.opt.System.Cancel(ctx, ref); err != nil {
			s.log.Debug("cancel failed; will try again", "job", j.ID, "error", err)
		}
	}
	state, err := s.opt.System.Find(ctx, ref)
	if ctx.Err() != nil {
		return false
	}
	s.mu.Lock()
	v := goesOn
	if err == nil && canceling == "" {
		v = j.judge(state)
	}
	s.mu.Unlock()
	if v != goesOn && s.opt.System.Cancel(ctx, ref) != nil {
		return true // it is looked at again
	}
	if v == unsure { // unless it was done before it could be canceled
		if now, err := s.opt.System.Find(ctx, ref); err == nil && now.State == JobCompleted {
			v, state = goesOn, now
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case v != goesOn && j.Canceling != "" && j.MoveTo == "": // in the meantime
		s.endLocked(j, JobCanceled, "", j.Canceling)
	case v == cutShort:
		s.againLocked(j)
	case v == failed:
		s.holdLocked(j, "the printer's driver failed on this job ("+cmp.Or(state.Message, "no reason given")+"): print it again or cancel it")
	case v == unsure:
		s.holdLocked(j, "the print system of the printer's PC stopped while it printed this job, so nobody can tell how much of it came out: look at the printer, then print it again or cancel it")
	case v == partial:
		s.holdLocked(j, "the printer was cut off while it got this job, so nobody can tell how much of it came out: look at the printer, then print it again or cancel it")
	default:
		s.foundLocked(j, state, err)
	}
	return state.Device
}

// begunAnew tells whether the print system has begun a job again, or may have: a first time may not have been seen when
// it was started anew in between. Whether it was, or may have been, is told as well.
func (j *job) begunAnew(state SystemState) (anew, started bool) {
	known := cmp.Or(j.boot, state.Since)
	started = known != state.Boot
	switch {
	case state.Begun == "" || state.Begun == j.Begun:
		return false, started
	case j.Begun == "":
		return known != 0 && started, started
	}
	return true, started
}

// againLocked gives a job to the print system once more that it has nothing of.
func (s *Server) againLocked(j *job) {
	j.Ref, j.Begun = "", ""
	s.moveLocked(j, stageWaiting, JobPending, "")
	s.tellLocked()
}

// judge tells what is to be done about a job that the print system knows.
func (j *job) judge(state SystemState) verdict {
	anew, started := j.begunAnew(state)
	switch {
	case j.Stage == stageSubmitting && state.Partial:
		return partial
	case j.Stage == stageSubmitting && !state.Received && state.State != JobCompleted && state.State != JobCanceled:
		return cutShort
	case state.State == JobStopped:
		return failed
	case anew && started && !j.Stuck && state.State == JobProcessing && len(blocking(state.Printer)) == 0:
		return unsure
	}
	return goesOn
}

// foundLocked takes over what the print system says of a job.
func (s *Server) foundLocked(j *job, state SystemState, err error) {
	switch {
	case j.MoveTo != "" && (errors.Is(err, ErrNoJob) || err == nil && state.State == JobCanceled):
		s.letsGoLocked(j)
		return
	case errors.Is(err, ErrNoJob) && j.Canceling != "":
		s.endLocked(j, JobCanceled, "", j.Canceling)
		return
	case errors.Is(err, ErrNoJob) && j.cutShort: // and has forgotten that as well
		s.againLocked(j)
		return
	case errors.Is(err, ErrNoJob):
		s.holdLocked(j, "the print system no longer knows this job, so nobody can tell whether it was printed: look at the printer, then print it again or cancel it")
		return
	case errors.Is(err, ErrOffline):
		s.deviceSaysLocked(j.Queue, state.Printer)
		state.State, state.Pages, state.Sheets, state.Total = JobProcessing, j.Pages, j.Sheets, j.Total
		s.showLocked(j, state)
		return
	case err != nil:
		s.showLocked(j, SystemState{State: JobStopped, Reasons: []string{"printer-stopped"}, Message: "the print system of the printer's PC doesn't answer",
			Pages: j.Pages, Sheets: j.Sheets, Total: j.Total})
		return
	}
	s.begunLocked(j, state)
	if stuck := len(blocking(state.Printer)) > 0 || time.Since(j.retried) < retryTime; stuck != j.Stuck && !state.State.Ended() {
		j.Stuck = stuck // on disk: after a crash it tells that nothing came out meanwhile
		s.keepLocked(j)
	}
	if j.words = cmp.Or(state.Message, j.words); time.Since(j.retried) < retryTime && len(blocking(state.Printer)) == 0 {
		state.stopped("the printer can't be reached, the print system tries again: " + cmp.Or(j.words, "it doesn't say why"))
	}
	if state.Device {
		s.deviceSaysLocked(j.Queue, state.Printer)
	}
	if state.State.Ended() {
		s.endedLocked(j, state)
		return
	}
	if most := s.opt.Limits.Impressions; state.Pages > most || state.Total > most {
		s.log.Warn("a job has too many pages", "printer", j.Printer, "job", j.ID, "from", j.Owner, "pages", max(state.Pages, state.Total))
		s.cancelForLocked(j, reasonTooMany)
	}
	if j.Canceling != "" {
		state.Reasons = append(state.Reasons, "processing-to-stop-point")
	}
	j.Stage = stageSubmitted
	s.showLocked(j, state)
}

// retryTime is how long a try of the print system that follows another counts as failing too.
const retryTime = 2500 * time.Millisecond

// stopped makes a job that is at the printer stand still.
func (st *SystemState) stopped(message string) {
	if st.State == JobProcessing {
		st.State, st.Reasons, st.Message = JobStopped, []string{"printer-stopped"}, message
	}
}

// begunLocked remembers when the print system began a job, and that it did so more than once: after a trouble that is
// over, as a rule, but some of it may have come out before.
func (s *Server) begunLocked(j *job, state SystemState) {
	anew, _ := j.begunAnew(state)
	j.boot = state.Boot
	if state.Begun == "" || state.Begun == j.Begun {
		return
	}
	if anew {
		j.Twice, j.retried = true, time.Now()
	}
	j.Begun = state.Begun
	if state.State.Ended() {
		return // which is saved anyway
	}
	s.keepLocked(j)
}

// What is known of a job that is completed, where that isn't that it came out, once.
const (
	handedOver  = "handed to the printer, which can't confirm that it came out"
	nothingCame = "nothing reached the printer: the document has no pages, or none of those asked for"
	begunTwice  = "the print system began it more than once: pages may have come out twice"
)

// endedLocked ends a job as the print system ended it.
func (s *Server) endedLocked(j *job, state SystemState) {
	// What the printer itself said came out, its print system may not have heard yet.
	j.Pages, j.Sheets, j.Total = max(j.Pages, state.Pages), max(j.Sheets, state.Sheets), state.Total
	// The print system may still say that it is about to.
	reasons := slices.DeleteFunc(state.Reasons, func(r string) bool { return r == "processing-to-stop-point" })
	message := state.Message
	switch {
	case state.State == JobCanceled && (j.Canceling != "" || len(reasons) == 0): // who it names is ourselves when we asked it
		reasons, message = []string{cmp.Or(j.Canceling, "job-canceled-at-device")}, ""
	case state.State == JobCompleted && state.Nothing && j.Format == formatPDF: // whose pages are counted on the way
		state.State, reasons, message = JobAborted, []string{"aborted-by-system"}, nothingCame
	case state.State == JobCompleted && j.Twice:
		reasons, message = []string{"job-completed-with-warnings"}, begunTwice
	case state.State == JobCompleted && !state.Confirmed: // RFC 8011 section 5.3.8 has this reason for it
		reasons, message = []string{"queued-in-device"}, handedOver
	case state.State == JobCompleted:
		reasons, message = []string{"job-completed-successfully"}, ""
	}
	s.endLocked(j, state.State, message, reasons...)
}

// holdLocked sets a job aside, with its document, until a person says what to do (Release, Cancel).
func (s *Server) holdLocked(j *job, why string) {
	s.moveLocked(j, stageHeld, JobHeld, why, reasonReview)
	s.log.Warn("job held", "printer", j.Printer, "job", j.ID, "reason", why)
}

// deviceFresh is how long it counts more what a printer itself said than what the print system says of it.
const deviceFresh = deviceAgain + deviceTime + 500*time.Millisecond

// deviceSaysLocked takes over what a printer said when a job at it was looked at.
func (s *Server) deviceSaysLocked(queue string, reasons []string) {
	for _, p := range s.printers {
		if p.Queue == queue {
			p.said, p.saidAt = reasons, time.Now()
		}
	}
	s.tellPrintersLocked()
}

// showLocked shows a running job as the print system describes it. That is not saved: after a restart it is asked
// again.
func (s *Server) showLocked(j *job, st SystemState) {
	if held := blocking(st.Printer); len(held) > 0 && !st.State.Ended() && st.State != JobHeld {
		st.State = JobStopped
		st.Reasons = append([]string{"printer-stopped"}, held...)
		st.Message = reasonText(held)
	}
	if st.State == JobPending {
		st.State = JobProcessing // our own queue is behind it; what it waits for now is the print system's doing
	}
	if j.State == st.State && j.Message == st.Message && j.Pages == st.Pages && j.Total == st.Total && slices.Equal(j.Reasons, st.Reasons) {
		return
	}
	j.State, j.Message, j.Reasons = st.State, st.Message, st.Reasons
	j.Pages, j.Sheets, j.Total = st.Pages, st.Sheets, st.Total
	s.tellJobLocked(j)
	s.changed()
}

func (s *Server) end(j *job, state JobState, message string, reasons ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(j, state, message, reasons...)
}

package printing

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"lanyard/printing/ipp"
)

// lookAgain is how long the follower of a job waits for news before it asks by itself, in case one was lost.
const lookAgain = 3 * time.Second

// deviceAgain is how long it waits where nobody tells of news at the printer.
const deviceAgain = time.Second

// Run prints jobs until ctx ends. It returns when everything it started has ended; jobs that the print system has are
// taken up by the next Run.
func (s *Server) Run(ctx context.Context) error {
	var started sync.WaitGroup
	defer started.Wait()
	started.Go(func() {
		err := s.opt.System.Watch(ctx, s.soon, s.active, func() { s.refresh(ctx) })
		if err != nil && ctx.Err() == nil {
			s.log.Warn("print system is no longer watched", "error", err)
		}
	})
	for {
		for job, j := s.take(ctx); j != nil; job, j = s.take(ctx) {
			started.Go(func() { s.print(job, j) })
		}
		timer := time.NewTimer(s.expire())
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// take marks the job whose turn it is as being printed, one per target, and returns it with its context; nil
// for none.
func (s *Server) take(ctx context.Context) (context.Context, *job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first *job
	for _, j := range s.jobs {
		ready := j.begun() || j.Stage == stageWaiting && !s.rules[j.Printer].Paused
		if ready && !s.busy[targetOf(j.Queue, j.Dir)] && (first == nil || ahead(j, first) < 0) && (j.begun() || !s.overLocked(j)) {
			first = j
		}
	}
	if first == nil {
		return nil, nil
	}
	s.busy[targetOf(first.Queue, first.Dir)] = true
	s.tellPrintersLocked()
	ctx, first.stop = context.WithCancel(ctx)
	return ctx, first
}

// print brings one job to its end, or to ctx's.
func (s *Server) print(ctx context.Context, j *job) {
	s.mu.Lock()
	target := targetOf(j.Queue, j.Dir)
	s.mu.Unlock()
	if j.Dir != "" {
		s.printToFolder(ctx, j)
	} else {
		s.printToQueue(ctx, j)
	}
	s.mu.Lock()
	delete(s.busy, target)
	j.stop()
	j.stop = nil
	if j.MoveTo != "" && (j.Stage == stageWaiting || j.Stage == stageHeld) {
		s.moveOnLocked(j)
	}
	s.tellPrintersLocked()
	s.tellWaitingLocked() // of those whose sender has now printed all it may
	s.mu.Unlock()
	s.wakeUp()
	s.changed()
}

// printToQueue submits a job and follows it. A job that an earlier run submitted, perhaps, is looked for first: it
// must be neither lost nor printed twice.
func (s *Server) printToQueue(ctx context.Context, j *job) {
	for ctx.Err() == nil {
		news, again := s.newsChan(), lookAgain
		switch s.stageOf(j) {
		case stageWaiting:
			s.submit(ctx, j)
		case stageSubmitting, stageSubmitted:
			if s.look(ctx, j) {
				again = deviceAgain
			}
		default:
			return
		}
		if st := s.stageOf(j); st == stageEnded || st == stageHeld {
			return
		}
		wait := time.NewTimer(again)
		select {
		case <-ctx.Done():
		case <-news:
		case <-wait.C:
		}
		wait.Stop()
	}
}

func (s *Server) newsChan() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.news
}

func (s *Server) stageOf(j *job) stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return j.Stage
}

var errCanceling = errors.New("job is being canceled")

// submit gives the document to the print system.
func (s *Server) submit(ctx context.Context, j *job) {
	s.mu.Lock()
	if j.Canceling != "" && j.MoveTo == "" {
		s.endLocked(j, JobCanceled, "", j.Canceling)
		s.mu.Unlock()
		return
	}
	what := SystemJob{Queue: j.Queue, Name: j.title(), Format: j.Format, Size: j.Size, Template: handedOn(decodeTemplate(j.Template))}
	id := j.ID
	s.mu.Unlock()

	f, err := os.Open(s.spool.document(id))
	if err != nil {
		s.end(j, JobAborted, "the document is no longer in the spool", "aborted-by-system")
		return
	}
	defer f.Close()
	sent := &countingReader{r: f}
	err = s.opt.System.Submit(ctx, what, sent, func(ref string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if j.Canceling != "" || j.MoveTo != "" || j.Stage != stageWaiting {
			return errCanceling
		}
		before := j.record
		j.Ref, j.Begun, j.boot, j.Stage, j.State, j.Started = ref, "", 0, stageSubmitting, JobProcessing, time.Now()
		j.Reasons, j.Message = []string{"job-transforming"}, ""
		err := s.spool.save(&j.record)
		if j.unsaved = err != nil; j.unsaved {
			j.record = before
		}
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	j.cutShort = err != nil && (sent.n < what.Size || errors.As(err, new(*ipp.StatusError)))
	var refusal *Refusal
	switch {
	case j.unsaved:
		s.showLocked(j, SystemState{State: JobStopped, Reasons: []string{"printer-stopped"}, Message: "the PC with the printer can't write to its disk"})
	case err == nil:
		// Not saved: after a crash the print system says whether it has the whole document.
		j.Stage, j.State, j.Message, j.Reasons = stageSubmitted, JobProcessing, "", []string{"job-queued"}
		s.tellJobLocked(j)
		s.changed()
		s.tellLocked() // ask at once how it goes
		poke(s.soon)
	case j.Canceling != "" && j.Ref == "":
		s.endLocked(j, JobCanceled, "", j.Canceling)
	case j.Stage == stageHeld: // by somebody, in the last moment
	case errors.Is(err, ErrNoQueue):
		s.holdLocked(j, "the print system of the printer's PC no longer has this printer: print the job again when it is back, or cancel it")
	case errors.As(err, &refusal):
		s.endLocked(j, JobAborted, refusal.Reason, "aborted-by-system")
	case ctx.Err() != nil:
	case j.Stage == stageWaiting:
		s.showLocked(j, SystemState{State: JobStopped, Reasons: []string{"printer-stopped"}, Message: s.troubleLocked(j)})
		s.log.Debug("print system took no job", "job", j.ID, "error", err)
	default:
		s.log.Debug("document was cut short", "job", j.ID, "error", err)
	}
}

// troubleLocked says in the printer's own words why nothing goes.
func (s *Server) troubleLocked(j *job) string {
	for _, p := range s.printers {
		if p.Queue == j.Queue && p.message != "" {
			return p.message
		}
	}
	return "the print system doesn't answer"
}

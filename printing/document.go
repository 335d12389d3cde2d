package printing

import (
	"errors"

	"github.com/OpenPrinting/goipp"
)

// sendDocument is RFC 8011 section 4.3.1. A job has one document.
func (s *Server) sendDocument(r *request) answer {
	var o order
	if bad := r.checkDocument(&o); bad != nil {
		return *bad
	}
	if !r.op.Has("last-document") {
		return refuse(goipp.StatusErrorBadRequest, "last-document is missing")
	}
	s.mu.Lock()
	j := s.jobLocked(r)
	var bad *answer
	switch {
	case j == nil || j.Owner != r.caller.ID:
		bad = &answer{status: goipp.StatusErrorNotFound, message: errGone.message}
	case j.receiving:
		bad = &answer{status: goipp.StatusErrorMultipleJobsNotSupported, message: "a job has one document here"}
	case j.Stage != stageIncoming:
		bad = &answer{status: goipp.StatusErrorNotPossible, message: "the job has its document"}
	}
	s.mu.Unlock()
	if bad != nil {
		return *bad
	}
	if bad := s.document(r, j, o.compression); bad != nil {
		return *bad
	}
	return s.jobAnswer(r, j, o)
}

// document takes a job's document into the spool and puts the job in line. When it returns no answer, both are on
// disk for good.
func (s *Server) document(r *request, j *job, compression string) *answer {
	s.mu.Lock()
	if s.uploads[r.caller.ID] >= s.opt.Limits.Uploads {
		if !j.announced { // else it may be sent again later
			s.dropIncomingLocked(j)
		}
		s.mu.Unlock()
		a := refuse(goipp.StatusErrorBusy, "too many documents at once")
		return &a
	}
	s.uploads[r.caller.ID]++
	j.receiving = true
	s.mu.Unlock()
	size, format, err := s.recv.receive(j.ID, r.body, compression, r.printer.takesFormat)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uploads[r.caller.ID]--; s.uploads[r.caller.ID] == 0 {
		delete(s.uploads, r.caller.ID)
	}
	j.receiving, j.Size = false, size
	if err == nil && j.Stage == stageIncoming {
		j.Format, j.Stage, j.State, j.Reasons = format, stageWaiting, JobPending, nil
		if err = s.spool.save(&j.record); err == nil {
			s.wakeUp()
			s.changed()
			return nil
		}
		j.Stage = stageIncoming
	}
	canceled := j.State.Ended()
	if canceled {
		s.spool.dropDocument(j.ID)
		s.recv.release(size)
	} else {
		s.dropIncomingLocked(j)
	}
	if canceled {
		a := refuse(goipp.StatusErrorJobCanceled, "the job was canceled")
		return &a
	}
	s.log.Debug("document not taken", "printer", j.Printer, "from", r.caller.ID, "error", err)
	a := documentAnswer(err)
	return &a
}

// dropIncomingLocked ends a job whose document was refused. One that nobody was told the number of is forgotten.
func (s *Server) dropIncomingLocked(j *job) {
	if j.announced {
		s.endLocked(j, JobAborted, "the document was not taken", "aborted-by-system")
		return
	}
	s.spool.dropDocument(j.ID)
	s.recv.release(j.Size)
	delete(s.jobs, j.ID)
}

func documentAnswer(err error) answer {
	var format *FormatError
	switch {
	case errors.As(err, &format) && format.Format == "":
		return refuse(goipp.StatusErrorDocumentFormatError, "this is no document that the printer takes")
	case errors.As(err, &format):
		return refuse(goipp.StatusErrorDocumentFormatNotSupported, "the printer doesn't take "+format.Format)
	case errors.Is(err, errTooBig):
		return refuse(goipp.StatusErrorRequestEntity, "the document is larger than this PC takes")
	case errors.Is(err, errNoSpace):
		return refuse(goipp.StatusErrorTemporary, "the PC with the printer has no space left for the document")
	case errors.Is(err, errEmpty):
		return refuse(goipp.StatusErrorBadRequest, "the document is empty")
	case errors.Is(err, errCompression):
		return refuse(goipp.StatusErrorCompressionError, "")
	}
	return refuse(goipp.StatusErrorTemporary, "the document did not arrive whole")
}

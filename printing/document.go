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
	case j == nil || !r.party.owns(j):
		bad = &answer{status: goipp.StatusErrorNotFound, message: errGone.message}
	case j.receiving:
		bad = &answer{status: goipp.StatusErrorMultipleJobsNotSupported, message: "a job has one document here"}
	case j.Stage != stageIncoming:
		bad = &answer{status: goipp.StatusErrorNotPossible, message: "the job has its document"}
	default:
		bad = s.expectLocked(r, j)
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

// expectLocked makes j the one whose document comes with r, so that no other request can bring it one. s.document must
// follow when there is no answer.
func (s *Server) expectLocked(r *request, j *job) *answer {
	if s.uploads[r.party] >= s.opt.Limits.Uploads {
		if !j.announced { // else it may be sent again later
			s.dropIncomingLocked(j, answer{})
		}
		return &answer{status: goipp.StatusErrorBusy, message: "too many documents at once"}
	}
	s.uploads[r.party]++
	j.receiving = true
	return nil
}

// document takes an expected document into the spool and puts its job in line. When it returns no answer, both are on
// disk for good.
func (s *Server) document(r *request, j *job, compression string) *answer {
	size, format, err := s.recv.receive(j.ID, j.party, r.body, compression, r.printer.takesFormat)
	var head []byte
	if err == nil {
		head, err = s.spool.head(j.ID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uploads[r.party]--; s.uploads[r.party] == 0 {
		delete(s.uploads, r.party)
	}
	j.receiving, j.Size = false, size
	if err == nil && j.Stage == stageIncoming {
		if err = s.lineUpLocked(j, format, withRaster(decodeTemplate(j.Template), r.printer.caps, head, format)); err == nil {
			return nil
		}
	}
	if j.State.Ended() {
		s.spool.dropDocument(j.ID)
		s.recv.release(j)
		return &answer{status: goipp.StatusErrorJobCanceled, message: "the job was canceled"}
	}
	s.log.Debug("document not taken", "printer", j.Printer, "from", r.caller.ID, "error", err)
	a := documentAnswer(err)
	s.dropIncomingLocked(j, a)
	return &a
}

// lineUpLocked puts a job whose document is here in line, on disk for good, or sets it aside if that is wanted.
func (s *Server) lineUpLocked(j *job, format string, template goipp.Attributes) error {
	before := j.record
	b, err := encodeTemplate(template)
	if err != nil {
		return err
	}
	j.Template, j.Format, j.Stage, j.State, j.Reasons = b, format, stageWaiting, JobPending, nil
	if j.Hold {
		reason, message := s.heldForLocked(j)
		j.Stage, j.State, j.Reasons, j.Message = stageHeld, JobHeld, []string{reason}, message
	}
	if err := s.spool.save(&j.record); err != nil {
		j.record = before
		return err
	}
	s.tellJobLocked(j)
	s.wakeUp()
	s.changed()
	return nil
}

// dropIncomingLocked ends a job whose document was refused. One that nobody was told the number of is forgotten.
func (s *Server) dropIncomingLocked(j *job, why answer) {
	switch {
	case j.announced && tryAgain(why.status):
		s.endLocked(j, JobAborted, why.message, reasonInterrupted)
		return
	case j.announced:
		s.endLocked(j, JobAborted, "the document was not taken", "aborted-by-system")
		return
	}
	s.spool.dropDocument(j.ID)
	s.recv.release(j)
	delete(s.jobs, j.ID)
}

// tryAgain tells whether a document that got this answer may be taken another time, as it is.
func tryAgain(status goipp.Status) bool {
	return status == goipp.StatusErrorTemporary || status == goipp.StatusErrorTimeout || status == goipp.StatusErrorBusy
}

// reasonInterrupted is the job-state-reason of a job whose document didn't come, or couldn't be taken then.
const reasonInterrupted = "submission-interrupted"

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
	case errors.Is(err, errBomb):
		return refuse(goipp.StatusErrorCompressionError, "the document grows out of all proportion when it is decompressed")
	case errors.Is(err, errSlow):
		return refuse(goipp.StatusErrorTimeout, "the document came too slowly")
	}
	return refuse(goipp.StatusErrorTemporary, "the document did not arrive whole")
}

package printing

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/OpenPrinting/goipp"
)

// getDocument is CUPS-Get-Document: the document of a job goes back to who sent it, or to the owner of the printer, so
// that it can be printed elsewhere. Not to a guest: another device may have got its address; nor of a job with a PIN.
func (s *Server) getDocument(r *request) answer {
	if n, ok := r.op.Int("document-number"); r.party.guest || ok && n != 1 {
		return errGone
	}
	var a answer
	bad := s.onJob(r, func(j *job) (err error) {
		switch {
		case j.Stage == stageIncoming:
			return ErrNoDocument
		case j.PIN != nil: // elsewhere nothing would hold it
			return ErrPINStays
		}
		if a.document, err = os.Open(s.spool.document(j.ID)); errors.Is(err, os.ErrNotExist) {
			return ErrNoDocument
		}
		a.operation = goipp.Attributes{
			goipp.MakeAttr("document-format", goipp.TagMimeType, goipp.String(j.Format)),
			goipp.MakeAttr("document-number", goipp.TagInteger, goipp.Integer(1)),
			goipp.MakeAttr("document-name", goipp.TagName, goipp.String(j.Name)),
		}
		return err
	})
	if a.document == nil {
		return bad
	}
	return a
}

// sizeOf is how many bytes there are of a document, which may be nil.
func sizeOf(document *os.File) int64 {
	info, err := document.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// sendPieces sends a document. Who reads it too slowly, or not to the end, has less than was announced.
func sendPieces(w io.Writer, control *http.ResponseController, document io.Reader) {
	for {
		_ = control.SetWriteDeadline(time.Now().Add(stallTime))
		if _, err := io.CopyN(w, document, pieceSize); err != nil {
			return
		}
	}
}

// pieceSize is how much of a document must go out within stallTime.
const pieceSize = 1 << 20

package printing

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"
)

// isIPP tells whether a request brings an IPP message. One that doesn't is turned away.
func isIPP(w http.ResponseWriter, r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch {
	case r.Method != http.MethodPost:
		// The same for printers that are there and that are not.
		w.Header().Set("Allow", "POST")
		turnAway(w, r, "this is a printer: print to it", http.StatusMethodNotAllowed)
	case strings.TrimSpace(kind) != goipp.ContentType: // also what keeps web pages from printing: no form sends it
		turnAway(w, r, "send "+goipp.ContentType, http.StatusUnsupportedMediaType)
	case r.Header.Get("Content-Encoding") != "": // a document says how it is compressed in its attributes
		turnAway(w, r, "send it without a content coding", http.StatusUnsupportedMediaType)
	default:
		return true
	}
	return false
}

// turnAway answers a request without waiting for the rest of it, which may never come.
func turnAway(w http.ResponseWriter, r *http.Request, why string, code int) {
	if r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now())
	}
	http.Error(w, why, code)
}

// reply writes an IPP message as the answer to a request, and a document that follows it, which may be nil and is closed.
func reply(w http.ResponseWriter, m *goipp.Message, document *os.File) error {
	defer document.Close()
	out, err := m.EncodeBytes()
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return err
	}
	h := w.Header()
	h.Set("Content-Type", goipp.ContentType)
	h.Set("Content-Length", strconv.FormatInt(int64(len(out))+sizeOf(document), 10))
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(answerTime))
	_, _ = w.Write(out) // #nosec G705 -- IPP is nothing that a browser shows
	if document != nil {
		sendPieces(w, control, document)
	}
	_ = control.Flush()
	_ = control.SetWriteDeadline(time.Time{}) // others may use the connection after us
	return nil
}

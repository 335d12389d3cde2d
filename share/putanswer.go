package share

import (
	"encoding/binary"
	"net/http"
	"path"
	"sync"
)

// putAnswer tells a sender what becomes of its files, while it sends: only the receiver's word counts.
type putAnswer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	to      spot
	blind   bool // the sender is not told what names its files got
	duplex  bool // it may be told while it sends

	mu      sync.Mutex
	enc     *encoder // mu guards the below
	begun   bool
	numbers []byte
	failed  []byte // without a word
	words   int
}

// maxWords is how many files that failed the sender is told why.
const maxWords = 1000

func newPutAnswer(w http.ResponseWriter, to spot, blind bool) *putAnswer {
	a := &putAnswer{w: w, control: http.NewResponseController(w), to: to, blind: blind}
	a.duplex = a.control.EnableFullDuplex() == nil
	a.enc = newEncoder(answerWriter{a})
	return a
}

// answerWriter begins the answer with the first byte of it.
type answerWriter struct{ a *putAnswer }

func (w answerWriter) Write(b []byte) (int, error) {
	w.a.begin(http.StatusOK)
	return w.a.w.Write(b)
}

func (a *putAnswer) begin(status int) {
	if !a.begun {
		a.begun = true
		a.w.Header().Set("Content-Type", streamType)
		a.w.Header().Set("X-Content-Type-Options", "nosniff")
		a.w.WriteHeader(status)
	}
}

// settled takes note of a file.
func (a *putAnswer) settled(i *incoming) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if i.number == noNumber && i.how != Faulty {
		return
	}
	at := a.to.wirePath(i.at)
	same := a.blind || at == path.Join(a.to.asked, i.Path)
	if same && (i.how == Sent || i.how == Known) {
		if a.numbers = binary.BigEndian.AppendUint32(a.numbers, i.number); len(a.numbers) >= pieceSize {
			a.writeNumbers()
		}
		return
	}
	if i.how == Faulty {
		if a.words++; a.words > maxWords && i.err.Code != Damaged {
			if i.number == noNumber {
				return
			}
			if a.failed = binary.BigEndian.AppendUint32(a.failed, i.number); len(a.failed) >= pieceSize {
				a.writeNumbers()
			}
			return
		}
	}
	o := outcome{N: i.number, How: i.how, Err: i.err}
	if i.how == Known {
		o.How = Sent
	}
	if !a.blind && i.how != Faulty {
		o.At = at
	}
	_ = a.enc.json(frameOutcome, o) // an error stays, and is found at the end
}

func (a *putAnswer) writeNumbers() {
	if len(a.numbers) > 0 {
		_ = a.enc.frame(frameSettled, a.numbers)
		a.numbers = a.numbers[:0]
	}
	if len(a.failed) > 0 {
		_ = a.enc.frame(frameFailed, a.failed)
		a.failed = a.failed[:0]
	}
}

// flush sends what is known so far.
func (a *putAnswer) flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.duplex {
		return
	}
	a.writeNumbers()
	if a.enc.w.Buffered() > len(magic) || a.begun {
		_ = a.enc.flush()
		_ = a.control.Flush()
	}
}

// end ends the answer: with the error that ended the whole, if there was one.
func (a *putAnswer) end(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.writeNumbers()
	if err != nil {
		e := asError(err, "")
		a.begin(httpStatus(e.Code))
		_ = a.enc.json(frameError, streamError{Error: e})
	}
	if a.enc.last() != nil {
		panic(http.ErrAbortHandler)
	}
}

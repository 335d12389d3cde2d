package printing

import (
	"io"
	"net/http"
	"time"
)

const (
	// headerTime bounds how long the attributes of a request may take to arrive: they are one packet.
	headerTime = 20 * time.Second
	// stallTime bounds how long a document may stand still on its way.
	stallTime = 60 * time.Second
	// slowTime is how long a document may come at any speed at all: a phone at the edge of the Wi-Fi. After it the whole
	// must have come at slowRate bytes per second, or a few bytes a minute would hold a connection for years.
	slowTime, slowRate = 10 * time.Minute, 4 << 10
	// drainSize and drainTime bound how much of a refused document is read, so that the answer is seen and not a broken
	// connection.
	drainSize, drainTime = 4 << 20, 20 * time.Second
	// answerTime bounds how long an answer may take to be read by the one who asked.
	answerTime = 60 * time.Second
)

// timedBody reads the body of a request within time limits. Where the connection has no deadlines (in this process)
// there are none.
type timedBody struct {
	r       io.Reader
	control *http.ResponseController
	until   time.Time // when the attributes, or the rest that nobody wants, must be here
	began   time.Time // of the document; zero before and after
	size    int64     // of the document so far
}

func newTimedBody(r io.Reader, control *http.ResponseController) *timedBody {
	return &timedBody{r: r, control: control, until: time.Now().Add(headerTime)}
}

// document says that the attributes are here: what follows may be large.
func (t *timedBody) document() { t.began = time.Now() }

// drain reads the rest that nobody wants, or enough of it.
func (t *timedBody) drain(r io.Reader) {
	t.began, t.until = time.Time{}, time.Now().Add(drainTime)
	_, _ = io.CopyN(io.Discard, r, drainSize)
}

// ended reads the end of a request that brings no document.
func (r *request) ended() { _, _ = io.CopyN(io.Discard, r.body, 1) }

func (t *timedBody) Read(p []byte) (int, error) {
	_ = t.control.SetReadDeadline(t.deadline())
	n, err := t.r.Read(p)
	t.size += int64(n)
	if err == io.EOF { // the connection is watched on for its end, and may wait for the next request
		_ = t.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (t *timedBody) deadline() time.Time {
	if t.began.IsZero() {
		return t.until
	}
	stalled := time.Now().Add(stallTime)
	slow := t.began.Add(slowTime + time.Duration(t.size/slowRate)*time.Second)
	if slow.Before(stalled) {
		return slow
	}
	return stalled
}

package mesh

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// Limits of a connection.
const (
	maxFrame  = 8 << 20          // one line: 10,000 member records, or a PC's offers
	writeWait = 10 * time.Second // a PC that takes nothing for so long is as good as gone
)

// frame is one line on the wire: JSON, ended by a newline. Fields that a PC doesn't know are ignored.
type frame struct {
	Topic string          `json:"topic,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
	Beat  int             `json:"beat,omitempty"` // the next beat comes within so many milliseconds; -1: no more
	Ping  bool            `json:"ping,omitempty"`
	Pong  bool            `json:"pong,omitempty"`
	Call  bool            `json:"call,omitempty"` // somebody is missing: look whom you miss
	Bye   bool            `json:"bye,omitempty"`
}

// link is one connection.
type link struct {
	id      string
	conn    net.Conn
	dialled bool
	done    chan struct{} // closed when the reader has ended and Down was told
	out     chan struct{} // something is to be written

	mu       sync.Mutex
	pending  map[string]json.RawMessage // topics to send; mu guards the below
	order    []string                   // of pending
	control  []frame                    // small frames to send, before topics
	heard    time.Time
	promise  *time.Timer // fires when a promised beat is missed
	answer   *time.Timer // fires when a ping is not answered
	pinged   chan struct{}
	closed   bool
	cause    error
	byeHeard bool
}

func newLink(conn net.Conn, id string, dialled bool) *link {
	return &link{
		id: id, conn: conn, dialled: dialled, done: make(chan struct{}), out: make(chan struct{}, 1),
		pending: map[string]json.RawMessage{}, heard: time.Now(),
	}
}

// send queues a topic's value in place of an older one.
func (l *link) send(topic string, raw json.RawMessage) {
	l.mu.Lock()
	if _, waiting := l.pending[topic]; !waiting {
		l.order = append(l.order, topic)
	}
	l.pending[topic] = raw
	l.mu.Unlock()
	l.wake()
}

func (l *link) sendControl(f frame) {
	l.mu.Lock()
	l.control = append(l.control, f)
	l.mu.Unlock()
	l.wake()
}

func (l *link) wake() {
	select {
	case l.out <- struct{}{}:
	default:
	}
}

// next returns what to write now; end says that the connection is over.
func (l *link) next() (frames []frame, end bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	frames, l.control = l.control, nil
	for _, topic := range l.order {
		frames = append(frames, frame{Topic: topic, Value: l.pending[topic]})
	}
	clear(l.pending)
	l.order = l.order[:0]
	if i := slices.IndexFunc(frames, func(f frame) bool { return f.Bye }); i >= 0 { // nothing is read after it
		bye := frames[i]
		frames = append(slices.Delete(frames, i, i+1), bye)
	}
	return frames, l.closed
}

// write sends what is queued until the connection ends.
func (l *link) write() {
	w := bufio.NewWriter(l.conn)
	enc := json.NewEncoder(w)
	for range l.out {
		frames, end := l.next()
		if end {
			return
		}
		_ = l.conn.SetWriteDeadline(time.Now().Add(writeWait))
		bye := false
		for _, f := range frames {
			if err := enc.Encode(f); err != nil {
				l.close(fmt.Errorf("write: %w", err))
				return
			}
			bye = bye || f.Bye
		}
		if err := w.Flush(); err != nil {
			l.close(fmt.Errorf("write: %w", err))
			return
		}
		if bye {
			l.close(errBye)
			return
		}
	}
}

var errBye = errors.New("said bye")

// read handles what comes until the connection ends.
func (l *link) read(m *Mesh) error {
	lines := bufio.NewScanner(l.conn)
	lines.Buffer(make([]byte, 0, 4096), maxFrame)
	for lines.Scan() {
		var f frame
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			return fmt.Errorf("read frame: %w", err)
		}
		l.hear(m, f)
		if f.Bye {
			return errBye
		}
		if f.Call {
			m.rollCall(false)
		}
		if f.Topic != "" {
			if err := m.o.Received(l.id, f.Topic, f.Value); err != nil {
				return fmt.Errorf("read %s: %w", f.Topic, err)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("closed by the other PC")
}

// hear notes a sign of life and what was promised with it.
func (l *link) hear(m *Mesh, f frame) {
	l.mu.Lock()
	l.heard = time.Now()
	if l.answer != nil {
		l.answer.Stop()
		l.answer = nil
		close(l.pinged)
	}
	if f.Beat != 0 && l.promise != nil {
		l.promise.Stop()
		l.promise = nil
	}
	if f.Beat > 0 && !l.closed {
		wait := min(time.Duration(f.Beat)*time.Millisecond, time.Minute) + beatGrace
		l.promise = time.AfterFunc(wait, func() {
			l.mu.Lock()
			l.promise = nil
			l.mu.Unlock()
			m.rollCall(true)
		})
	}
	l.byeHeard = l.byeHeard || f.Bye
	l.mu.Unlock()
	if f.Ping {
		l.sendControl(frame{Pong: true})
	}
}

// ping asks for a sign of life; without one within pingWait the connection ends. The channel closes with either.
func (l *link) ping() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answer != nil || l.closed {
		if l.pinged == nil {
			l.pinged = make(chan struct{})
			close(l.pinged)
		}
		return l.pinged
	}
	l.pinged = make(chan struct{})
	l.answer = time.AfterFunc(pingWait, func() { l.close(errors.New("no answer")) })
	l.control = append(l.control, frame{Ping: true})
	l.wake()
	return l.pinged
}

// alive asks, and tells the answer.
func (l *link) alive() bool {
	<-l.ping()
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.closed
}

// promised tells whether a beat is due from the other PC.
func (l *link) promised() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.promise != nil
}

// silent tells for how long nothing was heard.
func (l *link) silent() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.heard)
}

// bye ends the connection after telling the other PC that this one leaves.
func (l *link) bye() {
	l.sendControl(frame{Bye: true})
}

func (l *link) saidBye() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byeHeard
}

// close ends the connection. Only the first cause counts.
func (l *link) close(cause error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed, l.cause = true, cause
	if l.promise != nil {
		l.promise.Stop()
	}
	if l.answer != nil {
		l.answer.Stop()
		l.answer = nil
		close(l.pinged)
	}
	l.mu.Unlock()
	l.conn.Close()
	l.wake()
}

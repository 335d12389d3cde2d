// Package limits holds what passes through the connections of this PC to a number of bytes a second, up and down, per PC
// and in all, and counts it. It knows no protocol and decides nothing about who may connect.
package limits

import (
	"math"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// piece is what a connection may move before the others have their turn: one TLS record. So those that share a limit
	// share it evenly, whatever they write at once.
	piece = 16 << 10
	// catchUp is how much of the time that was slept too long is made good: a timer is late by a millisecond or more, in
	// which a fast limit would lose much.
	catchUp = 20 // a twentieth of a second
	// minRate is the least that can be set, in bytes a second: with less nothing but errors for lack of patience comes of it.
	minRate = 10_000
)

// Rates are limits in bytes a second; 0 is none.
type Rates struct {
	Up        Rate `json:"up,omitempty"`   // sent in all
	Down      Rate `json:"down,omitempty"` // received in all
	UpPerPC   Rate `json:"upPerPC,omitempty"`
	DownPerPC Rate `json:"downPerPC,omitempty"`
}

// Limiter applies one set of Rates to all connections that it wraps. The zero value is ready for use and limits nothing.
type Limiter struct {
	limited atomic.Bool  // there is any limit
	moved   atomic.Int64 // bytes, both ways

	mu      sync.Mutex
	rates   Rates          // mu guards the below
	all     *pair          // nil before the first connection
	pcs     map[string]*pc // those with connections
	changed chan struct{}  // closed when rates change
}

// pair is what a limit each way has left.
type pair struct{ up, down *rate.Limiter }

// pc is what the connections of one PC have in common.
type pc struct {
	pair
	slept atomic.Int64 // nanoseconds, of all its connections together
	conns int          // guarded by Limiter.mu
}

// Set replaces the rates, at once for what is running.
func (l *Limiter) Set(r Rates) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r == l.rates {
		return
	}
	l.rates = r
	l.limited.Store(r != Rates{})
	if l.all == nil {
		return
	}
	l.all.set(r.Up, r.Down)
	for _, p := range l.pcs {
		p.set(r.UpPerPC, r.DownPerPC)
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// Moved returns how many bytes have passed, both ways together; it never shrinks.
func (l *Limiter) Moved() int64 { return l.moved.Load() }

// Slept returns how long the connections of a PC that are there now, or have closed since, have waited for limits, all together. It begins
// anew when there was none.
func (l *Limiter) Slept(who string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.pcs[who]; p != nil {
		return time.Duration(p.slept.Load())
	}
	return 0
}

// Conn wraps a connection; who is the same for all that belong to one PC. It must be closed.
func (l *Limiter) Conn(c net.Conn, who string) *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all, l.pcs, l.changed = newPair(l.rates.Up, l.rates.Down), map[string]*pc{}, make(chan struct{})
	}
	p := l.pcs[who]
	if p == nil {
		p = &pc{pair: *newPair(l.rates.UpPerPC, l.rates.DownPerPC)}
		l.pcs[who] = p
	}
	p.conns++
	return &Conn{Conn: c, limiter: l, pc: p, who: who, closed: make(chan struct{})}
}

func (l *Limiter) leave(who string, p *pc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p.conns--; p.conns == 0 {
		delete(l.pcs, who)
	}
}

// wait lets n bytes pass through two limits, when it is their turn. It returns early when the connection is closed.
func (l *Limiter) wait(n int, all, own *rate.Limiter, closed <-chan struct{}) {
	for {
		l.mu.Lock()
		changed := l.changed
		l.mu.Unlock()
		now := time.Now()
		inAll, perPC := all.ReserveN(now, n), own.ReserveN(now, n)
		delay := max(inAll.DelayFrom(now), perPC.DelayFrom(now))
		if delay <= 0 {
			return
		}
		turn := time.NewTimer(delay)
		select {
		case <-turn.C:
			return
		case <-closed:
			turn.Stop()
			return
		case <-changed: // what was waited for counts no more
			turn.Stop()
			now = time.Now()
			inAll.CancelAt(now)
			perPC.CancelAt(now)
		}
	}
}

func newPair(up, down Rate) *pair {
	p := &pair{rate.NewLimiter(rate.Inf, piece), rate.NewLimiter(rate.Inf, piece)}
	p.set(up, down)
	return p
}

func (p *pair) set(up, down Rate) {
	set(p.up, up)
	set(p.down, down)
}

func set(l *rate.Limiter, r Rate) {
	if r <= 0 {
		l.SetLimit(rate.Inf)
		return
	}
	l.SetLimit(rate.Limit(r))
	l.SetBurst(int(min(max(piece, r/catchUp), math.MaxInt32)))
}

// Conn is a connection that is held to the limits.
type Conn struct {
	net.Conn
	limiter *Limiter
	pc      *pc
	who     string
	exempt  atomic.Bool
	once    sync.Once
	closed  chan struct{}
}

// Exempt lets all through from now on, uncounted: what shows that a PC is there must not wait behind files.
func (c *Conn) Exempt() { c.exempt.Store(true) }

// Read reads at most what the limits allow, and returns it when its time has come.
func (c *Conn) Read(b []byte) (int, error) {
	if c.exempt.Load() {
		return c.Conn.Read(b)
	}
	limited := c.limiter.limited.Load()
	if limited {
		b = b[:min(len(b), piece)]
	}
	n, err := c.Conn.Read(b)
	c.limiter.moved.Add(int64(n))
	if limited && n > 0 {
		c.wait(n, c.limiter.all.down, c.pc.down)
	}
	return n, err
}

// Write writes everything, each piece when its time has come.
func (c *Conn) Write(b []byte) (n int, err error) {
	for {
		next := b[n:]
		if c.exempt.Load() {
			m, err := c.Conn.Write(next)
			return n + m, err
		}
		if c.limiter.limited.Load() {
			next = next[:min(len(next), piece)]
			c.wait(len(next), c.limiter.all.up, c.pc.up)
		}
		m, err := c.Conn.Write(next)
		c.limiter.moved.Add(int64(m))
		if n += m; err != nil || n == len(b) {
			return n, err
		}
	}
}

// wait waits for the turn of n bytes, and counts for how long.
func (c *Conn) wait(n int, all, own *rate.Limiter) {
	began := time.Now()
	c.limiter.wait(n, all, own, c.closed)
	c.pc.slept.Add(int64(time.Since(began)))
}

// CloseWrite says that nothing more will be written, where the connection below can say so.
func (c *Conn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return nil
}

// Close closes the connection; who waits for a turn waits no longer.
func (c *Conn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		c.limiter.leave(c.who, c.pc)
	})
	return c.Conn.Close()
}

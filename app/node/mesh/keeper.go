package mesh

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// How a PC that is away is dialled.
const (
	yield      = 100 * time.Millisecond // the higher ID lets the lower dial first, which spares a second connection
	retryFirst = 250 * time.Millisecond
	retrySoon  = 1500 * time.Millisecond // while it may be back any moment
	soon       = 3 * time.Minute
	retryLate  = 15 * time.Second // after that: one small packet
	maxAddress = 16               // of one PC
)

// keeper dials one PC whenever it is not connected.
type keeper struct {
	id   string
	poke chan struct{}
	stop context.CancelFunc

	mu        sync.Mutex
	addresses []string  // mu guards the below
	next      time.Time // of the next attempt
	since     time.Time // when the PC was last heard of
}

// Know tells where a PC may be, best first; it replaces what was known, and the PC is dialled until it is connected.
func (m *Mesh) Know(id string, addresses []string) {
	if id == m.o.ID || len(addresses) == 0 {
		return
	}
	addresses = slices.Clone(addresses[:min(len(addresses), maxAddress)])
	m.mu.Lock()
	k := m.keepers[id]
	fresh := k == nil
	if fresh {
		k = &keeper{id: id, poke: make(chan struct{}, 1)}
		k.lost(m.headStart(id))
		m.keepers[id] = k
	}
	k.mu.Lock()
	changed := !slices.Equal(k.addresses, addresses)
	k.addresses = addresses
	k.mu.Unlock()
	if fresh && m.ctx != nil {
		m.startKeeperLocked(k)
	}
	m.mu.Unlock()
	if changed && !fresh {
		k.lost(0)
	}
}

// Hint says that a PC was seen just now: it is dialled at once when it is not connected.
func (m *Mesh) Hint(id string) {
	m.mu.Lock()
	k := m.keepers[id]
	if k != nil && (m.links[id] != nil || time.Now().Before(m.rest[id])) {
		k = nil
	}
	m.mu.Unlock()
	if k != nil {
		k.lost(m.headStart(id))
	}
}

// Forget stops dialling a PC. A connection that stands is left alone.
func (m *Mesh) Forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k := m.keepers[id]; k != nil {
		if k.stop != nil {
			k.stop()
		}
		delete(m.keepers, id)
	}
}

// Connect dials an address typed by a person and returns whose it is. The connection stays.
func (m *Mesh) Connect(ctx context.Context, address string) (id string, err error) {
	conn, id, err := m.o.Dial(ctx, []string{address}, "")
	if err != nil {
		return "", err
	}
	if id == m.o.ID {
		conn.Close()
		return id, errors.New("this is this PC itself")
	}
	admitted := m.o.Admits(id)
	m.mu.Lock()
	run := m.ctx
	linked := m.links[id] != nil
	if run == nil || linked || !admitted {
		m.mu.Unlock()
		conn.Close()
		if !linked {
			return id, errors.New("not connecting")
		}
		return id, nil
	}
	m.wg.Go(func() { _ = m.serve(run, conn, id, true) })
	m.mu.Unlock()
	return id, nil
}

func (m *Mesh) startKeeperLocked(k *keeper) {
	run := m.ctx
	ctx, stop := context.WithCancel(run)
	k.stop = stop
	m.wg.Go(func() { m.keep(ctx, run, k) })
}

// keep dials until ctx ends. A connection lives until run ends.
func (m *Mesh) keep(ctx, run context.Context, k *keeper) {
	for {
		for wait := m.untilDial(k); wait > 0; wait = m.untilDial(k) {
			if !k.sleep(ctx, wait) {
				return
			}
		}
		conn, _, err := m.o.Dial(ctx, k.where(), k.id)
		if err == nil {
			err = m.serve(run, conn, k.id, true)
		} else {
			k.failed()
		}
		if ctx.Err() != nil {
			return
		}
		m.o.Logger.Debug("not connected", "peer", k.id, "err", err)
	}
}

func (k *keeper) where() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.addresses
}

// untilDial tells how long to wait before the next attempt; 0 is now.
func (m *Mesh) untilDial(k *keeper) time.Duration {
	admitted := m.o.Admits(k.id)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.links[k.id] != nil || !admitted {
		return time.Hour // or until the connection ends
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return max(time.Until(m.rest[k.id]), time.Until(k.next))
}

func (m *Mesh) headStart(id string) time.Duration {
	if m.o.ID > id {
		return yield
	}
	return 0
}

// failed plans the next attempt after one that came to nothing.
func (k *keeper) failed() {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait := retryLate
	switch gone := time.Since(k.since); {
	case gone < time.Second:
		wait = retryFirst
	case gone < soon:
		wait = retrySoon
	}
	k.next = time.Now().Add(wait)
}

// lost plans an attempt soon: the PC was there a moment ago, or was heard of just now.
func (k *keeper) lost(wait time.Duration) {
	k.mu.Lock()
	k.since = time.Now()
	k.next = k.since.Add(wait)
	k.mu.Unlock()
	select {
	case k.poke <- struct{}{}:
	default:
	}
}

// sleep waits, or until woken; false when ctx has ended.
func (k *keeper) sleep(ctx context.Context, wait time.Duration) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-k.poke:
	case <-t.C:
	}
	return true
}

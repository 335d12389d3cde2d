package mesh

import (
	"context"
	"slices"
	"time"
)

// beat sends a beat to the successor in the ring, in time and whenever the successor changes, until ctx ends.
func (m *Mesh) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	var last *link
	for {
		next := m.successor()
		if last != nil && last != next {
			last.sendControl(frame{Beat: -1})
		}
		if next != nil {
			next.sendControl(frame{Beat: int(beatEvery / time.Millisecond)})
		}
		last = next
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				waiting = false
				if m.unwatched() {
					m.rollCall(true)
				}
			case <-m.kick:
				waiting = m.successor() == last
			}
		}
	}
}

// unwatched tells whether there are PCs, of which none owes a beat: this one's predecessor went before its first.
func (m *Mesh) unwatched() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.links {
		if l.promised() {
			return false
		}
	}
	return len(m.links) > 0
}

// successor is the connected PC with the next higher ID, around the ring.
func (m *Mesh) successor() *link {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := make([]string, 0, len(m.links))
	for id := range m.links {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	i, _ := slices.BinarySearch(ids, m.o.ID)
	return m.links[ids[i%len(ids)]]
}

// rollCall pings everybody from whom nothing was heard lately; with spread it has all others do the same.
func (m *Mesh) rollCall(spread bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.lastCall) < callEvery {
		return
	}
	m.lastCall = time.Now()
	for _, l := range m.links {
		if spread {
			l.sendControl(frame{Call: true})
		}
		if l.silent() > beatGrace {
			l.ping()
		}
	}
}

// Probe makes sure of every connection and dials whom it misses, now: the network has changed, or the PC has woken.
func (m *Mesh) Probe() {
	m.mu.Lock()
	m.lastCall = time.Time{}
	keepers := make([]*keeper, 0, len(m.keepers))
	for _, k := range m.keepers {
		keepers = append(keepers, k)
	}
	clear(m.rest)
	m.mu.Unlock()
	m.rollCall(false)
	for _, k := range keepers {
		k.lost(m.headStart(k.id))
	}
}

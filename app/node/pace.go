package node

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"lanyard/app/node/transfers"
	"lanyard/share"
)

// What limits a transfer is what the rest waits for. Each end measures how much of the time it waits for the network, and the
// serving one tells the other.

const (
	paceEvery = time.Second     // the serving end tells so often
	paceStale = 4 * time.Second // and what it told counts so long
	paceOver  = 2 * time.Second // over this long shares are averaged
	mostly    = 0.5             // of the time: who waits so much for the network isn't what limits
	throttled = 0.3             // of the time: who sleeps so much for a limit is held by it
)

// pace is what the serving end of transfers tells of one PC's.
type pace struct {
	Network float64 `json:"network"` // the share of the time in which it waits for the network
	Limited float64 `json:"limited"` // the share in which a limit holds it
	at      time.Time
}

// figures tells how far a Get or Put is, and what limits it.
func (n *Node) figures(pc string, p *share.Progress, m *meter) func() transfers.Figures {
	var waits, sleeps average
	return func() transfers.Figures {
		f := transfers.Figures{Bytes: p.Bytes(), Total: p.Total(), Files: p.Files(), Count: p.Count()}
		network, ok := waits.add(m.total())
		limited, _ := sleeps.add(n.limits.Slept(pc))
		if ok && f.Bytes > 0 {
			f.Limit = n.limitOf(pc, network, limited)
		}
		return f
	}
}

// limitOf tells what limits a transfer, by the shares of the time that this PC waits for the network, and for a limit of its own.
func (n *Node) limitOf(pc string, network, limited float64) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var there pace
	if p := n.peers[pc]; p != nil {
		there = p.pace
	}
	told := time.Since(there.at) < paceStale
	switch {
	case limited > throttled:
		return LimitYours
	case network < mostly:
		return LimitHere
	case told && (there.Limited > throttled || there.Network < mostly):
		return LimitThere
	}
	return LimitNetwork
}

// average is the share of the time that something takes which adds up, over the last while.
type average struct {
	at    time.Time
	sum   time.Duration
	share float64
	since time.Duration
}

// add takes the present sum. ok is that enough time has been seen.
func (a *average) add(sum time.Duration) (part float64, ok bool) {
	now := time.Now()
	took, more := now.Sub(a.at), sum-a.sum
	first := a.at.IsZero()
	a.at, a.sum = now, sum
	if first || took <= 0 || more < 0 {
		return a.share, a.since > paceOver/2
	}
	part = min(1, more.Seconds()/took.Seconds())
	a.since += took
	a.share += (part - a.share) * min(1, took.Seconds()/min(a.since, paceOver).Seconds())
	return a.share, a.since > paceOver/2
}

// paces are the streams that this PC serves, by the PCs that use them.
type paces struct {
	began chan struct{} // there are some

	mu     sync.Mutex
	meters map[string]map[*meter]bool // mu guards it
}

func (p *paces) init() {
	p.began, p.meters = make(chan struct{}, 1), map[string]map[*meter]bool{}
}

func (p *paces) begin(pc string) (m *meter, end func()) {
	m = &meter{}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.meters[pc] == nil {
		p.meters[pc] = map[*meter]bool{}
	}
	p.meters[pc][m] = true
	select {
	case p.began <- struct{}{}:
	default:
	}
	return m, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if delete(p.meters[pc], m); len(p.meters[pc]) == 0 {
			delete(p.meters, pc)
		}
	}
}

// waited is how long the streams of each PC have waited on average.
func (p *paces) waited() map[string]time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	sums := map[string]time.Duration{}
	for pc, meters := range p.meters {
		for m := range meters {
			sums[pc] += m.total() / time.Duration(len(meters))
		}
	}
	return sums
}

// tellPaces tells PCs that move files from and to this one what their transfers wait for.
func (n *Node) tellPaces(ctx context.Context) error {
	tick := time.NewTicker(paceEvery)
	defer tick.Stop()
	type seen struct{ network, limited average }
	of := map[string]*seen{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		sums := n.paces.waited()
		for pc := range of {
			if _, still := sums[pc]; !still {
				delete(of, pc)
			}
		}
		if len(sums) == 0 {
			tick.Stop()
			select {
			case <-ctx.Done():
				return nil
			case <-n.paces.began:
			}
			tick.Reset(paceEvery)
			continue
		}
		for pc, sum := range sums {
			if of[pc] == nil {
				of[pc] = &seen{}
			}
			network, ok := of[pc].network.add(sum)
			limited, _ := of[pc].limited.add(n.limits.Slept(pc))
			if ok {
				if err := n.mesh.Publish(pc, topicPace, pace{Network: network, Limited: limited}); err != nil {
					n.log.Error("publish failed", "topic", topicPace, "err", err)
				}
			}
		}
	}
}

func (n *Node) receivedPace(id string, value json.RawMessage) error {
	var p pace
	if err := json.Unmarshal(value, &p); err != nil {
		return err
	}
	p.at = time.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.peerLocked(id).pace = p
	return nil
}

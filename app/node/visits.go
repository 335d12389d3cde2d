package node

import (
	"context"
	"net/http"
	"sync"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
)

// visits are the requests that run now. When the rules change, those end that the gate would no longer allow.
type visits struct {
	mu      sync.Mutex
	running map[*visit]bool // mu guards the below
}

// visit is one request, with all that the gate has allowed it.
type visit struct {
	who     func() gate.Who
	end     func()
	allowed map[gate.Question]bool // guarded by visits.mu; Who is left out: a member may be none by now
}

type visitKey struct{}

// begin notes a request. The returned one carries the visit; done must be called when it is over.
func (v *visits) begin(r *http.Request, who func(*http.Request) gate.Who) (visiting *http.Request, done func()) {
	ctx, cancel := context.WithCancel(r.Context())
	now := &visit{allowed: map[gate.Question]bool{}, end: func() {
		cancel()
		door.Cut(ctx) // whoever waits for the other side to read or write waits no longer
	}}
	r = r.WithContext(context.WithValue(ctx, visitKey{}, now))
	now.who = func() gate.Who { return who(r) }
	v.mu.Lock()
	if v.running == nil {
		v.running = map[*visit]bool{}
	}
	v.running[now] = true
	v.mu.Unlock()
	return r, func() {
		v.mu.Lock()
		delete(v.running, now)
		v.mu.Unlock()
		cancel()
	}
}

// ask asks the gate for a request. A yes is noted beforehand, so that rules that change meanwhile are not missed.
func (v *visits) ask(g *gate.Gate, r *http.Request, q gate.Question) bool {
	now, _ := r.Context().Value(visitKey{}).(*visit)
	if now == nil {
		return false
	}
	v.mu.Lock()
	noted := now.allowed[q]
	now.allowed[q] = true
	v.mu.Unlock()
	asked := q
	asked.Who = now.who()
	if g.Allows(asked) {
		return true
	}
	if !noted { // a no that is lived with ends nothing; what was a yes before has ended the request by now
		v.mu.Lock()
		delete(now.allowed, q)
		v.mu.Unlock()
	}
	return false
}

// review ends the requests that the gate would no longer allow.
func (v *visits) review(g *gate.Gate) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for now := range v.running {
		who := now.who()
		for q := range now.allowed {
			q.Who = who
			// Who has just joined is no stranger any more, and wants the answer to that very request.
			if q.Service != gate.Joining && !g.Allows(q) {
				now.end()
				break
			}
		}
	}
}

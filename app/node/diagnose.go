package node

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"lanyard/app/node/doctor"
	"lanyard/discovery"
)

// Bounds of a diagnosis.
const (
	maxExamined = 16              // PCs that are called, and asked how they are
	maxWays     = 6               // addresses of one that are called
	lookUpWait  = 3 * time.Second // for the address of a name
	helpWait    = 5 * time.Second // for another PC's answer: it calls, too
	helpTries   = 4               // at one that has no time
)

// Diagnose implements Service.
func (n *Node) Diagnose(ctx context.Context, pc string) (*Diagnosis, error) {
	ctx, cancel := context.WithTimeout(ctx, DiagnoseTime)
	defer cancel()
	e := &examination{n: n}
	if err := e.find(ctx, pc); err != nil {
		return nil, err
	}
	if err := e.gather(ctx); err != nil {
		return nil, problem(Failed, "try again", "look at the network: %w", err)
	}
	return &Diagnosis{PC: e.about, Findings: orEmpty(doctor.Judge(e.facts())), Helper: e.helper, Time: time.Now().UTC()}, nil
}

// examination gathers the facts of one diagnosis.
type examination struct {
	n      *Node
	about  string // ID of the PC asked about; "" this one, or one that is known by its address only
	typed  *doctor.PC
	pcs    []doctor.PC
	self   doctor.Self
	heard  discovery.Survey
	helper string
	look   *doctor.Look
	begun  time.Time
	asked  int // PCs, how they are
}

// find makes out which PC is meant: one that is known, or one at an address, which need not be.
func (e *examination) find(ctx context.Context, pc string) error {
	id, err := e.n.resolve(pc)
	switch {
	case err == nil && id == e.n.id.ID:
		return nil
	case err == nil:
		e.about = id
		return nil
	case KindOf(err) != NotFound:
		return err
	}
	to, perr := parseAddress(pc)
	if perr != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(to)
	brief, cancel := context.WithTimeout(ctx, lookUpWait)
	defer cancel()
	addrs, lerr := net.DefaultResolver.LookupNetIP(brief, "ip", host)
	number, nerr := net.DefaultResolver.LookupPort(ctx, "tcp", port)
	if lerr != nil || nerr != nil || len(addrs) == 0 {
		return err // there is no PC of that name
	}
	e.typed = &doctor.PC{Name: to}
	for _, a := range addrs[:min(len(addrs), maxWays)] {
		e.typed.Ways = append(e.typed.Ways, doctor.Way{Addr: netip.AddrPortFrom(a.Unmap(), uint16(number))}) // #nosec G115 -- a port
	}
	return nil
}

// gather looks at everything side by side, as far as one thing doesn't hang on another.
func (e *examination) gather(ctx context.Context) error {
	e.begun = time.Now()
	e.listPCs()
	var wg sync.WaitGroup
	var err error
	wg.Go(func() { e.heard, err = e.n.finder.Survey(ctx, e.expected()) })
	wg.Go(func() { e.askHelp(ctx) })
	wg.Go(func() { e.self = e.n.examineSelf(ctx) })
	for i := range e.pcs {
		e.askHealth(ctx, &wg, &e.pcs[i])
		if p := &e.pcs[i]; p.ID == e.about || p.Online {
			e.call(ctx, &wg, p)
		}
	}
	if e.typed != nil {
		wg.Go(func() { e.callTyped(ctx) })
	}
	wg.Wait()
	if err != nil {
		return err
	}
	e.hear()
	e.meet()
	e.lookCloser(ctx)
	return nil
}

// lookCloser looks at what nobody needs to know when all is well.
func (e *examination) lookCloser(ctx context.Context) {
	var wg sync.WaitGroup
	alone := slices.ContainsFunc(e.pcs, func(p doctor.PC) bool { return p.Member && !p.Left }) && // with somebody missing
		!slices.ContainsFunc(e.pcs, func(p doctor.PC) bool { return p.Online || p.Heard == doctor.Yes })
	for i := range e.pcs {
		p := &e.pcs[i]
		e.place(p)
		if p.ID != e.about && !(alone && p.Member && !p.Left) || p.Avoided {
			continue
		}
		wg.Go(func() {
			var inner sync.WaitGroup
			e.call(ctx, &inner, p)
			inner.Wait()
			if p.Talk == doctor.NotAsked && slices.ContainsFunc(p.Ways, isReached) {
				p.Health, p.Talk = e.n.askHealth(ctx, p.ID)
			}
			e.findAlive(ctx, p)
		})
	}
	if e.typed != nil {
		e.place(e.typed)
		wg.Go(func() { e.findAlive(ctx, e.typed) })
	}
	wg.Go(func() { e.examineNetwork(ctx, alone) })
	wg.Wait()
}

// listPCs notes what is known of the PCs in sight.
func (e *examination) listPCs() {
	n := e.n
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, shown := range n.showPeersLocked() {
		p := n.peers[shown.ID]
		one := doctor.PC{
			ID: shown.ID, Name: shown.Name, Member: shown.Member, Workgroup: shown.Workgroup, Version: shown.Version, Online: shown.Online,
			Left: p.Left, LastSeen: shown.LastSeen, Avoided: shown.Avoided,
		}
		for _, a := range shown.Addresses[:min(len(shown.Addresses), maxWays)] {
			if at, err := netip.ParseAddrPort(a); err == nil {
				one.Ways = append(one.Ways, doctor.Way{Addr: at})
			}
		}
		if p.online && p.from == "" && len(one.Ways) > 0 {
			one.Ways[0].Reach = doctor.Reached // this PC has called it there
		}
		for _, q := range p.Offers.Printers {
			one.Printers = append(one.Printers, troubleOf(q.Name, q.Reasons))
		}
		e.pcs = append(e.pcs, one)
	}
}

// expected are the PCs to listen for.
func (e *examination) expected() (ids []string) {
	for _, p := range e.pcs {
		if p.Member && !p.Avoided || p.ID == e.about {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// hear puts what was heard with the PCs.
func (e *examination) hear() {
	for i := range e.pcs {
		p := &e.pcs[i]
		_, heard := e.heard.Heard[p.ID]
		p.Heard = doctor.AnswerOf(heard)
		p.Apart = e.heard.Apart[p.ID]
		for _, at := range e.heard.Heard[p.ID] {
			if !slices.ContainsFunc(p.Ways, func(w doctor.Way) bool { return w.Addr == at }) && len(p.Ways) < maxWays {
				p.Ways = append(p.Ways, doctor.Way{Addr: at})
			}
		}
	}
}

// facts is all that was gathered.
func (e *examination) facts() doctor.Facts {
	f := doctor.Facts{Self: e.self, PCs: e.pcs, Helper: e.helper, Look: e.look, Now: time.Now()}
	for i := range e.pcs {
		if e.pcs[i].ID == e.about && e.about != "" {
			f.About = &e.pcs[i]
		}
	}
	if f.About == nil {
		f.About = e.typed
	}
	return f
}

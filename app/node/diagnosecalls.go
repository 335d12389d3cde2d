package node

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"

	"lanyard/app/node/doctor"
	"lanyard/app/node/examine"
	"lanyard/app/node/identity"
	"lanyard/app/node/reach"
	"lanyard/discovery"
)

func isReached(w doctor.Way) bool { return w.Reach == doctor.Reached }

// place finds out which way leads to the addresses of a PC.
func (e *examination) place(p *doctor.PC) {
	for i := range p.Ways {
		w := &p.Ways[i]
		addr := w.Addr.Addr()
		for _, on := range e.heard.Interfaces {
			if addr.Zone() == on.Name || slices.ContainsFunc(on.Prefixes, func(n netip.Prefix) bool { return n.Contains(addr) }) {
				w.OnLink = true
			}
		}
		w.Via = examine.Via(addr)
		w.Virtual = w.Via != "" && !e.uses(w.Via) && !usualAdapter(w.Via)
	}
}

func (e *examination) uses(adapter string) bool {
	return slices.ContainsFunc(e.heard.Interfaces, func(i discovery.Interface) bool { return i.Name == adapter })
}

// usualAdapter tells whether an adapter leads to a LAN, or to this PC itself.
func usualAdapter(name string) bool {
	card, err := net.InterfaceByName(name)
	return err != nil || discovery.Usual(*card) || card.Flags&net.FlagLoopback != 0
}

// call calls a PC at the addresses at which it wasn't yet, unless it was reached at one.
func (e *examination) call(ctx context.Context, wg *sync.WaitGroup, p *doctor.PC) {
	if p.Avoided || slices.ContainsFunc(p.Ways, isReached) {
		return
	}
	for i := range p.Ways {
		if w := &p.Ways[i]; w.Reach == doctor.NotTried {
			wg.Go(func() { w.Reach, _ = e.n.try(ctx, []string{w.Addr.String()}, p.ID) })
		}
	}
}

// findAlive finds out who answers for the addresses of a PC that doesn't.
func (e *examination) findAlive(ctx context.Context, p *doctor.PC) {
	shut := !e.heard.Self && e.heard.Err == nil // this PC hears nobody, itself included: it's no use to ask who answers
	if p.Heard == doctor.Yes || shut || slices.ContainsFunc(p.Ways, isReached) {
		return
	}
	var wg sync.WaitGroup
	for i := range p.Ways {
		w := &p.Ways[i]
		if !w.OnLink || w.Reach == doctor.Refused || w.Reach == doctor.Stranger {
			continue
		}
		if w.Reach == doctor.NoWay { // nobody has the address, or it would have said something
			w.Alive = doctor.No
			continue
		}
		wg.Go(func() {
			var link string
			w.Alive, link = examine.Alive(ctx, w.Via, w.Addr.Addr(), e.begun)
			w.AsRouter = link != "" && slices.ContainsFunc(examine.Routers(), func(r examine.Router) bool { return e.linkOf(r) == link && r.Addr != w.Addr.Addr() })
		})
	}
	wg.Wait()
}

func (e *examination) linkOf(r examine.Router) string {
	for _, n := range examine.Neighbours() {
		if n.Adapter == r.Adapter && n.Addr == r.Addr.WithZone("") {
			return n.Link
		}
	}
	return ""
}

// callTyped calls a PC that is known by its address only, and finds out which it is.
func (e *examination) callTyped(ctx context.Context) {
	for i := range e.typed.Ways {
		w := &e.typed.Ways[i]
		if w.Reach, e.typed.ID = e.n.try(ctx, []string{w.Addr.String()}, ""); isReached(*w) {
			return
		}
	}
}

// meet takes a PC that was known by its address only for the one that it has turned out to be.
func (e *examination) meet() {
	if e.typed == nil || e.typed.ID == "" {
		return
	}
	for i := range e.pcs {
		if p := &e.pcs[i]; p.ID == e.typed.ID {
			p.Ways = append(e.typed.Ways, p.Ways...)
			e.about, e.typed = p.ID, nil
			return
		}
	}
	_, heard := e.heard.Heard[e.typed.ID]
	e.typed.Heard = doctor.AnswerOf(heard)
	if e.typed.ID == e.n.id.ID { // it is this one
		e.typed = nil
		return
	}
	e.about = e.typed.ID
	e.pcs = append(e.pcs, *e.typed)
}

// reachOf is what an error in calling an address means.
func reachOf(err error) doctor.Reach {
	switch {
	case err == nil:
		return doctor.Reached
	case errors.Is(err, identity.ErrNotTheSame):
		return doctor.Stranger
	case isRefused(err):
		return doctor.Refused
	case errors.Is(err, reach.ErrUnproven):
		return doctor.Mute
	case isUnreachable(err):
		return doctor.NoWay
	}
	return doctor.Silent
}

func isRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

func isUnreachable(err error) bool {
	return errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTDOWN)
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

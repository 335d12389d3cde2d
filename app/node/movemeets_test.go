package node

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"lanyard/printing"
)

// Two who move a job at once, or one who lets it go while another moves it: it comes out once, or is held.
func TestAMoveMeetsSomebodyElse(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	count := func(t *testing.T, all ...*printPC) (printed, held int) {
		t.Helper()
		for _, p := range all {
			p.settled(t)
			_, h := p.alive()
			printed, held = printed+len(p.printed(t)), held+len(h)
		}
		return printed, held
	}
	t.Run("another move", func(t *testing.T) {
		for range 5 {
			a, b, c := newPrintPC(t), newPrintPC(t), newPrintPC(t)
			id := a.waiting(t, "")
			var both sync.WaitGroup
			for _, to := range []*printPC{b, c} {
				both.Go(func() { _ = carried(t, n, a.over(t, http.DefaultTransport), to.over(t, http.DefaultTransport), id) })
			}
			both.Wait()
			if printed, held := count(t, a, b, c); printed+held != 1 {
				t.Errorf("%d came out, %d are held", printed, held)
			}
		}
	})
	t.Run("a release", func(t *testing.T) {
		a, b := newPrintPC(t), newPrintPC(t)
		id := a.waiting(t, "")
		wire := &brokenWire{}
		wire.before = func() {
			if copies, _ := b.alive(); len(copies) == 0 || len(a.printed(t)) > 0 {
				return
			}
			if err := errors.Join(a.SetRule("Folder", printing.Rule{}), a.Release(t.Context(), "Folder", id, "", everybody)); err != nil {
				t.Error(err)
			}
			a.settled(t)
		}
		err := carried(t, n, a.over(t, wire), b.over(t, wire), id)
		if printed, held := count(t, a, b); printed != 1 || held != 0 || err == nil || !strings.Contains(err.Error(), "has ended meanwhile") {
			t.Errorf("%d came out, %d are held, and the mover is told %v", printed, held, err)
		}
	})
	t.Run("who holds it", func(t *testing.T) {
		a, b := newPrintPC(t), newPrintPC(t)
		id := a.waiting(t, "")
		if err := a.Hold(t.Context(), "Folder", id, everybody); err != nil {
			t.Fatal(err)
		}
		if err := carried(t, n, a.over(t, &brokenWire{breaks: 5}), b.over(t, http.DefaultTransport), id); err == nil {
			t.Error("the wire is not broken")
		}
		if printed, held := count(t, a, b); printed != 0 || held != 1 {
			t.Errorf("a move that failed: %d came out, %d are held", printed, held)
		}
		if err := carried(t, n, a.over(t, http.DefaultTransport), b.over(t, http.DefaultTransport), id); err != nil {
			t.Error(err)
		}
		if _, held := b.alive(); len(held) != 1 || len(b.printed(t)) != 0 {
			t.Errorf("where it has moved it is %+v", held)
		}
	})
	t.Run("its PIN", func(t *testing.T) {
		a, b := newPrintPC(t), newPrintPC(t)
		id := a.waiting(t, "4711")
		err := carried(t, n, a.over(t, http.DefaultTransport), b.over(t, http.DefaultTransport), id)
		if printed, held := count(t, a, b); printed != 0 || held != 1 || err == nil || !strings.Contains(err.Error(), "PIN stays") {
			t.Errorf("%d came out, %d are held, and the mover is told %v", printed, held, err)
		}
	})
}

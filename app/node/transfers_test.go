package node

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"lanyard/share"
)

// Who presses the button twice gets the files once.
func TestFilesHeldBackAreFetchedOnce(t *testing.T) {
	for range 20 {
		n := newNode(t)
		n.tasks = make(chan func(context.Context), 8) // nothing runs
		n.transfers = []*transfer{{
			Transfer: Transfer{ID: "1", PC: n.id.ID, Dest: t.TempDir()}, folder: "Plans",
			held: []share.Held{{Path: "a.lnk", Local: "a.lnk"}},
		}}
		var began atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := n.FetchHeld(t.Context(), "1"); err == nil {
					began.Add(1)
				}
			})
		}
		wg.Wait()
		if began.Load() != 1 {
			t.Fatalf("they are fetched %d times", began.Load())
		}
	}
}

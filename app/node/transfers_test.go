package node

import (
	"sync"
	"sync/atomic"
	"testing"

	"lanyard/app/node/transfers"
)

// Who presses the button twice gets the files once.
func TestFilesHeldBackAreFetchedOnce(t *testing.T) {
	for range 20 {
		n := newNode(t) // nothing runs
		of, err := n.queue.Add(transfers.Spec{Kind: "get", PC: n.id.ID, Dest: t.TempDir(), Folder: "Plans"})
		if err != nil {
			t.Fatal(err)
		}
		err = n.queue.Update(of.ID, func(t *transfers.Transfer) bool {
			t.Held, t.HeldCount = []transfers.Held{{Path: "a.lnk", Local: "a.lnk"}}, 1
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		var began atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := n.FetchHeld(t.Context(), of.ID); err == nil {
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

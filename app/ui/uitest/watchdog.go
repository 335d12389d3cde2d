package uitest

import (
	"slices"
	"testing"
	"time"
)

// FrameTime is how long Lanyard may keep Fyne's goroutine for one thing: a frame at 60 a second.
const FrameTime = 16 * time.Millisecond

// patience is how often something is done before it counts as slow: a busy machine spoils most of the tries, not all.
const patience = 9

// Quick fails a test when something that is done on Fyne's goroutine takes longer than a frame, even at best, counted in the
// processor's time where that can be told (see busy). prepare is not counted and may be nil.
func Quick(t *testing.T, what string, prepare, do func()) {
	t.Helper()
	var took []time.Duration
	for range patience {
		if prepare != nil {
			prepare()
		}
		took = append(took, busy(do))
		if took[len(took)-1] <= FrameTime/2 {
			return // no doubt
		}
	}
	best := slices.Min(took)
	t.Logf("%s: %v at best, %v at worst", what, best, slices.Max(took))
	if best > FrameTime {
		t.Errorf("%s keeps the window for %v, more than %v", what, best, FrameTime)
	}
}

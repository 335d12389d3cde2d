package share

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/share/bin"
)

// BenchmarkReplaceSmall replaces 10,000 files of 4 KiB with one put: what the bin, and the look at what is written, cost.
func BenchmarkReplaceSmall(b *testing.B) {
	for name, c := range map[string]struct {
		keep Bin
		who  string
	}{
		"no bin":           {Bin{Age: -1, Brake: -1}, "a"},
		"bin":              {Bin{Brake: -1}, "a"},
		"bin and the look": {Bin{Brake: 1 << 30}, "a"},
	} {
		b.Run(name, func(b *testing.B) {
			s := newShop(b, c.keep)
			box := filepath.Join(b.TempDir(), "box")
			for n := range 10_000 {
				fill(b, filepath.Join(box, fmt.Sprint(n%10), fmt.Sprintf("file %d", n)), 4096)
			}
			s.check(s.as(c.who).Put(b.Context(), []string{box}, "docs", "", Moving{}, nil))
			times := 0
			for b.Loop() {
				b.StopTimer()
				times++
				for n := range 10_000 {
					s.check(os.Chtimes(filepath.Join(box, fmt.Sprint(n%10), fmt.Sprintf("file %d", n)), time.Time{}, time.Unix(int64(times), 0)))
				}
				s.check(os.RemoveAll(filepath.Join(s.dir, bin.Name)))
				b.StartTimer()
				s.check(s.as(c.who).Put(b.Context(), []string{box}, "docs", "", Moving{}, nil))
			}
		})
	}
}

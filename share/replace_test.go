package share

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A file that only its owner may read must not become everybody's because another PC replaces it.
func TestAReplacedFileKeepsItsPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // which has none of these
	}
	for name, size := range map[string]int{"small": 10, "large": pieceSize * 3} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			for _, mode := range []os.FileMode{0o600, 0o640} {
				file := o.write(o.shared, "salaries", "old")
				o.check(os.Chmod(file, mode))
				_, err := o.put("", o.write(o.desk, "salaries", strings.Repeat("n", size)))
				o.check(err)
				info, err := os.Stat(file)
				o.check(err)
				if info.Mode() != mode || info.Size() != int64(size) {
					t.Errorf("%v, %d bytes; want %v, %d bytes", info.Mode(), info.Size(), mode, size)
				}
			}
		})
	}
}

// BenchmarkGetPhotos fetches 300 files of 1 MiB: too large to be taken whole, too many to be made durable one by one.
func BenchmarkGetPhotos(b *testing.B) {
	o := benchOffice(b)
	for n := range 300 {
		o.write(o.shared, fmt.Sprintf("trip/IMG_%04d.jpeg", n), strings.Repeat("0123456789abcdef", 1<<16))
	}
	b.SetBytes(300 << 20)
	for b.Loop() {
		_, err := o.get(o.desk, "trip")
		o.check(err)
		b.StopTimer()
		o.check(os.RemoveAll(filepath.Join(o.desk, "trip")))
		b.StartTimer()
	}
}

package share

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A file that was damaged after it came is sent again when it is asked for, whatever is to become of files that are there:
// a whole one stands there then, and nothing else is touched.
func TestADamagedFileComesAgain(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		for name, c := range map[string]struct {
			existing Existing
			damaged  string
			want     []string
		}{
			"replace": {Replace, "file", []string{"file=whole", "kept=whole"}},
			"both":    {KeepBoth, "file (2)", []string{"file=other", "file (2)=WHOLE", "file (3)=whole", "kept=whole"}},
			"skip":    {Skip, "file", []string{"file=WHOLE", "file (2)=whole", "kept=other"}},
		} {
			t.Run(way+" "+name, func(t *testing.T) {
				p := newPC(t, everything)
				from, to, move := mover(way, p, t.TempDir())
				for _, name := range []string{"file", "kept"} {
					write(t, filepath.Join(from, name), "whole")
				}
				switch c.existing {
				case KeepBoth:
					write(t, filepath.Join(to, "file"), "other")
				case Skip:
					write(t, filepath.Join(to, "kept"), "other")
				}
				m := Moving{Existing: c.existing}
				if err := move(t.Context(), p.Client, m); err != nil {
					t.Fatal(err)
				}
				damage(t, filepath.Join(to, c.damaged))
				m.Again = map[string]bool{"box/file": true}
				if err := move(t.Context(), p.Client, m); err != nil {
					t.Fatal(err)
				}
				wantTree(t, to, c.want...)
			})
		}
	}
}

// damage changes a file as a bad disk does: its time stays.
func damage(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, "WHOLE")
	if err := os.Chtimes(file, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

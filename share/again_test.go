package share

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// A file that was damaged after it came is sent again when it is asked for, whatever is to become of files that are there:
// a whole one stands there then, and nothing else is touched. (Files of another size: a clock may tick once for both.)
func TestADamagedFileComesAgain(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		for name, c := range map[string]struct {
			existing Existing
			damaged  string
			want     []string
		}{
			"replace": {Replace, "file", []string{"file=whole", "kept=whole"}},
			"both":    {KeepBoth, "file (2)", []string{"file=theirs", "file (2)=WHOLE", "file (3)=whole", "kept=whole"}},
			"skip":    {Skip, "file", []string{"file=WHOLE", "file (2)=whole", "kept=theirs"}},
		} {
			t.Run(way+" "+name, func(t *testing.T) {
				p := newPC(t, everything)
				from, to, move := mover(way, p, t.TempDir())
				for _, name := range []string{"file", "kept"} {
					write(t, filepath.Join(from, name), "whole")
				}
				switch c.existing {
				case KeepBoth:
					write(t, filepath.Join(to, "file"), "theirs")
				case Skip:
					write(t, filepath.Join(to, "kept"), "theirs")
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

// A file that gets shorter while it is compared with what the other PC has is sent as it is then.
func TestAFileThatChangesWhileItIsCompared(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "file"), string(make([]byte, 8*pieceSize)))
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var stream bytes.Buffer
	s := &sender{p: NewProgress(), enc: newEncoder(&stream), has: receiverHas{sizes: map[int64]bool{8 * pieceSize: true}}}
	change := sync.OnceFunc(func() {
		if err := os.Truncate(file, 4*pieceSize); err != nil {
			t.Error(err)
		}
	})
	i := &item{source: source{root: root, path: "file", as: "file"}}
	if err := s.writeLarge(watchedContext{t.Context(), change}, i); err != nil || s.p.Failed() != 0 || s.p.Files() != 1 || i.Size != 4*pieceSize {
		t.Errorf("%v, %v, %d files of %d bytes", err, s.p.Errors(), s.p.Files(), i.Size)
	}
}

// watchedContext is a context that calls a function when somebody asks whether it goes on.
type watchedContext struct {
	context.Context
	f func()
}

func (a watchedContext) Err() error {
	a.f()
	return a.Context.Err()
}

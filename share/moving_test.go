package share

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// results are those of a transfer, by path.
func results(m *Moving) map[string]Result {
	list := map[string]Result{}
	var mu sync.Mutex
	m.Done = func(r Result) {
		mu.Lock()
		defer mu.Unlock()
		list[r.Path] = r
	}
	return list
}

// What becomes of a file that is there and differs is as it was asked for, and a preview tells of it before.
func TestWhatIsThereAlready(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		for existing, c := range map[Existing]struct {
			how  How
			want []string
		}{
			Replace:  {Sent, []string{"fresh=fresh", "other=mine!", "same=same"}},
			KeepBoth: {Sent, []string{"fresh=fresh", "other=theirs", "other (2)=mine!", "same=same"}},
			Skip:     {Skipped, []string{"fresh=fresh", "other=theirs", "same=same"}},
		} {
			t.Run(way, func(t *testing.T) {
				p, here := newPC(t, everything), t.TempDir()
				from, to, _ := mover(way, p, here)
				for name, content := range map[string]string{"fresh": "fresh", "other": "mine!", "same": "same"} {
					write(t, filepath.Join(from, name), content)
				}
				write(t, filepath.Join(to, "other"), "theirs")
				then := time.Unix(1e9, 0)
				for _, dir := range []string{from, to} {
					if err := os.Chtimes(write(t, filepath.Join(dir, "same"), "same"), then, then); err != nil {
						t.Fatal(err)
					}
				}
				preview, move := func() (*Preview, error) { return p.PreviewGet(t.Context(), "docs", []string{"box"}, here) }, func(m Moving) error {
					return p.Get(t.Context(), "docs", []string{"box"}, here, m, nil)
				}
				if way == "put" {
					preview, move = func() (*Preview, error) { return p.PreviewPut(t.Context(), []string{from}, "docs", "") }, func(m Moving) error {
						return p.Put(t.Context(), []string{from}, "docs", "", m, nil)
					}
				}
				v, err := preview()
				if err != nil || v.New != 1 || v.Same != 1 || v.Differ != 1 || v.DifferBytes != 5 || len(v.Differing) != 1 || v.Differing[0].Here.Size != 6 {
					t.Errorf("the preview is %+v, %v", v, err)
				}
				for range 2 { // the second time nothing is to do
					m := Moving{Existing: existing}
					got := results(&m)
					if err := move(m); err != nil {
						t.Fatal(err)
					}
					if r := got["box/other"]; r.How != c.how && r.How != Same {
						t.Errorf("%v: it was %q, want %q", existing, r.How, c.how)
					}
					if r := got["box/same"]; r.How != Same || r.At != "box/same" {
						t.Errorf("%v: what is the same: %+v", existing, r)
					}
					wantTree(t, to, c.want...)
				}
			})
		}
	}
}

// A file that is damaged after it came is found, at either end.
func TestDamageIsFound(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		t.Run(way, func(t *testing.T) {
			p, here := newPC(t, everything), t.TempDir()
			from, to, _ := mover(way, p, here)
			good := []string{"good", "g\\o/o\\d", "quote\uf02f\uf05c", "line\nbreak", "\xff"}
			if runtime.GOOS != "linux" { // names that other systems can't hold
				good = good[:1]
			}
			for _, name := range append(good, "bad", "gone") {
				write(t, filepath.Join(from, name), name)
			}
			m := Moving{}
			got := results(&m)
			var err error
			if way == "get" {
				err = p.Get(t.Context(), "docs", []string{"box"}, here, m, nil)
			} else {
				err = p.Put(t.Context(), []string{from}, "docs", "", m, nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(to, "bad"), "BAD")
			if err := os.Remove(filepath.Join(to, "gone")); err != nil {
				t.Fatal(err)
			}
			var list, bad []Result
			for _, r := range got {
				list = append(list, r)
			}
			if way == "get" {
				err = VerifyLocal(t.Context(), here, slices.Values(list), func(r Result, _ string) { bad = append(bad, r) })
			} else {
				bad, err = p.Verify(t.Context(), "docs", list)
			}
			codes := map[string]Code{}
			for _, r := range bad {
				codes[r.Path] = r.Err.Code
			}
			if err != nil || len(list) != len(good)+2 || len(codes) != 2 || codes["box/bad"] != Damaged || codes["box/gone"] != NotFound {
				t.Errorf("of %d files these are bad: %v, %v", len(list), codes, err)
			}
		})
	}
}

// Holes travel as such, and arrive as such.
func TestHolesStayHoles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: only Linux is asked for holes")
	}
	p, from := newPCIn(t, everything, t.TempDir()), filepath.Join(t.TempDir(), "sparse")
	f, err := os.Create(from)
	if err == nil {
		_, err = f.WriteAt([]byte("in the middle"), 20<<20)
	}
	if err == nil {
		err = f.Truncate(60 << 20)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	c, n := metered(t, p.Client)
	if err := c.Put(t.Context(), []string{from}, "docs", "", Moving{}, nil); err != nil || n.Load() > 1<<20 {
		t.Errorf("%v, %d bytes", err, n.Load())
	}
	to, err := os.Open(filepath.Join(p.dir, "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	if !sparse(to, 50<<20) || read(t, to.Name()) != read(t, from) {
		t.Error("it is another file, or has no holes")
	}
}

// Over a slow network what can be made smaller is; what can't is not tried for long.
func TestContentIsPackedWhereThatPays(t *testing.T) {
	text := []byte(strings.Repeat("the same words again and again. ", pieceSize/32))
	slow := &packer{w: writerFunc(func(b []byte) { time.Sleep(20 * time.Millisecond) })}
	sent := 0
	for range 40 {
		piece := slow.try(text)
		if piece == nil {
			piece = text
		}
		sent += len(piece)
		_, _ = slow.Write(piece)
	}
	if sent > 20*len(text) {
		t.Errorf("%d of %d bytes went over a slow network", sent, 40*len(text))
	}
	fast := &packer{w: writerFunc(func([]byte) {})}
	for end := time.Now().Add(2 * packEvery); time.Now().Before(end); {
		if fast.try(text) != nil {
			t.Fatal("it packs where nothing waits for the network")
		}
		_, _ = fast.Write(text)
	}
}

// A packed file arrives whole, large or small.
func TestAPackedFileArrives(t *testing.T) {
	dest, want := t.TempDir(), map[string]string{}
	stream := []byte(magic)
	for name, times := range map[string]int{"large": 64, "small": 1} {
		piece := strings.Repeat("the same words again and again. ", pieceSize/32)
		want[name] = strings.Repeat(piece, times)
		stream = frame(stream, 'F', fmt.Sprintf(`{"path":%q,"size":%d}`, "asked/"+name, len(want[name])))
		for range times {
			stream = frame(stream, 'Y', string(packing().EncodeAll([]byte(piece), nil)))
		}
		stream = frame(stream, 'E', sumOf(want[name]))
	}
	for range 2 {
		dest := filepath.Join(dest, "in")
		if err := os.MkdirAll(dest, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := answering(frame(stream, 'Z', "")).Get(within(t, 20*time.Second), "docs", []string{"asked"}, dest, Moving{}, nil); err != nil {
			t.Fatal(err)
		}
		for name := range want {
			if read(t, filepath.Join(dest, "asked", name)) != want[name] {
				t.Errorf("%s is not what was sent", name)
			}
		}
		if err := os.RemoveAll(dest); err != nil {
			t.Fatal(err)
		}
	}
}

type writerFunc func([]byte)

func (w writerFunc) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

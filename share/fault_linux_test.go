package share

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// disk mounts a small disk of its own; options are those of tmpfs.
func disk(t testing.TB, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		lacking(t, "the right to mount: "+err.Error())
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A full disk is called one, leaves the old files as they were, and nothing that is half.
func TestDiskIsFull(t *testing.T) {
	files := map[string]func(dir string){
		"many small":           func(dir string) { someSmall(t, dir, 300, 10_000) },
		"a large":              func(dir string) { fill(t, filepath.Join(dir, "large"), 8<<20) },
		"a large, then others": func(dir string) { fill(t, filepath.Join(dir, "a"), 8<<20); someSmall(t, dir, 10, 100) },
		"one that just fits not": func(dir string) {
			fill(t, filepath.Join(dir, "a"), 1<<20)
			fill(t, filepath.Join(dir, "b"), 1<<20)
		},
	}
	for name, make := range files {
		for _, way := range []string{"get", "put"} {
			t.Run(way+" "+name, func(t *testing.T) {
				here, there := filepath.Join(t.TempDir(), "box"), disk(t, "size=2m")
				for _, old := range []string{"large", "f0", "a", "b"} {
					write(t, filepath.Join(there, "box", old), "old")
				}
				err := fullTransfer(t, way, here, there, make)
				if code(err) != Full {
					t.Errorf("error %v, want %q", err, Full)
				}
				noTemporaries(t, there)
				for _, old := range []string{"large", "f0", "a", "b"} {
					now := read(t, filepath.Join(there, "box", old))
					if now != "old" && now != read(t, filepath.Join(here, old)) {
						t.Errorf("%s is broken: %d bytes", old, len(now))
					}
				}
			})
		}
	}
}

// fullTransfer moves the folder "box" onto a full disk.
func fullTransfer(t *testing.T, way, here, there string, make func(string)) error {
	make(here)
	ctx := within(t, 30*time.Second)
	if way == "put" {
		return newPCIn(t, everything, there).Put(ctx, []string{here}, "docs", "", Moving{}, NewProgress())
	}
	return newPCIn(t, everything, filepath.Dir(here)).Get(ctx, "docs", []string{"box"}, there, Moving{}, NewProgress())
}

func someSmall(t testing.TB, dir string, n, size int) {
	t.Helper()
	for i := range n {
		fill(t, filepath.Join(dir, fmt.Sprint("f", i)), size)
	}
}

func TestNoMoreFilesOnTheDisk(t *testing.T) {
	there, here := disk(t, "size=2m,nr_inodes=20"), filepath.Join(t.TempDir(), "box")
	if err := fullTransfer(t, "put", here, there, func(dir string) { someSmall(t, dir, 100, 10) }); code(err) != Full {
		t.Errorf("error %v, want %q", err, Full)
	}
	noTemporaries(t, there)
}

func TestFolderThatCanOnlyBeRead(t *testing.T) {
	dir := disk(t, "size=2m")
	write(t, filepath.Join(dir, "box", "x"), "old")
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	p, ctx, dest := newPCIn(t, everything, dir), within(t, 20*time.Second), t.TempDir()
	from := filepath.Join(t.TempDir(), "box")
	fill(t, filepath.Join(from, "x"), 100)
	fill(t, filepath.Join(from, "large"), 1<<20)
	for name, err := range map[string]error{
		"mkdir": p.Mkdir(ctx, "docs", "d"), "rename": p.Rename(ctx, "docs", "box", "z"), "remove": p.Remove(ctx, "docs", "box"),
		"put": p.Put(ctx, []string{from}, "docs", "", Moving{}, NewProgress()), "put below": p.Put(ctx, []string{from}, "docs", "new", Moving{}, NewProgress()),
	} {
		if code(err) != Denied {
			t.Errorf("%s: %v, want %q", name, err, Denied)
		}
	}
	if err := p.Get(ctx, "docs", []string{"box"}, dest, Moving{}, NewProgress()); err != nil {
		t.Error(err)
	}
	wantTree(t, dest, "box/", "box/x=old")
	wantTree(t, dir, "box/", "box/x=old")
}

// Pipes, devices and sockets are neither shown nor opened, whoever asks and in whatever way.
func TestPipesAndDevices(t *testing.T) {
	p, ctx := newPC(t, everything), within(t, 20*time.Second)
	write(t, filepath.Join(p.dir, "box", "file"), "f")
	if err := unix.Mkfifo(filepath.Join(p.dir, "box", "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	names := []string{"box/pipe", "box/link"}
	if err := os.Symlink("pipe", filepath.Join(p.dir, "box", "link")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mknod(filepath.Join(p.dir, "box", "zero"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))); err != nil {
		lacking(t, "the right to make a device: "+err.Error())
	}
	names = append(names, "box/zero")
	list, err := p.List(ctx, "docs", "box")
	if err != nil || len(list) != 1 || list[0].Name != "file" {
		t.Errorf("list of %v, %v", list, err)
	}
	dest := t.TempDir()
	if err := p.Get(ctx, "docs", []string{"box"}, dest, Moving{}, NewProgress()); err != nil {
		t.Error(err)
	}
	wantTree(t, dest, "box/", "box/file=f")
	for _, name := range names {
		if _, err := p.List(ctx, "docs", name); code(err) != NotFound {
			t.Errorf("list of %s: %v", name, err)
		}
		if err := p.Get(ctx, "docs", []string{name}, dest, Moving{}, NewProgress()); code(err) != NotFound {
			t.Errorf("get of %s: %v", name, err)
		}
		if err := p.Rename(ctx, "docs", name, "box/mine"); code(err) != NotFound {
			t.Errorf("rename of %s: %v", name, err)
		}
		if err := p.Remove(ctx, "docs", name); code(err) != NotFound {
			t.Errorf("remove of %s: %v", name, err)
		}
		answer, err := p.HTTP.Get(p.Base + "/v1/files/docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 404 {
			t.Errorf("content of %s: %s", name, answer.Status)
		}
		if err := p.Put(ctx, []string{write(t, filepath.Join(t.TempDir(), "x"), "x")}, "docs", name, Moving{}, NewProgress()); err == nil {
			t.Errorf("put below %s: no error", name)
		}
		if err := p.Put(ctx, []string{write(t, filepath.Join(t.TempDir(), path.Base(name)), "x")}, "docs", "box", Moving{}, NewProgress()); code(err) != Exists {
			t.Errorf("put in place of %s: %v", name, err)
		}
	}
	if len(tree(t, filepath.Join(p.dir, "box"))) != 4 {
		t.Errorf("there is %v", tree(t, p.dir))
	}
}

// While a folder is swapped for a link that leads out, again and again, nothing gets or comes out through it.
func TestT03SwapsWhileItRuns(t *testing.T) {
	base := memory(t)
	dir, out := filepath.Join(base, "share"), filepath.Join(base, "out")
	write(t, filepath.Join(dir, "d", "x"), "shared")
	write(t, filepath.Join(out, "x"), "SECRET")
	if err := os.Symlink("../out", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	p := newPCIn(t, everything, dir)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	var swaps atomic.Int64
	tries := 0
	wg.Go(func() {
		for ; ctx.Err() == nil; swaps.Add(1) { // d, which is a folder, and link change names in one step
			_ = unix.Renameat2(unix.AT_FDCWD, filepath.Join(dir, "d"), unix.AT_FDCWD, filepath.Join(dir, "link"), unix.RENAME_EXCHANGE)
		}
	})
	from, dest := filepath.Join(memory(t), "d"), memory(t)
	for _, name := range []string{"x", "y", "below/z"} {
		write(t, filepath.Join(from, name), "put")
	}
	patient := within(t, time.Minute)
	for begun := time.Now(); time.Since(begun) < 2*time.Second || (tries < 10 || swaps.Load() < 1000) && patient.Err() == nil; tries++ {
		_ = p.Put(patient, []string{from}, "docs", "", Moving{}, NewProgress())
		_ = p.Get(patient, "docs", []string{"d"}, dest, Moving{}, NewProgress())
		_, _ = p.List(patient, "docs", "d")
		_ = p.Mkdir(patient, "docs", "d/new")
		_ = p.Rename(patient, "docs", "d/x", "d/moved")
		_ = p.Remove(patient, "docs", "d/x")
		_ = p.Remove(patient, "docs", "d/moved")
	}
	cancel()
	wg.Wait()
	wantTree(t, out, "x=SECRET")
	if strings.Contains(fmt.Sprint(tree(t, dest)), "SECRET") {
		t.Error("what is outside came out")
	}
	if swaps.Load() < 1000 || tries < 10 {
		t.Errorf("only %d swaps and %d tries", swaps.Load(), tries)
	}
}

// However many files are put, they take few descriptors.
func TestFewDescriptors(t *testing.T) {
	p, from := newPC(t, everything), t.TempDir()
	var files []string
	for n := range 1000 {
		files = append(files, write(t, filepath.Join(from, fmt.Sprint("f", n)), "x"))
	}
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 256, Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	g := NewProgress()
	err := p.Put(within(t, 30*time.Second), files, "docs", "", Moving{}, g)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if err != nil || g.Files() != len(files) {
		t.Errorf("%d files: %v", g.Files(), err)
	}
}

// A folder of 100,000 files is listed in less than two seconds of processor time, by both sides together.
func TestListOf100000(t *testing.T) {
	p, ctx := newPCIn(t, everything, disk(t, "size=1g")), within(t, time.Minute)
	many := 100_000
	if raceDetector {
		many /= 10
	}
	emptyFiles(t, p.dir, many)
	began := processorTime(t)
	list, err := p.List(ctx, "docs", "")
	if took := processorTime(t) - began; took > 2*time.Second && !raceDetector {
		t.Errorf("took %v", took)
	}
	if err != nil || len(list) != many {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	if !slices.IsSortedFunc(list, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("not in order")
	}
}

func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The heap stays small however large a file is.
func TestLargeFileInLittleMemory(t *testing.T) {
	const limit = 32 << 20
	size := int64(1<<30 + 4321)
	if raceDetector {
		size >>= 3
	}
	p := newPC(t, everything)
	if err := os.Truncate(write(t, filepath.Join(p.dir, "large"), "begin"), size); err != nil {
		t.Fatal(err)
	}
	dest := disk(t, "size=1100m")
	grown := heapGrowth(t, func() {
		if err := p.Get(within(t, 5*time.Minute), "docs", []string{"large"}, dest, Moving{}, NewProgress()); err != nil {
			t.Error(err)
		}
	})
	if grown > limit {
		t.Errorf("the heap grew to %d MiB", grown>>20)
	}
	if info, err := os.Stat(filepath.Join(dest, "large")); err != nil || info.Size() != size {
		t.Errorf("%v, %v", info, err)
	}
}
